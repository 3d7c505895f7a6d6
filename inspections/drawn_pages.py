"""The people of a list: for inspectors with why each stands on it, for the village afterwards."""

from django.contrib import messages
from django.db.models import Case, Q, When
from django.shortcuts import get_object_or_404
from django.urls import include, path, reverse, reverse_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from inspections import plans, proofs, questions
from inspections.models import Drawn, Plan
from inspections.plan_forms import MissForm
from project.kernel import pages
from project.kernel.roles import Permission
from registry.access import areas, in_areas

PLANS_AT_MOST = 200
ANSWERED = (
    ("seen", _("Looked at already")),
    ("open", _("Not looked at yet")),
    ("missed", _("Given up")),
)


def plans_of(user):
    """The newest rounds whose lists somebody may read."""
    drawn = Plan.objects.visible_to(user).filter(drawn_at__isnull=False).order_by("-pk")
    return list(drawn.values_list("pk", "title")[:PLANS_AT_MOST])


class DoneFilter(pages.ChoiceFilter):
    """Those who were looked at, those who still wait, and those of whom it is written why not."""

    def narrow(self, records, value):
        if value == "missed":
            return records.exclude(missed="")
        return records.filter(missed="", looked_at__isnull=value == "open")


def reason(drawn):
    """Why somebody is on the list; a score is said only where its reasons may be read."""
    if drawn.reason == Drawn.Reason.CHANCE or not drawn.may_know:
        return drawn.get_reason_display()
    return translate("By risk, score %(score)s") % {"score": drawn.score}


def listed(user):
    """The lists that somebody inspects by, and of each person whether its score may be read."""
    drawn = Drawn.objects.listed_for(user)
    knows = Q(pk__isnull=False) & in_areas(areas(user, Permission.DOUBT_VIEW), "plan__area_id")
    drawn = drawn.annotate(may_know=Case(When(knows, then=True), default=False))
    drawn = drawn.select_related("area", "plan__area", "contract__person")
    return proofs.looked_at(drawn).defer("plan__population", "plan__scores")


class DrawnList(pages.RecordList):
    """The lists of the rounds of somebody's own areas."""

    model = Drawn
    permission = Permission.VISIT_VIEW
    title = _("People drawn")
    template_name = "inspections/drawn_list.html"
    columns = (
        pages.Column(_("Number"), "number", align="end"),
        pages.Column(_("Name"), "contract.person.name", link=True),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("Post"), "contract.title"),
        pages.Column(_("Phone"), "contract.person.phone"),
        pages.Column(_("Why"), reason),
        pages.Column(_("Looked at on"), "looked_at"),
        pages.Column(_("What was seen"), proofs.seen_in_words),
        pages.Column(_("Inspection plan"), "plan.title"),
    )
    filters = (
        pages.ChoiceFilter("plan", _("Inspection plan"), choices=plans_of),
        pages.AreaFilter(),
        pages.ChoiceFilter("reason", _("Why")),
        DoneFilter("done", _("State"), choices=ANSWERED),
    )
    search_fields = ("contract__person__name",)
    links = (pages.Link(_("Inspection plans"), reverse_lazy("inspections:plan-list")),)
    empty = _("No list has been drawn in your areas.")

    def records(self):
        return listed(self.request.user)

    def get_context_data(self, **kwargs):
        """Where a round goes by telephone, what is asked stands above the list."""
        asked = self.chosen.get("plan", "")
        asked = Plan.objects.filter(pk=asked) if asked.isdecimal() else Plan.objects.none()
        by_phone = asked.visible_to(self.request.user).filter(way=Plan.Way.PHONE).exists()
        asks = questions.QUESTIONS if by_phone else ()
        return super().get_context_data(questions=asks, **kwargs)


class DrawnPage(pages.RecordPage):
    """One person on a list: why, what was seen, and the ways on."""

    model = Drawn
    permission = Permission.VISIT_VIEW
    summary = DrawnList.columns[1:5]
    facts = (pages.Group(_("On the list"), (DrawnList.columns[0], *DrawnList.columns[5:])),)

    def get_queryset(self):
        return listed(self.request.user)

    def links(self, drawn):
        ways = [
            pages.Link(_("Inspection plan"), pages.url_of(drawn.plan)),
            pages.Link(_("Contract"), pages.url_of(drawn.contract), Permission.CONTRACT_VIEW),
        ]
        if drawn.score and drawn.may_know:
            risk = reverse("inspections:risk", args=[drawn.contract.person_id])
            ways.append(pages.Link(_("Reasons of the score"), risk, Permission.DOUBT_VIEW))
        visit = (
            f"{reverse('inspections:visit-new')}?contract={drawn.contract_id}&plan={drawn.plan_id}"
        )
        ways.append(pages.Link(_("Type in a visit"), visit, Permission.VISIT_RECORD))
        if not (drawn.looked_at or drawn.missed):
            why_not = reverse("inspections:drawn-miss", args=[drawn.pk])
            ways.append(pages.Link(_("Why not looked at"), why_not, Permission.VISIT_RECORD))
        return ways


class Miss(pages.EntryPage):
    """Write down why somebody on a list is not looked at after all."""

    permission = Permission.VISIT_RECORD
    form_class = MissForm
    title = label = _("Write down why not")
    help = _("Somebody who left or is ill stays on the list with the reason; nobody takes a place.")

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            self.drawn = get_object_or_404(listed(request.user), pk=kwargs["pk"])
            self.crumb, self.back_url = self.drawn, pages.url_of(self.drawn)
        return super().dispatch(request, *args, **kwargs)

    def enter(self, *, by, why):
        plans.miss(self.drawn, by=by, why=why)
        messages.success(self.request, translate("It is written down."))
        return pages.url_of(self.drawn.plan)


class ToldList(pages.RecordList):
    """What a village may know: its own part of a list, after the first visit there (S-29)."""

    model = Drawn
    permission = Permission.SAMPLE_TOLD
    title = _("Looked at in the villages")
    joins = ("area", "plan", "contract__person")
    columns = (
        pages.Column(_("Name"), "contract.person.name"),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("Post"), "contract.title"),
        pages.Column(_("Way"), "plan.way"),
        pages.Column(_("From"), "plan.first"),
        pages.Column(_("To"), "plan.last"),
        pages.Column(_("Looked at on"), "looked_at"),
    )
    filters = (pages.AreaFilter(),)
    search_fields = ("contract__person__name",)
    empty = _("Nobody from outside has looked at anybody in your villages yet.")

    def records(self):
        told = Drawn.objects.told_to(self.request.user).select_related(*self.joins)
        return proofs.looked_at(told).defer("plan__population", "plan__scores")


drawn_paths = [
    path("told/", ToldList.as_view(), name="told"),
    path("drawn/<int:pk>/why-not/", Miss.as_view(), name="drawn-miss"),
    path("drawn/", include(pages.plain_paths(DrawnList, DrawnPage))),
]
