"""Accidents on the pages, each with what is known of the day on which it happened."""

from django.contrib import messages
from django.urls import include, path, reverse, reverse_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from contracts import claim_flows
from contracts.claim_forms import ReportForm
from contracts.models import Claim
from project.kernel import pages
from project.kernel.months import Month
from project.kernel.roles import Permission


class ClaimList(pages.RecordList):
    model = Claim
    permission = Permission.CONTRACT_VIEW
    joins = ("area", "contract__person", "cover__policy")
    columns = (
        pages.Column(_("Name"), "contract.person.name", link=True),
        pages.Column(_("Post"), "contract.title"),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("Day of the accident"), "happened_on"),
        pages.Column(_("Reported late"), "is_late", badge=True),
        pages.Column(_("Policy number"), "cover.policy.number"),
        pages.Column(_("Amount paid (yuan)"), "paid", align="end"),
        pages.Column(_("State"), "state", badge=True),
    )
    filters = (pages.AreaFilter(), pages.StateFilter())
    search_fields = ("contract__person__name", "number")
    search_hint = _("Name or case number")
    links = (
        pages.Link(
            _("Report an accident"), reverse_lazy("contracts:claim-report"), Permission.CLAIM_REPORT
        ),
    )
    empty = _("No accident has been reported.")


CHECK_IN_COLUMNS = (
    pages.Column(_("In"), "in_at"),
    pages.Column(_("Out"), "out_at"),
    pages.Column(_("Days"), "worth", align="end"),
    pages.Column(_("Source"), "source"),
    pages.Column(_("Evidence level"), "level"),
    pages.Column(_("Received at"), "received_at"),
)
CLAIMS = (
    pages.Column(_("Day of the accident"), "happened_on", link=True),
    pages.Column(_("Injury"), "injury"),
    pages.Column(_("Amount paid (yuan)"), "paid", align="end"),
    pages.Column(_("State"), "state", badge=True),
)
CONTRACT = (
    pages.Column(_("Post"), "title", link=True),
    pages.Column(_("From"), "starts_on"),
    pages.Column(_("To"), "ends_on"),
    pages.Column(_("State"), "state", badge=True),
)


class ClaimPage(pages.RecordPage):
    model = Claim
    permission = Permission.CONTRACT_VIEW
    joins = ("area", "contract__person", "cover__policy", "reported_by")
    deeds = {"report": _("Accident reported")}
    summary = (
        pages.Column(_("Name"), "contract.person.name"),
        pages.Column(_("Post"), "contract.title"),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("Day of the accident"), "happened_on"),
        pages.Column(_("Policy number"), "cover.policy.number"),
    )
    facts = (
        pages.Group(
            _("Accident"),
            (
                pages.Column(_("Time"), "happened_at"),
                pages.Column(_("Place"), "place"),
                pages.Column(_("What happened"), "account"),
                pages.Column(_("Injury"), "injury"),
                pages.Column(_("Reported at"), "reported_at"),
                pages.Column(_("To be reported by"), "due_at"),
                pages.Column(_("Reported by"), "reported_by"),
            ),
        ),
        pages.Group(
            _("Claim"),
            (
                pages.Column(_("Papers received"), "papers_held"),
                pages.Column(_("Papers missing"), "papers_missing"),
                pages.Column(_("Sent to the insurer on"), "submitted_on"),
                pages.Column(_("Case number of the insurer"), "number"),
                pages.Column(_("Amount claimed (yuan)"), "asked"),
                pages.Column(_("Answered on"), "answered_on"),
                pages.Column(_("Amount paid (yuan)"), "paid"),
                pages.Column(_("Answer of the insurer"), "answer"),
            ),
        ),
    )

    def tables(self, claim):
        """Whether the person was at work that day, to those who may see attendance."""
        found = [(_("Contract"), CONTRACT, [claim.contract])]
        if self.request.user.has_perm(Permission.SHEET_VIEW, claim.area_id):
            came = claim.contract.check_ins.filter(
                day=claim.happened_on, voids__isnull=True, voided_by__isnull=True
            )
            month = Month.of(claim.happened_on)
            sheets = claim.contract.sheet_lines.filter(sheet__month=month).select_related("sheet")
            found.append((_("Check-ins of the day"), CHECK_IN_COLUMNS, came.order_by("pk")))
            found.append((_("The day on the attendance sheet"), _on(claim.happened_on), sheets))
        return found


def _on(day):
    """How a frozen sheet marks a day: bit n-1 of its masks is day n."""

    def mark(line):
        if line.full_days >> day.day - 1 & 1:
            return translate("A whole day at work")
        half = line.half_days >> day.day - 1 & 1
        return translate("Half a day at work") if half else translate("No day of work")

    return (
        pages.Column(_("Month"), "sheet.month"),
        pages.Column(_("State of the sheet"), lambda line: line.sheet.get_state_display()),
        pages.Column(_("Day"), lambda line: day),
        pages.Column(_("Mark"), mark, badge=True),
    )


class ReportAccident(pages.EntryPage):
    """Report an accident at work, from the contract of whoever had it."""

    permission = Permission.CLAIM_REPORT
    form_class = ReportForm
    title = _("Report an accident")
    label = _("Report")
    crumb = Claim._meta.verbose_name_plural
    back_url = reverse_lazy("contracts:claim-list")

    def get_initial(self):
        return super().get_initial() | {"contract": self.request.GET.get("contract", "")}

    def enter(self, *, by, **facts):
        made = claim_flows.report(by=by, **facts)
        messages.success(self.request, translate("The accident is reported."))
        return pages.url_of(made)


def report_on(contract):
    """The way from a contract to the report of an accident."""
    url = f"{reverse('contracts:claim-report')}?contract={contract.pk}"
    return pages.Link(_("Report an accident"), url, Permission.CLAIM_REPORT)


claim_paths = [
    path("claims/report/", ReportAccident.as_view(), name="claim-report"),
    path("claims/", include(pages.record_paths(ClaimList, ClaimPage))),
]
