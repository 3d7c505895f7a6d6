"""The labour plan as a small grid: one row a trade, empty rows to add, no script needed (F-23)."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from project.kernel.guards import Refused
from project.kernel.roles import Permission
from workrelief import services
from workrelief.models import LabourPlan
from workrelief.project_forms import ROWS_AT_MOST, PlanRows
from workrelief.project_shares import bars_of, lay_shares
from workrelief.project_upon import OfProject

SPARE = 3  # empty rows below the last one
FIELDS = ("fund_line", "trade", "headcount", "unit", "units", "rate")


class PlanLabour(OfProject):
    """The owner writes the labour plan; below the grid stands what each fund's minimum asks."""

    permissions = (Permission.RELIEF_OWN,)
    states = services.UNTIL_STARTED
    template_name = "workrelief/labour_plan.html"
    title = _("Write the labour plan")
    reasons = ()

    def get_form(self, form_class=None):
        kept = [
            {name: row[name] for name in FIELDS}
            for row in LabourPlan.objects.filter(fund_line__project=self.project).values(*FIELDS)
        ]
        lines = self.project.fund_lines.select_related("fund")
        said = {
            "form_kwargs": {"lines": [(line.pk, f"{line} · {line.amount:,}") for line in lines]}
        }
        if self.request.method == "POST":
            return PlanRows(self._posted(), initial=kept, **said)
        rows = PlanRows(initial=kept, **said)
        rows.extra = SPARE
        return rows

    def _posted(self):
        """What was sent; whoever asked for more rows gets the same with some below."""
        posted, total = self.request.POST.copy(), self.request.POST.get("form-TOTAL_FORMS", "")
        if "more" not in posted or not total.isdecimal():
            return posted
        more = min(int(total) + SPARE, ROWS_AT_MOST)
        for row in range(int(total), more):  # an empty row stands on what it offers first
            posted[f"form-{row}-fund_line"] = posted.get("form-0-fund_line", "")
            posted[f"form-{row}-unit"] = LabourPlan._meta.get_field("unit").default
        posted["form-TOTAL_FORMS"] = more
        return posted

    def post(self, request, *args, **kwargs):
        rows = self.get_form()
        if "more" in request.POST or not rows.is_valid():
            return self.form_invalid(rows)
        return self.form_valid(rows)

    def form_valid(self, rows):
        said = [row.cleaned_data for row in rows if row not in rows.deleted_forms]
        planned = [tuple(row[name] for name in FIELDS) for row in said if row]
        try:
            services.plan_labour(self.project, by=self.request.user, rows=planned)
        except Refused as refused:
            self.reasons = refused.messages
            return self.form_invalid(rows)
        messages.success(self.request, translate("The labour plan is saved."))
        return redirect(self.back_url)

    def get_context_data(self, **kwargs):
        lay_shares([self.project])
        bars = bars_of(self.project)
        return super().get_context_data(bars=bars, reasons=self.reasons, **kwargs)
