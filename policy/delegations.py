"""Standing in for somebody for no more days than the rule of the place allows."""

from policy.selectors import rule
from registry.delegations import make

LONGEST = "delegation.longest_days"


def delegate(absent, substitute, role, area, *, by, starts_on, ends_on, reason):
    """Name a substitute for some days (职务代理), at most as many as `delegation.longest_days`."""
    return make(
        absent,
        substitute,
        role,
        area,
        by=by,
        starts_on=starts_on,
        ends_on=ends_on,
        longest=int(rule(LONGEST, on=starts_on, area=area.pk)),
        reason=reason,
    )
