"""Before its upload a bank file is held against what was given out; a changed one is refused."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from payroll.bankfiles import rewritten
from payroll.comparing import Unlike, differences
from payroll.formats import FORMATS
from payroll.models import BankFile, FileCheck, Handover, LockedFile
from project.kernel.guards import NeedsReason, Refused, log
from project.kernel.months import SHANGHAI
from project.kernel.roles import Permission
from project.kernel.sealing import seal_file

SHOWN = 50
ZIP = b"PK\x03\x04"


def check(file, content, *, by, name, origin, hand_over=False, note=""):
    """Note that a file is the one given out, and on request that it goes to the bank now.

    A changed file is refused with every difference, and the attempt stays on record.
    """
    _may(file, by, hand_over)
    sha256 = seal_file(content)
    facts = {"file": file, "name": name[:200], "sha256": sha256, "checked_by": by}
    facts |= {"way": origin.way, "address": origin.address}
    if not _given_out(sha256).filter(file=file).exists():
        against = _against(file, content, sha256, name)
        kept = FileCheck.objects.create(**facts, differences=len(against))
        log(file.run, "refuse_file", by=by, file=kept.name, sha256=sha256, found=len(against))
        raise Refused(_shown(against))
    with transaction.atomic():
        BankFile.objects.select_for_update().get(pk=file.pk)
        if hand_over and not note.strip():
            _not_twice(file, sha256)
        kept = FileCheck.objects.create(
            **facts, differences=0, handed_over=hand_over, note=note[:200]
        )
        verb = "hand_over" if hand_over else "check_file"
        log(file.run, verb, by=by, note=note, file=kept.name, sha256=sha256)
    return kept


def _may(file, by, hand_over):
    if not by.has_perm(Permission.PAY_VIEW, file.run.area_id):
        raise PermissionDenied(_("This file belongs to another area."))
    if hand_over and not by.has_perm(Permission.PAY_SEND, file.run.area_id):
        raise PermissionDenied(_("Handing files over to the bank belongs to the finance officer."))


def _given_out(sha256):
    """The takings of exactly these bytes, in the clear or locked."""
    locked = Handover.objects.filter(locked__sha256=sha256)
    return (Handover.objects.filter(sha256=sha256) | locked).select_related("file")


def _not_twice(file, sha256):
    """What has gone to the bank goes there again only with a reason: it might be paid twice."""
    for before in file.checks.filter(handed_over=True).select_related("checked_by").order_by("pk"):
        if _overlap(before.sha256, sha256):
            at = before.checked_at.astimezone(SHANGHAI)
            words = {"name": before.checked_by, "at": f"{at:%Y-%m-%d %H:%M}", "file": before.name}
            told = _("%(name)s handed %(file)s over to the bank at %(at)s: it might be paid twice.")
            raise NeedsReason([told % words, _("Write why it goes to the bank once more.")])


def _overlap(one, other):
    """Whether two files pay the same rows: the same part, or other formats of one batch."""
    first, second = (set(_given_out(x).values_list("form", "number")) for x in (one, other))
    return bool(first & second) or {form for form, _n in first} != {form for form, _n in second}


def _against(file, content, sha256, name):
    """What speaks against a file whose bytes nobody was given for this batch."""
    if elsewhere := _given_out(sha256).first():
        said = _("This is the file of batch %(other)s, not of batch %(number)s.")
        return [said % {"other": elsewhere.file.number, "number": file.number}]
    if content.startswith(ZIP):
        return [
            _("This zip is none that was given out here. Unlock it and check the file inside it.")
        ]
    found = _nearest(file, content, name)
    if found is None:
        return [_("No file of batch %(number)s was given out yet.") % {"number": file.number}]
    changed = _(
        "This is not the file that was given out for batch %(number)s: it was changed. Do not "
        "upload it; take it again."
    )
    return [changed % {"number": file.number}, *found]


def _nearest(file, content, name):
    """The differences from the file it is most like: the one of its name, else the fewest."""
    taken = file.handovers.order_by("form", "number", "-pk").distinct("form", "number")
    compared = [_compared(handover, content, name) for handover in taken]
    return min(compared)[-1] if compared else None


def _compared(handover, content, name):
    """How unlike a taking the content is, and every difference; the taking is written again."""
    form, run = FORMATS.get(handover.form), handover.file.run
    parts = rewritten(run, form) if form else ()
    again = next((part for part in parts if part.number == handover.number), None)
    unlike, told = _told(form, again, content)
    if again and again.sha256 != handover.sha256:
        told.append(
            _(
                "The register or the rules have changed since it was taken; some differences may "
                "come from there."
            )
        )
    other_name = not name.startswith(handover.name.rpartition(".")[0])
    return unlike, other_name, len(told), told


def _told(form, again, content):
    if again is None:
        return True, []
    try:
        return False, differences(form, again.content, content)
    except Unlike as unlike:
        return True, [str(unlike)]


def _shown(sentences):
    """As many sentences as a person reads, and how many more there are."""
    if len(sentences) <= SHOWN:
        return sentences
    more = _("and %(count)s more differences.") % {"count": len(sentences) - SHOWN}
    return [*sentences[:SHOWN], more]


def locked_of(file):
    """The locked zips in which a batch left, the newest first."""
    kept = LockedFile.objects.filter(handovers__file=file).distinct()
    return kept.defer("password").select_related("taken_by", "read_by").order_by("-pk")
