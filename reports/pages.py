"""What was planned, held, sent and paid: one month, township by township."""

from collections import defaultdict
from decimal import Decimal

from django.db.models import Count, Max, Sum
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from payroll.models import LineState, PayLine
from project.kernel import pages
from project.kernel.months import Month, today
from project.kernel.roles import Permission
from reports.charts import bars

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
    """One row for each township and fund, with count and sum of each state."""
    keys = ("run__area", "run__area__name", "run__fund", "run__fund__name", "month", "state")
    found = lines.with_state().order_by().values(*keys).annotate(n=Count("pk"), sum=Sum("amount"))
    rows = {}
    for one in found:
        key = (one["run__area"], one["run__fund"])
        row = rows.setdefault(key, {"town": one["run__area__name"], "fund": one["run__fund__name"]})
        row.setdefault("by_state", {})[one["state"]] = one
        row["base"] = f"month={one['month']}&area={key[0]}&fund={key[1]}"
    return [_row(rows[key]) for key in sorted(rows)]


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
    urlpatterns = [path("", MonthSummary.as_view(), name="index")]
