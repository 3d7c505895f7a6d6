"""The contract: whatever brings a person in ends in one; whatever is paid begins from one."""

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q, TextField, Value
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, transition
from viewflow.workflow.models import Process

from contracts.checks import (
    has_account,
    holds_no_other,
    is_followed_to_its_end,
    is_insured,
    is_signed_by_both,
    is_signed_in_time,
    nobody_worked_or_was_paid,
    suits_the_age,
    term_is_allowed,
)
from contracts.exit_checks import leaves_in_order
from contracts.signing_checks import awaits_the_seal, has_a_paper, is_not_over
from policy.models import Fund, PolicyDocument
from project.kernel.guards import warned_by
from project.kernel.money import AmountField
from project.kernel.roles import Permission, held, held_either
from registry.access import scoped
from registry.kinship import kin_sentences
from registry.models import Area, Person, Unit

HOLDING = ["signed", "in_force", "suspended", "ended"]
# Paid by what was measured of each day, hours or pieces, and not by the day alone (W-7).
MEASURED = ["hour", "task"]
UNITS = {"hour": "小时", "task": "件"}
PAID_IS_NOT_VOID = """
    IF EXISTS (
        SELECT FROM payroll_payline l WHERE l.contract_id = NEW.id AND l.standing AND l.amount > 0
    ) OR EXISTS (
        SELECT FROM attendance_checkin w WHERE w.contract_id = NEW.id AND w.voids_id IS NULL
            AND NOT EXISTS (SELECT FROM attendance_checkin v WHERE v.voids_id = w.id)
    ) THEN RAISE EXCEPTION 'a contract under which somebody worked or was paid is not void'
        USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class ContractQuerySet(scoped(Permission.CONTRACT_VIEW)):
    def overlapping(self, first, last):
        """The contracts that hold on at least one day from `first` to `last`."""
        return self.filter(state__in=HOLDING, starts_on__lte=last, ends_on__gte=first)


class Contract(ConcurrentTransitionMixin, models.Model):
    """One worker's engagement. Whether it is in force, only `state` says."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        OFFERED = "offered", _("Offered")
        SIGNED = "signed", _("Signed")
        IN_FORCE = "in_force", _("In force")
        SUSPENDED = "suspended", _("Suspended")
        ENDED = "ended", _("Ended")
        VOID = "void", _("Void")

    class Kind(models.TextChoices):
        LABOUR = "labour", _("Labour contract")
        SERVICE = "service", _("Service agreement")

    class PayBasis(models.TextChoices):
        MONTH = "month", _("By the month")
        DAY = "day", _("By the day")
        HOUR = "hour", _("By the hour")
        TASK = "task", _("By the task")

    chain = ("draft", "offer", "start")
    together = ("draft", "offer")
    restarts = ()

    state = FSMField(
        _("state"), default=State.DRAFT, choices=State.choices, protected=True, max_length=12
    )
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="contracts", verbose_name=_("village"), db_index=False
    )
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="contracts", verbose_name=_("worker")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.SERVICE)
    title = models.CharField(_("post"), max_length=60)
    post_type = models.CharField(_("post type"), max_length=30, blank=True)
    department = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("department")
    )
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="contracts", verbose_name=_("fund"))
    document = models.ForeignKey(
        PolicyDocument, models.PROTECT, null=True, related_name="+", verbose_name=_("policy")
    )
    pay_basis = models.CharField(
        _("pay basis"), max_length=6, choices=PayBasis, default=PayBasis.MONTH
    )
    standard = AmountField(_("subsidy standard"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    renews = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="renewals"
    )
    # Each month is paid only after whoever directs the work has attested it.
    attested = models.BooleanField(_("months are attested"), default=False, db_default=False)

    objects = ContractQuerySet.as_manager()

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        indexes = [
            models.Index(fields=["area", "id"], name="contract_by_area"),
            models.Index(fields=["area"], condition=Q(state="offered"), name="contract_offered"),
            # Most months have none of these, and learn so without reading the others.
            models.Index(
                fields=["area"], condition=Q(pay_basis__in=MEASURED), name="contract_measured"
            ),
            models.Index(fields=["area"], condition=Q(attested=True), name="contract_attested"),
            GinIndex(OpClass(F("title"), name="gin_trgm_ops"), name="contract_title_trgm"),
        ]
        constraints = [
            models.CheckConstraint(
                name="contract_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day lies before the first day."),
            ),
            models.CheckConstraint(
                name="contract_lasts_one_year_at_most",
                condition=Q(
                    ends_on__lt=Func(
                        F("starts_on"),
                        template="(%(expressions)s + interval '1 year')::date",
                        output_field=models.DateField(),
                    )
                ),
                violation_error_message=_("A contract lasts one year at most (C-08)."),
            ),
            models.UniqueConstraint(
                fields=["renews"],
                condition=~Q(state="void"),
                name="contract_is_renewed_once",
            ),
            models.CheckConstraint(
                name="contract_standard_is_positive", condition=Q(standard__gt=0)
            ),
            models.CheckConstraint(
                name="contract_held_is_signed",
                condition=~Q(state__in=HOLDING) | Q(signed_on__isnull=False),
            ),
            ExclusionConstraint(
                name="one_contract_a_person_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    (
                        Func(
                            "starts_on",
                            "ends_on",
                            Value("[]"),
                            function="daterange",
                            output_field=TextField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(state__in=HOLDING),
                violation_error_message=_("The person already has a contract on these days."),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="worked_or_paid_is_not_void",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(new__state="void") & ~pgtrigger.Q(old__state="void"),
                func=PAID_IS_NOT_VOID,
            )
        ]

    def __str__(self):
        return f"{self.person} · {self.title}"

    @transition(
        state,
        source=State.DRAFT,
        target=State.IN_FORCE,
        conditions=[has_account],
        permission=held(Permission.HOLDER_IMPORT),
    )
    def take_over(self, *, signed_on):
        """Put a contract in force that was signed on paper before this system was used."""
        self.signed_on = signed_on

    @transition(
        state,
        source=[State.IN_FORCE, State.SUSPENDED],
        target=State.ENDED,
        conditions=[leaves_in_order],
        permission=held_either(Permission.CONTRACT_END, Permission.EXIT_APPROVE),
    )
    def end(self, *, on):
        """Close the contract on its last working day."""
        self.ends_on = on

    @transition(
        state,
        source=State.DRAFT,
        target=State.OFFERED,
        conditions=[
            has_account,
            term_is_allowed,
            suits_the_age,
            holds_no_other,
            is_followed_to_its_end,
        ],
        permission=held(Permission.CONTRACT_OFFER),
    )
    def offer(self):
        """Put the terms before the worker."""

    @transition(
        state,
        source=State.OFFERED,
        target=State.SIGNED,
        conditions=[holds_no_other],
        permission=held(Permission.CONTRACT_SIGN),
    )
    def sign(self, *, on):
        """Record the day on which both sides signed on paper."""
        self.signed_on = on

    @transition(
        state,
        source=State.OFFERED,
        target=State.OFFERED,
        conditions=[has_a_paper, awaits_the_seal, is_not_over, holds_no_other],
        permission=held(Permission.CONTRACT_SEAL),
    )
    def seal(self):
        """Put the township's seal under the paper; the worker signs before or after."""

    @transition(
        state,
        source=State.OFFERED,
        target=State.SIGNED,
        conditions=[holds_no_other, is_signed_by_both],
        permission=held(Permission.CONTRACT_SEAL),
    )
    def conclude(self, *, on):
        """Take the electronic paper as signed: the worker's signature and the seal are on it."""
        self.signed_on = on

    @transition(
        state,
        source=State.SIGNED,
        target=State.IN_FORCE,
        conditions=[is_insured, has_account, is_followed_to_its_end],
        permission=held(Permission.CONTRACT_START),
    )
    @warned_by(is_signed_in_time)
    def start(self):
        """Put the contract in force."""

    @transition(
        state,
        source=State.IN_FORCE,
        target=State.SUSPENDED,
        permission=held(Permission.CONTRACT_START),
    )
    def suspend(self):
        """Stop work for a while; days of a suspension are not payable."""

    @transition(
        state,
        source=State.SUSPENDED,
        target=State.IN_FORCE,
        permission=held(Permission.CONTRACT_START),
    )
    def resume(self):
        """Go on with the work."""

    @transition(
        state,
        source=[State.DRAFT, State.OFFERED, State.SIGNED],
        target=State.VOID,
        conditions=[nobody_worked_or_was_paid],
        permission=held(Permission.CONTRACT_START),
    )
    def void(self):
        """Throw away a contract under which nobody has worked."""

    def barred(self, by):
        return kin_sentences(self.person, by)

    @property
    def is_measured(self):
        """Whether hours or pieces are paid, and each day needs a number of them."""
        return self.pay_basis in MEASURED

    def measured_words(self, quantity):
        """Hours or pieces as notices and papers write them; nothing where there are none."""
        return "" if quantity is None else f"{quantity.normalize():f}{UNITS[self.pay_basis]}"


class ContractProcess(Process):
    """Carries no facts: it points at a Contract through `artifact`."""

    class Meta:
        proxy = True
