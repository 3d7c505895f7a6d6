"""Supervision in the navigation: doubts, whom to visit first, visits, how often patterns err."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView, TemplateView

from inspections import doubt_pages, learning, photo_pages, risk, visit_pages
from inspections.case_pages import case_paths
from inspections.file_pages import file_paths
from inspections.forms import LearntForm, RiskForm
from inspections.measure_pages import measure_paths
from inspections.models import Doubt
from inspections.plan_pages import plan_paths
from project.kernel import pages
from project.kernel.pages.workbooks import workbook
from project.kernel.precision import FEW
from project.kernel.roles import Permission
from registry.models import Person

AT_MOST = 200
RISK_HEADS = (_("Name"), _("ID number"), _("Village"), _("Doubts"), _("Risk score"))
HEADS = (
    _("Pattern"),
    _("Severity"),
    _("Doubts"),
    _("Looked at"),
    _("Found true"),
    _("Found untrue"),
    _("Share that was right"),
)


class LearntPage(pages.Permitted, TemplateView):
    """How often the doubts of each pattern were right, over months and an area."""

    template_name = "inspections/learnt.html"
    permission = Permission.DOUBT_VIEW

    def get(self, request, *args, **kwargs):
        self.form = LearntForm(request.GET or None, user=request.user)
        self.rows = learning.of_patterns(self._doubts())
        if request.GET.get("format") == "xlsx" and not self.form.errors:
            rows = [_cells(row) for row in [*self.rows, learning.together(self.rows)]]
            return workbook("patterns", [*HEADS, _("Per cent")], rows, by=request.user)
        return super().get(request, *args, **kwargs)

    def _doubts(self):
        """The doubts asked for; with something misread there are none to count."""
        doubts = Doubt.objects.visible_to(self.request.user)
        if not self.form.is_bound:
            return doubts
        if not self.form.is_valid():
            return doubts.none()
        asked = self.form.cleaned_data
        doubts = doubts.inside(asked["area"].pk) if asked["area"] else doubts
        return learning.between(doubts, asked["since"], asked["until"])

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            title=_("How often doubts are right"),
            crumb=Doubt._meta.verbose_name_plural,
            back_url=reverse("inspections:doubt-list"),
            form=self.form,
            heads=HEADS,
            rows=self.rows,
            total=learning.together(self.rows),
            few=FEW,
            **kwargs,
        )


def _cells(row):
    counts = (row.hits, row.looked_at, row.confirmed, row.cleared)
    return [str(row.title), row.severity, *counts, row.fraction, row.percent]


class RiskList(pages.Permitted, TemplateView):
    """The people of an area with most doubts by weight; each score leads to its reasons."""

    template_name = "inspections/risks.html"
    permission = Permission.DOUBT_VIEW

    def get(self, request, *args, **kwargs):
        self.form = RiskForm(request.GET or None, user=request.user)
        self.area = self._area()
        seen = Doubt.objects.visible_to(request.user)
        self.found = risk.riskiest(seen, self.area.pk, AT_MOST) if self.area else []
        if request.GET.get("format") == "xlsx" and self.area:
            rows, shown = _risk_sheet(self.found)
            return workbook("risk", RISK_HEADS, rows, by=request.user, people=shown)
        return super().get(request, *args, **kwargs)

    def _area(self):
        """The area asked for, or the first of the person's own."""
        if "area" not in self.request.GET:
            return self.form.fields["area"].queryset.first()
        return self.form.cleaned_data["area"] if self.form.is_valid() else None

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            title=_("Who should be visited first"),
            crumb=Doubt._meta.verbose_name_plural,
            back_url=reverse("inspections:doubt-list"),
            form=self.form,
            area=self.area,
            heads=RISK_HEADS,
            found=self.found,
            most=AT_MOST,
            **kwargs,
        )


def _risk_sheet(everybody):
    """The rows of the workbook, and whom they show."""
    return [_risk_cells(found) for found in everybody], [found.person.pk for found in everybody]


def _risk_cells(found):
    person = found.person
    return [person.name, person.masked_id, person.area.name, found.doubts, found.score]


class RiskPage(pages.Permitted, DetailView):
    """The reasons of one person's score; who sees no doubt about them learns nothing here."""

    template_name = "inspections/risk.html"
    permission = Permission.DOUBT_VIEW
    context_object_name = "person"

    def get_object(self, queryset=None):
        seen = Person.objects.visible_to(self.request.user).select_related("area")
        person = get_object_or_404(seen, pk=self.kwargs["pk"])
        self.reasons = risk.reasons(person, Doubt.objects.visible_to(self.request.user))
        if not self.reasons:
            raise Http404
        return person

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            title=self.object.name,
            crumb=_("Who should be visited first"),
            back_url=reverse("inspections:risks"),
            reasons=self.reasons,
            score=risk.score(self.reasons),
            **kwargs,
        )


class Inspections(pages.Section):
    """What looks wrong, who looks into it, and what it turned out to be."""

    app_name = "inspections"
    ways_in = (
        (Permission.DOUBT_VIEW, "doubt-list"),
        (Permission.VISIT_VIEW, "plan-list"),
        (Permission.CASE_VIEW, "case-list"),
        (Permission.SAMPLE_TOLD, "told"),
    )
    permissions = tuple(permission for permission, _page in ways_in)
    urlpatterns = [
        *plan_paths,
        *file_paths,
        *case_paths,
        *measure_paths,
        path("patterns/", LearntPage.as_view(), name="learnt"),
        path("risk/", RiskList.as_view(), name="risks"),
        path("risk/<int:pk>/", RiskPage.as_view(), name="risk"),
        *photo_pages.urlpatterns,
        *visit_pages.urlpatterns,
        *doubt_pages.urlpatterns,
    ]
