"""Contracts, and the insurance that stands behind them."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404
from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from contracts.batch_pages import batch_paths
from contracts.change_pages import NOW, amendment_of, change_paths, tables_of
from contracts.claim_pages import CLAIMS, claim_paths, report_on
from contracts.document_pages import document_paths, paper_links, paper_tables
from contracts.exit_pages import EXITS, exit_paths, proposal_of
from contracts.insurance_pages import covers_of, insurance_paths
from contracts.insurance_records import insurance_record_paths
from contracts.models import Contract, ContractScan
from contracts.selectors import without_cover
from contracts.signing_office import DEEDS, signing_links, signing_paths, signing_tables
from contracts.template_pages import template_paths
from project.kernel import pages
from project.kernel.looks import look
from project.kernel.models import Look
from project.kernel.roles import Permission
from project.kernel.uploads import served
from registry.account_pages import account_of
from registry.phone_pages import card_for


class ContractList(pages.RecordList):
    model = Contract
    permission = Permission.CONTRACT_VIEW
    joins = ("area", "person", "fund")
    columns = (
        pages.Column(_("Name"), "person.name", link=True),
        pages.Column(_("Post"), "title"),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("From"), "starts_on"),
        pages.Column(_("To"), "ends_on"),
        pages.Column(_("Standard (yuan)"), "standard", align="end"),
        pages.Column(_("Fund"), "fund.name"),
        pages.Column(_("State"), "state", badge=True),
    )
    filters = (pages.AreaFilter(), pages.StateFilter())
    search_fields = ("person__name", "title")
    search_hint = _("Name or post")
    steps = ("offer", "seal", "start", "suspend", "resume")
    empty = _("There is no contract yet. Import the township's ledger of holders first.")
    links = (
        pages.Link(
            _("Make many contracts"), reverse_lazy("contracts:make"), Permission.CONTRACT_OFFER
        ),
        pages.Link(_("Exits"), reverse_lazy("contracts:exit-list")),
        pages.Link(_("Suspensions"), reverse_lazy("contracts:suspension-list")),
        pages.Link(_("Amendments"), reverse_lazy("contracts:amendment-list")),
        pages.Link(_("Insurance policies"), reverse_lazy("contracts:insurancepolicy-list")),
        pages.Link(_("People without cover"), reverse_lazy("contracts:gap-list")),
        pages.Link(_("Wordings of contracts"), reverse_lazy("contracts:contracttemplate-list")),
        pages.Link(_("Import a ledger"), reverse_lazy("import-holders"), Permission.HOLDER_IMPORT),
    )


class ContractPage(pages.RecordPage):
    model = Contract
    permission = Permission.CONTRACT_VIEW
    joins = ("area", "person__household", "fund", "department", "document")
    deeds = {
        "draft": _("Drafted"),
        "scan": _("Scan kept"),
        "reissue": _("Paper made anew"),
        "take_over": _("Taken over from the ledger"),
        "end": _("Ended"),
        "amend": _("Amended"),
        "import": _("Taken in from a file"),
        **DEEDS,
    }
    summary = (
        pages.Column(_("Name"), "person.name"),
        pages.Column(_("Post"), "title"),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("ID number"), "person.masked_id"),
    )
    facts = (
        pages.Group(
            _("Term"),
            (
                pages.Column(_("Kind"), "kind"),
                pages.Column(_("First day"), "starts_on"),
                pages.Column(_("Last day"), "ends_on"),
                pages.Column(_("Signed on"), "signed_on"),
            ),
        ),
        pages.Group(
            _("Post and pay"),
            (
                pages.Column(_("Post type"), "post_type"),
                pages.Column(_("Department"), "department.name"),
                pages.Column(_("Pay basis"), "pay_basis"),
                pages.Column(_("Standard as signed (yuan)"), "standard"),
                *NOW,
                pages.Column(_("Fund"), "fund.name"),
                pages.Column(_("Policy"), "document.title"),
            ),
        ),
    )

    def tables(self, contract):
        """What was paid and what was worked, each only to those who may see it."""
        user, person = self.request.user, contract.person
        found = []
        if user.has_perm(Permission.PAY_VIEW, contract.area_id):
            lines = contract.pay_lines.with_state().select_related("run").order_by("-month")
            found.append((_("Payments"), PAY_COLUMNS, lines))
        if user.has_perm(Permission.SHEET_VIEW, contract.area_id):
            days = contract.sheet_lines.select_related("sheet").order_by("-sheet__month")
            found.append((_("Attendance"), SHEET_COLUMNS, days))
        covers = person.covers.select_related("policy").order_by("starts_on")
        exits = contract.exits.order_by("pk")
        scans = contract.scans.select_related("added_by").order_by("pk")
        return [
            *found,
            (_("Insurance"), COVER_COLUMNS, covers),
            *paper_tables(contract),
            *signing_tables(contract),
            (_("Signed paper"), SCAN_COLUMNS, scans),
            *tables_of(contract),
            (_("Exits"), EXITS, exits),
            (_("Accidents and claims"), CLAIMS, contract.claims.order_by("happened_on")),
        ]

    def links(self, contract):
        """What may be begun from here: the exit of a contract that holds, a cover where none is."""
        found = []
        if contract.state in ("in_force", "suspended"):
            found = [proposal_of(contract), amendment_of(contract), report_on(contract)]
        found += [card_for(contract.person), *signing_links(contract)]
        gap = without_cover(contract.area_id, contract.starts_on).filter(pk=contract.pk)
        found += account_of(contract.person) + paper_links(contract)
        return found + covers_of(contract) if gap.exists() else found


def sheet_state(line):
    return line.sheet.get_state_display()


PAY_COLUMNS = (
    pages.Column(_("Month"), "month", link=True),
    pages.Column(_("Days worked"), "days_worked", align="end"),
    pages.Column(_("Required days"), "required_days", align="end"),
    pages.Column(_("Standard (yuan)"), "standard", align="end"),
    pages.Column(_("Amount (yuan)"), "amount", align="end"),
    pages.Column(_("State"), "state_words", badge=True),
)
SHEET_COLUMNS = (
    pages.Column(_("Month"), "sheet.month"),
    pages.Column(_("Days"), "days", align="end"),
    pages.Column(_("State of the sheet"), sheet_state, badge=True),
)
COVER_COLUMNS = (
    pages.Column(_("Policy number"), "policy.number"),
    pages.Column(_("Insurer"), "policy.insurer"),
    pages.Column(_("From"), "starts_on"),
    pages.Column(_("To"), "ends_on"),
)


SCAN_COLUMNS = (
    pages.Column(_("File"), "name", link=True),
    pages.Column(_("SHA-256"), "sha256"),
    pages.Column(_("Added by"), "added_by"),
    pages.Column(_("Added at"), "added_at"),
)


@login_required
@require_safe
def scan(request, pk):
    """The signed paper as it was scanned, for those who see the contract."""
    seen = Contract.objects.visible_to(request.user)
    scans = ContractScan.objects.select_related("contract")
    kept = get_object_or_404(scans, pk=pk, contract__in=seen)
    shown = [kept.contract.person_id]
    look(request.user, Look.What.PAPER, shown, record=kept.contract, purpose=kept.name)
    return served(kept.file, kept.name)


class Contracts(pages.Section):
    """Who is engaged, from when to when, and insured by whom."""

    app_name = "contracts"
    permissions = (Permission.CONTRACT_VIEW,)
    urlpatterns = [
        *batch_paths,
        *exit_paths,
        *change_paths,
        *insurance_paths,
        path("scans/<int:pk>/", scan, name="contractscan"),
        *insurance_record_paths,
        *claim_paths,
        *signing_paths,
        *template_paths,
        *document_paths,
        *pages.record_paths(ContractList, ContractPage),
    ]
