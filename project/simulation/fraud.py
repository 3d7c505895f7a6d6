"""A few simple patterns of fraud, planted so that detection has something known to find."""

from datetime import timedelta

from registry.models import Fact

EVERY = 50
PATTERNS = {
    "V-10": "a holder who died is still marked present",
    "V-04": "a holder works away from home and is still marked present",
    "V-16": "the account is in another person's name",
    "V-06": "two holders of one household",
    "V-19": "no accident insurance",
    "V-01": "several holders check in with one telephone",
    "V-02": "a whole village is present every day at the same minute",
}
SINGLE = ["V-10", "V-04", "V-16", "V-06", "V-19", "V-01", "V-01", "V-01"]
WHOLE_VILLAGE = 7


def plant(size, holders):
    """Mark every fiftieth holder with a pattern in turn, and every seventh village as a whole."""
    for before, holder in zip([None, *holders], holders, strict=False):
        if int(holder.village[9:]) % WHOLE_VILLAGE == 0:
            holder.pattern = "V-02"
        elif holder.index % EVERY < len(SINGLE) and before and before.village == holder.village:
            _change(size, holder, before, SINGLE[holder.index % EVERY])


def _change(size, holder, before, pattern):
    holder.pattern = pattern
    first = size.month_list()[0].first
    if pattern == "V-10":
        holder.facts = ((Fact.Kind.DECEASED, first + timedelta(days=9), "卫健部门"),)
    elif pattern == "V-04":
        holder.facts = ((Fact.Kind.AWAY, first + timedelta(days=4), "监测系统"),)
    elif pattern == "V-16":
        holder.account_name = before.person if before.person != holder.person else "赵某某"
    elif pattern == "V-06":
        holder.household = before.household
