"""A doubt: what a pattern found, with its evidence; no verdict until people have looked (W-12)."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import ConcurrentTransitionMixin, FSMField, transition
from viewflow.workflow.models import Process

from contracts.models import Contract
from inspections import checks
from project.kernel.months import MonthField
from project.kernel.roles import Permission, held
from registry.access import scoped
from registry.models import Area, Person

USER = settings.AUTH_USER_MODEL


class Detection(models.Model):
    """One run of every pattern over a month of an area: who asked, when, and how much was found."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("area"))
    month = MonthField(_("month"))
    started_at = models.DateTimeField(_("started at"), auto_now_add=True)
    started_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    found = models.PositiveIntegerField(_("doubts found"), default=0)
    fresh = models.PositiveIntegerField(_("of these new"), default=0)
    seconds = models.DecimalField(_("seconds"), max_digits=8, decimal_places=2, default=0)

    objects = scoped(Permission.DOUBT_VIEW).as_manager()

    class Meta:
        verbose_name = _("detection")
        verbose_name_plural = _("detections")

    def __str__(self):
        return f"{self.area} {self.month}"


class Doubt(ConcurrentTransitionMixin, models.Model):
    """Something a pattern found in a month: about whom, what shows it, and what became of it.

    `pattern` is its code, such as V-01.device; what it found and shows never changes. The same
    thing found again in the same month is the same doubt, whatever was decided of it.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("doubt", "Open")
        VERIFYING = "verifying", _("Being verified")
        CONFIRMED = "confirmed", pgettext_lazy("doubt", "Found true")
        DISMISSED = "dismissed", pgettext_lazy("doubt", "Found untrue")

    class Severity(models.TextChoices):
        A = "A", _("Serious")
        B = "B", _("To be settled before pay")
        C = "C", _("To be looked at")

    WAITING = [State.OPEN, State.VERIFYING]
    chain = ("verify", "confirm", "dismiss")
    together = ("verify",)  # what one person finds out, they write down as it comes
    restarts = ("reopen",)

    state = FSMField(
        _("state"), default=State.OPEN, choices=State.choices, protected=True, max_length=10
    )
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="doubts", db_index=False, verbose_name=_("area")
    )
    month = MonthField(_("month"))
    pattern = models.CharField(_("pattern"), max_length=24)
    severity = models.CharField(_("severity"), max_length=1, choices=Severity)
    person = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="doubts",
        verbose_name=_("person"),
    )
    contract = models.ForeignKey(
        Contract,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="doubts",
        verbose_name=_("contract"),
    )
    people = ArrayField(models.BigIntegerField(), default=list, verbose_name=_("people"))
    subject = models.CharField(_("subject"), max_length=80, editable=False)
    shows = models.JSONField(_("what it shows"), default=dict)
    evidence = models.JSONField(_("evidence"), default=list)
    # What was found by people, on a visit or in a picture, was found in no detection.
    found_in = models.ForeignKey(
        Detection, models.PROTECT, null=True, blank=True, related_name="doubts"
    )
    found_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("found by")
    )
    found_at = models.DateTimeField(_("found at"), auto_now_add=True)
    due_on = models.DateField(_("to be decided by"), null=True, blank=True)
    statement = models.TextField(_("what the person says"), blank=True)
    finding = models.TextField(_("what was found out"), blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )

    objects = scoped(Permission.DOUBT_VIEW).as_manager()

    class Meta:
        verbose_name = _("doubt")
        verbose_name_plural = _("doubts")
        indexes = [
            models.Index(fields=["area", "id"], name="doubt_by_area"),
            models.Index(
                fields=["area"], condition=Q(state__in=["open", "verifying"]), name="doubt_waiting"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["pattern", "month", "subject"], name="doubted_once_a_month"
            ),
            models.CheckConstraint(
                name="doubt_was_found_by_a_pattern_or_a_person",
                condition=Q(found_in__isnull=False) ^ Q(found_by__isnull=False),
            ),
            models.CheckConstraint(
                name="doubt_decided_by_somebody",
                condition=Q(state__in=["open", "verifying"])
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="doubt_decided_says_why",
                condition=Q(state__in=["open", "verifying"]) | ~Q(finding=""),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="doubt_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="doubt_shows_what_it_showed",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    *("area", "month", "pattern", "severity", "person", "contract", "people"),
                    *("subject", "shows", "evidence", "found_in", "found_by"),
                ),
            ),
        ]

    def __str__(self):
        return f"{self.pattern} · {self.person or self.area}"

    def barred(self, by):
        """Nobody looks into a doubt about themselves, their household or a declared relative."""
        return checks.barred(self, by)

    @transition(
        state,
        source=[State.OPEN, State.VERIFYING],
        target=State.VERIFYING,
        permission=held(Permission.DOUBT_VERIFY),
    )
    def verify(self, *, statement, finding):
        """Somebody looks into it: what the person says, and what was found out."""
        self.statement = statement or self.statement
        self.finding = finding or self.finding

    @transition(
        state,
        source=State.VERIFYING,
        target=State.CONFIRMED,
        conditions=[checks.was_looked_into, checks.person_was_heard],
        permission=held(Permission.DOUBT_DECIDE),
    )
    def confirm(self, *, by, at):
        """It is true; what follows is decided by the case."""
        self.decided_by, self.decided_at = by, at

    @transition(
        state,
        source=State.VERIFYING,
        target=State.DISMISSED,
        conditions=[checks.was_looked_into],
        permission=held(Permission.DOUBT_DECIDE),
    )
    def dismiss(self, *, by, at):
        """It is untrue; nothing follows, and the pattern learns how often it errs."""
        self.decided_by, self.decided_at = by, at

    @transition(
        state,
        source=State.DISMISSED,
        target=State.VERIFYING,
        permission=held(Permission.DOUBT_DECIDE),
    )
    def reopen(self):
        """New evidence has come; it is looked into again."""
        self.decided_by = self.decided_at = None


class DoubtProcess(Process):
    """Carries no facts: it points at a Doubt through `artifact`."""

    class Meta:
        proxy = True
