"""Leaving a contract in good order: told, heard, approved, settled."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, transition
from viewflow.workflow.models import Process

from contracts import exit_checks as checks
from contracts.models.contract import Contract
from project.kernel.roles import Permission, held, held_either
from registry.access import scoped
from registry.kinship import kin_sentences
from registry.models import Area

DISCIPLINE = ["E09", "E10", "E11", "E12", "E13", "E18"]
ELIGIBILITY = ["E04", "E05", "E06", "E08", "E14", "E15"]
DEATH = "E06"


def by_field():
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )


class Exit(ConcurrentTransitionMixin, models.Model):
    """One person's way out of one contract, with its reason and its last working day."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        NOTIFIED = "notified", _("Told")
        HEARD = "heard", _("Heard")
        APPROVED = "approved", _("Approved")
        SETTLED = "settled", _("Settled")
        CLOSED = "closed", _("Closed")
        CANCELLED = "cancelled", _("Cancelled")

    class Reason(models.TextChoices):
        E01 = "E01", _("Term is over")
        E02 = "E02", _("Leaves of own will")
        E03 = "E03", _("Found steady work or works away")
        E04 = "E04", _("Registered a business or holds shares")
        E05 = "E05", _("Over age")
        E06 = "E06", _("Died or was declared missing")
        E07 = "E07", _("Health does not allow it any more")
        E08 = "E08", _("Moved away, studies or serves")
        E09 = "E09", _("Broke the law")
        E10 = "E10", _("Failed the assessment")
        E11 = "E11", _("Absent beyond the limit")
        E12 = "E12", _("Somebody else did the work")
        E13 = "E13", _("False papers")
        E14 = "E14", _("Not an eligible person")
        E15 = "E15", _("Double benefit or several posts")
        E16 = "E16", _("Post abolished")
        E17 = "E17", _("Subsidy period is used up")
        E18 = "E18", _("Refuses to follow orders")
        E19 = "E19", _("Other")

    chain = ("propose", "approve")
    restarts = ()

    state = FSMField(
        _("state"), default=State.PROPOSED, choices=State.choices, protected=True, max_length=12
    )
    area = models.ForeignKey(Area, models.PROTECT, related_name="exits", db_index=False)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="exits")
    reason = models.CharField(_("reason"), max_length=3, choices=Reason)
    explanation = models.TextField(_("explanation"), blank=True)
    last_day = models.DateField(_("last working day"))
    proof = models.TextField(_("proof"), blank=True)
    finding = models.TextField(_("finding"), blank=True)
    proposed_on = models.DateField(_("proposed on"))
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    notified_on, notified_by = models.DateField(_("told on"), null=True, blank=True), by_field()
    heard_on, heard_by = models.DateField(_("heard on"), null=True, blank=True), by_field()
    statement = models.TextField(_("statement"), blank=True)
    approved_on, approved_by = models.DateField(_("approved on"), null=True, blank=True), by_field()
    settled_on, settled_by = models.DateField(_("settled on"), null=True, blank=True), by_field()
    settlement = models.TextField(_("settlement"), blank=True)
    followed_up_on = models.DateField(_("followed up on"), null=True, blank=True)
    follow_up = models.CharField(_("new work"), max_length=200, blank=True)

    objects = scoped(Permission.CONTRACT_VIEW).as_manager()

    class Meta:
        verbose_name = _("exit")
        verbose_name_plural = _("exits")
        indexes = [models.Index(fields=["area", "id"], name="exit_by_area")]
        constraints = [
            models.UniqueConstraint(
                fields=["contract"],
                condition=~Q(state="cancelled"),
                name="one_exit_a_contract",
            ),
            *[
                models.CheckConstraint(
                    name=f"exit_{step}_by_somebody",
                    condition=Q(**{f"{step}_on__isnull": True, f"{step}_by__isnull": True})
                    | Q(**{f"{step}_on__isnull": False, f"{step}_by__isnull": False}),
                )
                for step in ("notified", "heard", "approved", "settled")
            ],
            models.CheckConstraint(
                name="exit_of_the_dead_needs_proof_others_notice",
                condition=Q(approved_on__isnull=True)
                | Q(reason="E06") & ~Q(proof="")
                | ~Q(reason="E06") & Q(notified_on__isnull=False),
            ),
            models.CheckConstraint(
                name="exit_is_approved_by_another",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="disciplinary_exit_was_heard_and_found",
                condition=Q(approved_on__isnull=True)
                | ~Q(reason__in=DISCIPLINE)
                | Q(heard_on__isnull=False) & ~Q(finding=""),
            ),
        ]

    def __str__(self):
        return f"{self.contract} · {self.get_reason_display()}"

    @property
    def is_death(self):
        return self.reason == DEATH

    @property
    def is_disciplinary(self):
        return self.reason in DISCIPLINE

    def barred(self, by):
        return kin_sentences(self.contract.person, by)

    @transition(
        state,
        source=State.PROPOSED,
        target=State.PROPOSED,
        permission=held(Permission.EXIT_PROPOSE),
    )
    def prove(self, *, proof, finding):
        """Add what the exit rests on: the proof of a death, the finding of a disciplinary case."""
        self.proof, self.finding = proof, finding

    @transition(
        state,
        source=State.PROPOSED,
        target=State.NOTIFIED,
        conditions=[checks.needs_notice, checks.has_finding],
        permission=held(Permission.EXIT_NOTIFY),
    )
    def notify(self, *, by, on):
        """Tell the person."""
        self.notified_on, self.notified_by = on, by

    @transition(
        state,
        source=State.NOTIFIED,
        target=State.HEARD,
        permission=held(Permission.EXIT_HEAR),
    )
    def hear(self, *, by, on, statement):
        """Record what the person says, or that the days for it passed in silence."""
        self.heard_on, self.heard_by, self.statement = on, by, statement

    @transition(
        state,
        source=[State.PROPOSED, State.NOTIFIED, State.HEARD],
        target=State.APPROVED,
        conditions=[
            checks.was_told,
            checks.was_heard,
            checks.has_finding,
            checks.is_proved,
            checks.last_day_fits,
            checks.died_after_the_last_day,
            checks.contract_holds,
            checks.no_later_day_is_counted,
        ],
        permission=held(Permission.EXIT_APPROVE),
    )
    def approve(self, *, by, on):
        """Decide that the person leaves."""
        self.approved_on, self.approved_by = on, by

    @transition(
        state,
        source=State.APPROVED,
        target=State.SETTLED,
        conditions=[checks.everything_is_paid],
        permission=held_either(Permission.EXIT_SETTLE, Permission.PAY_RECONCILE),
    )
    def settle(self, *, by, on, settlement):
        """What was due for the last days has been paid, or nothing was due."""
        self.settled_on, self.settled_by, self.settlement = on, by, settlement

    @transition(
        state,
        source=State.SETTLED,
        target=State.CLOSED,
        permission=held(Permission.EXIT_CLOSE),
    )
    def close(self, *, on, follow_up):
        """Note where the person works now and close the file."""
        self.followed_up_on, self.follow_up = on, follow_up

    @transition(
        state,
        source=[State.PROPOSED, State.NOTIFIED, State.HEARD],
        target=State.CANCELLED,
        permission=held(Permission.EXIT_APPROVE),
    )
    def cancel(self):
        """The person stays."""


class ExitProcess(Process):
    """Carries no facts: it points at an Exit through `artifact`."""

    class Meta:
        proxy = True
