"""Doubts on the pages: what was seen and its evidence, what people say, what was found out."""

from django.db.models import Q
from django.urls import path, reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from inspections import evidence, learning, risk
from inspections.forms import DetectForm
from inspections.models import Doubt, Visit
from inspections.patterns import BY_CODE
from inspections.tasks import ask_to_detect
from inspections.words import title_of, why
from project.kernel import pages
from project.kernel.roles import Permission
from registry.models import Person

NAMES_AT_MOST = 1000


def about(doubt):
    """Whom a doubt is about, in the width of a column."""
    if doubt.person:
        return doubt.person.name
    number = len(doubt.people)
    said = ngettext("%(number)s person", "%(number)s people", number) % {"number": number}
    return said if number else ""


def patterns(user):
    return [(code, title_of(code)) for code in BY_CODE]


class DoubtList(pages.RecordList):
    model = Doubt
    permission = Permission.DOUBT_VIEW
    joins = ("area", "person")
    columns = (
        pages.Column(_("Pattern"), lambda doubt: title_of(doubt.pattern), link=True),
        pages.Column(_("Severity"), "severity"),
        pages.Column(_("About"), about),
        pages.Column(_("Area"), "area.name"),
        pages.Column(_("Month"), "month"),
        pages.Column(_("What was seen"), why),
        pages.Column(_("To be decided by"), "due_on"),
        pages.Column(_("State"), "state", badge=True),
    )
    filters = (
        pages.AreaFilter(),
        pages.MonthFilter(),
        pages.ChoiceFilter("pattern", _("Pattern"), choices=patterns),
        pages.ChoiceFilter("severity", _("Severity")),
        pages.StateFilter(),
    )
    search_fields = ("person__name",)
    links = (
        pages.Link(_("Cases"), reverse_lazy("inspections:case-list"), Permission.CASE_VIEW),
        pages.Link(
            _("Look for doubts"), reverse_lazy("inspections:detect"), Permission.DOUBT_DETECT
        ),
        pages.Link(
            Visit._meta.verbose_name_plural,
            reverse_lazy("inspections:visit-list"),
            Permission.VISIT_VIEW,
        ),
        pages.Link(
            _("Look through pictures"),
            reverse_lazy("inspections:photos"),
            Permission.PHOTO_REVIEW,
        ),
        pages.Link(_("Who should be visited first"), reverse_lazy("inspections:risks")),
        pages.Link(_("How often doubts are right"), reverse_lazy("inspections:learnt")),
        pages.Link(
            _("Inspection plans"), reverse_lazy("inspections:plan-list"), Permission.VISIT_VIEW
        ),
    )
    empty = _(
        "Nobody has found a doubt here. Look for doubts in a month; each finding is a doubt and "
        "no verdict."
    )

    def search(self, records, words):
        """Every word must be in the name of somebody the doubt is about."""
        seen = Person.objects.visible_to(self.request.user).order_by("pk")
        for word in words.split():
            named = seen.filter(name__icontains=word).values_list("pk", flat=True)
            named = list(named[:NAMES_AT_MOST])
            records = records.filter(Q(person__in=named) | Q(people__overlap=named))
        return records


class DoubtPage(pages.RecordPage):
    model = Doubt
    permission = Permission.DOUBT_VIEW
    joins = ("area", "person", "contract__person", "found_in", "decided_by", "case")
    template_name = "inspections/doubt.html"
    summary = (
        pages.Column(_("Pattern"), lambda doubt: title_of(doubt.pattern)),
        pages.Column(_("Severity"), "severity"),
        pages.Column(_("Area"), "area.name"),
        pages.Column(_("Month"), "month"),
        pages.Column(_("Found at"), "found_at"),
        pages.Column(_("To be decided by"), "due_on"),
        pages.Column(_("How often such doubts are right"), learning.in_a_sentence),
    )
    facts = (
        pages.Group(
            _("What people found out"),
            (
                pages.Column(_("What the person says"), "statement"),
                pages.Column(_("What was found out"), "finding"),
                pages.Column(_("Decided by"), "decided_by"),
                pages.Column(_("Decided at"), "decided_at"),
            ),
        ),
    )

    def links(self, doubt):
        found = []
        if doubt.contract:
            url = pages.url_of(doubt.contract)
            found.append(pages.Link(_("Contract"), url, Permission.CONTRACT_VIEW))
        if hasattr(doubt, "case"):
            url = pages.url_of(doubt.case)
            found.append(pages.Link(_("The case about it"), url, Permission.CASE_VIEW))
        return found

    def can_open(self, doubt):
        """Whether one click here opens a case; what was found untrue opens none."""
        untrue = doubt.state == Doubt.State.DISMISSED
        may = self.request.user.has_perm(Permission.CASE_INVESTIGATE, doubt.area_id)
        return may and not untrue and not hasattr(doubt, "case")

    def people(self, doubt):
        """Whom it is about, with the score of each; scores are never without their reasons."""
        user = self.request.user
        seen = Person.objects.visible_to(user).filter(pk__in=doubt.people).select_related("area")
        scores = risk.scores(doubt.people, Doubt.objects.visible_to(user), doubt.area_id)
        return [
            {"person": person, "score": scores.get(person.pk, 0)}
            for person in seen.order_by("area_id", "pk")[: evidence.AT_MOST]
        ]

    def get_context_data(self, **kwargs):
        doubt, user = self.object, self.request.user
        return super().get_context_data(
            why=why(doubt),
            people=self.people(doubt),
            evidence=evidence.pieces(doubt, user),
            can_open=self.can_open(doubt),
            more=max(0, len(doubt.evidence) - evidence.AT_MOST),
            **kwargs,
        )


class LookForDoubts(pages.EntryPage):
    """Ask the workers to look through a month; the next page shows how far they are."""

    permission = Permission.DOUBT_DETECT
    form_class = DetectForm
    title = label = _("Look for doubts")
    crumb = Doubt._meta.verbose_name_plural
    back_url = reverse_lazy("inspections:doubt-list")
    help = _(
        "Every pattern is looked for in the month. What was found before is not found twice. A "
        "doubt says what was seen; only people decide what is true."
    )

    def enter(self, *, by, month, area):
        return reverse("job", args=[ask_to_detect(by=by, month=month, area=area).pk])


urlpatterns = [
    path("look/", LookForDoubts.as_view(), name="detect"),
    *pages.record_paths(DoubtList, DoubtPage),
]
