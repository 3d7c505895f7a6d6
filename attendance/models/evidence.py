"""What a check-in shows, and what is doubtful about it."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from attendance.models.check_in import CheckIn
from project.kernel.roles import Permission
from registry.access import scoped


def kept(name):
    """A trigger that forbids to change or delete what was once written."""
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)


class Quarter(Func):
    """Sixteen of the 64 bits of a look, from a shift on."""

    template = "((%(expressions)s) & 65535)"
    arg_joiner = " >> "
    output_field = models.BigIntegerField()


class Photo(models.Model):
    """The picture of a check-in or of a roll call, its hash, its look, and that in a mirror.

    `look` and `mirrored` are 64-bit difference hashes; two pictures of one scene differ in few
    bits, whatever their size and encoding.
    """

    check_in = models.OneToOneField(
        CheckIn, models.PROTECT, null=True, blank=True, related_name="picture"
    )
    roll_call = models.ForeignKey(
        "attendance.RollCall",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="pictures",
        db_index=False,  # the constraint below is found by it
    )
    file = models.FileField(_("picture"), upload_to="check-ins/%Y/%m/%d/")
    sha256 = models.CharField(_("SHA-256"), max_length=64, db_index=True)
    look = models.BigIntegerField(db_index=True)
    mirrored = models.BigIntegerField()
    size = models.PositiveIntegerField(_("bytes"))
    received_at = models.DateTimeField(_("received at"), auto_now_add=True)

    class Meta:
        verbose_name = _("picture of a check-in")
        verbose_name_plural = _("pictures of check-ins")
        indexes = [
            models.Index(Quarter(F("look"), Value(shift)), name=f"photo_look_{shift}")
            for shift in (0, 16, 32, 48)
        ]
        constraints = [
            models.CheckConstraint(
                name="photo_is_of_one_thing",
                condition=Q(check_in__isnull=True, roll_call__isnull=False)
                | Q(check_in__isnull=False, roll_call__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["roll_call", "sha256"],
                condition=Q(roll_call__isnull=False),
                name="picture_once_at_a_roll_call",
            ),
        ]
        triggers = [kept("photo_is_kept")]

    def __str__(self):
        return self.sha256[:12]


class Flag(models.Model):
    """One thing that is doubtful about a check-in, with what shows it. It refuses nothing.

    A flag that `waits` keeps the day from counting until somebody has looked at it.
    """

    class Code(models.TextChoices):
        OUTSIDE_FENCE = "outside_fence", _("Outside the place of work")
        NO_PLACE = "no_place", _("No place given")
        MOCK_PLACE = "mock_place", _("The place may be invented")
        POOR_ACCURACY = "poor_accuracy", _("The place is not accurate")
        CLOCK_DRIFT = "clock_drift", _("The phone's clock is wrong")
        REPLAY = "replay", _("Sent before with another content")
        LATE = "late", _("Sent late")
        SHARED_DEVICE = "shared_device", _("One phone for several workers")
        SAME_PHOTO = "same_photo", _("The picture was used before")
        PHOTO_OF_SCREEN = "photo_of_screen", _("Perhaps a picture of a picture")
        NO_SECOND_PHOTO = "no_second_photo", _("The second picture is missing")
        NO_PHOTO = "no_photo", _("The picture did not arrive")
        OUTSIDE_CONTRACT = "outside_contract", _("Outside the contract")
        SUSPENDED = "suspended", _("During a suspension")
        TWO_PROGRAMMES = "two_programmes", _("Also recorded elsewhere on the day")
        BROKEN_CHAIN = "broken_chain", _("A record before it is missing")
        BAD_SIGNATURE = "bad_signature", _("The phone's signature does not fit")
        FUTURE_DAY = "future_day", _("The day had not come yet")
        LEFT_BEFORE = "left_before", _("Left before coming")

    check_in = models.ForeignKey(CheckIn, models.PROTECT, related_name="flags", db_index=False)
    code = models.CharField(_("doubt"), max_length=20, choices=Code)
    waits = models.BooleanField(_("the day waits"), default=False)
    evidence = models.JSONField(_("evidence"), default=dict)
    raised_at = models.DateTimeField(_("raised at"), auto_now_add=True)

    objects = scoped(Permission.SHEET_VIEW, "check_in__contract__area_id").as_manager()

    class Meta:
        verbose_name = _("flag of a check-in")
        verbose_name_plural = _("flags of check-ins")
        indexes = [
            models.Index(fields=["check_in"], condition=Q(waits=True), name="flag_that_waits")
        ]
        constraints = [
            models.UniqueConstraint(fields=["check_in", "code"], name="flagged_once_for_one_thing")
        ]
        triggers = [kept("flag_is_kept")]

    def __str__(self):
        return self.get_code_display()


class FlagReview(models.Model):
    """What somebody who looked at a flag decided about the day, with the reason."""

    class Decision(models.TextChoices):
        COUNTS = "counts", _("The day counts")
        DOES_NOT = "does_not", _("The day does not count")

    flag = models.OneToOneField(Flag, models.PROTECT, related_name="review")
    decision = models.CharField(_("decision"), max_length=8, choices=Decision)
    reason = models.TextField(_("reason"))
    at = models.DateTimeField(_("at"), auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("review of a flag")
        verbose_name_plural = _("reviews of flags")
        triggers = [kept("flag_review_is_kept")]

    def __str__(self):
        return f"{self.flag} · {self.get_decision_display()}"
