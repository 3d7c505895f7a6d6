"""The phone that a worker registered, and the key with which it signs."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from project.kernel.roles import Permission
from registry.access import scoped
from registry.models import Pass, Person


class Device(models.Model):
    """One phone of one worker. It signs each check-in with a key that never leaves it."""

    person = models.ForeignKey(
        Person, models.PROTECT, related_name="devices", verbose_name=_("worker")
    )
    let_in_by = models.OneToOneField(
        Pass, models.PROTECT, related_name="device", verbose_name=_("pass")
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    public_key = models.TextField(_("public key"))
    fingerprint = models.CharField(_("hardware"), max_length=64, blank=True, db_index=True)
    label = models.CharField(_("phone"), max_length=200, blank=True)
    registered_at = models.DateTimeField(_("registered at"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = scoped(Permission.SHEET_VIEW, "person__area_id").as_manager()

    class Meta:
        verbose_name = _("registered phone")
        verbose_name_plural = _("registered phones")
        triggers = [
            pgtrigger.Protect(name="device_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="device_only_ends",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=False)
                | pgtrigger.Q(old__public_key__df=pgtrigger.F("new__public_key"))
                | pgtrigger.Q(old__person_id__df=pgtrigger.F("new__person_id"))
                | pgtrigger.Q(old__digest__df=pgtrigger.F("new__digest")),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "public_key"],
                condition=Q(ended_at__isnull=True),
                name="phone_registered_once",
            )
        ]

    def __str__(self):
        return f"{self.person} · {self.label or self.pk}"
