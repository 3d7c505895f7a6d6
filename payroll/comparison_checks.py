"""Whether other departments were asked before a run is confirmed (rule payroll.compare)."""

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policy.selectors import rulings
from project.kernel.guards import guard, warn

MUST, FREE = "must", "free"


@guard(gettext_lazy("No other department was asked about the people of this run."))
def comparison_is_there(run):
    """Where the rule says so, nobody confirms a month that no comparison covers."""
    return _missing(run) if _asked_by_rule(run) == MUST else True


@warn(gettext_lazy("No other department was asked about the people of this run."))
def comparison_was_made(run):
    """Where the rule only warns, whoever confirms writes why it was done without."""
    return True if _asked_by_rule(run) in ("", FREE, MUST) else _missing(run)


def _asked_by_rule(run):
    """What the rule says of the run's area; where nothing is said, nothing is asked for."""
    said = rulings(["payroll.compare"], on=run.month.last, areas=[run.area_id], fund=run.fund_id)
    found = said[run.area_id].get("payroll.compare")
    return found.value if found else ""


def _missing(run):
    made = apps.get_model("payroll", "Comparison").objects.covering(run.area_id)
    if made.filter(month=run.month).exists():
        return []
    return [
        _(
            "No data comparison of %(month)s covers %(area)s. The county department asks the other "
            "departments first."
        )
        % {"month": run.month, "area": run.area}
    ]
