"""A month's wages of a project, walked from the ledger to the village before payroll pays them."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, transition
from viewflow.workflow.models import Process

from contracts.models import Contract
from project.kernel.guards import warned_by
from project.kernel.money import AmountField
from project.kernel.months import MonthField
from project.kernel.roles import Permission, held
from registry.access import scoped
from registry.models import Area
from workrelief import wage_checks as checks
from workrelief.models.project import Project
from workrelief.models.roster import Member
from workrelief.parties import held_as

USER = settings.AUTH_USER_MODEL
LINE_IS_OPEN = """
    IF (SELECT state FROM workrelief_wagebatch
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.batch_id ELSE NEW.batch_id END)
        IN ('drafted', 'signed')
    THEN RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END; END IF;
    RAISE EXCEPTION 'the lines of a checked wage batch are kept: send it back first'
        USING ERRCODE = 'check_violation';
"""


class WageBatch(ConcurrentTransitionMixin, models.Model):
    """What a project's people earned in one month, as the site says and four sides confirm (W-11).

    Once the village has confirmed it, each contract's month is attested, and payroll pays it as it
    pays any other. The batch moves no money.
    """

    class State(models.TextChoices):
        DRAFTED = "drafted", _("Drafted")
        SIGNED = "signed", _("Signed by the workers")
        CHECKED = "checked", _("Checked by the engineer")
        APPROVED = "approved", _("Approved by the owner")
        VERIFIED = "verified", _("Confirmed by the village")
        FILED = "filed", _("Filed")
        VOIDED = "voided", _("Voided")

    chain = ("draft", "sign", "examine", "approve", "verify", "file")
    together = ("draft", "sign")
    restarts = ("send_back",)

    state = FSMField(
        _("state"), default=State.DRAFTED, choices=State.choices, protected=True, max_length=10
    )
    project = models.ForeignKey(
        Project, models.PROTECT, related_name="batches", verbose_name=_("project")
    )
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="+", db_index=False, verbose_name=_("area")
    )
    month = MonthField(_("month"))

    objects = scoped(Permission.RELIEF_VIEW).as_manager()

    class Meta:
        verbose_name = _("wage batch")
        verbose_name_plural = _("wage batches")
        indexes = [models.Index(fields=["area", "id"], name="wage_batch_by_area")]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "month"],
                condition=~Q(state="voided"),
                name="one_wage_batch_a_month",
            )
        ]
        triggers = [
            pgtrigger.Protect(name="wage_batch_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="wage_batch_stays_its_own",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("project", "area", "month"),
            ),
        ]

    def __str__(self):
        return f"{self.project} {self.month}"

    def barred(self, by):
        """Nobody confirms wages of their own, of their household or of a declared relative."""
        return checks.barred(self, by)

    @transition(
        state,
        source=State.DRAFTED,
        target=State.SIGNED,
        conditions=[checks.has_lines, checks.is_fresh, checks.everybody_signed],
        permission=held_as(Permission.WAGE_DRAFT, "contractor"),
    )
    @warned_by(checks.days_differ)
    def sign(self):
        """Every worker has signed for the own line."""

    @transition(
        state,
        source=State.SIGNED,
        target=State.CHECKED,
        conditions=[
            checks.is_fresh,
            checks.days_are_at_work,
            checks.nobody_works_elsewhere,
            checks.cards_were_there,
            checks.rates_are_lawful,
        ],
        permission=held_as(Permission.WAGE_CHECK, "engineer"),
    )
    def examine(self):
        """The supervising engineer has checked days, quantities and rates (R-75)."""

    @transition(
        state,
        source=State.CHECKED,
        target=State.APPROVED,
        conditions=[checks.is_fresh, checks.corrections_are_entered],
        permission=held_as(Permission.WAGE_APPROVE, "owner"),
    )
    @warned_by(checks.is_in_time)
    def approve(self):
        """The owner accepts the month's wages."""

    @transition(
        state,
        source=State.APPROVED,
        target=State.VERIFIED,
        conditions=[checks.is_fresh, checks.corrections_are_entered, checks.sheets_are_confirmed],
        permission=held(Permission.WAGE_VERIFY),
    )
    def verify(self):
        """The village confirms from its own knowledge; from now on payroll may pay (R-73)."""

    @transition(
        state,
        source=State.VERIFIED,
        target=State.FILED,
        conditions=[checks.everybody_is_paid],
        permission=held(Permission.RELIEF_PLAN),
    )
    def file(self):
        """Every wage has arrived; the ledger is filed with the county (R-70)."""

    @transition(
        state,
        source=[State.SIGNED, State.CHECKED, State.APPROVED, State.VERIFIED],
        target=State.DRAFTED,
        conditions=[checks.nothing_is_on_its_way],
        permission=checks.may_send_back,
    )
    def send_back(self):
        """Give the batch back to the contractor; what was attested no longer is."""

    @transition(
        state,
        source=State.DRAFTED,
        target=State.VOIDED,
        permission=held_as(Permission.WAGE_DRAFT, "contractor"),
    )
    def void(self):
        """Throw away a batch nobody has signed."""


class WageBatchProcess(Process):
    """Carries no facts: it points at a WageBatch through `artifact`."""

    class Meta:
        proxy = True


class WageLine(models.Model):
    """One worker's month: what the sheet shows, and what the engineer made of it, both kept.

    `days` and `quantity` are those of the sheet when the batch was drafted; `corrected` is the
    engineer's own measure of the days, hours or pieces with a reason. A corrected line goes on when
    the sheet was put right: the sheet is what is paid.
    """

    batch = models.ForeignKey(WageBatch, models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField(_("number"))
    member = models.ForeignKey(Member, models.PROTECT, related_name="wage_lines")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")
    days = models.DecimalField(_("days"), max_digits=4, decimal_places=1)
    quantity = models.DecimalField(
        _("hours or pieces"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    rate = AmountField(_("rate (yuan)"))
    amount = AmountField(_("amount (yuan)"))
    corrected = models.DecimalField(
        _("measured by the engineer"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    reason = models.CharField(_("reason of the correction"), max_length=200, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("wage line")
        verbose_name_plural = _("wage lines")
        ordering = ["batch", "number"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "member"], name="one_wage_line_a_worker"),
            models.UniqueConstraint(fields=["batch", "number"], name="wage_line_numbered_once"),
            models.CheckConstraint(
                name="wage_line_is_no_less_than_nothing",
                condition=Q(days__gte=0, amount__gte=0)
                & (Q(quantity__isnull=True) | Q(quantity__gte=0))
                & (Q(corrected__isnull=True) | Q(corrected__gte=0)),
            ),
            models.CheckConstraint(
                name="wage_correction_says_why",
                condition=Q(corrected__isnull=True) | ~Q(reason=""),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="wage_line_is_open",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=LINE_IS_OPEN,
            )
        ]

    def __str__(self):
        return f"{self.batch} · {self.number}"

    @property
    def measured(self):
        """What the sheet shows in the unit that is paid: days, hours or pieces."""
        return self.days if self.quantity is None else self.quantity


class WageScan(models.Model):
    """A scan of the wage list with the workers' own signatures; no scan serves two months.

    It is a printed page under many hands: pages of one form look alike whoever signed them, so no
    likeness of scans is kept.
    """

    batch = models.ForeignKey(WageBatch, models.PROTECT, related_name="scans")
    file = models.FileField(_("scan"), upload_to="workrelief/%Y/%m/")
    name = models.CharField(_("file name"), max_length=120)
    sha256 = models.CharField(_("SHA-256"), max_length=64, unique=True)
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)
    added_by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("signed wage list")
        verbose_name_plural = _("signed wage lists")
        triggers = [
            pgtrigger.Protect(
                name="wage_scan_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self):
        return self.name
