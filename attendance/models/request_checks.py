"""What a correction of a day, or leave, must satisfy before it is granted."""

from datetime import date
from decimal import ROUND_DOWN, Decimal

from django.db.models import F, Sum
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from attendance.models.check_in import CheckIn
from attendance.models.evidence import FlagReview
from attendance.models.sheet import Sheet
from attendance.models.sheet_checks import twice
from attendance.models.showing import shown
from contracts.changes import suspended_days
from contracts.selectors import live_in
from policy.selectors import rulings
from project.kernel.guards import guard
from project.kernel.hands import hands
from project.kernel.months import Month, today
from project.kernel.roles import Permission
from registry.calendar import workdays_in
from registry.kinship import kin_sentences
from registry.models import NATION

PICTURES = (".jpg", ".png")
SHARE = "attendance.manual_max_share"
LEVEL = "attendance.evidence_level"
EACH, YEAR = "leave.max_days_each", "leave.max_days_year"


def too_close(request, by):
    """Kin decide nothing about their own."""
    return kin_sentences(request.contract.person, by)


def recorded_it(correction, by):
    """Who recorded the day leaves the decision about it to somebody else."""
    recorded = CheckIn.objects.filter(
        contract=correction.contract_id, day=correction.day, voids=None
    ).exclude(source=CheckIn.Source.CORRECTION)
    mine = recorded.filter(received_by__in=hands(by, since=correction.day))
    if by.has_perm(Permission.SHEET_REVIEW, correction.area_id) and mine.exists():
        return [translate("You recorded this day; another person must decide.")]
    return []


@guard(_("The sheet is confirmed; send it back first."))
def sheet_is_open(correction):
    return _open_sheets(correction.area_id, {Month.of(correction.day)})


@guard(_("The sheet is confirmed; send it back first."))
def sheets_are_open(leave):
    months, month = set(), Month.of(leave.starts_on)
    while month <= Month.of(leave.ends_on):
        months.add(month)
        month = month.next()
    return _open_sheets(leave.area_id, months)


def _open_sheets(area, months):
    """Frozen days do not change; a sheet is sent back, and its notice is void, before they do."""
    sentence = _(
        "The sheet of %(month)s is confirmed and its days do not change. Send the sheet back "
        "first; a notice that hangs is then void and a new one is needed (S-09)."
    )
    frozen = Sheet.objects.filter(area=area, month__in=months, state__in=Sheet.FROZEN)
    return [translate(sentence) % {"month": sheet.month} for sheet in frozen.order_by("month")]


@guard(_("This day cannot have been worked."))
def day_may_be_worked(correction):
    """A day to be credited lies in the contract, has come, and is not suspended (V-03)."""
    contract, day = correction.contract, correction.day
    if not correction.wanted:
        return True
    if day > today():
        return [translate("%(day)s has not come yet.") % {"day": day}]
    if not contract.starts_on <= day <= contract.ends_on:
        return [translate("%(day)s lies outside the contract.") % {"day": day}]
    paused = suspended_days(Month.of(day), [contract.pk]).get(contract.pk, 0)
    if paused >> day.day - 1 & 1:
        return [translate("The contract is suspended on %(day)s.") % {"day": day}]
    return True


@guard(_("The correction has no evidence: no signed page and no picture. Ask for it anew with it."))
def evidence_is_enough(correction):
    """A credited day needs evidence of the level the rule asks; a correction is no way around."""
    if not correction.wanted:
        return True
    level, needed = level_of(correction), rules_at(correction, LEVEL).get(LEVEL) or 1
    if not level or level >= needed:
        return bool(level)
    words = {"level": CheckIn.Level(level).label, "needed": CheckIn.Level(needed).label}
    sentence = _("Its evidence is %(level)s; here a day needs %(needed)s.")
    return [translate(sentence) % words]


def level_of(correction):
    """The level its evidence supports: a page 1, a picture 2, with the own phone's place 3.

    Lowering a day that counts needs no more than the evidence the day has.
    """
    rows = CheckIn.objects.filter(
        contract=correction.contract_id, day=correction.day, voids=None, voided_by=None
    )
    if lowers(correction):
        counting = shown(Month.of(correction.day), correction.area_id)
        counting = counting.filter(contract=correction.contract_id, day=correction.day)
        return max(counting.values_list("level", flat=True), default=0)
    if not correction.evidence:
        return 0
    if not correction.evidence.name.endswith(PICTURES):
        return CheckIn.Level.BOOK
    own = rows.filter(
        source=CheckIn.Source.PHONE, kind=CheckIn.Kind.IN, longitude__isnull=False
    ).exclude(flags__review__decision=FlagReview.Decision.DOES_NOT)
    return CheckIn.Level.OWN if own.exists() else CheckIn.Level.CLERK


def lowers(correction):
    """Whether a day counts less than before, or as before with fewer hours or pieces."""
    if correction.wanted != correction.was or correction.was_quantity is None:
        return correction.wanted < correction.was
    return correction.wanted_quantity < correction.was_quantity


@guard(_("The day counts elsewhere already."))
def counts_nowhere_else(correction):
    """At most one whole day a person and date over all programmes (V-03)."""
    others = shown(Month.of(correction.day), NATION).filter(
        contract__person=correction.contract.person_id, day=correction.day
    )
    others = list(
        others.exclude(contract=correction.contract_id)
        .select_related("contract__person", "contract__area")
        .order_by("contract", "-worth")
    )
    first = {row.contract_id: row for row in reversed(others)}
    if sum(row.worth for row in first.values()) + correction.wanted > 1 and first:
        return [twice(first.values())]
    return []


@guard(_("No more days of this month can be corrected."))
def share_is_left(correction):
    """Corrected days stay a small share of the month (attendance.manual_max_share)."""
    share = rules_at(correction, SHARE).get(SHARE)
    more = correction.wanted - correction.was
    if share is None or more <= 0:
        return True
    month = Month.of(correction.day)
    holders = live_in(month, correction.area_id).count()
    most = Decimal(str(share)) * holders * len(workdays_in(month))
    most = most.quantize(Decimal(1), ROUND_DOWN)
    granted = type(correction).objects.filter(
        area=correction.area_id, state="granted", day__range=(month.first, month.last)
    )
    used = granted.filter(wanted__gt=F("was")).aggregate(n=Sum(F("wanted") - F("was")))["n"] or 0
    if used + more <= most:
        return True
    sentence = _(
        "%(used)s days of %(month)s were corrected in this village already; %(most)s are allowed."
    )
    return [translate(sentence) % {"used": used, "month": month, "most": most}]


@guard(_("The leave lies outside the contract."))
def leave_lies_in_the_contract(leave):
    contract = leave.contract
    return contract.starts_on <= leave.starts_on and leave.ends_on <= contract.ends_on


@guard(_("The leave is too long."))
def leave_is_short_enough(leave):
    """Each leave is no longer than the rule allows, where there is one (R-39)."""
    most = rules_at(leave, EACH).get(EACH)
    if most is None or leave.days <= most:
        return True
    sentence = _("A leave may last %(most)s days; this one lasts %(days)s.")
    return [translate(sentence) % {"most": most, "days": leave.days}]


@guard(_("No more leave is left in the year."))
def leave_of_the_year_is_left(leave):
    """The leave of a year stays within the rule, where there is one (R-39)."""
    most, year = rules_at(leave, YEAR).get(YEAR), leave.starts_on.year
    if most is None:
        return True
    first, last = date(year, 1, 1), date(year, 12, 31)
    taken = type(leave).objects.filter(
        contract__person=leave.contract.person_id,
        state="granted",
        starts_on__lte=last,
        ends_on__gte=first,
    )
    used = sum((min(t.ends_on, last) - max(t.starts_on, first)).days + 1 for t in taken)
    days = (min(leave.ends_on, last) - leave.starts_on).days + 1
    if used + days <= most:
        return True
    sentence = _("%(used)s days of leave were taken in %(year)s; the rule allows %(most)s.")
    return [translate(sentence) % {"used": used, "year": year, "most": most}]


def rules_at(request, *codes):
    """The values of rules where and when a request belongs; one nobody has set is left out."""
    on = getattr(request, "day", None) or request.starts_on
    found = rulings(list(codes), on=on, areas=[request.area_id])[request.area_id]
    return {code: found[code].value for code in found}
