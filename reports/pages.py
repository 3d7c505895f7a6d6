"""What was planned, held, sent and paid: one month, township by township."""

from collections import defaultdict
from decimal import Decimal

from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from project.kernel import pages
from project.kernel.months import Month
from project.kernel.roles import Permission
from reports import pay_pages, relief_pages
from reports.charts import bars
from reports.monthly import SHOWN, is_code, newest, standing, summary, totals
from reports.zero_employment import ZeroEmploymentTables

LINKS = (
    pages.Link(_("Sums of pay"), reverse_lazy("reports:pay"), Permission.PAY_VIEW),
    pages.Link(_("Work-for-relief"), reverse_lazy("reports:relief"), Permission.RELIEF_VIEW),
)


class MonthSummary(pages.Permitted, TemplateView):
    """A month's payments by township and fund; every number opens the lines behind it."""

    template_name = "reports/month.html"
    permission = Permission.REPORT_VIEW

    def get_context_data(self, **kwargs):
        asked = self.request.GET.get("area", "")
        area = asked if is_code(asked) else ""
        lines = standing(self.request.user, area)
        month, misread = self._month(lines)
        rows = summary(lines.filter(month=month))
        total = totals(rows)
        chart = bars(self._series(rows)) if rows else ""
        return super().get_context_data(
            title=_("Month summary"),
            month=month,
            area=area,
            links=[link for link in LINKS if self.request.user.has_perm(link.permission)],
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
        last = newest(lines)
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


class Reports(pages.Section):
    """Numbers that open the rows behind them."""

    app_name = "reports"
    permissions = (Permission.REPORT_VIEW,)
    urlpatterns = [
        path("", MonthSummary.as_view(), name="index"),
        path("zero-employment/", ZeroEmploymentTables.as_view(), name="zero-employment"),
        *pay_pages.urlpatterns,
        *relief_pages.urlpatterns,
    ]
