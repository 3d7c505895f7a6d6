"""Attendance sheets: the villages' months, filled in, confirmed and publicised."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, OuterRef, Subquery
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse, reverse_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from attendance import flows, services
from attendance.grid import evidence, heads, rows
from attendance.models import Sheet, SheetLine
from attendance.phone_office import phone_paths
from project.kernel import pages
from project.kernel.guards import Refused
from project.kernel.months import MonthFormField, today
from project.kernel.roles import Permission
from registry.access import areas, in_areas
from registry.models import Area

OPEN = (Sheet.State.OPEN, Sheet.State.RETURNED)
WORTHS = ("0", "0.5", "1")


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
        pages.Link(_("Import days"), reverse_lazy("import-attendance"), Permission.SHEET_RECORD),
    )
    empty = _("No sheet has been opened yet. The township officer opens the month.")

    def records(self):
        lines = SheetLine.objects.filter(sheet=OuterRef("pk")).order_by().values("sheet")
        return (
            super().records().annotate(holders=Subquery(lines.annotate(n=Count("pk")).values("n")))
        )


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
    }
    summary = (
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("Month"), "month"),
        pages.Column(_("Opened by"), "opened_by"),
        pages.Column(_("Notice hangs until"), "notice.ends_on"),
    )

    def get_context_data(self, **kwargs):
        sheet, user = self.object, self.request.user
        may = user.has_perm(Permission.SHEET_RECORD, sheet.area_id)
        return super().get_context_data(
            days=heads(sheet.month), lines=rows(sheet), fills=may and sheet.state in OPEN, **kwargs
        )


class MarksForm(forms.Form):
    """The changed cells of the grid: {contract: {day of the month: 1, 0.5 or 0}}."""

    marks = forms.JSONField()

    def __init__(self, *args, sheet, **kwargs):
        super().__init__(*args, **kwargs)
        self.sheet = sheet

    def clean_marks(self):
        try:
            return {
                int(contract): {self._day(day): _worth(worth) for day, worth in days.items()}
                for contract, days in self.cleaned_data["marks"].items()
            }
        except (AttributeError, TypeError, ValueError) as unread:
            raise ValidationError(
                translate("The days cannot be read. Load the page again and enter them once more.")
            ) from unread

    def _day(self, day):
        return self.sheet.month.first.replace(day=int(day))


def _worth(worth):
    if str(worth) not in WORTHS:
        raise ValueError(worth)
    return str(worth)


class SheetDays(pages.Permitted, View):
    """Take the days of a sheet that were entered from the sign-in book."""

    permission = Permission.SHEET_RECORD

    def post(self, request, pk):
        sheet = Sheet.objects.visible_to(request.user).filter(pk=pk).first()
        if sheet is None:
            raise Http404
        form = MarksForm(request.POST, sheet=sheet)
        if form.is_valid():
            self._record(sheet, form.cleaned_data["marks"])
        else:
            messages.error(request, " ".join(form.errors["marks"]))
        return redirect("attendance:sheet", pk)

    def _record(self, sheet, marks):
        known = evidence(sheet)
        changes = {
            contract: {d: w for d, w in days.items() if d.day not in known.get(contract, ())}
            for contract, days in marks.items()
        }
        try:
            services.record(sheet, by=self.request.user, marks=changes)
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
        *pages.record_paths(SheetList, SheetPage),
    ]
