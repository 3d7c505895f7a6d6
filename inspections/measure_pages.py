"""Measures on the pages: what is to be carried out, by whom, and what came of it."""

from django.contrib import messages
from django.urls import include, path, reverse, reverse_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from inspections import case_flows, measures
from inspections.case_entry_forms import Asked
from inspections.case_pages import Beside, about, months
from inspections.measure_words import came_of
from inspections.models import Case, Measure
from project.kernel import pages
from project.kernel.forms import NoteForm
from project.kernel.roles import Permission


def waits_for(measure):
    """The step a measure waits for, which says whose it is."""
    if measure.state != "due":
        return ""
    step = "report" if measure.kind in ("warn", "rectify") else measure.kind
    return case_flows.MeasureFlow.verbs[step].title


class MeasureList(pages.RecordList):
    model = Measure
    permission = Permission.CASE_VIEW
    joins = ("area", "case__person")
    columns = (
        pages.Column(_("Consequence"), "kind", link=True),
        pages.Column(_("Case number"), "case.number"),
        pages.Column(_("About"), lambda measure: about(measure.case)),
        pages.Column(_("Area"), "area.name"),
        pages.Column(_("Months"), months),
        pages.Column(_("To be done by"), "due_on"),
        pages.Column(_("State"), "state", badge=True),
        pages.Column(_("Waits for"), waits_for),
        pages.Column(_("Carried out on"), "done_on"),
    )
    filters = (
        pages.AreaFilter(),
        pages.ChoiceFilter("kind", _("Consequence")),
        pages.StateFilter(),
    )
    search_fields = ("case__number", "case__person__name", "case__employer")
    search_hint = _("Name or case number")
    links = (pages.Link(Case._meta.verbose_name_plural, reverse_lazy("inspections:case-list")),)
    empty = _("No measure is planned here. Measures are planned on the page of a case.")


class MeasurePage(pages.RecordPage):
    model = Measure
    permission = Permission.CASE_VIEW
    joins = ("area", "case__person", "case__area", "contract__person", "planned_by", "done_by")
    deeds = case_flows.MeasureFlow.begun
    summary = (
        pages.Column(_("Consequence"), "kind"),
        pages.Column(_("Case number"), "case.number"),
        pages.Column(_("About"), lambda measure: about(measure.case)),
        pages.Column(_("Area"), "area.name"),
        pages.Column(_("Before the decision"), "at_once"),
        pages.Column(_("To be done by"), "due_on"),
    )
    facts = (
        pages.Group(
            _("What is to be done"),
            (
                pages.Column(_("What is to be done"), "words"),
                pages.Column(_("Months"), months),
                pages.Column(_("Amount"), "amount"),
                pages.Column(_("Planned by"), "planned_by"),
            ),
        ),
        pages.Group(
            _("What came of it"),
            (
                pages.Column(_("What came of it"), lambda measure: came_of(measure)["came"]),
                pages.Column(_("Carried out on"), "done_on"),
                pages.Column(_("Carried out by"), "done_by"),
                pages.Column(_("Why, or what was done"), "outcome"),
            ),
        ),
    )

    def links(self, measure):
        found = [pages.Link(_("Case"), pages.url_of(measure.case))]
        if url := came_of(measure)["url"]:
            found.append(pages.Link(_("See what came of it"), url))
        if can_be_kept(measure):
            url = reverse("inspections:measure-keep", args=[measure.pk])
            found.append(pages.Link(_("Keep the pay for good"), url, Permission.PAY_WITHHOLD))
        return found


def can_be_kept(measure):
    """Pay that a decided case still holds back and has not kept for good."""
    if measure.kind != Measure.Kind.WITHHOLD or measure.state != "done":
        return False
    waits = measure.record.lifted_at is None and not measure.record.final
    return waits and measure.case.state in Case.CARRIED_THROUGH


class KeepForm(NoteForm, Asked):
    """A remark on pay that is not paid at all."""


class KeepForGood(Beside, pages.EntryPage):
    """By the decision, the withheld months are not paid at all."""

    model = Measure
    permission = Permission.PAY_WITHHOLD
    form_class = KeepForm
    title = label = _("Keep the pay for good")
    help = _("The pay of the months up to the last of the case stays held and is never paid.")

    def enter(self, *, by, note):
        measures.keep_for_good(self.object, by=by, note=note)
        messages.success(self.request, translate("The pay is kept back for good."))
        return self.back_url


measure_paths = [
    path("measures/<int:pk>/keep/", KeepForGood.as_view(), name="measure-keep"),
    path("measures/", include(pages.record_paths(MeasureList, MeasurePage))),
]
