"""What changes during a contract's life: days without work, and terms both sides change."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, TextField
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, transition
from viewflow.workflow.models import Process

from contracts import change_checks as checks
from contracts.models.contract import Contract
from contracts.models.scan import ContractScan
from project.kernel.guards import warned_by
from project.kernel.money import AmountField
from project.kernel.roles import Permission, held, held_either
from registry.access import scoped
from registry.kinship import kin_sentences
from registry.models import Area

SUSPENSION_IS_KEPT = """
    IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND (OLD.ends_on IS NOT NULL OR NEW.ends_on IS NULL
        OR to_jsonb(OLD) - ARRAY['ends_on', 'ended_by_id', 'ended_at']
            <> to_jsonb(NEW) - ARRAY['ends_on', 'ended_by_id', 'ended_at']))
    THEN RAISE EXCEPTION 'a suspension is kept: it can only be closed, once'
        USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (
        SELECT FROM contracts_contract c WHERE c.id = NEW.contract_id
            AND c.starts_on <= NEW.starts_on AND NEW.starts_on <= c.ends_on
            AND (NEW.ends_on IS NULL OR NEW.ends_on < c.ends_on)
    ) THEN RAISE EXCEPTION 'a suspension lies within its contract'
        USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


def by_field(label):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=label,
    )


class Suspension(models.Model):
    """Days of a contract on which there is no work and no pay; open until work goes on.

    One that was taken back ends on the eve of its first day: it suspended nothing.
    """

    area = models.ForeignKey(
        Area, models.PROTECT, related_name="suspensions", db_index=False, verbose_name=_("village")
    )
    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="suspensions", verbose_name=_("contract")
    )
    starts_on = models.DateField(_("suspended from"))
    ends_on = models.DateField(_("suspended until"), null=True, blank=True)
    reason = models.TextField(_("reason"))
    begun_at = models.DateTimeField(_("entered at"), auto_now_add=True)
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("suspended by")
    )
    ended_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    ended_by = by_field(_("resumed by"))

    objects = scoped(Permission.CONTRACT_VIEW).as_manager()

    class Meta:
        verbose_name = _("suspension")
        verbose_name_plural = _("suspensions")
        indexes = [models.Index(fields=["area", "id"], name="suspension_by_area")]
        constraints = [
            models.CheckConstraint(
                name="suspension_ends_no_earlier_than_it_starts",
                condition=Q(ends_on__isnull=True)
                | Q(
                    ends_on__gte=Func(
                        F("starts_on"),
                        template="(%(expressions)s - 1)",
                        output_field=models.DateField(),
                    )
                ),
            ),
            models.CheckConstraint(
                name="suspension_is_closed_by_somebody",
                condition=Q(ends_on__isnull=True, ended_by__isnull=True, ended_at__isnull=True)
                | Q(ends_on__isnull=False, ended_by__isnull=False, ended_at__isnull=False),
            ),
            ExclusionConstraint(
                name="one_suspension_of_a_contract_at_a_time",
                expressions=[
                    ("contract", RangeOperators.EQUAL),
                    (
                        Func(
                            "starts_on",
                            "ends_on",
                            template="daterange(starts_on, ends_on + 1, '[)')",
                            output_field=TextField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("The contract is already suspended on these days."),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="suspension_is_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=SUSPENSION_IS_KEPT,
            )
        ]

    def __str__(self):
        return f"{self.contract} · {self.starts_on}"


class Amendment(ConcurrentTransitionMixin, models.Model):
    """A change of a contract's terms from a day on: proposed, agreed by the worker, approved.

    The contract itself stays as it was signed. What an amendment leaves empty goes on as before.
    """

    class State(models.TextChoices):
        DRAFTED = "drafted", _("Drafted")
        AGREED = "agreed", _("Agreed by the worker")
        IN_FORCE = "in_force", _("In force")
        VOID = "void", _("Void")

    chain = ("draft", "approve")
    restarts = ()

    state = FSMField(
        _("state"), default=State.DRAFTED, choices=State.choices, protected=True, max_length=12
    )
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="amendments", db_index=False, verbose_name=_("village")
    )
    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="amendments", verbose_name=_("contract")
    )
    starts_on = models.DateField(_("first day"))
    standard = AmountField(_("new standard"), null=True, blank=True)
    title = models.CharField(_("new post"), max_length=60, blank=True)
    duties = models.TextField(_("new duties"), blank=True)
    ends_on = models.DateField(_("new last day"), null=True, blank=True)
    ended_before = models.DateField(_("last day before"), null=True, blank=True)
    reason = models.TextField(_("reason"))
    proposed_on = models.DateField(_("proposed on"))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    agreed_on, agreed_by = (
        models.DateField(_("signed by the worker on"), null=True, blank=True),
        by_field(_("signature recorded by")),
    )
    scan = models.ForeignKey(
        ContractScan, models.PROTECT, null=True, blank=True, related_name="amendments"
    )
    approved_at, approved_by = (
        models.DateTimeField(_("approved at"), null=True, blank=True),
        by_field(_("approved by")),
    )

    objects = scoped(Permission.CONTRACT_VIEW).as_manager()

    class Meta:
        verbose_name = _("amendment")
        verbose_name_plural = _("amendments")
        indexes = [models.Index(fields=["area", "id"], name="amendment_by_area")]
        constraints = [
            models.CheckConstraint(
                name="amendment_changes_something",
                condition=Q(standard__isnull=False)
                | Q(ends_on__isnull=False)
                | ~Q(title="")
                | ~Q(duties=""),
            ),
            models.CheckConstraint(
                name="amended_standard_is_positive",
                condition=Q(standard__isnull=True) | Q(standard__gt=0),
            ),
            models.CheckConstraint(
                name="amendment_in_force_is_agreed_and_approved",
                condition=~Q(state="in_force")
                | Q(agreed_on__isnull=False, agreed_by__isnull=False)
                & Q(approved_at__isnull=False, approved_by__isnull=False),
            ),
            models.CheckConstraint(
                name="amendment_is_approved_by_another",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
            ),
            models.UniqueConstraint(
                fields=["contract", "starts_on"],
                condition=Q(state="in_force"),
                name="one_amendment_in_force_a_day",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="amendment_is_not_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="amendment_in_force_is_kept",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=["in_force", "void"]),
            ),
        ]

    def __str__(self):
        return f"{self.contract} · {self.starts_on}"

    def barred(self, by):
        return kin_sentences(self.contract.person, by)

    @transition(
        state,
        source=State.DRAFTED,
        target=State.AGREED,
        conditions=[checks.contract_runs],
        permission=held(Permission.CONTRACT_SIGN),
    )
    def agree(self, *, by, on, scan):
        """Record the day on which the worker signed the amendment."""
        self.agreed_on, self.agreed_by, self.scan = on, by, scan

    @transition(
        state,
        source=State.AGREED,
        target=State.IN_FORCE,
        conditions=[
            checks.contract_runs,
            checks.starts_within_the_contract,
            checks.changes_something,
            checks.shortens_the_term,
            checks.policy_holds_then,
            checks.follows_no_other_of_the_day,
            checks.nothing_is_paid_under_the_old_terms,
        ],
        permission=held(Permission.CONTRACT_START),
    )
    @warned_by(checks.is_agreed_in_time, checks.is_on_paper)
    def approve(self, *, by, at):
        """Put the new terms in force from their first day."""
        self.approved_at, self.approved_by = at, by

    @transition(
        state,
        source=[State.DRAFTED, State.AGREED],
        target=State.VOID,
        permission=held_either(Permission.CONTRACT_OFFER, Permission.CONTRACT_START),
    )
    def void(self):
        """Drop a proposal; the contract goes on as it was."""


class AmendmentProcess(Process):
    """Carries no facts: it points at an Amendment through `artifact`."""

    class Meta:
        proxy = True
