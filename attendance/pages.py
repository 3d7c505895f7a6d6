"""Attendance sheets: the villages' months, filled in, confirmed and publicised."""

from django import forms
from django.contrib import messages
from django.db.models import Count, OuterRef, Subquery
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse, reverse_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from attendance import book, flows
from attendance.assessment_pages import assessment_paths
from attendance.flag_pages import flag_paths
from attendance.forms import MarksForm
from attendance.grid import evidence, heads, rows
from attendance.models import Sheet, SheetLine
from attendance.phone_office import phone_paths
from attendance.plan_pages import plan_paths
from attendance.request_pages import request_paths
from attendance.roll_call_pages import roll_call_paths
from attendance.sheet_pages import acknowledged, scan_paths, sheet_tables
from project.kernel import pages
from project.kernel.guards import Refused
from project.kernel.months import MonthFormField, today
from project.kernel.roles import Permission
from registry.access import areas, in_areas
from registry.models import Area

OPEN = (Sheet.State.OPEN, Sheet.State.RETURNED)


class SheetList(pages.RecordList):
    model = Sheet
    permission = Permission.SHEET_VIEW
    joins = ("area", "notice")
    columns = (
        pages.Column(_("Village"), "area.name", link=True),
        pages.Column(_("Month"), "month"),
        pages.Column(_("Holders"), "holders", align="end"),
        pages.Column(_("Notice hangs until"), "notice.ends_on"),
        pages.Column(_("Final at"), "final_at"),
        pages.Column(_("State"), "state", badge=True),
    )
    filters = (pages.AreaFilter(), pages.MonthFilter(), pages.StateFilter())
    search_fields = ("area__name",)
    search_hint = _("Village")
    steps = ("confirm", "acknowledge", "review", "publicise", "certify")
    links = (
        pages.Link(_("Open a month"), reverse_lazy("attendance:open"), Permission.SHEET_OPEN),
        pages.Link(_("Registered phones"), reverse_lazy("attendance:device-list")),
        pages.Link(
            _("Call the roll"), reverse_lazy("attendance:roll-call"), Permission.SHEET_RECORD
        ),
        pages.Link(_("Roll calls"), reverse_lazy("attendance:rollcall-list")),
        pages.Link(_("Import days"), reverse_lazy("import-attendance"), Permission.SHEET_RECORD),
        pages.Link(_("Doubts"), reverse_lazy("attendance:flag-list")),
        pages.Link(_("Assessments"), reverse_lazy("attendance:assessment-list")),
        pages.Link(_("Corrections"), reverse_lazy("attendance:correction-list")),
        pages.Link(_("Leave"), reverse_lazy("attendance:leave-list")),
        pages.Link(_("Substitutes"), reverse_lazy("attendance:substitution-list")),
        pages.Link(_("Places"), reverse_lazy("attendance:workplace-list")),
        pages.Link(_("Work plans"), reverse_lazy("attendance:workplan-list")),
        pages.Link(_("Pauses"), reverse_lazy("attendance:pause-list")),
    )
    empty = _("No sheet has been opened yet. The township officer opens the month.")

    def records(self):
        lines = SheetLine.objects.filter(sheet=OuterRef("pk")).order_by().values("sheet")
        return (
            super().records().annotate(holders=Subquery(lines.annotate(n=Count("pk")).values("n")))
        )


def is_assessed(sheet):
    """Whether the village's month is assessed as well."""
    return sheet.area.assessments.filter(month=sheet.month).exists()


class SheetPage(pages.RecordPage):
    model = Sheet
    template_name = "attendance/sheet.html"
    permission = Permission.SHEET_VIEW
    joins = ("area", "notice", "opened_by")
    deeds = {
        "open": _("Opened"),
        "record": _("Days recorded from the sign-in book"),
        "bill": _("Locked by a payment"),
        "import": _("Days taken in from a file"),
        "scan": _("Scan of the sign-in book added"),
    }
    summary = (
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("Month"), "month"),
        pages.Column(_("Opened by"), "opened_by"),
        pages.Column(_("Notice hangs until"), "notice.ends_on"),
        pages.Column(_("Acknowledged on the phone"), acknowledged),
    )

    def papers(self, sheet):
        """F-10 belongs to months that are assessed."""
        every, assessed = super().papers(sheet), is_assessed(sheet)
        return [paper for paper in every if assessed or "/F-10." not in paper.url]

    def links(self, sheet):
        found = []
        if is_assessed(sheet):
            assessed = reverse("attendance:assessed", args=[sheet.area_id, sheet.month])
            found.append(pages.Link(_("Assessment of the month"), assessed))
        return found + (self.ways_to_fill_in(sheet) if sheet.state in OPEN else [])

    def ways_to_fill_in(self, sheet):
        """What may still be added while the days are open."""
        add = reverse("attendance:sheet-scan-add", args=[sheet.pk])
        ask = reverse("attendance:correction-ask")
        leave = reverse("attendance:leave-ask")
        return [
            pages.Link(_("Add a scan of the sign-in book"), add, Permission.SHEET_RECORD),
            pages.Link(_("Ask for a correction"), ask, Permission.SHEET_RECORD),
            pages.Link(_("Ask for leave"), leave, Permission.SHEET_RECORD),
        ]

    def tables(self, sheet):
        return sheet_tables(sheet, self.request.user)

    def get_context_data(self, **kwargs):
        sheet, user = self.object, self.request.user
        may = user.has_perm(Permission.SHEET_RECORD, sheet.area_id)
        lines = rows(sheet)
        return super().get_context_data(
            days=heads(sheet.month),
            lines=lines,
            measured=any(line.contract.is_measured for line, *_rest in lines),
            fills=may and sheet.state in OPEN,
            **kwargs,
        )


def _number(day):
    return getattr(day, "day", day)


class SheetDays(pages.Permitted, View):
    """Take the days of a sheet that were entered from the sign-in book."""

    permission = Permission.SHEET_RECORD

    def post(self, request, pk):
        sheet = Sheet.objects.visible_to(request.user).filter(pk=pk).first()
        if sheet is None:
            raise Http404
        form = MarksForm(request.POST, record=sheet)
        if form.is_valid():
            self._record(sheet, form.cleaned_data["marks"])
        else:
            messages.error(request, " ".join(form.errors["marks"]))
        return redirect("attendance:sheet", pk)

    def _record(self, sheet, marks):
        known = evidence(sheet)
        changes = {
            contract: {d: w for d, w in days.items() if _number(d) not in known.get(contract, ())}
            for contract, days in marks.items()
        }
        try:
            book.record(sheet, by=self.request.user, marks=changes)
        except Refused as refused:
            messages.error(self.request, " ".join(refused.messages))
        else:
            messages.success(self.request, translate("The days are recorded."))


class MonthForm(forms.Form):
    """A month, and one of the areas in which the person may open it."""

    month = MonthFormField(label=_("Month"))
    area = forms.ModelChoiceField(Area.objects.none(), label=_("Area"), empty_label=None)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        codes = areas(user, Permission.SHEET_OPEN)
        inside = Area.objects.filter(in_areas(codes, "code"), level__gte=Area.Level.COUNTY)
        self.fields["area"].queryset = inside.on(today())


class OpenMonth(pages.EntryPage):
    """Open the sheets of every village in an area that has holders in the month."""

    permission = Permission.SHEET_OPEN
    form_class = MonthForm
    title = _("Open a month")
    label = _("Open the sheets")
    crumb = Sheet._meta.verbose_name_plural
    back_url = reverse_lazy("attendance:sheet-list")
    help = _("Every village with holders in the month gets a sheet; open sheets get new holders.")

    def enter(self, *, by, month, area):
        opened = flows.open_month(month, area.code, by=by)
        words = translate("%(count)s sheets were opened.") % {"count": len(opened)}
        messages.success(self.request, words)
        return reverse("attendance:sheet-list") + f"?month={month}&area={area.code}"


class Attendance(pages.Section):
    """What was worked, village by village and month by month."""

    app_name = "attendance"
    permissions = (Permission.SHEET_VIEW,)
    urlpatterns = [
        *phone_paths,
        path("open/", OpenMonth.as_view(), name="open"),
        path("<int:pk>/days/", SheetDays.as_view(), name="sheet-days"),
        *flag_paths,
        *roll_call_paths,
        *request_paths,
        *plan_paths,
        *assessment_paths,
        *scan_paths,
        *pages.record_paths(SheetList, SheetPage),
    ]
