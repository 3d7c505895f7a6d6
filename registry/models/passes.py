"""A worker's way in on a phone: a link or a QR card that a clerk hands over."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry.models.people import Person


class PassQuerySet(models.QuerySet):
    def open(self, *, at=None):
        """The passes that still let somebody in."""
        at = at or timezone.now()
        return self.filter(used_at__isnull=True, withdrawn_at__isnull=True, valid_until__gt=at)


class Pass(models.Model):
    """One person's way in for one purpose, until a moment. Only the digest of it is kept."""

    class Purpose(models.TextChoices):
        ENTER = "enter", _("Sign in on the phone page")
        SIGN = "sign", _("Sign a contract")

    digest = models.CharField(max_length=64, unique=True, editable=False)
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="passes", verbose_name=_("person")
    )
    purpose = models.CharField(_("purpose"), max_length=6, choices=Purpose)
    subject = models.CharField(_("for"), max_length=40, blank=True)
    issued_at = models.DateTimeField(_("issued at"), auto_now_add=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("issued by")
    )
    valid_until = models.DateTimeField(_("valid until"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = PassQuerySet.as_manager()

    class Meta:
        verbose_name = _("pass")
        verbose_name_plural = _("passes")
        constraints = [
            models.CheckConstraint(
                name="pass_ends_after_it_is_issued", condition=Q(valid_until__gt=F("issued_at"))
            ),
            models.CheckConstraint(
                name="pass_used_or_withdrawn",
                condition=Q(used_at__isnull=True) | Q(withdrawn_at__isnull=True),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="pass_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="pass_is_used_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__used_at__isnull=False)
                | pgtrigger.Q(old__withdrawn_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.person} · {self.get_purpose_display()}"
