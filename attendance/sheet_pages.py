"""What stands behind a sheet, on its page: scans, workers' words, days to look up."""

from django.contrib import messages
from django.http import Http404
from django.urls import path
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from attendance import acknowledging
from attendance.forms import ScanForm
from attendance.models import Sheet, SheetLine, SheetScan
from project.kernel import pages
from project.kernel.looks import look, people_of
from project.kernel.models import Look
from project.kernel.roles import Permission
from project.kernel.uploads import served
from registry.access import areas, in_areas

SCANS = (
    pages.Column(_("File"), "name", link=True),
    pages.Column(_("SHA-256"), "sha256"),
    pages.Column(_("Added by"), "added_by"),
    pages.Column(_("Added at"), "added_at"),
)
SILENT = (
    pages.Column(_("No."), "number", align="end"),
    pages.Column(_("Name"), "contract.person.name"),
    pages.Column(_("Post"), "contract.title"),
    pages.Column(_("Days"), "days", align="end"),
)
DRAWN = (
    pages.Column(_("Name"), "contract.person.name"),
    pages.Column(_("Day"), "day"),
    pages.Column(_("Days"), "worth", align="end"),
    pages.Column(_("Entered by"), "received_by"),
)


def acknowledged(sheet):
    """How many said on the own phone that their days are right."""
    if sheet.state not in Sheet.FROZEN:
        return ""
    words = {"count": acknowledging.agreed(sheet).count(), "all": sheet.lines.count()}
    return translate("%(count)s of %(all)s") % words


def sheet_tables(sheet, user):
    """Scans, who has not spoken, who has no day (S-06), and for reviewers which days to look up."""
    found = [(_("Scans of the sign-in book"), SCANS, sheet.scans.select_related("added_by"))]
    if sheet.state in (Sheet.State.CONFIRMED, Sheet.State.ACKNOWLEDGED):
        silent = acknowledging.not_agreed(sheet)
        found.append((_("Not acknowledged on the phone: see that they sign"), SILENT, silent))
    if sheet.state in Sheet.FROZEN:
        empty = sheet.lines.filter(days=0).select_related("contract__person")
        found.append((_("No evidence for any day: nothing is paid"), SILENT, empty))
    if sheet.state in Sheet.FROZEN and user.has_perm(Permission.SHEET_REVIEW, sheet.area_id):
        drawn = acknowledging.to_look_up(sheet)
        found.append((_("Days of the book to look up on the scan"), DRAWN, drawn))
    return [table for table in found if table[2]]


class AddScan(pages.EntryPage):
    """Keep a scanned page of the sign-in book with its sheet."""

    permission = Permission.SHEET_RECORD
    form_class = ScanForm
    title = label = _("Add a scan of the sign-in book")
    help = _(
        "The scan shows every day that was entered from the book. It is kept and not replaced."
    )

    def dispatch(self, request, *args, **kwargs):
        seen = Sheet.objects.visible_to(request.user).select_related("area")
        self.sheet = seen.filter(pk=kwargs["pk"]).first()
        if self.sheet is None and request.user.is_authenticated:
            raise Http404
        if self.sheet:
            self.crumb, self.back_url = self.sheet, pages.url_of(self.sheet)
        return super().dispatch(request, *args, **kwargs)

    def enter(self, *, by, scan):
        acknowledging.add_scan(self.sheet, by=by, scan=scan)
        messages.success(self.request, translate("The scan is kept with the sheet."))
        return self.back_url


class Scan(pages.Permitted, View):
    """The scan itself, for those who see the sheet; who opened it is written down."""

    permission = Permission.SHEET_VIEW

    def get(self, request, pk):
        inside = in_areas(areas(request.user, self.permission), "sheet__area_id")
        scan = SheetScan.objects.filter(inside, pk=pk).first()
        if scan is None:
            raise Http404
        shown = people_of(SheetLine.objects.filter(sheet=scan.sheet_id))
        look(request.user, Look.What.PAPER, shown, record=scan.sheet, purpose=scan.name)
        return served(scan.file, scan.name)


scan_paths = [
    path("<int:pk>/scan/", AddScan.as_view(), name="sheet-scan-add"),
    path("scans/<int:pk>/", Scan.as_view(), name="sheetscan"),
]
