"""The sums of a month, from the same lines as the page of reports."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from ninja import Router, Schema

from project.api.shapes import Amount, AreaAsked, MonthAsked, MonthText, Sentence, month_asked
from project.kernel.roles import Permission
from reports.monthly import SHOWN, newest, standing, summary, totals

router = Router(tags=["reports"])


class StateSumShape(Schema):
    """How many lines of one state there are, and what they come to."""

    state: str
    state_title: Sentence
    count: int
    sum: Amount


class SumsShape(Schema):
    """All lines that were planned, and how they stand now."""

    count: int
    sum: Amount
    states: list[StateSumShape]


class MonthRowShape(SumsShape):
    """One township, as it is cut today, and one fund."""

    area: str
    area_name: str
    fund: str
    fund_name: str


class MonthReportShape(Schema):
    """A month by township and fund, and everything together."""

    month: MonthText
    rows: list[MonthRowShape]
    total: SumsShape


@router.get("/monthly", response=MonthReportShape)
def monthly(request, month: MonthAsked | None = None, area: AreaAsked | None = None):
    """The month's sums in your areas, without a month the newest; merged villages count together.

    /pay-runs of the month and township have the lines behind the sums.
    """
    if not request.user.has_perm(Permission.REPORT_VIEW):
        raise PermissionDenied(_("This page belongs to another role."))
    lines = standing(request.user, area or "")
    asked = month_asked(month) if month else newest(lines)
    rows = summary(lines.filter(month=asked))
    return {"month": asked, "rows": [_row(row) for row in rows], "total": _sums(totals(rows))}


def _row(row):
    named = {"area_name": row["town"], "fund_name": row["fund"]}
    return _sums(row) | named | {"area": row["area"], "fund": row["fund_id"]}


def _sums(found):
    states = [
        {"state": state, "state_title": state.label, "count": cell["count"], "sum": cell["sum"]}
        for state, cell in zip(SHOWN, found["cells"], strict=True)
    ]
    return {"count": found["count"], "sum": found["sum"], "states": states}
