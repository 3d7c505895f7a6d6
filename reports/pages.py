"""What was planned, held, sent and paid: one month, township by township."""

from collections import defaultdict
from decimal import Decimal

from django.db.models import Case, Count, F, Max, Sum, When
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from payroll.models import LineState, PayLine
from project.kernel import pages
from project.kernel.months import Month, today
from project.kernel.roles import Permission
from registry.mergers import successors, township_of
from registry.models import Area
from reports.charts import bars
from reports.zero_employment import ZeroEmploymentTables

SHOWN = (
    LineState.PAYABLE,
    LineState.HELD,
    LineState.SENT,
    LineState.PAID,
    LineState.RETURNED,
    LineState.EXCLUDED,
)


class MonthSummary(pages.Permitted, TemplateView):
    """A month's payments by township and fund; every number opens the lines behind it."""

    template_name = "reports/month.html"
    permission = Permission.REPORT_VIEW

    def get_context_data(self, **kwargs):
        lines = PayLine.objects.visible_to(self.request.user).filter(standing=True)
        month, misread = self._month(lines)
        rows = summary(lines.filter(month=month))
        total = totals(rows)
        chart = bars(self._series(rows), nonce=self.request.csp_nonce) if rows else ""
        return super().get_context_data(
            title=_("Month summary"),
            month=month,
            misread=misread,
            heads=[state.label for state in SHOWN],
            rows=rows,
            total=total,
            chart=chart,
            **kwargs,
        )

    def _month(self, lines):
        """The month of the address; without one the last that was prepared."""
        asked = self.request.GET.get("month", "")
        last = lines.aggregate(last=Max("month"))["last"] or Month.of(today()).previous()
        try:
            return (Month.parse(asked) if asked else last), []
        except ValueError as error:
            return last, [str(error)]

    def _series(self, rows):
        """The sums of each township by state, for the chart."""
        towns = defaultdict(lambda: defaultdict(Decimal))
        for row in rows:
            for cell in row["cells"]:
                towns[row["town"]][cell["state"]] += cell["sum"]
        return [
            (str(state.label), [(town, sums[state]) for town, sums in towns.items()])
            for state in SHOWN[:-1]
        ]


def summary(lines):
    """One row for each township of today and fund, with count and sum of each state."""
    merged = successors(today())
    moved = Case(When(area__in=list(merged), then=F("area_id")), default=F("run__area_id"))
    keys = ("place", "run__fund", "run__fund__name", "month", "state")
    found = lines.with_state().annotate(place=moved).order_by().values(*keys)
    rows = {}
    for one in found.annotate(n=Count("pk"), sum=Sum("amount")):
        key = (township_of(one["place"], merged), one["run__fund"])
        row = rows.setdefault(key, {"fund": one["run__fund__name"], "by_state": {}})
        _add(row["by_state"], one)
        row["base"] = f"month={one['month']}&area={key[0]}&fund={key[1]}"
    towns = Area.objects.in_bulk({town for town, _fund in rows})
    return [_row(rows[key] | {"town": towns[key[0]].name}) for key in sorted(rows)]


def _add(by_state, one):
    """Add the lines of one place to those of the others that count under the same township."""
    before = by_state.setdefault(one["state"], {"n": 0, "sum": Decimal(0)})
    before["n"] += one["n"]
    before["sum"] += one["sum"]


def _row(row):
    base = f"{reverse('payroll:payline-list')}?{row['base']}"
    cells = [_cell(state, row["by_state"].get(state), base) for state in SHOWN]
    return row | {
        "cells": cells,
        "url": base,
        "count": sum(cell["count"] for cell in cells),
        "sum": sum(cell["sum"] for cell in cells),
    }


def _cell(state, found, base):
    count, total = (found["n"], found["sum"]) if found else (0, Decimal(0))
    return {"state": state, "count": count, "sum": total, "url": f"{base}&state={state}"}


def totals(rows):
    """The last line: all townships and funds together."""
    columns = [[row["cells"][place] for row in rows] for place in range(len(SHOWN))]
    return {
        "cells": [
            {"count": sum(c["count"] for c in column), "sum": sum(c["sum"] for c in column)}
            for column in columns
        ],
        "count": sum(row["count"] for row in rows),
        "sum": sum(row["sum"] for row in rows),
    }


class Reports(pages.Section):
    """Numbers that open the rows behind them."""

    app_name = "reports"
    permissions = (Permission.REPORT_VIEW,)
    urlpatterns = [
        path("", MonthSummary.as_view(), name="index"),
        path("zero-employment/", ZeroEmploymentTables.as_view(), name="zero-employment"),
    ]
