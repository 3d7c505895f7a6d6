"""What follows from a case: each consequence is a task of whoever may do it anyway (W-9)."""

import pgtrigger
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import ConcurrentTransitionMixin, FSMField, transition
from viewflow.workflow.models import Process

from contracts.models import Contract
from inspections import case_checks as checks
from inspections.models.case import Case
from project.kernel.money import AmountField
from project.kernel.months import MonthField
from project.kernel.roles import Permission, held
from registry.access import scoped
from registry.models import Area

USER = settings.AUTH_USER_MODEL


STATE = FSMField(
    _("state"),
    default="planned",
    choices=[
        ("planned", pgettext_lazy("measure", "Planned")),
        ("due", pgettext_lazy("measure", "To be carried out")),
        ("done", pgettext_lazy("measure", "Carried out")),
        ("lifted", pgettext_lazy("measure", "Lifted")),
    ],
    protected=True,
    max_length=8,
)


def _of(kind, permission):
    """A transition that carries out measures of one kind, by whoever holds the permission."""
    return transition(
        STATE,
        source="due",
        target="done",
        conditions=[checks.is_a(kind), checks.case_still_wants_it],
        permission=held(permission),
    )


class Measure(ConcurrentTransitionMixin, models.Model):
    """One consequence of a case: planned with it, due when it is decided, or at once if it cannot
    wait; carried out by an existing service, and it points at what came of it."""

    class Kind(models.TextChoices):
        WARN = "warn", _("Warning and talk")
        RECTIFY = "rectify", _("Put right in time")
        SUSPEND = "suspend", _("Stop the work")
        WITHHOLD = "withhold", _("Keep the pay back")
        SEND_BACK = "send_back", _("Send the sheet back")
        RECOVER = "recover", _("Ask the money back")
        REMOVE = "remove", _("Remove from the post")
        BAR = "bar", _("Bar the employer")

    AT_ONCE = [Kind.SUSPEND, Kind.WITHHOLD, Kind.SEND_BACK]

    state = STATE
    case = models.ForeignKey(Case, models.PROTECT, related_name="measures")
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="+", db_index=False, verbose_name=_("area")
    )
    kind = models.CharField(_("measure"), max_length=10, choices=Kind)
    contract = models.ForeignKey(
        Contract, models.PROTECT, null=True, blank=True, related_name="measures"
    )
    at_once = models.BooleanField(_("before the decision"), default=False)
    words = models.TextField(_("what is to be done"), blank=True)
    first = MonthField(_("from the month"), null=True, blank=True)
    last = MonthField(_("to the month"), null=True, blank=True)
    amount = AmountField(_("amount"), null=True, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    planned_at = models.DateTimeField(auto_now_add=True)
    planned_by = models.ForeignKey(
        USER, models.PROTECT, related_name="+", verbose_name=_("planned by")
    )
    done_on = models.DateField(_("carried out on"), null=True, blank=True)
    done_by = models.ForeignKey(
        *(USER, models.PROTECT),
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("carried out by"),
    )
    outcome = models.TextField(_("what came of it"), blank=True)
    record_type = models.ForeignKey(
        ContentType, models.PROTECT, null=True, blank=True, related_name="+"
    )
    record_id = models.PositiveBigIntegerField(null=True, blank=True)
    record = GenericForeignKey("record_type", "record_id")

    objects = scoped(Permission.CASE_VIEW).as_manager()

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        ordering = ["case", "pk"]
        indexes = [models.Index(fields=["area", "id"], name="measure_by_area")]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=~Q(state="lifted"),
                name="one_measure_of_a_kind",
            ),
            models.CheckConstraint(
                name="measure_done_by_somebody",
                condition=~Q(state="done") | Q(done_on__isnull=False, done_by__isnull=False),
            ),
            models.CheckConstraint(
                name="measure_touches_a_contract",
                condition=Q(kind__in=["warn", "rectify", "bar"]) | Q(contract__isnull=False),
            ),
            models.CheckConstraint(
                name="measure_has_its_months",
                condition=~Q(kind__in=["withhold", "recover", "send_back"])
                | Q(first__isnull=False, last__gte=F("first")),
            ),
            models.CheckConstraint(
                name="measure_at_once_can_be_undone",
                condition=Q(at_once=False) | Q(kind__in=["suspend", "withhold", "send_back"]),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="measure_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="lifted_measure_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state="lifted"),
            ),
            pgtrigger.Protect(
                name="measure_stays_what_it_is",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("case", "area", "kind", "contract", "planned_by"),
            ),
        ]

    def __str__(self):
        return f"{self.case} · {self.get_kind_display()}"

    def barred(self, by):
        """Nobody carries out anything against themselves, their household or a relative."""
        return checks.barred(self.case, by)

    @transition(state, source="planned", target="due", permission=held(Permission.CASE_INVESTIGATE))
    def call(self):
        """It is to be carried out from now on."""

    @_of("suspend", Permission.CONTRACT_START)
    def suspend(self, *, by, on, came=None):
        """The work stops while the case is looked into."""
        self._done(by, on, came)

    @_of("withhold", Permission.PAY_WITHHOLD)
    def withhold(self, *, by, on, came=None):
        """The pay of the months waits."""
        self._done(by, on, came)

    @_of("send_back", Permission.MEASURE_CARRY)
    def send_back(self, *, by, on, came=None):
        """The sheets of the months go back to the village to be put right."""
        self._done(by, on, came)

    @_of("recover", Permission.RECOVERY_PROPOSE)
    def recover(self, *, by, on, came=None):
        """What was paid wrongly is asked back."""
        self._done(by, on, came)

    @_of("remove", Permission.MEASURE_CARRY)
    def remove(self, *, by, on, came=None):
        """The person leaves by an exit of its own, with its own statement and approval."""
        self._done(by, on, came)

    @_of("bar", Permission.EMPLOYER_BAR)
    def bar(self, *, by, on, came=None):
        """The employer uses no post holders for a time."""
        self._done(by, on, came)

    @transition(
        state,
        source="due",
        target="done",
        conditions=[checks.is_reported, checks.case_still_wants_it],
        permission=held(Permission.MEASURE_REPORT),
    )
    def report(self, *, by, on, outcome):
        """Somebody writes what was done: the talk that was held, what was put right."""
        self.outcome = outcome
        self._done(by, on, None)

    @transition(
        state,
        source=["planned", "due", "done"],
        target="lifted",
        permission=held(Permission.CASE_INVESTIGATE),
    )
    def lift(self, *, outcome):
        """It is not wanted any more; what it did is undone by its own counter-entry."""
        self.outcome = outcome

    def _done(self, by, on, came):
        self.done_by, self.done_on = by, on
        if came is not None:
            self.record = came


class MeasureProcess(Process):
    """Carries no facts: it points at a Measure through `artifact`."""

    class Meta:
        proxy = True
