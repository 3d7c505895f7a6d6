"""Who leaves, why, and how far it is."""

from django.contrib import messages
from django.urls import include, path, reverse, reverse_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from contracts import exit_flows
from contracts.exit_forms import ProposeForm
from contracts.models import Exit
from project.kernel import pages
from project.kernel.roles import Permission


class ExitList(pages.RecordList):
    model = Exit
    permission = Permission.CONTRACT_VIEW
    joins = ("area", "contract__person")
    columns = (
        pages.Column(_("Name"), "contract.person.name", link=True),
        pages.Column(_("Post"), "contract.title"),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("Reason"), "reason"),
        pages.Column(_("Last working day"), "last_day"),
        pages.Column(_("Proposed on"), "proposed_on"),
        pages.Column(_("State"), "state", badge=True),
    )
    filters = (
        pages.AreaFilter(),
        pages.StateFilter(),
        pages.ChoiceFilter("reason", _("Reason")),
    )
    search_fields = ("contract__person__name", "contract__title")
    search_hint = _("Name or post")
    steps = ("notify", "approve", "settle", "close")
    links = (
        pages.Link(
            _("Propose an exit"), reverse_lazy("contracts:exit-propose"), Permission.EXIT_PROPOSE
        ),
    )
    empty = _("Nobody is leaving. Open the contract of whoever does and propose the exit there.")


class ExitPage(pages.RecordPage):
    model = Exit
    permission = Permission.CONTRACT_VIEW
    joins = ("area", "contract__person", "proposed_by")
    deeds = {"propose": _("Proposed")}
    summary = (
        pages.Column(_("Name"), "contract.person.name"),
        pages.Column(_("Post"), "contract.title"),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("Reason"), "reason"),
        pages.Column(_("Last working day"), "last_day"),
    )
    facts = (
        pages.Group(
            _("Why"),
            (
                pages.Column(_("Explanation"), "explanation"),
                pages.Column(_("Finding"), "finding"),
                pages.Column(_("Proof"), "proof"),
                pages.Column(_("Statement"), "statement"),
            ),
        ),
        pages.Group(
            _("How it went"),
            (
                pages.Column(_("Proposed by"), "proposed_by"),
                pages.Column(_("Told on"), "notified_on"),
                pages.Column(_("Heard on"), "heard_on"),
                pages.Column(_("Approved on"), "approved_on"),
                pages.Column(_("Settlement"), "settlement"),
                pages.Column(_("New work"), "follow_up"),
            ),
        ),
    )

    def tables(self, exit_):
        return [(_("Contract"), CONTRACT, [exit_.contract])]


CONTRACT = (
    pages.Column(_("Post"), "title", link=True),
    pages.Column(_("From"), "starts_on"),
    pages.Column(_("To"), "ends_on"),
    pages.Column(_("State"), "state", badge=True),
)
EXITS = (
    pages.Column(_("Reason"), "reason", link=True),
    pages.Column(_("Last working day"), "last_day"),
    pages.Column(_("State"), "state", badge=True),
)


class Propose(pages.EntryPage):
    """Put forward that somebody leaves."""

    permission = Permission.EXIT_PROPOSE
    form_class = ProposeForm
    title = _("Propose an exit")
    label = _("Propose")
    crumb = Exit._meta.verbose_name_plural
    back_url = reverse_lazy("contracts:exit-list")
    help = _(
        "A death needs its proof and no notice. A disciplinary reason needs the finding, "
        "and the person is heard before anybody decides."
    )

    def get_initial(self):
        return super().get_initial() | {"contract": self.request.GET.get("contract", "")}

    def enter(self, *, by, **facts):
        exit_ = exit_flows.propose(by=by, **facts)
        messages.success(self.request, translate("The exit is proposed."))
        return pages.url_of(exit_)


def proposal_of(contract):
    """The way from a contract's page to the proposal that its worker leaves."""
    url = f"{reverse('contracts:exit-propose')}?contract={contract.pk}"
    return pages.Link(_("Propose an exit"), url, Permission.EXIT_PROPOSE)


exit_paths = [
    path("exits/propose/", Propose.as_view(), name="exit-propose"),
    path("exits/", include(pages.record_paths(ExitList, ExitPage))),
]
