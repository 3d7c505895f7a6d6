"""The run: one township, one month, one fund, walked by five people to the bank and back."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, transition
from viewflow.workflow.models import Process

from notices.models import Notice
from payroll import anomalies, checks, comparison_checks
from payroll.constraints import acted, four_pairs_of_eyes, reached
from payroll.countersign_triggers import APPROVED_BY_ANOTHER
from payroll.countersigning import held_where_two_sign, second_signed, second_wanted
from policy.models import Fund
from project.kernel.guards import warned_by
from project.kernel.months import MonthField
from project.kernel.roles import Permission, held
from registry.access import scoped
from registry.models import Area

USER = settings.AUTH_USER_MODEL

# What each office asks of a run, whether its second person signs or it approves.
TOWNSHIP_ASKS = [
    checks.notice_is_over,
    checks.sheets_are_final,
    checks.assessments_are_final,
    checks.is_unchanged,
    checks.nobody_objects_to_the_list,
]
DEPARTMENT_ASKS = TOWNSHIP_ASKS[1:]
FINANCE_ASKS = [
    checks.fund_has_the_money,
    checks.is_unchanged,
    checks.nobody_objects_to_the_list,
]

PAYS_ONLY_AGAIN = """
    IF OLD.state <> 'sent' AND EXISTS (
        SELECT FROM payroll_payline l LEFT JOIN payroll_correction c ON c.fresh_id = l.id
        WHERE l.run_id = NEW.id AND c.id IS NULL
    ) THEN RAISE EXCEPTION 'a correction run pays only what came back and was corrected by two'
        USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


def by_field():
    return models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")


def at_field(name):
    return models.DateTimeField(name, null=True, blank=True)


class PayRun(ConcurrentTransitionMixin, models.Model):
    """A township's payment of one month from one fund, from preparation to reconciliation."""

    class State(models.TextChoices):
        PREPARED = "prepared", _("Prepared")
        CONFIRMED = "confirmed", _("Confirmed")
        ON_NOTICE = "on_notice", _("On public notice")
        TOWNSHIP_APPROVED = "township_approved", _("Approved by the township")
        DEPARTMENT_APPROVED = "department_approved", _("Approved by the department")
        FINANCE_APPROVED = "finance_approved", _("Approved by finance")
        SENT = "sent", _("Sent to the bank")
        RECONCILED = "reconciled", _("Reconciled")
        CLOSED = "closed", _("Closed")
        RETURNED = "returned", _("Returned")
        VOIDED = "voided", _("Voided")

    DEAD = [State.RETURNED, State.VOIDED]
    AT_THE_BANK = [State.SENT, State.RECONCILED, State.CLOSED]
    chain = (
        "prepare",
        "confirm",
        *("township_countersign", "township_approve"),
        *("department_countersign", "department_approve"),
        *("finance_countersign", "finance_approve"),
    )
    restarts = ()

    state = FSMField(
        _("state"), default=State.PREPARED, choices=State.choices, protected=True, max_length=20
    )
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="pay_runs", db_index=False, verbose_name=_("township")
    )
    month = MonthField(_("month"))
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="pay_runs", verbose_name=_("fund"))
    revision = models.PositiveSmallIntegerField(_("revision"), default=1)
    revises = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="revised_by"
    )
    corrects = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections",
        verbose_name=_("corrects"),
    )
    supplements = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="supplementary",
        verbose_name=_("supplements"),
    )
    notice = models.OneToOneField(Notice, models.PROTECT, null=True, blank=True, related_name="+")
    sha256 = models.CharField(_("content hash"), max_length=64, blank=True)
    prepared_at = models.DateTimeField(_("prepared at"))
    prepared_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    confirmed_at, confirmed_by = at_field(_("confirmed at")), by_field()
    township_approved_at, township_approved_by = at_field(_("township approved at")), by_field()
    department_approved_at, department_approved_by = (
        at_field(_("department approved at")),
        by_field(),
    )
    finance_approved_at, finance_approved_by = at_field(_("finance approved at")), by_field()
    sent_at, sent_by = at_field(_("sent at")), by_field()

    objects = scoped(Permission.PAY_VIEW).as_manager()

    class Meta:
        verbose_name = _("pay run")
        verbose_name_plural = _("pay runs")
        indexes = [models.Index(fields=["area", "id"], name="pay_run_by_area")]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "month", "fund"],
                condition=~Q(state__in=["returned", "voided"])
                & Q(corrects__isnull=True, supplements__isnull=True),
                name="one_live_run_a_township_month_and_fund",
            ),
            models.UniqueConstraint(
                fields=["supplements"],
                condition=Q(state="prepared"),
                name="one_supplement_in_preparation_a_run",
            ),
            models.CheckConstraint(
                name="run_corrects_or_supplements",
                condition=Q(corrects__isnull=True) | Q(supplements__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["corrects"],
                condition=Q(state="finance_approved"),
                name="one_open_correction_a_run",
            ),
            acted("confirmed"),
            acted("township_approved"),
            acted("department_approved"),
            acted("finance_approved"),
            acted("sent"),
            reached("confirmed", before=["prepared", "returned", "voided"]),
            reached(
                "township_approved",
                before=["prepared", "confirmed", "on_notice", "returned", "voided"],
            ),
            reached(
                "finance_approved",
                before=[
                    "prepared",
                    "confirmed",
                    "on_notice",
                    "township_approved",
                    "department_approved",
                    "returned",
                    "voided",
                ],
            ),
            four_pairs_of_eyes(
                "prepared_by",
                "confirmed_by",
                "township_approved_by",
                "department_approved_by",
                "finance_approved_by",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="run_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="correction_pays_only_again",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(new__corrects__isnull=False, new__state="sent"),
                func=PAYS_ONLY_AGAIN,
            ),
            pgtrigger.Trigger(
                name="run_approved_by_another",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=APPROVED_BY_ANOTHER,
            ),
            pgtrigger.Protect(
                name="closed_run_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=["closed", "returned", "voided"]),
            ),
        ]

    def __str__(self):
        return f"{self.area} {self.month} {self.fund}"

    def barred(self, by):
        """Nobody approves pay of their own, of their household or of a declared relative."""
        return checks.barred(self, by)

    def kept_with_a_step(self):
        """Each step keeps the hash of what the person had before them."""
        return {"sha256": self.sha256}

    def _sign(self, step, by, at):
        setattr(self, f"{step}_by", by)
        setattr(self, f"{step}_at", at)

    @transition(
        state,
        source=State.PREPARED,
        target=State.CONFIRMED,
        conditions=[
            checks.has_lines,
            checks.sheets_are_final,
            checks.assessments_are_final,
            checks.is_fresh,
            checks.policy_is_in_force,
            comparison_checks.comparison_is_there,
        ],
        permission=held(Permission.PAY_CONFIRM),
    )
    @warned_by(
        comparison_checks.comparison_was_made,
        anomalies.phones_are_peoples_own,
        anomalies.nobody_is_too_old,
    )
    def confirm(self, *, by, at):
        """A second pair of eyes has checked the lines against sheets and facts."""
        self._sign("confirmed", by, at)

    @transition(
        state,
        source=State.CONFIRMED,
        target=State.ON_NOTICE,
        conditions=[checks.sheets_are_final, checks.assessments_are_final],
        permission=held(Permission.PAY_PUBLICISE),
    )
    def publicise(self, *, notice):
        """Hang the list of payments up for everybody to read."""
        self.notice = notice

    @transition(
        state,
        source=State.ON_NOTICE,
        target=State.ON_NOTICE,
        conditions=[*TOWNSHIP_ASKS, second_wanted("township")],
        permission=held_where_two_sign(Permission.PAY_TOWNSHIP, "township"),
    )
    def township_countersign(self):
        """A second person of the township has signed, where the amount asks for two."""

    @transition(
        state,
        source=State.ON_NOTICE,
        target=State.TOWNSHIP_APPROVED,
        conditions=[*TOWNSHIP_ASKS, second_signed("township")],
        permission=held(Permission.PAY_TOWNSHIP),
    )
    def township_approve(self, *, by, at):
        """The township answers for the list."""
        self._sign("township_approved", by, at)

    @transition(
        state,
        source=State.TOWNSHIP_APPROVED,
        target=State.TOWNSHIP_APPROVED,
        conditions=[*DEPARTMENT_ASKS, second_wanted("department")],
        permission=held_where_two_sign(Permission.PAY_DEPARTMENT, "department"),
    )
    def department_countersign(self):
        """A second person of the county department has signed, where the amount asks for two."""

    @transition(
        state,
        source=State.TOWNSHIP_APPROVED,
        target=State.DEPARTMENT_APPROVED,
        conditions=[*DEPARTMENT_ASKS, second_signed("department")],
        permission=held(Permission.PAY_DEPARTMENT),
    )
    def department_approve(self, *, by, at):
        """The county department approves the payment."""
        self._sign("department_approved", by, at)

    @transition(
        state,
        source=State.DEPARTMENT_APPROVED,
        target=State.DEPARTMENT_APPROVED,
        conditions=[*FINANCE_ASKS, second_wanted("finance")],
        permission=held_where_two_sign(Permission.PAY_FINANCE, "finance"),
    )
    def finance_countersign(self):
        """A second person of finance has signed, where the amount asks for two."""

    @transition(
        state,
        source=State.DEPARTMENT_APPROVED,
        target=State.FINANCE_APPROVED,
        conditions=[*FINANCE_ASKS, second_signed("finance")],
        permission=held(Permission.PAY_FINANCE),
    )
    @warned_by(checks.allocation_is_recorded)
    def finance_approve(self, *, by, at):
        """Finance releases the money."""
        self._sign("finance_approved", by, at)

    @transition(
        state,
        source=State.FINANCE_APPROVED,
        target=State.SENT,
        conditions=[
            checks.is_unchanged,
            checks.something_is_payable,
            checks.nobody_objects_to_the_list,
        ],
        permission=held(Permission.PAY_SEND),
    )
    def send(self, *, by, at):
        """Hand the list to the bank."""
        self._sign("sent", by, at)

    @transition(
        state,
        source=State.SENT,
        target=State.RECONCILED,
        conditions=[checks.every_line_has_a_result],
        permission=held(Permission.PAY_RECONCILE),
    )
    def reconcile(self):
        """The bank has answered for every line."""

    @transition(
        state,
        source=State.RECONCILED,
        target=State.CLOSED,
        conditions=[checks.everything_is_settled],
        permission=held(Permission.PAY_RECONCILE),
    )
    def close(self):
        """Every line is paid, paid again by a later run or back in the fund; the run is done."""

    @transition(
        state,
        source=[
            State.CONFIRMED,
            State.ON_NOTICE,
            State.TOWNSHIP_APPROVED,
            State.DEPARTMENT_APPROVED,
            State.FINANCE_APPROVED,
        ],
        target=State.RETURNED,
        permission=held(Permission.PAY_SEND_BACK),
    )
    def send_back(self):
        """Give the run back; a new revision is prepared and the notice no longer holds."""

    @transition(
        state,
        source=State.PREPARED,
        target=State.VOIDED,
        permission=held(Permission.PAY_VOID),
    )
    def void(self):
        """Throw a run away before anybody has confirmed it."""


class PayRunProcess(Process):
    """Carries no facts: it points at a PayRun through `artifact`."""

    class Meta:
        proxy = True
