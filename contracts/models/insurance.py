"""Accident insurance: the policies of insurers and who is covered by them, from when to when."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from project.kernel.roles import Permission
from registry.access import scoped
from registry.models import Area, Person


class CoverQuerySet(models.QuerySet):
    def covering(self, first, last):
        """The covers that hold on every day from `first` to `last`."""
        return self.filter(starts_on__lte=first, ends_on__gte=last)


class InsurancePolicy(models.Model):
    """One accident insurance policy of an insurer, covering the people enrolled on it."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="insurance_policies")
    number = models.CharField(_("policy number"), max_length=40, unique=True)
    insurer = models.CharField(_("insurer"), max_length=60, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))

    objects = scoped(Permission.CONTRACT_VIEW).as_manager()

    class Meta:
        verbose_name = _("insurance policy")
        verbose_name_plural = _("insurance policies")
        constraints = [
            models.CheckConstraint(
                name="insurance_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))
            )
        ]

    def __str__(self):
        return self.number


class Cover(models.Model):
    """One person's cover under a policy, from a day to a day."""

    policy = models.ForeignKey(InsurancePolicy, models.PROTECT, related_name="covers")
    person = models.ForeignKey(Person, models.PROTECT, related_name="covers")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))

    objects = CoverQuerySet.as_manager()

    class Meta:
        verbose_name = _("insurance cover")
        verbose_name_plural = _("insurance covers")
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "person", "starts_on"], name="covered_once_a_policy"
            ),
            models.CheckConstraint(
                name="cover_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))
            ),
        ]

    def __str__(self):
        return f"{self.person} · {self.policy}"
