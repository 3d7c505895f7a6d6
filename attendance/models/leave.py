"""Days on which a holder is excused, and registered substitutes."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, TextField
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, transition
from viewflow.workflow.models import Process

from attendance.models import request_checks as checks
from attendance.models.correction import asked_by_somebody, decided_by_another, somebody
from attendance.models.device import Device
from contracts.models import Contract
from project.kernel.roles import Permission, held
from registry.access import scoped
from registry.models import Area


def days_of(first="starts_on", last="ends_on"):
    """The days of a row as a range, for constraints."""
    return Func(
        first, last, template=f"daterange({first}, {last} + 1, '[)')", output_field=TextField()
    )


class Leave(ConcurrentTransitionMixin, models.Model):
    """Days on which a holder is excused; shown as △, unpaid unless a rule says otherwise."""

    class State(models.TextChoices):
        ASKED = "asked", _("Asked for")
        GRANTED = "granted", _("Granted")
        REFUSED = "declined", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Kind(models.TextChoices):
        PERSONAL = "personal", _("personal leave")
        SICK = "sick", _("sick leave")
        INJURY = "injury", _("leave after a work injury")
        TRAINING = "training", _("training")
        OFFICIAL = "official", _("official leave")

    chain = ("ask", "grant", "refuse")
    restarts = ()

    state = FSMField(
        _("state"), default=State.ASKED, choices=State.choices, protected=True, max_length=12
    )
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="leaves", db_index=False, verbose_name=_("village")
    )
    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="leaves", verbose_name=_("contract")
    )
    kind = models.CharField(_("kind of leave"), max_length=8, choices=Kind)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    reason = models.TextField(_("reason"))
    evidence = models.FileField(_("evidence"), upload_to="leaves/%Y/%m/", blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    asked_by = somebody(_("asked by"))
    phone = models.ForeignKey(Device, models.PROTECT, null=True, blank=True, related_name="leaves")
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = somebody(_("decided by"))

    objects = scoped(Permission.SHEET_VIEW).as_manager()

    class Meta:
        verbose_name = _("leave")
        verbose_name_plural = _("leaves")
        indexes = [models.Index(fields=["area", "id"], name="leave_by_area")]
        constraints = [
            asked_by_somebody("leave_is_asked_by_somebody"),
            decided_by_another("leave_is_decided_by_another"),
            models.CheckConstraint(
                name="leave_ends_no_earlier_than_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
            ),
            ExclusionConstraint(
                name="one_leave_of_a_contract_at_a_time",
                expressions=[
                    ("contract", RangeOperators.EQUAL),
                    (days_of(), RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=["asked", "granted"]),
                violation_error_message=_("Leave is asked for or granted on these days already."),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="leave_is_not_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="leave_decided_is_kept",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__state="asked"),
            ),
        ]

    def __str__(self):
        return f"{self.contract} · {self.starts_on}"

    @property
    def days(self):
        """How many days the leave is long, first and last included."""
        return (self.ends_on - self.starts_on).days + 1

    def barred(self, by):
        return checks.too_close(self, by)

    @transition(
        state,
        source=State.ASKED,
        target=State.GRANTED,
        conditions=[
            checks.sheets_are_open,
            checks.leave_lies_in_the_contract,
            checks.leave_is_short_enough,
            checks.leave_of_the_year_is_left,
        ],
        permission=held(Permission.SHEET_REVIEW),
    )
    def grant(self, *, by, at):
        """Excuse the holder on these days."""
        self.decided_by, self.decided_at = by, at

    @transition(
        state,
        source=State.ASKED,
        target=State.REFUSED,
        permission=held(Permission.SHEET_REVIEW),
    )
    def refuse(self, *, by, at):
        """Excuse nobody, with a reason."""
        self.decided_by, self.decided_at = by, at

    @transition(
        state,
        source=State.ASKED,
        target=State.WITHDRAWN,
        permission=held(Permission.SHEET_RECORD),
    )
    def withdraw(self):
        """Ask no more."""


class LeaveProcess(Process):
    """Carries no facts: it points at a Leave through `artifact`."""

    class Meta:
        proxy = True


class Substitution(models.Model):
    """Days on which somebody with a contract of their own works in a holder's place.

    It credits nobody: the substitute checks in under the own contract and is paid for that day,
    the holder is not (W-5; V-01).
    """

    area = models.ForeignKey(
        Area,
        models.PROTECT,
        related_name="substitutions",
        db_index=False,
        verbose_name=_("village"),
    )
    holder = models.ForeignKey(
        Contract, models.PROTECT, related_name="substituted", verbose_name=_("holder")
    )
    substitute = models.ForeignKey(
        Contract, models.PROTECT, related_name="substitutes_for", verbose_name=_("substitute")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    reason = models.TextField(_("reason"))
    registered_at = models.DateTimeField(_("entered at"), auto_now_add=True)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )

    objects = scoped(Permission.SHEET_VIEW).as_manager()

    class Meta:
        verbose_name = _("substitution")
        verbose_name_plural = _("substitutions")
        indexes = [models.Index(fields=["area", "id"], name="substitution_by_area")]
        constraints = [
            models.CheckConstraint(
                name="nobody_substitutes_for_themselves", condition=~Q(holder=F("substitute"))
            ),
            models.CheckConstraint(
                name="substitution_ends_no_earlier_than_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
            ),
            ExclusionConstraint(
                name="one_substitute_of_a_holder_at_a_time",
                expressions=[
                    ("holder", RangeOperators.EQUAL),
                    (days_of(), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="substitution_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self):
        return f"{self.holder} · {self.starts_on}"
