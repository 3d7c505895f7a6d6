"""The certificates of the house: its root, its seals, its clock, and each worker's single one."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from project.kernel.roles import Permission
from project.kernel.secrets import EncryptedTextField
from registry.access import scoped
from registry.models.areas import Area
from registry.models.people import Person


class CertificateQuerySet(scoped(Permission.CERTIFICATE_EDIT)):
    def valid(self, at=None):
        """The certificates that may be used at a moment."""
        at = at or timezone.now()
        return self.filter(revoked_at=None, valid_from__lte=at, valid_to__gte=at)

    def above(self, area):
        """Those of an area and of everything above it, the nearest and then the newest first."""
        return self.filter(area__in=area.ancestors()).order_by("-area", "-valid_from", "-pk")


class Certificate(models.Model):
    """A certificate we issued. It never changes; it can be revoked, once, with a reason."""

    class Purpose(models.TextChoices):
        ROOT = "root", _("Root")
        SEAL = "seal", _("Seal of a unit")
        TIME_STAMP = "time_stamp", _("Time stamp")
        WORKER = "worker", _("One signature of a worker")

    class Reason(models.TextChoices):
        KEY_COMPROMISE = "key_compromise", _("The key may be in other hands")
        AFFILIATION_CHANGED = "affiliation_changed", _("The unit was renamed or merged")
        SUPERSEDED = "superseded", _("Replaced by a new certificate")
        CESSATION = "cessation_of_operation", _("No longer used")

    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose)
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="certificates", verbose_name=_("area")
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="certificates", verbose_name=_("person")
    )
    issuer = models.ForeignKey("self", models.PROTECT, null=True, related_name="issued")
    subject = models.CharField(_("issued to"), max_length=100)
    serial = models.CharField(_("serial number"), max_length=40, unique=True)
    pem = models.TextField(editable=False)
    key = EncryptedTextField(blank=True, editable=False)
    token_label = models.CharField(_("key in the token"), max_length=60, blank=True)
    valid_from = models.DateTimeField(_("valid from"))
    valid_to = models.DateTimeField(_("valid to"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("issued by"),
    )
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("revoked by"),
    )
    revoked_for = models.CharField(_("reason"), max_length=30, choices=Reason, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        indexes = [
            # A few roots, clocks and seals among very many certificates of workers.
            models.Index(fields=["purpose", "area", "valid_to"], name="certificate_of_purpose"),
            models.Index(
                fields=["issuer", "revoked_at"],
                name="certificate_revoked",
                condition=Q(revoked_at__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="certificate_ends_after_it_begins", condition=Q(valid_to__gt=F("valid_from"))
            ),
            models.CheckConstraint(
                name="certificate_revoked_by_somebody_for_a_reason",
                condition=Q(revoked_at=None, revoked_by=None, revoked_for="")
                | (Q(revoked_at__isnull=False, revoked_by__isnull=False) & ~Q(revoked_for="")),
            ),
            models.CheckConstraint(
                name="certificate_is_a_workers_or_issued_by_somebody",
                condition=Q(purpose="worker", person__isnull=False)
                | (~Q(purpose="worker") & Q(person=None, issued_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="certificate_has_an_issuer_unless_it_is_a_root",
                condition=Q(purpose="root", issuer=None)
                | (~Q(purpose="root") & Q(issuer__isnull=False)),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="certificate_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="certificate_only_gets_revoked",
                operation=pgtrigger.Update,
                # The key may be sealed anew when the data key of the house changes.
                condition=pgtrigger.AnyChange(
                    exclude=["key", "revoked_at", "revoked_by", "revoked_for"]
                ),
            ),
            pgtrigger.Protect(
                name="certificate_is_revoked_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__revoked_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.subject} · {self.get_purpose_display()}"

    @property
    def standing(self):
        """Whether it may still be used, in one word."""
        if self.revoked_at:
            return _("revoked")
        return _("valid") if self.valid_to > timezone.now() else _("expired")

    @property
    def tail(self):
        """The end of the serial number, enough to tell certificates apart by eye."""
        return self.serial[-8:]
