"""What a person agreed to, their enrolment picture, who stands in for whom, and who is barred."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from project.kernel.roles import ROLES, Permission
from registry.access import scoped
from registry.models.areas import Area, DatedQuerySet, Unit
from registry.models.people import Person

USER = settings.AUTH_USER_MODEL
APPEND_ONLY = pgtrigger.Update | pgtrigger.Delete


class Portrait(models.Model):
    """The picture taken of a person when they were enrolled; a new one is a new row, all stay."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="portraits")
    file = models.FileField(_("picture"), upload_to="portraits/%Y/%m/")
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    taken_on = models.DateField(_("taken on"))
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)
    added_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("added by"))

    class Meta:
        verbose_name = _("enrolment picture")
        verbose_name_plural = _("enrolment pictures")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "sha256"], name="portrait_kept_once")
        ]
        triggers = [pgtrigger.Protect(name="portrait_is_append_only", operation=APPEND_ONLY)]

    def __str__(self):
        return f"{self.person} · {self.taken_on}"


class Consent(models.Model):
    """What a person agreed to in writing, and when they took it back; silence is no consent."""

    class Kind(models.TextChoices):
        FACE = "face", _("Comparing pictures of the face")
        PLACE = "place", _("Noting the place of a check-in")

    person = models.ForeignKey(Person, models.PROTECT, related_name="consents")
    kind = models.CharField(_("what for"), max_length=8, choices=Kind)
    given_on = models.DateField(_("given on"))
    paper = models.CharField(_("paper it is written on"), max_length=120)
    withdrawn_on = models.DateField(_("taken back on"), null=True, blank=True)
    recorded_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    withdrawn_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=Q(withdrawn_on__isnull=True),
                name="one_consent_at_a_time",
            ),
            models.CheckConstraint(
                name="consent_is_taken_back_by_somebody",
                condition=Q(withdrawn_on__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_on__gte=F("given_on"), withdrawn_by__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="consent_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="withdrawn_consent_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__withdrawn_on__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.person} · {self.get_kind_display()}"


class Delegation(models.Model):
    """A named substitute takes over one role of somebody in one area for some days.

    Whoever stands in acts under their own name: where the person replaced has acted in an approval
    chain, the substitute is barred as they would be (architecture: four eyes is not a setting).
    """

    absent = models.ForeignKey(USER, models.PROTECT, related_name="delegations")
    substitute = models.ForeignKey(USER, models.PROTECT, related_name="stands_in")
    role = models.CharField(
        _("role"), max_length=30, choices=[(name, role.title) for name, role in ROLES.items()]
    )
    area = models.ForeignKey(Area, models.PROTECT, related_name="delegations")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    reason = models.CharField(_("reason"), max_length=200)
    made_at = models.DateTimeField(_("entered at"), auto_now_add=True)
    made_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    ended_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("substitution in office")
        verbose_name_plural = _("substitutions in office")
        constraints = [
            models.CheckConstraint(
                name="delegation_is_to_another", condition=~Q(absent=F("substitute"))
            ),
            models.CheckConstraint(
                name="delegation_has_its_days", condition=Q(ends_on__gte=F("starts_on"))
            ),
        ]
        triggers = [pgtrigger.Protect(name="delegation_is_kept", operation=pgtrigger.Delete)]

    def __str__(self):
        return f"{self.absent} → {self.substitute} · {self.get_role_display()}"


class Bar(models.Model):
    """An employer that may use no post holders and build no project for a time, by a decision."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="bars", verbose_name=_("area"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="bars")
    name = models.CharField(_("employer"), max_length=80)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    reason = models.TextField(_("reason"))
    decision = models.CharField(_("case or decision"), max_length=120)
    made_at = models.DateTimeField(_("entered at"), auto_now_add=True)
    made_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("by"))
    lifted_on = models.DateField(_("lifted on"), null=True, blank=True)
    lifted_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    lifted_because = models.TextField(_("why it was lifted"), blank=True)

    objects = scoped(Permission.POST_VIEW).as_manager()

    class Meta:
        verbose_name = _("barred employer")
        verbose_name_plural = _("barred employers")
        constraints = [
            models.CheckConstraint(
                name="bar_names_somebody_and_why", condition=~Q(name="") & ~Q(reason="")
            ),
            models.CheckConstraint(
                name="bar_has_its_days",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="bar_is_lifted_by_somebody_who_says_why",
                condition=Q(lifted_on__isnull=True, lifted_by__isnull=True)
                | (Q(lifted_on__isnull=False, lifted_by__isnull=False) & ~Q(lifted_because="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="bar_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="lifted_bar_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__lifted_on__isnull=False),
            ),
        ]

    def __str__(self):
        return self.name
