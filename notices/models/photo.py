"""The board with the notice on it, at the start and at the end."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from notices.models.notice import Notice


class NoticePhoto(models.Model):
    """A photo of a notice on its board, with day and place; kept as it came."""

    class Moment(models.TextChoices):
        START = "start", _("When it was posted")
        END = "end", _("When it ended")

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="photos")
    moment = models.CharField(_("moment"), max_length=5, choices=Moment)
    image = models.FileField(_("photo"), upload_to="notices/%Y/%m/")
    sha256 = models.CharField(max_length=64, unique=True)
    taken_on = models.DateField(_("taken on"))
    place = models.CharField(_("place"), max_length=120, blank=True)
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("photo of a notice")
        verbose_name_plural = _("photos of notices")
        constraints = [
            models.UniqueConstraint(fields=["notice", "moment"], name="one_photo_a_moment")
        ]
        triggers = [
            pgtrigger.Protect(
                name="notice_photo_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self):
        return f"{self.notice} · {self.get_moment_display()}"
