"""What is doubtful about a report as it comes, before anything is looked up.

The statement that stores the reports adds what the contract, its suspensions and its places of
work show; `attendance.judging` adds what other days and other people show.
"""

from datetime import timedelta

from attendance.models import CheckIn, Flag

PLACED = (CheckIn.Source.PHONE.value, CheckIn.Source.ROLL_CALL.value)  # asked where they are
# Read from the enumeration once: a morning asks for them hundreds of thousands of times.
NO_PLACE = Flag.Code.NO_PLACE.value
MOCK_PLACE = Flag.Code.MOCK_PLACE.value
BAD_SIGNATURE = Flag.Code.BAD_SIGNATURE.value
LEFT_BEFORE = Flag.Code.LEFT_BEFORE.value
POOR_ACCURACY = Flag.Code.POOR_ACCURACY.value
CLOCK_DRIFT = Flag.Code.CLOCK_DRIFT.value
LATE = Flag.Code.LATE.value
FUTURE_DAY = Flag.Code.FUTURE_DAY.value


def seen_in(report, limits, *, now, today, forged):
    """{code: evidence} of what a report shows by itself."""
    return _bare(report, forged) | _of_place(report, limits) | _of_time(report, limits, now, today)


def _bare(report, forged):
    """The doubts that show themselves and have no evidence beside the report."""
    found = {}
    if report.longitude is None and report.source in PLACED:
        found[NO_PLACE] = {}
    if report.mock:
        found[MOCK_PLACE] = {}
    if forged:
        found[BAD_SIGNATURE] = {}
    if report.in_at and report.out_at and report.out_at < report.in_at:
        found[LEFT_BEFORE] = {}
    return found


def _of_place(report, limits):
    if report.accuracy is None or report.accuracy <= limits["max_accuracy"]:
        return {}
    return {POOR_ACCURACY: {"metres": report.accuracy, "limit": limits["max_accuracy"]}}


def _of_time(report, limits, now, today):
    found = {}
    if report.drift is not None and abs(report.drift) > limits["max_drift"]:
        found[CLOCK_DRIFT] = {"seconds": report.drift, "limit": limits["max_drift"]}
    if report.at is not None and now - report.at > timedelta(hours=limits["late"]):
        hours = (now - report.at) // timedelta(hours=1)
        found[LATE] = {"hours": hours, "limit": limits["late"]}
    if report.day > today:
        found[FUTURE_DAY] = {"today": today.isoformat()}
    return found
