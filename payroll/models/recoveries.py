"""Money asked back: what was paid wrongly, in which months, and what has come back of it."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import ConcurrentTransitionMixin, FSMField, transition
from viewflow.workflow.models import Process

from contracts.models import Contract
from payroll import checks, recovery_triggers
from payroll.models.lines import PayLine
from policy.models import Fund
from project.kernel.guards import guard
from project.kernel.money import AmountField
from project.kernel.months import MonthField
from project.kernel.roles import Permission, held
from registry.access import scoped
from registry.models import Area

USER = settings.AUTH_USER_MODEL
APPEND_ONLY = pgtrigger.Update | pgtrigger.Delete


@guard(_("The amount is not repaid in full yet."))
def is_repaid(recovery):
    return recovery.balance == 0


@guard(_("Nothing is owed any more; confirm the settlement, or undo a repayment."))
def something_is_owed(recovery):
    return recovery.balance > 0


@guard(_("Money has been repaid already. Undo the repayments first."))
def nothing_is_repaid(recovery):
    return recovery.repaid == 0


class RecoveryQuerySet(scoped(Permission.PAY_VIEW)):
    def live(self):
        """The recoveries that still bind what they name."""
        return self.exclude(state="cancelled")


class Recovery(ConcurrentTransitionMixin, models.Model):
    """A decision that named pay of named months is paid back to its fund (W-9, 追缴)."""

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("recovery", "Proposed")
        DECIDED = "decided", _("Decided")
        DEMANDED = "demanded", _("Demanded")
        REPAYING = "repaying", _("Being repaid")
        SETTLED = "settled", _("Settled")
        CANCELLED = "cancelled", _("Cancelled")

    chain = ("propose", "decide", "repay", "settle")
    together = ("repay",)
    restarts = ()

    state = FSMField(
        _("state"), default=State.PROPOSED, choices=State.choices, protected=True, max_length=10
    )
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("township"))
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="recoveries")
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="+", verbose_name=_("fund"))
    amount = AmountField(_("amount"))
    reason = models.CharField(_("reason"), max_length=500)
    decision = models.CharField(_("case or decision"), max_length=120)
    pay_to = models.CharField(_("account to pay into"), max_length=200, blank=True)
    proposed_on = models.DateField(_("proposed on"))
    proposed_by = models.ForeignKey(
        USER, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    decided_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    demanded_on = models.DateField(_("demanded on"), null=True, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    settled_on = models.DateField(_("settled on"), null=True, blank=True)
    settled_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("settled by")
    )

    objects = RecoveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("recovery")
        verbose_name_plural = _("recoveries")
        indexes = [models.Index(fields=["area", "id"], name="recovery_by_area")]
        constraints = [
            models.CheckConstraint(name="recovery_asks_for_something", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="recovery_is_decided_by_another",
                condition=Q(state__in=["proposed", "cancelled"])
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by"))),
            ),
            models.CheckConstraint(
                name="recovery_is_settled_by_another",
                condition=~Q(state="settled")
                | (
                    Q(settled_by__isnull=False)
                    & ~Q(settled_by=F("decided_by"))
                    & ~Q(settled_by=F("proposed_by"))
                ),
            ),
            models.CheckConstraint(
                name="demanded_recovery_has_its_day",
                condition=~Q(state__in=["demanded", "repaying", "settled"])
                | Q(due_on__gte=F("demanded_on")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="recovery_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="done_recovery_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=["settled", "cancelled"]),
            ),
            pgtrigger.Trigger(
                name="recovery_is_borne_out",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=recovery_triggers.IS_BORNE_OUT,
            ),
        ]

    def __str__(self):
        return f"{self.contract.person.name} · {self.amount}"

    @property
    def repaid(self):
        """What has come back so far, counter-entries taken off."""
        return self.repayments.aggregate(sum=Sum("amount"))["sum"] or 0

    @property
    def balance(self):
        """What is still owed."""
        return self.amount - self.repaid

    def barred(self, by):
        """Nobody asks back from themselves, their household or a declared relative."""
        return checks.barred_from(PayLine.objects.filter(recoveries__recovery=self), by)

    @transition(
        state,
        source=State.PROPOSED,
        target=State.DECIDED,
        permission=held(Permission.RECOVERY_DECIDE),
    )
    def decide(self, *, by, on):
        """The department decides that the money is asked back."""
        self.decided_by, self.decided_on = by, on

    @transition(
        state,
        source=State.DECIDED,
        target=State.DEMANDED,
        permission=held(Permission.RECOVERY_PROPOSE),
    )
    def demand(self, *, on, due_on, pay_to):
        """The notice is served; the days to pay begin."""
        self.demanded_on, self.due_on, self.pay_to = on, due_on, pay_to

    @transition(
        state,
        source=[State.DEMANDED, State.REPAYING],
        target=State.REPAYING,
        conditions=[something_is_owed],
        permission=held(Permission.RECOVERY_REPAY),
    )
    def repay(self):
        """Money has come back with its voucher, or was kept back from later pay."""

    @transition(
        state,
        source=State.REPAYING,
        target=State.REPAYING,
        permission=held(Permission.RECOVERY_REPAY),
    )
    def undo(self):
        """A repayment was entered wrongly; a counter-entry takes it back."""

    @transition(
        state,
        source=[State.DEMANDED, State.REPAYING],
        target=State.REPAYING,
        conditions=[something_is_owed],
        permission=held(Permission.RECOVERY_PROPOSE),
    )
    def ask_offset(self):
        """A part of a later month's pay is to be kept back."""

    @transition(
        state,
        source=State.REPAYING,
        target=State.REPAYING,
        permission=held(Permission.RECOVERY_DECIDE),
    )
    def approve_offset(self):
        """The department agrees that this part is kept back."""

    @transition(
        state,
        source=State.REPAYING,
        target=State.SETTLED,
        conditions=[is_repaid],
        permission=held(Permission.RECOVERY_SETTLE),
    )
    def settle(self, *, by, on):
        """Somebody who neither decided nor took the money confirms that all of it is back."""
        self.settled_by, self.settled_on = by, on

    @transition(
        state,
        source=[State.PROPOSED, State.DECIDED, State.DEMANDED, State.REPAYING],
        target=State.CANCELLED,
        conditions=[nothing_is_repaid],
        permission=held(Permission.RECOVERY_DECIDE),
    )
    def cancel(self):
        """Nothing is asked back after all; the pay it named is free again."""


class RecoveryLine(models.Model):
    """How much of one paid line is asked back; over all recoveries never more than was paid."""

    recovery = models.ForeignKey(Recovery, models.PROTECT, related_name="lines")
    line = models.ForeignKey(PayLine, models.PROTECT, related_name="recoveries")
    amount = AmountField(_("amount"))

    class Meta:
        verbose_name = _("recovered line")
        verbose_name_plural = _("recovered lines")
        constraints = [
            models.UniqueConstraint(fields=["recovery", "line"], name="line_recovered_once_each"),
            models.CheckConstraint(name="recovered_line_asks_something", condition=Q(amount__gt=0)),
        ]
        triggers = [
            pgtrigger.Protect(name="recovered_line_is_append_only", operation=APPEND_ONLY),
            pgtrigger.Trigger(
                name="no_more_than_was_paid",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=recovery_triggers.NO_MORE_THAN_WAS_PAID,
            ),
        ]

    def __str__(self):
        return f"{self.line.month} · {self.amount}"


class Instalment(models.Model):
    """One part of the plan by which a recovery is repaid."""

    recovery = models.ForeignKey(Recovery, models.PROTECT, related_name="instalments")
    due_on = models.DateField(_("due on"))
    amount = AmountField(_("amount"))

    class Meta:
        verbose_name = _("instalment")
        verbose_name_plural = _("instalments")
        ordering = ["due_on"]
        constraints = [
            models.UniqueConstraint(fields=["recovery", "due_on"], name="one_instalment_a_day"),
            models.CheckConstraint(name="instalment_is_something", condition=Q(amount__gt=0)),
        ]
        triggers = [pgtrigger.Protect(name="plan_is_append_only", operation=APPEND_ONLY)]

    def __str__(self):
        return f"{self.due_on} · {self.amount}"


class Offset(models.Model):
    """A part of a later month's pay that is to be kept back, asked for by one, agreed by another.

    It repays nothing by itself: only a line that was really paid less does, by its repayment.
    """

    recovery = models.ForeignKey(Recovery, models.PROTECT, related_name="offsets")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")
    month = MonthField(_("month"))
    amount = AmountField(_("amount"))
    share = models.DecimalField(_("largest share"), max_digits=4, decimal_places=3)
    rule = models.BigIntegerField(_("rule"), null=True)
    asked_by = models.ForeignKey(
        USER, models.PROTECT, related_name="+", verbose_name=_("asked for by")
    )
    approved_by = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name=_("approved by")
    )
    approved_on = models.DateField(_("approved on"), null=True)

    class Meta:
        verbose_name = _("offset")
        verbose_name_plural = _("offsets")
        ordering = ["month"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "month"], name="one_offset_a_contract_and_month"
            ),
            models.CheckConstraint(
                name="offset_is_approved_by_another",
                condition=Q(approved_by__isnull=True, approved_on__isnull=True)
                | (Q(approved_on__isnull=False) & ~Q(approved_by=F("asked_by"))),
            ),
            models.CheckConstraint(
                name="offset_takes_a_share",
                condition=Q(amount__gt=0, share__gt=0, share__lte=1),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="offset_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="approved_offset_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__approved_by__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.month} · {self.amount}"


class Repayment(models.Model):
    """What came back, written once; a mistake is undone by a counter-entry of the same sum."""

    class Way(models.TextChoices):
        REFUND = "refund", _("Refund")
        INSTALMENT = "instalment", _("Instalment")
        OFFSET = "offset", _("Kept back from later pay")

    recovery = models.ForeignKey(Recovery, models.PROTECT, related_name="repayments")
    way = models.CharField(_("way"), max_length=10, choices=Way)
    amount = AmountField(_("amount"))
    voucher = models.CharField(_("voucher number"), max_length=40, blank=True)
    line = models.ForeignKey(PayLine, models.PROTECT, null=True, related_name="+")
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")
    received_on = models.DateField(_("received on"))
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    recorded_by = models.ForeignKey(
        USER, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )

    class Meta:
        verbose_name = _("repayment")
        verbose_name_plural = _("repayments")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="counter_entry_takes_off",
                condition=Q(undoes__isnull=True, amount__gt=0)
                | Q(undoes__isnull=False, amount__lt=0),
            ),
            models.CheckConstraint(
                name="money_has_its_voucher_and_offset_its_line",
                condition=(Q(line__isnull=True) & ~Q(voucher="") & ~Q(way="offset"))
                | Q(way="offset", line__isnull=False, voucher=""),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="repayment_is_append_only", operation=APPEND_ONLY),
            pgtrigger.Trigger(
                name="repays_what_is_owed",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=recovery_triggers.OWED,
                func=recovery_triggers.REPAYS_WHAT_IS_OWED,
            ),
        ]

    def __str__(self):
        return f"{self.received_on} · {self.amount}"


class RecoveryProcess(Process):
    """Carries no facts: it points at a Recovery through `artifact`."""

    class Meta:
        proxy = True
