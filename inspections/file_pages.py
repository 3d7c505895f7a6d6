"""The case file on one page: pictures, places, phones, days, pay, terms and what was before."""

from django.http import Http404
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from inspections import case_file
from inspections.case_pages import months
from inspections.models import Case, Doubt
from inspections.violations import titled
from inspections.words import title_of
from payroll.models import LineState
from project.kernel import pages
from project.kernel.looks import look
from project.kernel.models import Look
from project.kernel.pages.records import table
from project.kernel.roles import Permission
from registry.models import Person

PAY = (
    pages.Column(_("Month"), "month", link=True),
    pages.Column(_("Item"), "item"),
    pages.Column(_("Days"), "days_worked", align="end"),
    pages.Column(_("Amount"), "amount", align="end"),
    pages.Column(_("State"), lambda line: LineState(line.state).label, badge=True),
)
CONTRACTS = (
    pages.Column(_("Post"), "title", link=True),
    pages.Column(_("Village"), "area.name"),
    pages.Column(_("From"), "starts_on"),
    pages.Column(_("To"), "ends_on"),
    pages.Column(_("Standard"), "standard", align="end"),
    pages.Column(_("State"), "state", badge=True),
)
VISITS = (
    pages.Column(_("At"), "at", link=True),
    pages.Column(_("Way"), "way"),
    pages.Column(_("What was seen"), "seen"),
    pages.Column(_("Was work due"), "due"),
    pages.Column(_("Inspector"), "by"),
)
DOUBTS = (
    pages.Column(_("Pattern"), lambda doubt: title_of(doubt.pattern), link=True),
    pages.Column(_("Month"), "month"),
    pages.Column(_("State"), "state", badge=True),
)
CASES = (
    pages.Column(_("Case number"), "number", link=True),
    pages.Column(_("Violation"), lambda case: titled(case.violation)),
    pages.Column(_("Months"), months),
    pages.Column(_("State"), "state", badge=True),
)


class FilePage(pages.Permitted, TemplateView):
    """Everything about one person in the months of a case; who opens it is written down."""

    template_name = "inspections/file.html"
    model: type = Case

    def get(self, request, *args, **kwargs):
        seen = self.model.objects.visible_to(request.user).select_related("area", "person__area")
        self.record = seen.filter(pk=kwargs["pk"]).first()
        person = self.record and self.whom()
        if person is None:
            raise Http404
        self.asked = self.span(person)
        look(request.user, Look.What.CASE, [person.pk], record=self.record)
        return super().get(request, *args, **kwargs)

    def whom(self):
        return self.record.person

    def span(self, person):
        return case_file.Asked(self.request.user, person, self.record.first, self.record.last)

    def get_context_data(self, **kwargs):
        asked = self.asked
        entries, seen = case_file.check_ins(asked), case_file.visits(asked)
        return super().get_context_data(
            title=_("Case file of %(name)s") % {"name": asked.person.name},
            crumb=self.record,
            back_url=pages.url_of(self.record),
            summary=self.summary(),
            portrait=case_file.portrait(asked),
            pictures=case_file.pictures(entries),
            phones=case_file.phones(asked, entries),
            grid=case_file.grid(asked, entries),
            tables=self.tables(seen),
            **case_file.places(asked, entries, seen),
            **kwargs,
        )

    def summary(self):
        person = self.asked.person
        return [
            (_("Name"), person.name),
            (_("ID number"), person.masked_id),
            (_("Village"), person.area.name),
            (_("Months"), "、".join(str(month) for month in self.asked.months())),
        ]

    def tables(self, seen):
        asked = self.asked
        parts = (
            (_("Subsidy of the months"), PAY, case_file.pay(asked)),
            (_("Contracts"), CONTRACTS, case_file.contracts(asked)),
            (_("Visits"), VISITS, seen),
            (_("Doubts"), DOUBTS, case_file.doubts(asked)),
            (_("Cases"), CASES, case_file.cases(asked)),
        )
        return [table(*part) for part in parts]


class CaseFile(FilePage):
    permission = Permission.CASE_VIEW


class DoubtFile(FilePage):
    """The same about one of the people of a doubt."""

    permission = Permission.DOUBT_VIEW
    model = Doubt

    def whom(self):
        if self.kwargs["person"] not in self.record.people:
            return None
        seen = Person.objects.visible_to(self.request.user).select_related("area")
        return seen.filter(pk=self.kwargs["person"]).first()

    def span(self, person):
        return case_file.Asked(self.request.user, person, self.record.month, self.record.month)


file_paths = [
    path("cases/<int:pk>/file/", CaseFile.as_view(), name="case-file"),
    path("<int:pk>/file/<int:person>/", DoubtFile.as_view(), name="doubt-file"),
]
