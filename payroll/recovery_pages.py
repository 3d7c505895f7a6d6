"""Pay that is asked back: the ledger, each recovery, and the way to propose one."""

from django.contrib import messages
from django.db.models import DecimalField, F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import include, path, reverse_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from payroll import recovery_flows
from payroll.models import Recovery, Repayment
from payroll.recovery_forms import ProposeForm
from project.kernel import pages
from project.kernel.roles import Permission


class RecoveryList(pages.RecordList):
    """The ledger of recoveries (追缴台账), which is also its workbook."""

    model = Recovery
    permission = Permission.PAY_VIEW
    joins = ("area", "contract__person", "fund")
    columns = (
        pages.Column(_("Name"), "contract.person.name", link=True),
        pages.Column(_("Township"), "area.name"),
        pages.Column(_("Case or decision"), "decision"),
        pages.Column(_("Fund"), "fund.name"),
        pages.Column(_("Amount (yuan)"), "amount", align="end"),
        pages.Column(_("Repaid (yuan)"), "came_back", align="end"),
        pages.Column(_("Balance (yuan)"), "still_owed", align="end"),
        pages.Column(_("Due on"), "due_on"),
        pages.Column(_("State"), "state", badge=True),
    )
    filters = (pages.AreaFilter(), pages.StateFilter())
    search_fields = ("contract__person__name", "decision")
    search_hint = _("Name or decision")
    steps = ("decide", "settle")
    links = (
        pages.Link(
            _("Propose a recovery"),
            reverse_lazy("payroll:recovery-propose"),
            Permission.RECOVERY_PROPOSE,
        ),
    )
    empty = _("Nothing is asked back. The township officer proposes a recovery from here.")

    def records(self):
        """Each recovery with what came back of it, in one query."""
        sums = Repayment.objects.filter(recovery=OuterRef("pk")).order_by().values("recovery")
        found = Subquery(sums.annotate(sum=Sum("amount")).values("sum"))
        back = Coalesce(found, 0, output_field=DecimalField(max_digits=14, decimal_places=2))
        seen = super().records().annotate(came_back=back)
        return seen.annotate(still_owed=F("amount") - F("came_back"))


LINES = (
    pages.Column(_("Month"), "line.month"),
    pages.Column(_("Paid (yuan)"), "line.amount", align="end"),
    pages.Column(_("Asked back (yuan)"), "amount", align="end"),
)
PLAN = (
    pages.Column(_("Due on"), "due_on"),
    pages.Column(_("Amount (yuan)"), "amount", align="end"),
)
REPAYMENTS = (
    pages.Column(_("Number"), "pk"),
    pages.Column(_("Received on"), "received_on"),
    pages.Column(_("Way"), "way"),
    pages.Column(_("Amount (yuan)"), "amount", align="end"),
    pages.Column(_("Voucher number"), "voucher"),
    pages.Column(_("Undoes number"), "undoes_id"),
    pages.Column(_("Recorded by"), "recorded_by"),
)
OFFSETS = (
    pages.Column(_("Month"), "month"),
    pages.Column(_("Amount (yuan)"), "amount", align="end"),
    pages.Column(_("Asked for by"), "asked_by"),
    pages.Column(_("Approved by"), "approved_by"),
)


class RecoveryPage(pages.RecordPage):
    model = Recovery
    permission = Permission.PAY_VIEW
    joins = ("area", "contract__person", "fund", "proposed_by", "decided_by", "settled_by")
    deeds = {"propose": _("Proposed")}
    summary = (
        pages.Column(_("Name"), "contract.person.name"),
        pages.Column(_("Case or decision"), "decision"),
        pages.Column(_("Reason"), "reason"),
        pages.Column(_("Fund"), "fund.name"),
        pages.Column(_("Amount (yuan)"), "amount"),
        pages.Column(_("Repaid (yuan)"), "repaid"),
        pages.Column(_("Balance (yuan)"), "balance"),
        pages.Column(_("Due on"), "due_on"),
    )
    facts = (
        pages.Group(
            _("Who acted"),
            (
                pages.Column(_("Proposed by"), "proposed_by"),
                pages.Column(_("Decided by"), "decided_by"),
                pages.Column(_("Demanded on"), "demanded_on"),
                pages.Column(_("Account to pay into"), "pay_to"),
                pages.Column(_("Settled by"), "settled_by"),
            ),
        ),
    )

    def tables(self, recovery):
        return [
            (_("Recovered lines"), LINES, recovery.lines.select_related("line").order_by("pk")),
            (_("Instalments"), PLAN, recovery.instalments.all()),
            (_("Repayments"), REPAYMENTS, recovery.repayments.select_related("recorded_by")),
            (_("Offsets"), OFFSETS, recovery.offsets.select_related("asked_by", "approved_by")),
        ]


class Propose(pages.EntryPage):
    """Ask for pay of named months to be paid back."""

    permission = Permission.RECOVERY_PROPOSE
    form_class = ProposeForm
    title = _("Propose a recovery")
    label = _("Propose")
    crumb = Recovery._meta.verbose_name_plural
    back_url = reverse_lazy("payroll:recovery-list")
    help = _(
        "Only what the bank has paid can be asked back, and no more than that. The department "
        "decides; what comes back is entered with its voucher number."
    )

    def get_initial(self):
        return super().get_initial() | {"contract": self.request.GET.get("contract", "")}

    def enter(self, *, by, **facts):
        recovery = recovery_flows.propose(by=by, **facts)
        messages.success(self.request, translate("The recovery waits for the department."))
        return pages.url_of(recovery)


urlpatterns = [
    path("recoveries/propose/", Propose.as_view(), name="recovery-propose"),
    path("recoveries/", include(pages.record_paths(RecoveryList, RecoveryPage))),
]
