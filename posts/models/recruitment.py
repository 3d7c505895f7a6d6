"""The call for applicants to a post, and the meeting that votes on those who came."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from notices.models import Notice
from posts.models.post import Post
from project.kernel.roles import Permission
from registry.access import scoped
from registry.models import Area


class Appraisal(models.Model):
    """One meeting of villagers that votes on applicants, with who was there (F-04)."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="appraisals")
    held_on = models.DateField(_("held on"))
    place = models.CharField(_("place"), max_length=120)
    host = models.CharField(_("chair"), max_length=60)
    recorder = models.CharField(_("keeper of the minutes"), max_length=60)
    expected = models.PositiveSmallIntegerField(_("expected"))
    present = models.PositiveSmallIntegerField(_("present"))
    signatures = models.TextField(_("who signed"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = scoped(Permission.POST_VIEW).as_manager()

    class Meta:
        verbose_name = _("democratic appraisal")
        verbose_name_plural = _("democratic appraisals")
        constraints = [
            models.CheckConstraint(
                name="appraisal_has_no_more_present_than_expected",
                condition=Q(present__lte=F("expected"), present__gte=1),
            )
        ]

    def __str__(self):
        return f"{self.area} {self.held_on}"


class Recruitment(models.Model):
    """A call for applicants to a post, from a day to a day (F-02)."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="recruitments")
    post = models.ForeignKey(Post, models.PROTECT, related_name="recruitments")
    notice = models.OneToOneField(Notice, models.PROTECT, related_name="+")
    places = models.PositiveSmallIntegerField(_("places"))
    opens_on = models.DateField(_("applications from"))
    closes_on = models.DateField(_("applications until"))
    called_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = scoped(Permission.POST_VIEW).as_manager()

    class Meta:
        verbose_name = _("recruitment")
        verbose_name_plural = _("recruitments")
        constraints = [
            models.CheckConstraint(
                name="recruitment_closes_after_it_opens",
                condition=Q(closes_on__gte=F("opens_on"), places__gte=1),
            )
        ]

    def __str__(self):
        return f"{self.post} {self.opens_on}"
