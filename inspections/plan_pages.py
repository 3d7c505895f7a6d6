"""Rounds of inspection on the pages: the plans, their lists, and what the village is told."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import include, path, reverse, reverse_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView

from inspections import plan_flows, proofs
from inspections.drawn_pages import drawn_paths
from inspections.models import Plan
from inspections.plan_forms import PlanForm
from project.kernel import pages
from project.kernel.roles import Permission


def percent(share):
    """A share as people write it."""
    return f"{(100 * share).normalize():f} %"


class PlanList(pages.RecordList):
    model = Plan
    permission = Permission.VISIT_VIEW
    joins = ("area",)
    columns = (
        pages.Column(_("Title"), "title", link=True),
        pages.Column(_("Area"), "area.name"),
        pages.Column(_("Way"), "way"),
        pages.Column(_("From"), "first"),
        pages.Column(_("To"), "last"),
        pages.Column(_("Share drawn"), lambda plan: percent(plan.share), align="end"),
        pages.Column(_("State"), "state", badge=True),
    )
    filters = (
        pages.AreaFilter(),
        pages.ChoiceFilter("way", _("Way")),
        pages.StateFilter(),
    )
    search_fields = ("title",)
    search_hint = _("Title")
    links = (
        pages.Link(
            _("Plan a round"), reverse_lazy("inspections:plan-make"), Permission.SAMPLE_DRAW
        ),
        pages.Link(_("People drawn"), reverse_lazy("inspections:drawn-list")),
        pages.Link(
            _("Looked at in the villages"),
            reverse_lazy("inspections:told"),
            Permission.SAMPLE_TOLD,
        ),
    )
    empty = _(
        "No round of inspection is planned here. Plan one: its list is drawn by chance and by "
        "risk, and no village sees it before the first visit there."
    )

    def records(self):
        """The lists of numbers frozen with a plan are long, and none is shown in a list."""
        return super().records().defer("population", "scores")


SHARES = (
    pages.Column(_("Area"), "area.name"),
    pages.Column(_("At work"), "people", align="end"),
    pages.Column(_("Drawn"), "drawn", align="end"),
    pages.Column(_("People looked at"), "looked_at", align="end"),
    pages.Column(_("Written down why not"), "missed", align="end"),
    pages.Column(_("Share looked at"), "percent", align="end"),
)


class PlanPage(pages.RecordPage):
    model = Plan
    permission = Permission.VISIT_VIEW
    joins = ("area", "made_by")
    deeds = plan_flows.PlanFlow.begun
    summary = (
        pages.Column(_("Area"), "area.name"),
        pages.Column(_("Way"), "way"),
        pages.Column(_("From"), "first"),
        pages.Column(_("To"), "last"),
        pages.Column(_("Share drawn"), lambda plan: percent(plan.share)),
        pages.Column(_("Of these by risk"), lambda plan: percent(plan.risk_share)),
    )
    facts = (
        pages.Group(
            _("Drawing"),
            (
                pages.Column(_("People who could be drawn"), lambda plan: len(plan.population)),
                pages.Column(_("Drawn at"), "drawn_at"),
                pages.Column(_("Seed"), "seed"),
                pages.Column(_("SHA-256 of the list"), "frozen"),
                pages.Column(_("Planned by"), "made_by"),
            ),
        ),
        pages.Group(_("Report"), (pages.Column(_("What was found"), "report"),)),
    )

    def links(self, plan):
        if not plan.drawn_at:
            return []
        listed = f"{reverse('inspections:drawn-list')}?plan={plan.pk}"
        return [
            pages.Link(_("People drawn"), listed),
            pages.Link(_("Draw again and compare"), reverse("inspections:proof", args=[plan.pk])),
        ]

    def tables(self, plan):
        if not plan.drawn_at:
            return []
        return [(_("How far the round has come"), SHARES, proofs.shares(plan))]


class PlanRound(pages.EntryPage):
    """Plan a round; nobody is drawn before somebody draws the list."""

    permission = Permission.SAMPLE_DRAW
    form_class = PlanForm
    title = label = _("Plan a round")
    crumb = Plan._meta.verbose_name_plural
    back_url = reverse_lazy("inspections:plan-list")
    help = _(
        "Everybody at work in the area on the day of drawing may be drawn, part of them by their "
        "risk score and the others by chance alone. The list never changes afterwards."
    )

    def enter(self, *, by, **facts):
        made = plan_flows.make(by=by, **facts)
        messages.success(self.request, translate("The round is planned. Now draw its list."))
        return pages.url_of(made)


class ProofPage(pages.Permitted, DetailView):
    """The list drawn once more from its seed, and whether it is the one on record."""

    template_name = "inspections/proof.html"
    permission = Permission.VISIT_VIEW
    context_object_name = "plan"

    def get_object(self, queryset=None):
        plan = get_object_or_404(Plan.objects.visible_to(self.request.user), pk=self.kwargs["pk"])
        if not plan.drawn_at:
            raise Http404
        return plan

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            title=_("Draw again and compare"),
            crumb=self.object,
            back_url=pages.url_of(self.object),
            proof=proofs.redraw(self.object),
            **kwargs,
        )


plan_paths = [
    path("plans/make/", PlanRound.as_view(), name="plan-make"),
    path("plans/<int:pk>/proof/", ProofPage.as_view(), name="proof"),
    path("plans/", include(pages.record_paths(PlanList, PlanPage))),
    *drawn_paths,
]
