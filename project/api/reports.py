"""The sums of a month and of a span of pay, the same figures as on the pages of reports."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema

from project.api.answers import Unusable
from project.api.shapes import Amount, AreaAsked, MonthAsked, MonthText, Sentence, month_asked
from project.kernel.roles import Permission
from reports.monthly import SHOWN, newest, standing, summary, totals
from reports.pay_forms import SpanForm
from reports.pay_sums import pay_sums

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


class PayRowShape(Schema):
    """One group, or all together: people, the months paid for and what they come to."""

    key: str
    name: Sentence
    place: str
    people: int
    months: int
    planned: Amount
    prepared: Amount
    committed: Amount
    held: Amount
    paid: Amount
    returned: Amount
    recovered: Amount


class PayMonthShape(Schema):
    """The sums of one month, and how many days after its end the bank credited them."""

    month: MonthText
    planned: Amount
    committed: Amount
    paid: Amount
    days: str | None
    days_at_most: int | None


class PayReportShape(Schema):
    """The sums of pay from month to month; `above` adds households that got more."""

    first: MonthText
    last: MonthText
    by: str
    rows: list[PayRowShape]
    total: PayRowShape
    months: list[PayMonthShape]


class PayAsked(Schema):
    """A year, or first and last month; without them the current year, by township."""

    year: str = ""
    first: str = ""
    last: str = ""
    area: str = ""
    by: str = ""
    above: str = ""


@router.get("/pay", response=PayReportShape)
def pay(request, asked: Query[PayAsked]):
    """Planned, committed, held, paid, returned and recovered in your areas, as on the page.

    `by` is township, department, fund, type or household; no plan is made for a household.
    """
    if not request.user.has_perm(Permission.PAY_VIEW):
        raise PermissionDenied(_("This page belongs to another role."))
    form = SpanForm(asked.model_dump(), user=request.user)
    if not form.is_valid():
        raise Unusable({name: [str(e) for e in said] for name, said in form.errors.items()})
    span, by = form.cleaned_data["span"], form.cleaned_data["by"] or "township"
    found = pay_sums(request.user, span, by, form.cleaned_data["above"])
    return {
        "first": span.first,
        "last": span.last,
        "by": by,
        "rows": [_pay_row(row) for row in found.rows],
        "total": _pay_row(found.total),
        "months": list(_pay_months(found)),
    }


def _pay_row(row):
    named = {"key": row.key, "name": row.name, "place": row.place}
    return named | {"people": row.people, "months": row.months} | row.sums


def _pay_months(found):
    came = {one.month: (str(one.days), one.most) for one in found.arrivals}
    for month, sums in found.months.items():
        days, most = came.get(month, (None, None))
        yield sums | {"month": month, "days": days, "days_at_most": most}
