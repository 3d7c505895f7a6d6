"""The page on which the run that pays what waited is asked for."""

from django.db.models import Count, Sum
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext_lazy as _

from payroll import flows, supplements
from payroll.forms import SupplementForm
from payroll.models import PayRun
from project.kernel import pages
from project.kernel.roles import Permission


class SupplementRun(pages.EntryPage):
    """Ask for the run that pays what waited when a month was sent, and who was missed."""

    permission = Permission.PAY_PREPARE
    form_class = SupplementForm
    title = _("Prepare a supplementary run")
    label = _("Prepare the run")
    help = _(
        "Lines that were held are taken over as they are; people without a line are computed. The "
        "run is checked, put on notice and approved like any other."
    )

    def dispatch(self, request, *args, **kwargs):
        seen = PayRun.objects.visible_to(request.user)
        self.crumb = self.run = get_object_or_404(seen, pk=kwargs["pk"])
        self.back_url = pages.url_of(self.run)
        return super().dispatch(request, *args, **kwargs)

    def enter(self, *, by):
        return pages.url_of(flows.supplement(self.run, by=by))

    def get_context_data(self, **kwargs):
        waits = supplements.waiting(self.run).aggregate(n=Count("pk"), sum=Sum("amount"))
        summary = [
            (_("Lines that wait"), waits["n"]),
            (_("Amount (yuan)"), f"{waits['sum'] or 0:,.2f}"),
            (_("People without a line"), supplements.missed(self.run).count()),
        ]
        return super().get_context_data(summary=summary, **kwargs)


urlpatterns = [path("<int:pk>/supplement/", SupplementRun.as_view(), name="supplement")]
