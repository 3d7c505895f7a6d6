"""What is doubtful about a report as it comes, before anything is looked up.

The statement that stores the reports adds what the contract, its suspensions and its places of
work show; `attendance.judging` adds what other days and other people show.
"""

from datetime import timedelta

from attendance.models import CheckIn, Flag

PLACED = (CheckIn.Source.PHONE, CheckIn.Source.ROLL_CALL)  # these are asked where they are


def seen_in(report, limits, *, now, today, forged):
    """{code: evidence} of what a report shows by itself."""
    found = {code: {} for code, holds in _bare(report, forged) if holds}
    return found | dict(_of_place(report, limits)) | dict(_of_time(report, limits, now, today))


def _bare(report, forged):
    """The doubts that show themselves and have no evidence beside the report."""
    yield Flag.Code.NO_PLACE.value, report.source in PLACED and report.longitude is None
    yield Flag.Code.MOCK_PLACE.value, report.mock
    yield Flag.Code.BAD_SIGNATURE.value, forged
    left_first = report.in_at and report.out_at and report.out_at < report.in_at
    yield Flag.Code.LEFT_BEFORE.value, left_first


def _of_place(report, limits):
    if report.accuracy is not None and report.accuracy > limits["max_accuracy"]:
        found = {"metres": report.accuracy, "limit": limits["max_accuracy"]}
        yield Flag.Code.POOR_ACCURACY.value, found


def _of_time(report, limits, now, today):
    if report.drift is not None and abs(report.drift) > limits["max_drift"]:
        found = {"seconds": report.drift, "limit": limits["max_drift"]}
        yield Flag.Code.CLOCK_DRIFT.value, found
    if report.at is not None and now - report.at > timedelta(hours=limits["late"]):
        hours = (now - report.at) // timedelta(hours=1)
        yield Flag.Code.LATE.value, {"hours": hours, "limit": limits["late"]}
    if report.day > today:
        yield Flag.Code.FUTURE_DAY.value, {"today": today.isoformat()}
