"""Where work is done: the places of a village's posts, each with a fence around it."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from project.kernel.roles import Permission
from registry.access import scoped
from registry.models import Area


class WorkPlace(models.Model):
    """A place of work with a fence of so many metres; for one post by its name, or for all.

    A place that moves is ended and entered anew, so that old days keep the fence of their day.
    """

    area = models.ForeignKey(
        Area, models.PROTECT, related_name="work_places", verbose_name=_("village")
    )
    title = models.CharField(_("post"), max_length=60, blank=True)
    name = models.CharField(_("place"), max_length=60)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6)
    radius = models.PositiveIntegerField(_("radius in metres"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = scoped(Permission.SHEET_VIEW).as_manager()

    class Meta:
        verbose_name = _("place of work")
        verbose_name_plural = _("places of work")
        constraints = [
            models.CheckConstraint(
                name="place_has_a_fence", condition=Q(radius__gte=10, radius__lte=20000)
            ),
            models.CheckConstraint(
                name="place_is_on_earth",
                condition=Q(
                    longitude__gte=-180, longitude__lte=180, latitude__gte=-90, latitude__lte=90
                ),
            ),
            models.CheckConstraint(
                name="place_ends_after_it_starts",
                condition=Q(ends_on__isnull=True, ended_by__isnull=True)
                | Q(ends_on__gte=F("starts_on"), ended_by__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="place_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="place_only_ends",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ends_on__isnull=False)
                | pgtrigger.Q(old__longitude__df=pgtrigger.F("new__longitude"))
                | pgtrigger.Q(old__latitude__df=pgtrigger.F("new__latitude"))
                | pgtrigger.Q(old__radius__df=pgtrigger.F("new__radius"))
                | pgtrigger.Q(old__starts_on__df=pgtrigger.F("new__starts_on")),
            ),
        ]

    def __str__(self):
        return self.name
