"""The money of a project: what it is given, what is planned for labour, what else is spent."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract
from policy.models import Fund
from project.kernel.money import AmountField
from workrelief.models.project import Project

USER = settings.AUTH_USER_MODEL
ISSUED_IS_KEPT = """
    IF (SELECT plan_issued_on FROM workrelief_project WHERE id = OLD.project_id) IS NULL
    THEN RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END; END IF;
    RAISE EXCEPTION 'the money of an issued plan is kept: a change is a line of its own'
        USING ERRCODE = 'check_violation';
"""


class FundLine(models.Model):
    """Money of one fund and year given to a project; the minimum is that of the day it was given.

    A later change of the rule does not reach back: it binds the lines issued from its day on. More
    money is a line of its own, issued on its own day.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="fund_lines")
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="+", verbose_name=_("fund"))
    year = models.PositiveSmallIntegerField(_("year"))
    amount = AmountField(_("amount (yuan)"))
    issued_on = models.DateField(_("issued on"))
    document = models.CharField(_("document"), max_length=120, blank=True)
    added_by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("fund line")
        verbose_name_plural = _("fund lines")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "fund", "year", "issued_on"], name="fund_line_once_a_day"
            ),
            models.CheckConstraint(name="fund_line_is_an_amount", condition=Q(amount__gt=0)),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="issued_fund_line_is_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=ISSUED_IS_KEPT,
            )
        ]

    def __str__(self):
        return f"{self.fund} {self.year}"


class LabourClass(models.TextChoices):
    """What a person or a payment is to the labour share: only the first counts (R-83)."""

    MASS = "mass", _("Local labour")
    MACHINE = "machine", _("Machine hire")
    MATERIAL = "material", _("Material")
    MANAGEMENT = "management", _("Management")
    CREW = "crew", _("Professional crew")


class LabourPlan(models.Model):
    """Planned labour of one trade from one fund line: people x units each x rate (F-23)."""

    fund_line = models.ForeignKey(FundLine, models.PROTECT, related_name="labour_plans")
    trade = models.CharField(_("trade"), max_length=30)
    headcount = models.PositiveIntegerField(_("people"))
    unit = models.CharField(
        _("pay basis"), max_length=6, choices=Contract.PayBasis, default=Contract.PayBasis.DAY
    )
    units = models.DecimalField(_("days, hours or pieces each"), max_digits=8, decimal_places=2)
    rate = AmountField(_("rate (yuan)"))
    amount = models.GeneratedField(
        expression=F("headcount") * F("units") * F("rate"),
        output_field=models.DecimalField(max_digits=20, decimal_places=4),
        db_persist=True,
        verbose_name=_("planned labour (yuan)"),
    )

    class Meta:
        verbose_name = _("labour plan")
        verbose_name_plural = _("labour plans")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["fund_line", "trade", "unit"], name="trade_planned_once"
            ),
            models.CheckConstraint(
                name="labour_plan_is_something",
                condition=Q(headcount__gt=0, units__gt=0, rate__gt=0) & ~Q(unit="month"),
            ),
        ]

    def __str__(self):
        return f"{self.trade} · {self.headcount}"


class Spending(models.Model):
    """A payment of the project that is nobody's wage: it never counts into the labour share.

    Rows are added, never edited: a wrong one is taken back by a second one that names it.
    """

    fund_line = models.ForeignKey(FundLine, models.PROTECT, related_name="spendings")
    kind = models.CharField(_("kind"), max_length=10, choices=LabourClass)
    payee = models.CharField(_("paid to"), max_length=80)
    amount = AmountField(_("amount (yuan)"))
    paid_on = models.DateField(_("paid on"))
    voucher = models.CharField(_("voucher number"), max_length=60)
    note = models.CharField(_("note"), max_length=200, blank=True)
    takes_back = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="taken_back_by"
    )
    added_at = models.DateTimeField(_("entered at"), auto_now_add=True)
    added_by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("other payment")
        verbose_name_plural = _("other payments")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="spending_is_no_wage", condition=~Q(kind="mass")),
            models.CheckConstraint(
                name="spending_is_positive_or_takes_back",
                condition=Q(amount__gt=0, takes_back__isnull=True)
                | Q(amount__lt=0, takes_back__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["fund_line", "voucher"],
                condition=Q(takes_back__isnull=True),
                name="spending_has_its_own_voucher",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="spending_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self):
        return f"{self.payee} {self.amount}"
