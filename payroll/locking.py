"""Lock a bank file, so that whoever finds it on the way can read nothing without its password."""

import io
import secrets
from datetime import timedelta

import pyzipper
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from payroll.models import LockedFile
from policy.selectors import rule, rulings
from project.kernel.guards import NotThisPerson, Refused, log
from project.kernel.hands import did, hands
from project.kernel.months import SHANGHAI, today
from project.kernel.roles import Permission
from project.kernel.sealing import seal_file
from registry.access import ancestors
from registry.holders import holders

# Nothing that is read out wrongly on the telephone; thirty-two signs are five bits each.
SIGNS = "23456789abcdefghijkmnpqrstuvwxyz"
GROUPS, IN_A_GROUP = 6, 4


def must_lock(run):
    """Whether the area's rule wants its bank files locked; where nothing is said, they are not."""
    said = rulings(["bank.encrypt"], on=today(), areas=[run.area_id], fund=run.fund_id)
    ruling = said[run.area_id].get("bank.encrypt")
    return bool(ruling and ruling.value)


def new_password():
    """A password of 120 random bits, in groups that can be read out."""
    groups = ("".join(secrets.choice(SIGNS) for _sign in range(IN_A_GROUP)) for _ in range(GROUPS))
    return "-".join(groups)


def locked_zip(files, password, *, at):
    """A zip of (name, bytes) under AES-256, as 7-Zip, WinRAR and 360 open it."""
    when = at.astimezone(SHANGHAI).timetuple()[:6]
    content = io.BytesIO()
    with pyzipper.AESZipFile(content, "w", compression=pyzipper.ZIP_DEFLATED) as made:
        made.setpassword(password.encode())
        made.setencryption(pyzipper.WZ_AES, nbits=256)
        for name, data in files:
            entry = made.zipinfo_cls(filename=name, date_time=when)
            entry.compress_type = pyzipper.ZIP_DEFLATED
            made.writestr(entry, data)
    return content.getvalue()


def lock(run, files, *, name, by, at):
    """Lock files into one zip; the password stays behind, sealed, for another person."""
    if not readers(run, besides=by):
        raise Refused(
            _(
                "Nobody but you may read the password of the locked file, so nobody could open it. "
                "Appoint a second finance officer or a department officer first."
            )
        )
    password = new_password()
    content = locked_zip(files, password, at=at)
    days = rule("bank.password_days", on=today(), area=run.area_id, fund=run.fund_id)
    kept = LockedFile.objects.create(
        run=run,
        name=name,
        sha256=seal_file(content),
        password=password,
        taken_by=by,
        keep_until=today() + timedelta(days=days),
    )
    return kept, content


def readers(run, *, besides):
    """Who may read the password of a file that somebody else took."""
    above = Q(area__in=ancestors(run.area_id))
    return holders([Permission.PAY_PASSWORD], above).exclude(pk__in=hands(besides))


@transaction.atomic
def read_password(locked, *, by):
    """Show the password once, to somebody other than who took the file; then it is gone."""
    if not by.has_perm(Permission.PAY_PASSWORD, locked.run.area_id):
        raise PermissionDenied(_("Reading the password belongs to another role or another area."))
    locked = LockedFile.objects.select_for_update(of=("self",)).get(pk=locked.pk)
    if did(by, locked.taken_by_id, locked.made_at):
        raise NotThisPerson(_("You took this file; another person reads its password."))
    if refusal := gone(locked):
        raise Refused(refusal)
    password, locked.password = locked.password, None
    locked.read_by, locked.read_at = by, timezone.now()
    locked.save(update_fields=["password", "read_by", "read_at"])
    log(locked.run, "read_password", by=by, file=locked.name, sha256=locked.sha256)
    return password


def gone(locked):
    """Why the password can no longer be read; nothing while it can."""
    if locked.read_by_id:
        return _(
            "%(name)s has read this password at %(at)s. Take the file again for a new one."
        ) % {
            "name": locked.read_by,
            "at": f"{locked.read_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
        }
    if locked.password is None or locked.keep_until < today():
        return _("Nobody read this password in time. Take the file again for a new one.")
    return ""


def forget_passwords():
    """Delete the passwords nobody came for in time; how many there were."""
    overdue = LockedFile.objects.filter(password__isnull=False, keep_until__lt=today())
    return overdue.update(password=None)
