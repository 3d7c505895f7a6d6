"""Which places fell vacant, when each is to be reported and advertised again."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.urls import path, reverse, reverse_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from policy.selectors import rules_read_once
from posts import vacancies
from posts.models import Hire, VacancyReport
from project.kernel import pages
from project.kernel.forms import NoteForm
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.access import areas, in_areas


def reported_on(hire):
    report = getattr(hire, "vacancy_report", None)
    return report.reported_on if report else None


def lateness(hire):
    """In words, whether the report is in time; late is V-27."""
    if vacancies.is_reported_late(hire):
        return translate("Late (V-27)")
    return translate("In time") if reported_on(hire) else translate("Not reported yet")


def advertising(hire):
    """In words, whether the place has been advertised again in time."""
    if hire.readvertised:
        return translate("Advertised again")
    late = today() > vacancies.refill_due(hire)
    return translate("Overdue") if late else translate("Not advertised yet")


class ReportedFilter(pages.Filter):
    """Whether the place has been reported."""

    def choices(self, listing):
        return [("no", _("Not reported yet")), ("yes", _("Reported"))]

    def narrow(self, records, value):
        return records.filter(vacancy_report__isnull=value == "no")


class VacancyList(pages.RecordList):
    """The places that fell vacant, each with its clock."""

    model = Hire
    title = _("Vacated places")
    permission = Permission.POST_VIEW
    joins = ("area", "person", "post", "contract", "vacancy_report")
    columns = (
        pages.Column(_("Post"), "post.title", link=True),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("Who left"), "person.name"),
        pages.Column(_("Vacant since"), vacancies.vacant_since),
        pages.Column(_("Report by"), vacancies.report_due),
        pages.Column(_("Reported on"), reported_on),
        pages.Column(_("Report"), lateness, badge=True),
        pages.Column(_("Advertise by"), vacancies.refill_due),
        pages.Column(_("Advertising"), advertising, badge=True),
    )
    filters = (pages.AreaFilter(), ReportedFilter("reported", _("Report")))
    search_fields = ("person__name", "post__title")
    search_hint = _("Name or post")
    links = (pages.Link(_("Vacancy reports"), reverse_lazy("posts:vacancyreport-list")),)
    empty = _("No place has fallen vacant.")

    def get(self, request, *args, **kwargs):
        with rules_read_once():
            return super().get(request, *args, **kwargs)

    def records(self):
        return vacancies.vacated(super().records())

    def url(self, hire):
        """A place not reported yet opens its report, one reported the report that was made."""
        report = getattr(hire, "vacancy_report", None)
        if report:
            return pages.url_of(report)
        return f"{reverse('posts:vacancy-report')}?hire={hire.pk}"


class ReportForm(NoteForm):
    """Which hire's place fell vacant, and why its report is late if it is."""

    hire = forms.IntegerField(label=_("Hire number"), min_value=1)
    field_order = ["hire", "note"]

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_hire(self):
        """A hire in the areas in which the person reports vacancies."""
        codes = areas(self.user, Permission.VACANCY_REPORT)
        found = Hire.objects.filter(in_areas(codes), pk=self.cleaned_data["hire"]).first()
        if found is None:
            raise ValidationError(translate("No hire in your areas has this number."))
        return found


class ReportVacancy(pages.EntryPage):
    """Report that a place fell vacant."""

    permission = Permission.VACANCY_REPORT
    form_class = ReportForm
    title = _("Report a vacant place")
    label = _("Report")
    crumb = _("Vacated places")
    back_url = reverse_lazy("posts:vacancy-list")

    def get_initial(self):
        return super().get_initial() | {"hire": self.request.GET.get("hire", "")}

    def enter(self, *, by, **facts):
        made = vacancies.report(by=by, **facts)
        messages.success(self.request, translate("The vacant place is reported."))
        return pages.url_of(made)


REPORT = (
    pages.Column(_("Post"), "hire.post.title", link=True),
    pages.Column(_("Village"), "area.name"),
    pages.Column(_("Who left"), "hire.person.name"),
    pages.Column(_("Vacant since"), "vacant_since"),
    pages.Column(_("Report by"), "due_on"),
    pages.Column(_("Reported on"), "reported_on"),
    pages.Column(_("Late (V-27)"), "is_late", badge=True),
)


class ReportList(pages.RecordList):
    model = VacancyReport
    permission = Permission.POST_VIEW
    joins = ("area", "hire__person", "hire__post")
    columns = REPORT
    filters = (pages.AreaFilter(),)
    search_fields = ("hire__person__name", "hire__post__title")
    search_hint = _("Name or post")


class ReportPage(pages.RecordPage):
    model = VacancyReport
    permission = Permission.POST_VIEW
    joins = ("area", "hire__person", "hire__post__area", "reported_by")
    deeds = {"report": _("Reported")}
    summary = REPORT
    facts = (
        pages.Group(
            _("Report"),
            (
                pages.Column(_("Reported by"), "reported_by"),
                pages.Column(_("Remark"), "note"),
            ),
        ),
    )


vacancy_paths = [
    path("vacancies/", VacancyList.as_view(), name="vacancy-list"),
    path("vacancies/report/", ReportVacancy.as_view(), name="vacancy-report"),
    path("vacancies/reports/", ReportList.as_view(), name="vacancyreport-list"),
    path("vacancies/reports/<int:pk>/", ReportPage.as_view(), name="vacancyreport"),
]
