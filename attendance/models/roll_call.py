"""A roll call on site: who was there and who was not, as the clerk said it (W-5, L2)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from attendance.models.check_in import CheckIn
from attendance.models.evidence import kept
from attendance.models.place import WorkPlace
from contracts.models import Contract
from project.kernel.disposable import KeptUnlessDisposed
from project.kernel.roles import Permission
from registry.access import scoped
from registry.models import Area


class RollCall(models.Model):
    """One muster of a village's holders at one moment, never changed and never deleted.

    A correction is a roll call of its own that says what it `corrects` and why; `first` is the one
    on site, to which all pictures of the moment belong.
    """

    client_id = models.UUIDField(unique=True)
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="roll_calls", verbose_name=_("village")
    )
    title = models.CharField(_("post"), max_length=60, blank=True)
    place = models.ForeignKey(
        WorkPlace,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="roll_calls",
        verbose_name=_("place"),
    )
    kind = models.CharField(_("moment of the roll call"), max_length=5, choices=CheckIn.Kind)
    day = models.DateField(_("day"))
    at = models.DateTimeField(_("the device's time"))
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    accuracy = models.PositiveIntegerField(_("accuracy in metres"), null=True, blank=True)
    first = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections"
    )
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    reason = models.TextField(_("reason"), blank=True)
    received_at = models.DateTimeField(_("received at"), auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("roll called by")
    )

    objects = scoped(Permission.SHEET_VIEW).as_manager()

    class Meta:
        verbose_name = _("roll call")
        verbose_name_plural = _("roll calls")
        indexes = [models.Index(fields=["area", "id"], name="roll_call_by_area")]
        constraints = [
            models.CheckConstraint(
                name="corrected_roll_call_says_why",
                condition=Q(corrects__isnull=True, first__isnull=True, reason="")
                | Q(corrects__isnull=False, first__isnull=False) & ~Q(reason=""),
            ),
        ]
        triggers = [
            KeptUnlessDisposed(
                name="roll_call_is_kept",
                blanks=dict.fromkeys(("longitude", "latitude", "accuracy"), "NULL"),
            )
        ]

    def __str__(self):
        return f"{self.area} {self.day} {self.get_kind_display()}"

    @property
    def on_site(self):
        """The roll call on site that this one is, or corrects in the end."""
        return self.first or self


class RollCallLine(models.Model):
    """One holder at a roll call: there, with the check-in that says so, or not there."""

    roll_call = models.ForeignKey(
        RollCall, models.PROTECT, related_name="lines", db_index=False, verbose_name=_("roll call")
    )
    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="roll_call_lines", verbose_name=_("contract")
    )
    present = models.BooleanField(_("was there"))
    check_in = models.ForeignKey(
        CheckIn, models.PROTECT, null=True, blank=True, related_name="roll_call_lines"
    )

    class Meta:
        verbose_name = _("line of a roll call")
        verbose_name_plural = _("lines of roll calls")
        constraints = [
            models.UniqueConstraint(
                fields=["roll_call", "contract"], name="called_once_at_a_roll_call"
            ),
            models.CheckConstraint(
                name="present_at_a_roll_call_is_a_check_in",
                condition=Q(present=True, check_in__isnull=False)
                | Q(present=False, check_in__isnull=True),
            ),
        ]
        triggers = [kept("roll_call_line_is_kept")]

    def __str__(self):
        return f"{self.roll_call} · {self.contract}"
