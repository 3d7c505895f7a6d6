"""Assessments and grades of years: lists, records with their history, opening and proposing."""

from django import forms
from django.contrib import messages
from django.urls import include, path, reverse, reverse_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from attendance import assessing, yearly
from attendance.assessment_flows import AssessmentFlow, YearGradeFlow
from attendance.assessment_forms import ProposeForm
from attendance.assessment_village import village_paths
from attendance.models import Assessment, Grade, YearGrade
from project.kernel import pages
from project.kernel.months import Month, MonthFormField, today
from project.kernel.roles import Permission
from registry.access import areas, in_areas
from registry.models import Area

FLOWS_MOUNTED = (AssessmentFlow, YearGradeFlow)
BY_PHONE = {
    "open": _("Opened"),
    "sum_up": _("Graded by its points"),
    "notify_by_phone": _("Read on the own phone"),
    "agree_by_phone": _("Agreed on the own phone"),
    "appeal_by_phone": _("Appealed on the own phone"),
}
JOINS = ("area", "contract__person")
HANDS = ("village_by", "township_by", "review_by", "graded_by", "told_by", "final_by")
ITEMS = (
    pages.Column(_("No."), "number", align="end"),
    pages.Column(_("Side"), "side"),
    pages.Column(_("Points off"), "points", align="end"),
    pages.Column(_("What for"), "item"),
    pages.Column(_("Fell away by appeal"), lambda item: item.waived_by_id is not None),
)
APPEALS = (
    pages.Column(_("What is wrong"), "text"),
    pages.Column(_("Asked at"), "asked_at"),
    pages.Column(_("Upheld"), "upheld"),
    pages.Column(_("Answer"), "reply"),
    pages.Column(_("Answered by"), "answered_by"),
    pages.Column(_("Points before"), "score_before", align="end"),
    pages.Column(_("Points after"), "score_after", align="end"),
    pages.Column(_("Grade before"), "grade_before"),
    pages.Column(_("Grade after"), "grade_after"),
)


def side(title, name):
    return pages.Group(
        title,
        (
            pages.Column(_("Points"), lambda one: points(one, name)),
            pages.Column(_("Scored by"), f"{name}_by"),
            pages.Column(_("Scored at"), f"{name}_at"),
        ),
    )


def points(assessment, name):
    """The points of a side out of its most."""
    score, most = getattr(assessment, f"{name}_score"), getattr(assessment, f"{name}_most")
    return "" if score is None else f"{score.normalize():f} / {most}"


class AssessmentList(pages.RecordList):
    model = Assessment
    permission = Permission.SHEET_VIEW
    joins = JOINS
    columns = (
        pages.Column(_("Name"), "contract.person.name", link=True),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("Month"), "month"),
        pages.Column(_("Village's points"), "village_score", align="end"),
        pages.Column(_("Township's points"), "township_score", align="end"),
        pages.Column(_("Points of the review"), "review_score", align="end"),
        pages.Column(_("Sum"), "score", align="end"),
        pages.Column(_("Grade"), "grade"),
        pages.Column(_("Told at"), "told_at"),
        pages.Column(_("State"), "state", badge=True),
    )
    filters = (
        pages.AreaFilter(),
        pages.MonthFilter(),
        pages.StateFilter(),
        pages.ChoiceFilter("grade", _("Grade")),
    )
    search_fields = ("contract__person__name",)
    steps = ("finalise",)
    links = (
        pages.Link(
            _("Open a month"), reverse_lazy("attendance:assessment-open"), Permission.SHEET_OPEN
        ),
        pages.Link(_("Grades of years"), reverse_lazy("attendance:yeargrade-list")),
    )
    empty = _(
        "No month has been assessed. Where the rule “assessment.mode” asks for it, the township "
        "officer opens the month."
    )


class AssessmentPage(pages.RecordPage):
    model = Assessment
    permission = Permission.SHEET_VIEW
    joins = (*JOINS, "contract__person__household", "appealed__answered_by", *HANDS)
    deeds = BY_PHONE
    summary = (
        pages.Column(_("Name"), "contract.person.name"),
        pages.Column(_("Post"), "contract.title"),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("Month"), "month"),
        pages.Column(_("Sum"), "score"),
        pages.Column(_("Grade"), "grade"),
    )
    by_points = (
        side(_("Village"), "village"),
        side(_("Township"), "township"),
        side(_("Democratic review"), "review"),
    )
    told = pages.Group(
        _("Told and final"),
        (
            pages.Column(_("Graded by"), "graded_by"),
            pages.Column(_("Told how"), "told_how"),
            pages.Column(_("Told by"), "told_by"),
            pages.Column(_("Told at"), "told_at"),
            pages.Column(_("The worker agreed at"), "agreed_at"),
            pages.Column(_("Made final by"), "final_by"),
            pages.Column(_("Final at"), "final_at"),
        ),
    )

    @property
    def facts(self):
        by_points = self.object.mode == Assessment.Mode.SCORE
        return (*(self.by_points if by_points else ()), self.told)

    def links(self, record):
        at = reverse("attendance:assessed", args=[record.area_id, record.month])
        return [pages.Link(translate("The whole village"), at)]

    def tables(self, record):
        items = list(record.deductions.order_by("number"))
        appeals = [record.appealed] if hasattr(record, "appealed") else []
        found = [(_("Deductions"), ITEMS, items), (_("Appeal"), APPEALS, appeals)]
        return [table for table in found if table[2]]


class OfAreaForm(forms.Form):
    """One of the areas in which the person holds a permission."""

    held = Permission.ASSESS_TOWNSHIP
    area = forms.ModelChoiceField(Area.objects.none(), label=_("Area"), empty_label=None)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        inside = in_areas(areas(user, self.held), "code")
        known = Area.objects.filter(inside, level__gte=Area.Level.COUNTY)
        self.fields["area"].queryset = known.on(today())


class MonthForm(OfAreaForm):
    held = Permission.SHEET_OPEN
    month = MonthFormField(label=_("Month"), initial=lambda: Month.of(today()).previous())
    field_order = ["month", "area"]


class YearForm(OfAreaForm):
    year = forms.IntegerField(label=_("Year"), min_value=2020, max_value=2100)
    field_order = ["year", "area"]


class OpenMonth(pages.EntryPage):
    """Open the month of every holder on the sheets of an area."""

    permission = Permission.SHEET_OPEN
    form_class = MonthForm
    title = _("Open a month")
    label = _("Open the assessments")
    crumb = Assessment._meta.verbose_name_plural
    back_url = reverse_lazy("attendance:assessment-list")
    help = _(
        "Every holder on the month's sheets is assessed where the rule “assessment.mode” says so; "
        "those opened before stay as they are."
    )

    def enter(self, *, by, month, area):
        opened = assessing.open_assessments(month, area.code, by=by)
        words = translate("%(count)s assessments were opened.") % {"count": len(opened)}
        messages.success(self.request, words)
        return reverse("attendance:assessment-list") + f"?month={month}&area={area.code}"


class YearGradeList(pages.RecordList):
    model = YearGrade
    permission = Permission.SHEET_VIEW
    joins = JOINS
    columns = (
        pages.Column(_("Name"), "contract.person.name", link=True),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("Year"), lambda one: str(one.year)),
        pages.Column(_("Months excellent"), "excellent", align="end"),
        pages.Column(_("Months qualified"), "qualified", align="end"),
        pages.Column(_("Months unqualified"), "unqualified", align="end"),
        pages.Column(_("Grade"), "grade"),
        pages.Column(_("State"), "state", badge=True),
    )
    filters = (
        pages.AreaFilter(),
        pages.StateFilter(),
        pages.ChoiceFilter("grade", _("Grade"), choices=Grade.choices),
    )
    search_fields = ("contract__person__name",)
    steps = ("decide",)
    links = (
        pages.Link(
            _("Propose for an area"),
            reverse_lazy("attendance:years-propose"),
            Permission.ASSESS_TOWNSHIP,
        ),
        pages.Link(
            _("Propose for one person"),
            reverse_lazy("attendance:year-propose"),
            Permission.ASSESS_TOWNSHIP,
        ),
    )
    empty = _("No year has been graded yet.")


class YearGradePage(pages.RecordPage):
    model = YearGrade
    permission = Permission.SHEET_VIEW
    joins = (*JOINS, "contract__person__household", "proposed_by", "decided_by")
    deeds = {"propose": _("Proposed")}
    summary = (
        pages.Column(_("Name"), "contract.person.name"),
        pages.Column(_("Post"), "contract.title"),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("Year"), lambda one: str(one.year)),
        pages.Column(_("By the months"), "by_months"),
        pages.Column(_("Grade"), "grade"),
        pages.Column(_("Review of the year"), "review"),
    )
    facts = (
        pages.Group(
            _("Decided"),
            (
                pages.Column(_("Months excellent"), "excellent"),
                pages.Column(_("Months qualified"), "qualified"),
                pages.Column(_("Months unqualified"), "unqualified"),
                pages.Column(_("Proposed by"), "proposed_by"),
                pages.Column(_("Decided by"), "decided_by"),
                pages.Column(_("Decided at"), "decided_at"),
            ),
        ),
    )


class ProposeYear(pages.EntryPage):
    """Propose one person's year with the words of the review."""

    permission = Permission.ASSESS_TOWNSHIP
    form_class = ProposeForm
    title = _("Propose for one person")
    label = _("Propose")
    crumb = YearGrade._meta.verbose_name_plural
    back_url = reverse_lazy("attendance:yeargrade-list")
    help = _("Somebody else decides. Whoever fails the year is not renewed (R-41).")

    def enter(self, *, by, contract, **said):
        made = yearly.propose(contract, by=by, **said)
        messages.success(self.request, translate("The year's grade is proposed."))
        return pages.url_of(made)


class ProposeYears(pages.EntryPage):
    """Propose for a whole area what the months say."""

    permission = Permission.ASSESS_TOWNSHIP
    form_class = YearForm
    title = _("Propose for an area")
    label = _("Propose what the months say")
    crumb = YearGrade._meta.verbose_name_plural
    back_url = reverse_lazy("attendance:yeargrade-list")
    help = _(
        "Everybody with a final month in the year gets the grade that most months have. Propose "
        "for one person where the review says otherwise."
    )

    def enter(self, *, by, year, area):
        made = yearly.propose_all(area.code, year, by=by)
        words = translate("%(count)s grades are proposed.") % {"count": len(made)}
        messages.success(self.request, words)
        return f"{self.back_url}?area={area.code}"


assessment_paths = [
    path("assessments/open/", OpenMonth.as_view(), name="assessment-open"),
    *village_paths,
    path("assessments/", include(pages.record_paths(AssessmentList, AssessmentPage))),
    path("years/propose/", ProposeYear.as_view(), name="year-propose"),
    path("years/propose-all/", ProposeYears.as_view(), name="years-propose"),
    path("years/", include(pages.record_paths(YearGradeList, YearGradePage))),
]
