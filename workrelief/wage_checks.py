"""What must be true of a month's wages before each side confirms them (W-11)."""

from datetime import timedelta
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from attendance.models import Acknowledgement
from attendance.models.showing import shown
from attendance.selectors import confirmed
from contracts.selectors import live_in
from payroll.checks import barred_from
from payroll.models import Hold, PayLine
from policy.selectors import rule, rulings
from project.kernel.guards import guard, warn
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.models import NATION, BankAccount
from workrelief.arriving import missing
from workrelief.earning import earnings

CYCLE = "relief.pay_cycle_days"
NAMED = 3  # names a sentence gives before it counts


def working(project, month):
    """The people of a project whose contracts hold in a month."""
    live = live_in(month, NATION).filter(relief_member__project=project)
    return project.members.filter(contract__in=live.order_by().values("pk"))


def sheet_lines(project, month):
    """The confirmed sheets' lines of a project's people in a month."""
    return confirmed(month, NATION).filter(contract__in=working(project, month).values("contract"))


def barred(batch, by):
    """Why this person may not act on the batch: it pays them, their household or their kin."""
    return barred_from(batch.project.members.filter(wage_lines__batch=batch), by)


def may_send_back(batch, user):
    """Each side that confirms may also give the batch back."""
    sides = (Permission.WAGE_CHECK, Permission.WAGE_APPROVE, Permission.WAGE_VERIFY)
    return any(user.has_perm(side, batch.area_id) for side in sides)


def _people(sentence, rows):
    """One sentence for all: how many, and the first names."""
    names = list(dict.fromkeys(rows))
    if not names:
        return []
    return [sentence % {"count": len(names), "names": "、".join(names[:NAMED])}]


@guard(gettext_lazy("The batch is empty: nobody worked on the project in this month."))
def has_lines(batch):
    return batch.lines.exists()


@guard(gettext_lazy("Days have changed since the batch was drafted; draw it up again."))
def is_fresh(batch):
    """The lines are what sheets and contracts say now, nobody more and nobody less."""
    shows = sheet_lines(batch.project, batch.month).filter(Q(days__gt=0) | Q(quantity__gt=0))
    rows = shows.select_related("contract")
    comes_to = earnings(rows, batch.month)
    now = {(row.contract_id, row.days, row.quantity, comes_to[row.contract_id][1]) for row in rows}
    return now == set(batch.lines.values_list("contract_id", "days", "quantity", "amount"))


@guard(gettext_lazy("The villages' sheets are not confirmed yet."))
def sheets_are_confirmed(batch):
    """The village answers for the days before it confirms the wages for them."""
    there = sheet_lines(batch.project, batch.month).values("contract")
    missing = working(batch.project, batch.month).exclude(contract__in=there)
    villages = missing.order_by("area").values_list("area__name", flat=True).distinct()
    sentence = _("%(count)s villages have not confirmed the month's sheet: %(names)s.")
    return _people(sentence, villages)


def agreed_by_phone():
    """A condition on wage lines: the worker agreed on the own phone to the days as they stand."""
    return Exists(
        Acknowledgement.objects.filter(
            Q(line__quantity=None) | Q(quantity=F("line__quantity")),
            line__contract=OuterRef("contract"),
            line__sheet__month=OuterRef("batch__month"),
            agrees=True,
            full_days=F("line__full_days"),
            half_days=F("line__half_days"),
        )
    )


@guard(gettext_lazy("Workers have not signed."))
def everybody_signed(batch):
    """Each worker signed the list, or agreed on the own phone to the days as they stand."""
    missing = batch.lines.filter(~agreed_by_phone(), signed_on=None)
    sentence = _("%(count)s workers have not signed for their line: %(names)s.")
    return _people(sentence, missing.values_list("member__person__name", flat=True))


@warn(gettext_lazy("All workers have the same number of days."))
def days_differ(batch):
    """On a real site people differ; the same days for all want a word (V-13)."""
    days = set(batch.lines.values_list("days", flat=True))
    return batch.lines.count() < NAMED or len(days) > 1


@guard(gettext_lazy("Days lie outside the works."))
def days_are_at_work(batch):
    """Nobody works before the start, after the main works, or on a day of a stoppage (V-13)."""
    project, month = batch.project, batch.month
    rows = shown(month, NATION).filter(contract__in=batch.lines.values("contract"))
    last = project.main_done_on or today()
    outside = Q(day__lt=project.started_on) | Q(day__gt=last)
    for stop in project.stoppages.all():
        outside |= Q(day__range=(stop.starts_on, stop.ends_on or today()))
    found = rows.filter(outside).order_by("contract", "day")
    return [
        _("%(name)s is recorded on %(day)s, when nobody worked on the site.")
        % {"name": row.contract.person.name, "day": row.day}
        for row in found.select_related("contract__person")[:NAMED]
    ]


@guard(gettext_lazy("People are recorded elsewhere on the same days."))
def nobody_works_elsewhere(batch):
    """One person-day counts once over posts and projects (V-13, S-14); both records are shown."""
    own = shown(batch.month, NATION).filter(contract__in=batch.lines.values("contract"))
    twin = shown(batch.month, NATION).filter(
        contract__person=OuterRef("contract__person"), day=OuterRef("day")
    )
    twin = twin.exclude(contract=OuterRef("contract"))
    clashes = own.annotate(other=Subquery(twin.values("contract__title")[:1]))
    found = clashes.exclude(other=None).order_by("contract", "day")
    return [
        _("%(name)s, %(day)s: recorded as %(here)s and as %(there)s; one of the two must go.")
        % {
            "name": row.contract.person.name,
            "day": row.day,
            "here": row.contract.title,
            "there": row.other,
        }
        for row in found.select_related("contract__person")[:NAMED]
    ]


@guard(gettext_lazy("Cards came after the first day."))
def cards_were_there(batch):
    """Each worker's own card is known by the first day, or within the days of grace (W-11)."""
    grace = timedelta(days=rule("relief.card_grace_days", on=batch.month.first, area=batch.area_id))
    late = []
    first = BankAccount.objects.filter(person=OuterRef("member__person")).order_by("added_at")
    lines = batch.lines.annotate(carded=Subquery(first.values("added_at__date")[:1]))
    for line in lines.select_related("member__person"):
        if line.carded is None or line.carded > line.member.starts_on + grace:
            late.append(line.member.person.name)
    sentence = _("%(count)s workers had no own card on their first day: %(names)s.")
    return _people(sentence, late)


@guard(gettext_lazy("Rates lie below what is lawful."))
def rates_are_lawful(batch):
    """No rate lies below the local guide, {day, hour or task: yuan} (relief.rate_min, R-72)."""
    code, area = "relief.rate_min", batch.area_id
    ruled = rulings([code], on=batch.month.first, areas=[area])[area].get(code)
    low = []
    for line in batch.lines.select_related("member__person") if ruled else []:
        least = ruled.value.get(line.member.pay_basis)
        if least and line.rate < Decimal(str(least)):
            low.append(line.member.person.name)
    return _people(_("%(count)s rates are below the guide: %(names)s."), low)


@guard(gettext_lazy("Corrections of the engineer are not entered."))
def corrections_are_entered(batch):
    """What the engineer measured is what the sheet shows, or the batch goes back first."""
    open_ = [line for line in _corrected(batch) if line.corrected != line.measured]
    sentence = _("The engineer's measure is not on the sheet yet for %(count)s workers: %(names)s.")
    return _people(sentence, [line.member.person.name for line in open_])


def _corrected(batch):
    return batch.lines.exclude(corrected=None).select_related("member__person")


@warn(gettext_lazy("The wages are late."))
def is_in_time(batch):
    """Wages arrive within the cycle after the month's end (R-73, R-81)."""
    last = due_on(batch)
    if last is None or today() <= last:
        return True
    words = {"days": (today() - last).days, "last": last}
    return [_("The wages were due by %(last)s and are %(days)s days late.") % words]


def due_on(batch):
    """The day by which the month's wages must have arrived (relief.pay_cycle_days)."""
    area = batch.area_id
    ruled = rulings([CYCLE], on=batch.month.last, areas=[area])[area].get(CYCLE)
    return batch.month.last + timedelta(days=ruled.value) if ruled else None


@guard(gettext_lazy("Wages of the month have not arrived."))
def everybody_is_paid(batch):
    """Each line of the batch stands in payroll and has arrived, or was settled otherwise."""
    waiting = batch.lines.filter(missing(), amount__gt=0)
    sentence = _("The wages of %(count)s workers have not arrived: %(names)s.")
    return _people(sentence, waiting.values_list("member__person__name", flat=True))


@guard(gettext_lazy("Wages of this batch are in a pay run already; give that back first."))
def nothing_is_on_its_way(batch):
    """What payroll has confirmed and may pay is not taken from under it."""
    lines = PayLine.objects.filter(
        contract__in=batch.lines.values("contract"), month=batch.month, standing=True
    )
    waits = Hold.objects.filter(line=OuterRef("pk"), code=Hold.Code.ATTEST)
    return not lines.filter(~Exists(waits), amount__gt=0).exclude(run__state="prepared").exists()
