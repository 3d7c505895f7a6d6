"""What must be true before a running contract is suspended, resumed or amended (W-3)."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.exit_checks import FROZEN_UNPAID, later_days
from policy.selectors import uncovered
from project.kernel.guards import guard, warn
from project.kernel.months import Month, today

FROZEN = [*FROZEN_UNPAID, "billed"]
RUNNING = ["in_force", "suspended"]
GONE_OUT = ["sent", "reconciled", "closed"]


def counted_from(contract, day):
    """Why no suspension begins on a day: confirmed sheets that count work on it or after it."""
    return [
        sentence % {"month": line.sheet.month, "day": day}
        for line in _frozen_lines(contract, day)
        if later_days(line, day - timedelta(days=1))
        for sentence in [_paid_or_not(line, PAID_DAYS, COUNTED_DAYS)]
    ]


PAID_DAYS = gettext_lazy(
    "Days from %(day)s on are paid already by the sheet of %(month)s; let the suspension begin "
    "after them."
)
COUNTED_DAYS = gettext_lazy(
    "The sheet of %(month)s counts days from %(day)s on; send it back first."
)


def confirmed_from(contract, day):
    """Why work does not go on from a day: sheets confirmed without the days from then on."""
    return [
        _paid_or_not(line, PAID_WITHOUT, CONFIRMED_WITHOUT)
        % {"month": line.sheet.month, "day": day}
        for line in _frozen_lines(contract, day)
    ]


PAID_WITHOUT = gettext_lazy(
    "%(month)s is paid already without the days from %(day)s on; let the work go on from a "
    "later day."
)
CONFIRMED_WITHOUT = gettext_lazy(
    "The sheet of %(month)s is confirmed without the days from %(day)s on; send it back first."
)


def stand_still(contract, day):
    """Let no sheet be confirmed and no run move on while what changes the days is decided."""
    month = Month.of(day)
    lines = contract.pay_lines.filter(standing=True, month__gte=month).select_related("run")
    list(lines.order_by("run_id").select_for_update(of=("run",)))
    sheets = contract.sheet_lines.filter(sheet__month__gte=month).select_related("sheet")
    list(sheets.order_by("sheet_id").select_for_update(of=("sheet",)))


def _frozen_lines(contract, day):
    """The contract's lines on confirmed sheets from the month of a day on."""
    lines = contract.sheet_lines.filter(sheet__state__in=FROZEN, sheet__month__gte=Month.of(day))
    return lines.select_related("sheet").order_by("sheet__month")


def _paid_or_not(line, paid, otherwise):
    return paid if line.sheet.state == "billed" else otherwise


@guard(gettext_lazy("The contract is not in force, so its terms cannot be changed."))
def contract_runs(amendment):
    return amendment.contract.state in RUNNING


@guard(gettext_lazy("The first day of the new terms must lie within the contract."))
def starts_within_the_contract(amendment):
    return amendment.contract.starts_on <= amendment.starts_on <= amendment.contract.ends_on


@guard(gettext_lazy("The amendment changes nothing."))
def changes_something(amendment):
    """A new standard differs from the one that holds on the day; the rest must say something."""
    if amendment.title or amendment.duties or amendment.ends_on:
        return True
    return amendment.standard not in (None, standard_on(amendment.contract, amendment.starts_on))


def standard_on(contract, day):
    """The standard of a contract on a day: as signed, or as last amended before the day's end."""
    amended = contract.amendments.filter(
        state="in_force", standard__isnull=False, starts_on__lte=day
    )
    latest = amended.order_by("-starts_on").first()
    return latest.standard if latest else contract.standard


@guard(gettext_lazy("An amendment may shorten a contract; whoever goes on longer is renewed."))
def shortens_the_term(amendment):
    """The new last day lies ahead and before the old one: the term limit of C-08 holds as well."""
    last, contract = amendment.ends_on, amendment.contract
    if last is None:
        return True
    if last < max(amendment.starts_on, today()):
        return [_("The new last day has passed or lies before the new terms begin.")]
    return last < contract.ends_on


@guard(gettext_lazy("The policy has ended."))
def policy_holds_then(amendment):
    """New terms need a policy in force on their first day, as a draft does (C-20)."""
    return [
        _("“%(title)s” ended on %(day)s; link the document that follows it first (C-20).")
        % {"title": document.title, "day": document.valid_to}
        for document in uncovered(amendment.area_id, on=amendment.starts_on)
        if document.valid_to
    ]


@guard(gettext_lazy("Another amendment is in force from the same day; choose another day."))
def follows_no_other_of_the_day(amendment):
    others = amendment.contract.amendments.filter(state="in_force", starts_on=amendment.starts_on)
    return not others.exclude(pk=amendment.pk).exists()


@guard(gettext_lazy("Days under the new terms are already paid or counted under the old ones."))
def nothing_is_paid_under_the_old_terms(amendment):
    """A month whose run is confirmed or paid keeps its standard; no counted day is cut off."""
    return _paid_under_the_old_standard(amendment) + _days_cut_off(amendment)


def _paid_under_the_old_standard(amendment):
    if amendment.standard is None:
        return []
    lines = amendment.contract.pay_lines.filter(
        standing=True, month__gte=Month.of(amendment.starts_on)
    ).exclude(run__state="prepared")
    return [
        (PAID_UNDER if line.run.state in GONE_OUT else STANDS_ON) % {"month": line.month}
        for line in lines.select_related("run").order_by("month")
    ]


PAID_UNDER = gettext_lazy("%(month)s is paid under the old terms; let the new ones begin later.")
STANDS_ON = gettext_lazy("The run of %(month)s stands on the old terms; send it back first.")


def _days_cut_off(amendment):
    if amendment.ends_on is None:
        return []
    return [
        _("The sheet of %(month)s counts days after the new last day; send it back first.")
        % {"month": line.sheet.month}
        for line in _frozen_lines(amendment.contract, amendment.ends_on)
        if later_days(line, amendment.ends_on)
    ]


@warn(gettext_lazy("The worker agreed only after the first day of the new terms."))
def is_agreed_in_time(amendment):
    return amendment.agreed_on is None or amendment.agreed_on <= amendment.starts_on


@warn(gettext_lazy("No scan of the paper that the worker signed is kept."))
def is_on_paper(amendment):
    return amendment.scan_id is not None
