"""The calendar, and the files that went in."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from project.kernel.roles import Permission
from registry.access import scoped
from registry.models.areas import Area


class CalendarDay(models.Model):
    """A day that differs from its weekday: a public holiday, or a make-up working day."""

    day = models.DateField(_("day"), primary_key=True)
    works = models.BooleanField(_("working day"))
    name = models.CharField(_("name"), max_length=40, blank=True)
    document = models.CharField(_("document"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["day"]

    def __str__(self):
        return f"{self.day} {self.name}"


class ImportedFile(models.Model):
    """A file that went in, known by its hash so that it goes in once."""

    kind = models.CharField(_("kind"), max_length=30)
    name = models.CharField(_("file name"), max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField(_("rows"))
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    imported_at = models.DateTimeField(_("imported at"), auto_now_add=True)
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = scoped(Permission.PERSON_VIEW).as_manager()

    class Meta:
        verbose_name = _("imported file")
        verbose_name_plural = _("imported files")
        constraints = [
            models.UniqueConstraint(fields=["kind", "sha256"], name="file_imported_once")
        ]

    def __str__(self):
        return self.name
