"""Hours and pieces a second time in plain Python, from the policy (W-7, R-30, R-44)."""

from fractions import Fraction


def done(case, days):
    """{day: hours or pieces} of the days worked: as told, else by the times of coming and leaving.

    No minute counts twice, and only whole quarters of an hour count.
    """
    found = {}
    for day, number in case.told:
        if day in days:
            found[day] = max(found.get(day, Fraction(0)), Fraction(number))
    for day in days if case.basis == "hour" else ():
        minutes = set()
        for _day, first, last in (stay for stay in case.stays if stay[0] == day):
            minutes |= set(range(first, last))
        if day not in found and len(minutes) >= 15:
            found[day] = Fraction(len(minutes) // 15, 4)
    return found


def paid_numbers(case, said, days):
    """Of hours no more than the rules allow a day, on no more days than they allow (R-30)."""
    found = {day: number for day, number in sorted(done(case, days).items()) if number}
    if case.basis == "task":
        return found
    most = said.get("attendance.max_days")
    first = sorted(found)[:most]
    least = said.get("attendance.max_hours_day")
    limit = max(found.values(), default=Fraction(0)) if least is None else Fraction(str(least))
    return {day: min(found[day], limit) for day in first}


def is_measured(case):
    """Paid by what was done and not by days: base = the sum a piece or an hour x how many (W-7)."""
    return case.basis in ("hour", "task")
