"""What a person has beside a password: an authenticator, recovery codes, an account elsewhere."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device, ThrottlingMixin

from project.kernel.secrets import EncryptedTextField

USER = settings.AUTH_USER_MODEL


class Authenticator(ThrottlingMixin, Device):
    """The program on somebody's phone that shows six figures; each step's code opens once.

    `last_step` is the half minute whose code was used last: neither it nor an earlier one opens.
    """

    # Nothing is kept before its first code was right, so none waits to be confirmed or is named.
    name = confirmed = None
    user = models.ForeignKey(USER, models.PROTECT, related_name="authenticators")
    secret = EncryptedTextField(editable=False)
    last_step = models.BigIntegerField(_("last step used"))
    made_at = models.DateTimeField(_("set up at"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("authenticator")
        verbose_name_plural = _("authenticators")
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(ended_at__isnull=True),
                name="one_authenticator_for_each_person",
            )
        ]

    def __str__(self):
        return f"{self.user} · {self.made_at:%Y-%m-%d}"

    def get_throttle_factor(self):
        """After the first wrong code one second, then two, four, eight."""
        return 1


class RecoveryCode(models.Model):
    """A code for the day the phone is lost. Only its keyed digest is kept; it opens once."""

    authenticator = models.ForeignKey(Authenticator, models.PROTECT, related_name="recovery_codes")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    ended_at = models.DateTimeField(_("used or replaced at"), null=True, blank=True)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")

    def __str__(self):
        return f"{self.authenticator} · {self.pk}"


class Identity(models.Model):
    """An account at an identity provider that signs in as a person of this house."""

    user = models.ForeignKey(USER, models.PROTECT, related_name="identities")
    issuer = models.CharField(_("provider"), max_length=200)
    subject = models.CharField(_("account there"), max_length=255)
    made_at = models.DateTimeField(_("bound at"), auto_now_add=True)
    used_at = models.DateTimeField(_("last used at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("identity")
        verbose_name_plural = _("identities")
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "subject"],
                condition=Q(ended_at__isnull=True),
                name="one_person_for_each_identity",
            ),
            models.UniqueConstraint(
                fields=["user", "issuer"],
                condition=Q(ended_at__isnull=True),
                name="one_identity_for_each_person",
            ),
        ]

    def __str__(self):
        return f"{self.user} · {self.subject}"
