"""What must be true of a way out of a contract before the next step (W-8)."""

from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policy.selectors import rule
from project.kernel.guards import guard
from project.kernel.months import Month, today
from registry.models import Fact

# Sheets whose days have not gone into a payment yet, and can still be sent back to the village.
FROZEN_UNPAID = ["confirmed", "acknowledged", "reviewed", "on_notice", "final"]
RUN_UNPAID = [
    "confirmed",
    "on_notice",
    "township_approved",
    "department_approved",
    "finance_approved",
]


@guard(gettext_lazy("The death must be shown: enter the certificate or the department's record."))
def is_proved(exit_):
    return not exit_.is_death or bool(exit_.proof.strip())


@guard(gettext_lazy("A disciplinary exit needs the finding it rests on."))
def has_finding(exit_):
    return not exit_.is_disciplinary or bool(exit_.finding.strip())


@guard(gettext_lazy("A death needs its proof and no notice; it is approved straight away."))
def needs_notice(exit_):
    return not exit_.is_death


@guard(gettext_lazy("The person must be told before the exit is approved."))
def was_told(exit_):
    return exit_.is_death or exit_.notified_on is not None


@guard(gettext_lazy("The person must be heard before a disciplinary exit is approved."))
def was_heard(exit_):
    return not exit_.is_disciplinary or exit_.heard_on is not None


def statement_until(exit_):
    """The last day on which the person may still make a statement (exit.statement_days)."""
    days = rule("exit.statement_days", on=exit_.proposed_on, area=exit_.area_id)
    return exit_.notified_on + timedelta(days=days)


def silence_is_over(exit_):
    """Why silence cannot be recorded yet: the person still has days to make a statement."""
    until = statement_until(exit_)
    if today() > until:
        return []
    return [
        _("The person may make a statement until %(day)s; enter it, or wait until then.")
        % {"day": until}
    ]


@guard(gettext_lazy("The last working day must lie within the contract."))
def last_day_fits(exit_):
    return exit_.contract.starts_on <= exit_.last_day <= exit_.contract.ends_on


@guard(gettext_lazy("The last working day cannot be later than the death."))
def died_after_the_last_day(exit_):
    if not exit_.is_death:
        return True
    told = exit_.contract.person.facts.filter(kind=Fact.Kind.DECEASED)
    return [
        _("%(source)s says the person died on %(day)s; the last working day cannot be later.")
        % {"source": fact.source, "day": fact.starts_on}
        for fact in told.filter(starts_on__lt=exit_.last_day)
    ]


@guard(gettext_lazy("The contract is not in force, so nobody can leave it."))
def contract_holds(exit_):
    return exit_.contract.state in ("in_force", "suspended")


@guard(gettext_lazy("Days after the last working day are already counted."))
def no_later_day_is_counted(exit_):
    """Days after the last one are never payable: a sheet or run that has some goes back first."""
    day, contract = exit_.last_day, exit_.contract
    later = {"standing": True, "run__state__in": RUN_UNPAID, "month__gte": Month.of(day)}
    lines = contract.pay_lines.filter(sheet_line__isnull=False, **later)
    frozen = contract.sheet_lines.filter(
        sheet__state__in=FROZEN_UNPAID, sheet__month__gte=Month.of(day)
    )
    return [
        _("The pay run of %(month)s pays days after the last working day; send it back first.")
        % {"month": line.month}
        for line in lines.select_related("sheet_line__sheet")
        if later_days(line.sheet_line, day)
    ] + [
        _("The sheet of %(month)s counts days after the last working day; send it back first.")
        % {"month": line.sheet.month}
        for line in frozen.select_related("sheet")
        if later_days(line, day)
    ]


def later_days(line, day):
    """Whether a frozen line holds a day after `day`: bit n-1 is day n."""
    kept = day.day if day in line.sheet.month else 0
    return (line.full_days | line.half_days) >> kept


def unpaid_months(contract, last_day):
    """The months with days of work up to the last one that no payment has settled."""
    days = contract.check_ins.filter(
        day__range=(contract.starts_on, last_day), voids__isnull=True, voided_by__isnull=True
    )
    worked = {Month.of(day) for day in days.dates("day", "month")}
    lines = contract.pay_lines.filter(standing=True).with_state()
    nothing_due = Q(state="excluded", run__state="closed")
    settled = set(lines.filter(Q(state="paid") | nothing_due).values_list("month", flat=True))
    return sorted(worked - settled)


@guard(gettext_lazy("Days of work are not paid yet."))
def everything_is_paid(exit_):
    return [
        _("The days of %(month)s are not paid yet; the exit is settled when they are.")
        % {"month": month}
        for month in unpaid_months(exit_.contract, exit_.last_day)
    ]


@guard(gettext_lazy("Nobody leaves a running contract without an approved exit; propose one."))
def leaves_in_order(contract):
    """A contract ends by an approved exit, or because its last day has passed."""
    approved = contract.exits.exclude(state="cancelled").filter(approved_on__isnull=False)
    return contract.ends_on < today() or approved.exists()
