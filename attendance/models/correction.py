"""A day that was recorded wrongly or not at all: asked for by one, decided by another."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, transition
from viewflow.workflow.models import Process

from attendance.models import request_checks as checks
from attendance.models.check_in import CheckIn
from attendance.models.device import Device
from contracts.models import Contract
from project.kernel.roles import Permission, held
from registry.access import scoped
from registry.models import Area


def somebody(label):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=label,
    )


def quantity(label):
    """Hours or pieces, where these are paid."""
    return models.DecimalField(label, max_digits=6, decimal_places=2, null=True, blank=True)


def asked_by_somebody(name):
    """A request comes from the worker's phone or from a person of the office."""
    condition = Q(asked_by__isnull=False) | Q(phone__isnull=False)
    return models.CheckConstraint(name=name, condition=condition)


def decided_by_another(name):
    """Who asks does not decide, and what is granted or refused was decided by somebody."""
    decided = Q(decided_by__isnull=False, decided_at__isnull=False)
    open_ = Q(decided_by__isnull=True, decided_at__isnull=True)
    another = Q(asked_by__isnull=True) | ~Q(asked_by=F("decided_by"))
    return models.CheckConstraint(
        name=name,
        condition=(Q(state__in=["granted", "declined"]) & decided & another)
        | (Q(state__in=["asked", "withdrawn"]) & open_),
    )


class Correction(ConcurrentTransitionMixin, models.Model):
    """What a day should be worth, and how much was done, beside what it was; both values stay."""

    class State(models.TextChoices):
        ASKED = "asked", _("Asked for")
        GRANTED = "granted", _("Granted")
        REFUSED = "declined", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Worth(models.TextChoices):
        NONE = "0", _("not a day")
        HALF = "0.5", _("half a day")
        WHOLE = "1", _("a whole day")

    chain = ("ask", "grant", "refuse")
    restarts = ()

    state = FSMField(
        _("state"), default=State.ASKED, choices=State.choices, protected=True, max_length=12
    )
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="corrections", db_index=False, verbose_name=_("village")
    )
    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="corrections", verbose_name=_("contract")
    )
    day = models.DateField(_("day"))
    was = models.DecimalField(_("days counted before"), max_digits=2, decimal_places=1)
    wanted = models.DecimalField(_("days asked for"), max_digits=2, decimal_places=1)
    was_quantity = quantity(_("hours or pieces counted before"))
    wanted_quantity = quantity(_("hours or pieces asked for"))
    reason = models.TextField(_("reason"))
    evidence = models.FileField(_("evidence"), upload_to="corrections/%Y/%m/", blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    asked_by = somebody(_("asked by"))
    phone = models.ForeignKey(
        Device, models.PROTECT, null=True, blank=True, related_name="corrections"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = somebody(_("decided by"))
    check_in = models.OneToOneField(
        CheckIn, models.PROTECT, null=True, blank=True, related_name="correction"
    )

    objects = scoped(Permission.SHEET_VIEW).as_manager()

    class Meta:
        verbose_name = _("correction of a day")
        verbose_name_plural = _("corrections of days")
        indexes = [models.Index(fields=["area", "id"], name="day_correction_by_area")]
        constraints = [
            asked_by_somebody("correction_is_asked_by_somebody"),
            decided_by_another("correction_is_decided_by_another"),
            models.CheckConstraint(
                name="correction_is_of_a_half_or_a_whole_day",
                condition=Q(wanted__in=["0", "0.5", "1"], was__in=["0", "0.5", "1"])
                & (~Q(was=F("wanted")) | Q(wanted_quantity__isnull=False)),
            ),
            models.CheckConstraint(
                name="correction_changes_hours_or_pieces",
                condition=Q(wanted_quantity__isnull=True)
                | Q(wanted_quantity__gte=0)
                & (
                    ~Q(was=F("wanted"))
                    | Q(was_quantity__isnull=True)
                    | ~Q(was_quantity=F("wanted_quantity"))
                ),
            ),
            models.CheckConstraint(
                name="correction_granted_has_its_check_in",
                condition=~Q(state="granted") | Q(wanted=0) | Q(check_in__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["contract", "day"],
                condition=Q(state="asked"),
                name="one_open_correction_of_a_day",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="correction_is_not_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="correction_decided_is_kept",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__state="asked"),
            ),
        ]

    def __str__(self):
        return f"{self.contract} · {self.day}"

    def barred(self, by):
        return checks.too_close(self, by) + checks.recorded_it(self, by)

    @transition(
        state,
        source=State.ASKED,
        target=State.GRANTED,
        conditions=[
            checks.sheet_is_open,
            checks.day_may_be_worked,
            checks.evidence_is_enough,
            checks.counts_nowhere_else,
            checks.share_is_left,
        ],
        permission=held(Permission.SHEET_REVIEW),
    )
    def grant(self, *, by, at, check_in):
        """Let the day be worth what was asked for."""
        self.decided_by, self.decided_at, self.check_in = by, at, check_in

    @transition(
        state,
        source=State.ASKED,
        target=State.REFUSED,
        permission=held(Permission.SHEET_REVIEW),
    )
    def refuse(self, *, by, at):
        """Leave the day as it was, with a reason."""
        self.decided_by, self.decided_at = by, at

    @transition(
        state,
        source=State.ASKED,
        target=State.WITHDRAWN,
        permission=held(Permission.SHEET_RECORD),
    )
    def withdraw(self):
        """Ask no more."""


class CorrectionProcess(Process):
    """Carries no facts: it points at a Correction through `artifact`."""

    class Meta:
        proxy = True
