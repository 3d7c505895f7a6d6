"""Registers of disposal: drawn up, approved by somebody else, carried out."""

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from project.disposals import lists
from project.disposals.expired import parts, term
from project.disposals.holds import held_in
from project.kernel.guards import Refused, log, take
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.models import Area, Disposal, KeptBack

NEXT = "SELECT nextval(pg_get_serial_sequence('registry_disposal', 'id'))"
AT_ONCE = 2000


def draw_up(*, by, area, kind):
    """List what has expired in a county; whatever something open is about is kept back by name."""
    if not by.has_perm(Permission.DISPOSAL_DRAW, area.code):
        raise PermissionDenied(_("Registers of disposal are drawn up by the county's department."))
    made = propose(by=by, area=area, kind=kind)
    if made is None:
        raise Refused(_("Nothing of this kind has expired here, or all of it is kept back."))
    return made


@transaction.atomic
def propose(*, by, area, kind):
    """The register of what has expired, for somebody else to read; None where nothing has."""
    if area.level != Area.Level.COUNTY:
        raise Refused(_("A register of disposal is of one county. Choose the county."))
    Area.objects.select_for_update(of=("self",)).get(pk=area.pk)
    if Disposal.objects.filter(area=area, kind=kind, state__in=Disposal.OPEN).exists():
        raise Refused(_("A register of this kind is open here. Carry it out or refuse it first."))
    kept_until = term(kind, area)
    found, held = parts(kind, area, kept_until.until), held_in(area)
    pk = _next()
    written = [lists.write(pk, part, held) for part in found]
    if not sum(written):
        return None
    made = Disposal.objects.create(
        pk=pk,
        area=area,
        kind=kind,
        number=_number(area),
        until=kept_until.until,
        months=kept_until.months,
        basis=kept_until.basis,
        rows=sum(written),
        files=sum(count for part, count in zip(found, written, strict=True) if part.has_files),
        people=_people(found, held),
        kept=sum(part.rows.filter(part.touching(held)).count() for part in found) if held else 0,
        sha256=lists.hash_of(pk),
        drawn_by=by,
    )
    _keep_back(made, found, held)
    log(made, "draw_up", by=by, after=made.state, sha256=made.sha256)
    return made


@transaction.atomic
def approve(disposal, *, by, note=""):
    """Let go what a register lists, after reading it; whoever drew it up may not (four eyes)."""
    disposal = _locked(disposal)
    _still_true(disposal)
    return take(disposal.approve, by=by, note=note, at=timezone.now())


@transaction.atomic
def refuse(disposal, *, by, note):
    """Let nothing go, and say why."""
    if not note.strip():
        raise Refused(_("Say why nothing of this register goes."))
    return take(_locked(disposal).refuse, by=by, note=note)


@transaction.atomic
def carry_out(disposal, *, by, witness, note=""):
    """Begin to carry out an approved register, somebody else watching (监销)."""
    disposal = _locked(disposal)
    if not witness.strip():
        raise Refused(_("Name who watches while it is carried out."))
    if witness.strip() in {by.name, by.username}:
        raise Refused(_("Somebody else must watch while you carry it out."))
    _still_true(disposal)
    return take(disposal.carry_out, by=by, note=note, witness=witness.strip())


@transaction.atomic
def resume(disposal, *, by, note=""):
    """Go on with a register whose carrying out stopped; what went already goes no second time."""
    return take(_locked(disposal).resume, by=by, note=note)


@transaction.atomic
def finish(disposal, *, by):
    """Everything listed is gone: the register is closed for good."""
    disposal = _locked(disposal)
    if disposal.state == Disposal.State.CARRIED_OUT:
        return disposal
    return take(disposal.finish, by=by, at=timezone.now())


def _still_true(disposal):
    """The list is the one drawn up, and nothing has been opened about anybody on it since."""
    if lists.hash_of(disposal.pk) != disposal.sha256:
        raise Refused(_("The list is not the one that was drawn up. Refuse it and find out why."))
    held = held_in(disposal.area)
    touched = sum(
        lists.listed(disposal, part.rows.filter(part.touching(held))).count()
        for part in parts(disposal.kind, disposal.area, disposal.until)
    )
    if held and touched:
        words = {"count": touched}
        raise Refused(
            _(
                "Since this register was drawn up something was opened about %(count)s of its"
                " rows. Refuse it and draw it up anew."
            )
            % words
        )


def _people(found, held):
    """How many people the register is about."""
    about = set()
    for part in found:
        if part.person:
            rows = part.rows.exclude(part.touching(held)) if held else part.rows
            about.update(rows.order_by().values_list(part.person, flat=True).distinct())
    return len(about)


def _keep_back(disposal, found, held):
    """Name everybody whose expired data stays, with the reason."""
    counted: dict[int, int] = {}
    for part in found:
        if part.person and held:
            touched = part.rows.filter(part.touching(held)).order_by().values_list(part.person)
            for person, count in touched.annotate(count=Count("pk", distinct=True)):
                counted[person] = counted.get(person, 0) + count
    KeptBack.objects.bulk_create(
        [
            KeptBack(disposal=disposal, person_id=person, reason=held[person][:200], rows=count)
            for person, count in sorted(counted.items())
        ],
        batch_size=AT_ONCE,
    )


def _next():
    """The number is drawn first: the list is hashed before the register that bears the hash."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT)
        return cursor.fetchone()[0]


def _number(area):
    place = Disposal.objects.filter(area=area).count() + 1
    return f"{area.code[:6]}-XH{today():%Y%m}-{place:03d}"


def _locked(disposal):
    rows = Disposal.objects.select_for_update(of=("self",)).select_related("area")
    return rows.get(pk=disposal.pk)
