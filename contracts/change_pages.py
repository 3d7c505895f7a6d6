"""What changes during a contract's life: who is suspended, and which terms were amended."""

from django.contrib import messages
from django.urls import include, path, reverse, reverse_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from contracts import change_flows
from contracts.allowance import allowance_in_words, chain_of
from contracts.change_checks import standard_on
from contracts.change_forms import AmendForm
from contracts.models import Amendment, Suspension
from project.kernel import pages
from project.kernel.months import today
from project.kernel.roles import Permission


class AmendmentList(pages.RecordList):
    model = Amendment
    permission = Permission.CONTRACT_VIEW
    joins = ("area", "contract__person")
    columns = (
        pages.Column(_("Name"), "contract.person.name", link=True),
        pages.Column(_("Post"), "contract.title"),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("First day of the new terms"), "starts_on"),
        pages.Column(_("New standard (yuan)"), "standard", align="end"),
        pages.Column(_("New last day"), "ends_on"),
        pages.Column(_("State"), "state", badge=True),
    )
    filters = (pages.AreaFilter(), pages.StateFilter())
    search_fields = ("contract__person__name", "contract__title")
    search_hint = _("Name or post")
    steps = ("approve",)
    links = (
        pages.Link(
            _("Propose an amendment"),
            reverse_lazy("contracts:amendment-propose"),
            Permission.CONTRACT_OFFER,
        ),
    )
    empty = _("No terms have been changed. Open a contract and propose an amendment there.")


class AmendmentPage(pages.RecordPage):
    model = Amendment
    permission = Permission.CONTRACT_VIEW
    joins = (
        "area",
        "contract__person__household",
        "proposed_by",
        "agreed_by",
        "approved_by",
        "scan",
    )
    deeds = {"draft": _("Proposed")}
    summary = (
        pages.Column(_("Name"), "contract.person.name"),
        pages.Column(_("Post"), "contract.title"),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("First day of the new terms"), "starts_on"),
    )
    facts = (
        pages.Group(
            _("New terms"),
            (
                pages.Column(_("Standard as signed (yuan)"), "contract.standard"),
                pages.Column(_("New standard (yuan)"), "standard"),
                pages.Column(_("New post"), "title"),
                pages.Column(_("New duties"), "duties"),
                pages.Column(_("Last day before"), "ended_before"),
                pages.Column(_("New last day"), "ends_on"),
                pages.Column(_("Reason"), "reason"),
            ),
        ),
        pages.Group(
            _("Who agreed"),
            (
                pages.Column(_("Proposed by"), "proposed_by"),
                pages.Column(_("Proposed on"), "proposed_on"),
                pages.Column(_("Signed by the worker on"), "agreed_on"),
                pages.Column(_("Signature recorded by"), "agreed_by"),
                pages.Column(_("Scan"), "scan.name"),
                pages.Column(_("Approved by"), "approved_by"),
                pages.Column(_("Approved at"), "approved_at"),
            ),
        ),
    )

    def tables(self, amendment):
        return [(_("Contract"), CHAIN, [amendment.contract])]


class Propose(pages.EntryPage):
    """Put forward new terms for a running contract."""

    permission = Permission.CONTRACT_OFFER
    form_class = AmendForm
    title = _("Propose an amendment")
    label = _("Propose")
    crumb = Amendment._meta.verbose_name_plural
    back_url = reverse_lazy("contracts:amendment-list")
    help = _(
        "Fill in only what changes. The worker signs the new terms before the leader approves "
        "them; a month that is paid keeps its terms."
    )

    def get_initial(self):
        return super().get_initial() | {"contract": self.request.GET.get("contract", "")}

    def enter(self, *, by, **terms):
        amendment = change_flows.draft(by=by, **terms)
        messages.success(self.request, translate("The amendment is proposed."))
        return pages.url_of(amendment)


class SuspensionList(pages.RecordList):
    """Everybody who is or was suspended."""

    model = Suspension
    permission = Permission.CONTRACT_VIEW
    joins = ("area", "contract__person")
    columns = (
        pages.Column(_("Name"), "contract.person.name", link=True),
        pages.Column(_("Post"), "contract.title"),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("Suspended from"), "starts_on"),
        pages.Column(_("Suspended until"), "ends_on"),
        pages.Column(_("Reason"), "reason"),
    )
    filters = (pages.AreaFilter(),)
    search_fields = ("contract__person__name", "contract__title")
    search_hint = _("Name or post")
    empty = _("Nobody was suspended. Choose contracts in their list and suspend the work there.")


class SuspensionPage(pages.RecordPage):
    model = Suspension
    permission = Permission.CONTRACT_VIEW
    joins = ("area", "contract__person", "begun_by", "ended_by")
    summary = (
        pages.Column(_("Name"), "contract.person.name"),
        pages.Column(_("Post"), "contract.title"),
        pages.Column(_("Suspended from"), "starts_on"),
        pages.Column(_("Suspended until"), "ends_on"),
    )
    facts = (
        pages.Group(
            _("Why"),
            (
                pages.Column(_("Reason"), "reason"),
                pages.Column(_("Suspended by"), "begun_by"),
                pages.Column(_("Entered at"), "begun_at"),
                pages.Column(_("Resumed by"), "ended_by"),
                pages.Column(_("Closed at"), "ended_at"),
            ),
        ),
    )

    def tables(self, suspension):
        return [(_("Contract"), CHAIN, [suspension.contract])]


CHAIN = (
    pages.Column(_("Post"), "title", link=True),
    pages.Column(_("From"), "starts_on"),
    pages.Column(_("To"), "ends_on"),
    pages.Column(_("State"), "state", badge=True),
)
SUSPENSIONS = (
    pages.Column(_("Suspended from"), "starts_on", link=True),
    pages.Column(_("Suspended until"), "ends_on"),
    pages.Column(_("Reason"), "reason"),
)
AMENDMENTS = (
    pages.Column(_("First day of the new terms"), "starts_on", link=True),
    pages.Column(_("New standard (yuan)"), "standard", align="end"),
    pages.Column(_("New post"), "title"),
    pages.Column(_("New last day"), "ends_on"),
    pages.Column(_("State"), "state", badge=True),
)


def standard_now(contract):
    """The standard on today, or on the contract's nearest day."""
    return standard_on(contract, min(max(today(), contract.starts_on), contract.ends_on))


NOW = (
    pages.Column(_("Standard now (yuan)"), standard_now),
    pages.Column(_("Subsidised months"), allowance_in_words),
)


def tables_of(contract):
    """What changed during the contract, and the contracts before and after it."""
    return [
        (_("Renewals"), CHAIN, chain_of(contract)),
        (_("Suspensions"), SUSPENSIONS, contract.suspensions.order_by("starts_on")),
        (_("Amendments"), AMENDMENTS, contract.amendments.order_by("starts_on", "pk")),
    ]


def amendment_of(contract):
    """The way from a contract's page to the proposal of new terms."""
    url = f"{reverse('contracts:amendment-propose')}?contract={contract.pk}"
    return pages.Link(_("Propose an amendment"), url, Permission.CONTRACT_OFFER)


change_paths = [
    path("amendments/propose/", Propose.as_view(), name="amendment-propose"),
    path("amendments/", include(pages.record_paths(AmendmentList, AmendmentPage))),
    path("suspensions/", include(pages.plain_paths(SuspensionList, SuspensionPage))),
]
