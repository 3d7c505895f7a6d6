"""Cases on the pages: the list, the case with its measures and evidence, and how one is opened."""

from django.contrib import messages
from django.urls import include, path, reverse, reverse_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.generic.detail import SingleObjectMixin

from inspections import case_flows, cases
from inspections.case_entry_forms import Asked, ExhibitForm, MeasureForm, OpenCaseForm, WhomForm
from inspections.exhibit_pages import exhibit_paths
from inspections.measure_words import came_of
from inspections.models import Case, Doubt, Measure
from inspections.violations import choices, titled
from project.kernel import pages
from project.kernel.roles import Permission


def about(case):
    """Whom a case is about."""
    return case.person.name if case.person else case.employer


def months(record):
    """The months of a case or of a measure, one or from and to."""
    if record.first is None:
        return ""
    return str(record.first) if record.first == record.last else f"{record.first}–{record.last}"


class DuringMonth(pages.MonthFilter):
    """Cases among whose months is the one chosen."""

    def narrow(self, records, value):
        return records.filter(first__lte=value, last__gte=value)


class CaseList(pages.RecordList):
    model = Case
    permission = Permission.CASE_VIEW
    joins = ("area", "person")
    columns = (
        pages.Column(_("Case number"), "number", link=True),
        pages.Column(_("Violation"), lambda case: titled(case.violation)),
        pages.Column(_("About"), about),
        pages.Column(_("Area"), "area.name"),
        pages.Column(_("Months"), months),
        pages.Column(_("State"), "state", badge=True),
        pages.Column(_("Waits for"), case_flows.waits_for),
        pages.Column(_("Opened on"), "opened_on"),
    )
    filters = (
        pages.AreaFilter(),
        DuringMonth(field="first"),
        pages.ChoiceFilter("violation", _("Violation"), choices=lambda _user: choices()),
        pages.StateFilter(),
    )
    search_fields = ("number", "person__name", "employer")
    search_hint = _("Name or case number")
    links = (
        pages.Link(
            _("Open a case"), reverse_lazy("inspections:case-open"), Permission.CASE_INVESTIGATE
        ),
        pages.Link(Measure._meta.verbose_name_plural, reverse_lazy("inspections:measure-list")),
    )
    empty = _(
        "No case is open here. A case is opened from the page of a doubt, or here from what "
        "somebody reported."
    )


class CasePage(pages.RecordPage):
    model = Case
    permission = Permission.CASE_VIEW
    template_name = "inspections/case.html"
    joins = ("area", "person", "contract", "doubt", "complaint", "opened_by", "decided_by")
    deeds = case_flows.CaseFlow.begun
    summary = (
        pages.Column(_("About"), about),
        pages.Column(_("Violation"), lambda case: titled(case.violation)),
        pages.Column(_("Area"), "area.name"),
        pages.Column(_("Months"), months),
        pages.Column(_("Waits for"), case_flows.waits_for),
        pages.Column(_("Opened on"), "opened_on"),
        pages.Column(_("Case opened by"), "opened_by"),
    )
    facts = (
        pages.Group(
            _("What is alleged and what was found"),
            (
                pages.Column(_("What is alleged"), "allegation"),
                pages.Column(_("What was found out"), "finding"),
                pages.Column(_("What the person says"), "statement"),
                pages.Column(_("Heard on"), "heard_on"),
            ),
        ),
        pages.Group(
            _("Decision"),
            (
                pages.Column(_("Decision"), "decision"),
                pages.Column(_("Grounds"), "basis"),
                pages.Column(_("Decided on"), "decided_on"),
                pages.Column(_("Decided by"), "decided_by"),
                pages.Column(_("Appeal until"), "appeal_until"),
            ),
        ),
    )
    later = (
        (
            "appealed_on",
            pages.Group(
                _("Appeal"),
                (
                    pages.Column(_("Appealed on"), "appealed_on"),
                    pages.Column(_("Appeal"), "appeal"),
                    pages.Column(_("Answer"), "answer"),
                    pages.Column(_("Answered on"), "answered_on"),
                    pages.Column(_("Answered by"), "answered_by"),
                ),
            ),
        ),
        (
            "transferred_to",
            pages.Group(
                _("Handed over"),
                (
                    pages.Column(_("Handed to"), "transferred_to"),
                    pages.Column(_("Paper it was handed over by"), "transfer_paper"),
                ),
            ),
        ),
    )

    def links(self, case):
        """The case file, what may be added while the case runs, and the records it came from."""
        at, running = [case.pk], case.state not in (Case.State.CLOSED, Case.State.DROPPED)
        file = pages.Link(_("Case file"), reverse("inspections:case-file", args=at))
        found = [file] if case.person_id else []
        if running and case.state in Case.BEFORE_DECISION:
            url = reverse("inspections:case-measure", args=at)
            found.append(pages.Link(_("Plan a measure"), url, Permission.CASE_INVESTIGATE))
        if running:
            url = reverse("inspections:exhibit-add", args=at)
            found.append(pages.Link(_("Add evidence"), url, Permission.CASE_HEAR))
        if running and case.contract_id:
            url = reverse("inspections:case-keep", args=at)
            keeping = _("Keep the records as they stand")
            found.append(pages.Link(keeping, url, Permission.CASE_INVESTIGATE))
        return found + self._came_from(case)

    def _came_from(self, case):
        origins = (
            (_("Doubt"), case.doubt, Permission.DOUBT_VIEW),
            (_("Complaint"), case.complaint, Permission.COMPLAINT_VIEW),
            (_("Contract"), case.contract, Permission.CONTRACT_VIEW),
        )
        return [
            pages.Link(title, pages.url_of(record), permission)
            for title, record, permission in origins
            if record is not None
        ]

    def get_context_data(self, **kwargs):
        case = self.object
        context = super().get_context_data(**kwargs)
        context["groups"] += [
            (group.title, [(fact.heading, fact.text(case)) for fact in group.facts])
            for name, group in self.later
            if getattr(case, name)
        ]
        measures = case.measures.select_related("done_by").prefetch_related("record")
        return context | {
            "measures": [
                {"measure": one, "months": months(one), **came_of(one)} for one in measures
            ],
            "exhibits": case.exhibits.defer("data").select_related("added_by"),
        }


class OpenCase(pages.EntryPage):
    """Open a case by hand: from a complaint, a hint or what an audit says."""

    permission = Permission.CASE_INVESTIGATE
    form_class = OpenCaseForm
    title = label = _("Open a case")
    crumb = Case._meta.verbose_name_plural
    back_url = reverse_lazy("inspections:case-list")
    help = _(
        "A case gets its number and its own steps. Nobody loses anything by it before they were "
        "heard and somebody else decided."
    )

    def get_initial(self):
        """The contract and the complaint that the address names."""
        known = {name: self.request.GET.get(name, "") for name in ("contract", "complaint")}
        return {name: value for name, value in known.items() if value.isdecimal()}

    def enter(self, *, by, **facts):
        return opened(self.request, case_flows.open_case(by=by, **facts))


def opened(request, case):
    """The new case's page, with its number said."""
    words = translate("The case %(number)s is open.") % {"number": case.number}
    messages.success(request, words)
    return pages.url_of(case)


class Beside(SingleObjectMixin):
    """An entry beside a record that the person sees; to others the record does not exist."""

    model = Case

    def get_queryset(self):
        return self.model.objects.visible_to(self.request.user).select_related("area")

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and request.user.has_perm(self.permission):
            self.object = self.crumb = self.get_object()
            self.back_url = pages.url_of(self.object)
        return super().dispatch(request, *args, **kwargs)


class CaseFromDoubt(Beside, pages.EntryPage):
    """One click from a doubt; where it is about several people, the case is about one of them."""

    model = Doubt
    permission = Permission.CASE_INVESTIGATE
    form_class = WhomForm
    title = label = _("Open a case")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"people": self.object.people}

    def enter(self, *, by, person):
        case = case_flows.open_from_doubt(self.object, by=by, person=person)
        return opened(self.request, case)


class AddExhibit(Beside, pages.EntryPage):
    """Add a picture, a scan or a statement to a case."""

    permission = Permission.CASE_HEAR
    form_class = ExhibitForm
    title = label = _("Add evidence")
    help = _("What is added is kept as it came, with its SHA-256, and never changed or removed.")

    def enter(self, *, by, **said):
        cases.add_exhibit(self.object, by=by, **said)
        messages.success(self.request, translate("The evidence is kept."))
        return self.back_url


class KeepRecords(Beside, pages.EntryPage):
    """Freeze what the records say now, before anybody puts them right."""

    permission = Permission.CASE_INVESTIGATE
    form_class = Asked
    title = label = _("Keep the records as they stand")
    help = _("The days, the pay and the terms of the months are kept as they are at this moment.")

    def enter(self, *, by):
        cases.keep_records(self.object, by=by)
        messages.success(self.request, translate("The evidence is kept."))
        return self.back_url


class PlanMeasure(Beside, pages.EntryPage):
    """Say what is to follow; what cannot wait is left with whoever does it at once."""

    permission = Permission.CASE_INVESTIGATE
    form_class = MeasureForm
    title = label = _("Plan a measure")
    help = _("A measure is carried out by the office that may do such a thing anyway.")

    def enter(self, *, by, **said):
        case_flows.plan(self.object, by=by, **said)
        messages.success(self.request, translate("The measure is planned."))
        return self.back_url


case_paths = [
    path("cases/open/", OpenCase.as_view(), name="case-open"),
    path("cases/<int:pk>/evidence/", AddExhibit.as_view(), name="exhibit-add"),
    path("cases/<int:pk>/records/", KeepRecords.as_view(), name="case-keep"),
    path("cases/<int:pk>/measure/", PlanMeasure.as_view(), name="case-measure"),
    *exhibit_paths,
    path("cases/", include(pages.record_paths(CaseList, CasePage))),
    path("<int:pk>/case/", CaseFromDoubt.as_view(), name="case-from-doubt"),
]
