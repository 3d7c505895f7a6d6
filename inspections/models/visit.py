"""What inspectors saw: who was there, who was really working, what was said, and who signed."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from attendance.models import Photo
from contracts.models import Contract
from inspections.models.sample import Drawn, Plan
from project.kernel.roles import Permission
from registry.access import scoped
from registry.models import Area, Person

USER = settings.AUTH_USER_MODEL
APPEND_ONLY = pgtrigger.Update | pgtrigger.Delete


class Visit(models.Model):
    """One look at one contract, on site or by telephone, by two inspectors; never changed.

    `due` says whether work was due at that hour: yes, no, or nobody knows. Somebody who is not
    there while no work was due has done nothing wrong (W-9). A mistake is corrected by a visit
    that `corrects` the other and says why.
    """

    class Seen(models.TextChoices):
        WORKING = "working", _("Was there and worked")
        IDLE = "idle", _("Was there and did not work")
        OTHER = "other", _("Somebody else worked in their place")
        ABSENT = "absent", _("Was not there")
        UNREACHED = "unreached", _("Could not be reached")

    class Due(models.TextChoices):
        YES = "yes", _("Work was due at this hour")
        NO = "no", _("No work was due at this hour")
        UNKNOWN = "unknown", _("No plan says whether work was due")

    client_id = models.UUIDField(unique=True)
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, blank=True, related_name="visits")
    drawn = models.ForeignKey(Drawn, models.PROTECT, null=True, blank=True, related_name="visits")
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="visits", db_index=False, verbose_name=_("village")
    )
    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="visits", verbose_name=_("contract")
    )
    way = models.CharField(_("way"), max_length=5, choices=Plan.Way)
    at = models.DateTimeField(_("at"))
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    accuracy = models.PositiveIntegerField(_("accuracy in metres"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=120, blank=True)
    seen = models.CharField(_("what was seen"), max_length=10, choices=Seen)
    due = models.CharField(_("was work due"), max_length=8, choices=Due)
    other = models.CharField(_("who worked instead"), max_length=120, blank=True)
    work = models.TextField(_("work that was done"), blank=True)
    # {code of a question: answer} as inspections.questions has them.
    answers = models.JSONField(_("answers"), default=dict, blank=True)
    problem = models.TextField(_("problem"), blank=True)
    note = models.TextField(_("note"), blank=True)
    # Lines drawn with a finger: {"first": "M…", "second": "M…", "person": "M…"} as SVG paths.
    signatures = models.JSONField(_("signatures"), default=dict)
    refused = models.BooleanField(_("the person would not sign"), default=False)
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    because = models.TextField(_("why it is corrected"), blank=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("inspector"))
    second = models.ForeignKey(
        USER, models.PROTECT, related_name="+", verbose_name=_("second inspector")
    )
    received_at = models.DateTimeField(_("received at"), auto_now_add=True)

    objects = scoped(Permission.VISIT_VIEW).as_manager()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        indexes = [models.Index(fields=["area", "id"], name="visit_by_area")]
        constraints = [
            models.CheckConstraint(name="visit_by_two_people", condition=~Q(by=F("second"))),
            models.CheckConstraint(
                name="visit_names_who_worked_instead",
                condition=~Q(seen="other") | ~Q(other=""),
            ),
            models.CheckConstraint(
                name="visit_of_the_drawn_is_of_their_plan",
                condition=Q(drawn__isnull=True) | Q(plan__isnull=False),
            ),
            models.CheckConstraint(
                name="corrected_visit_says_why",
                condition=Q(corrects__isnull=True, because="")
                | (Q(corrects__isnull=False) & ~Q(because="")),
            ),
            models.CheckConstraint(
                name="visit_is_signed_by_both",
                condition=Q(signatures__has_keys=["first", "second"]),
            ),
        ]
        triggers = [pgtrigger.Protect(name="visit_is_append_only", operation=APPEND_ONLY)]

    def __str__(self):
        return f"{self.contract.person} · {self.at:%Y-%m-%d}"

    @property
    def is_violation(self):
        """Whether what was seen speaks of a violation; not being there alone does not."""
        if self.seen == self.Seen.OTHER:
            return True
        return self.due == self.Due.YES and self.seen in (self.Seen.ABSENT, self.Seen.IDLE)


class VisitPhoto(models.Model):
    """A picture taken on a visit, kept as the phone sent it, with its hash and its look."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="photos", db_index=False)
    client_id = models.UUIDField(unique=True)
    file = models.FileField(_("picture"), upload_to="visits/%Y/%m/%d/")
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    look = models.BigIntegerField()
    shows = models.CharField(_("what it shows"), max_length=120, blank=True)
    received_at = models.DateTimeField(_("received at"), auto_now_add=True)

    class Meta:
        verbose_name = _("picture of a visit")
        verbose_name_plural = _("pictures of visits")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "sha256"], name="visit_pictured_once")
        ]
        triggers = [pgtrigger.Protect(name="visit_photo_is_append_only", operation=APPEND_ONLY)]

    def __str__(self):
        return self.sha256[:12]


class PhotoReview(models.Model):
    """What one person saw in the picture of a check-in or a roll call (V-32); written once."""

    class Outcome(models.TextChoices):
        FINE = "fine", _("Shows the person at work")
        OTHER = "other", _("Shows somebody else")
        IRRELEVANT = "irrelevant", _("Shows no work")
        SCREEN = "screen", _("A picture of a picture")
        COUNT = "count", _("Fewer people than recorded")
        UNCLEAR = "unclear", _("Cannot be told")

    photo = models.ForeignKey(Photo, models.PROTECT, related_name="reviews", db_index=False)
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="+", db_index=False, verbose_name=_("village")
    )
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField(_("what is seen"), max_length=10, choices=Outcome)
    note = models.CharField(_("note"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"), auto_now_add=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("by"))

    objects = scoped(Permission.PHOTO_REVIEW).as_manager()

    class Meta:
        verbose_name = _("review of a picture")
        verbose_name_plural = _("reviews of pictures")
        indexes = [models.Index(fields=["area", "id"], name="photo_review_by_area")]
        constraints = [
            models.UniqueConstraint(fields=["photo", "by"], name="photo_reviewed_once_by_each")
        ]
        triggers = [pgtrigger.Protect(name="photo_review_is_append_only", operation=APPEND_ONLY)]

    def __str__(self):
        return f"{self.photo} · {self.get_outcome_display()}"
