"""Vacancies reported, households helped, offers of work made."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from posts.models.hire import Hire
from project.kernel.roles import Permission
from registry.access import scoped
from registry.models import Area, Household, Person

USER = settings.AUTH_USER_MODEL


class VacancyReport(models.Model):
    """The township's report that a place fell vacant (F-17); late ones are named (R-57)."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="vacancy_reports")
    hire = models.OneToOneField(Hire, models.PROTECT, related_name="vacancy_report")
    vacant_since = models.DateField(_("vacant since"))
    due_on = models.DateField(_("report due on"))
    reported_on = models.DateField(_("reported on"))
    reported_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    note = models.TextField(_("remark"), blank=True)

    objects = scoped(Permission.POST_VIEW).as_manager()

    class Meta:
        verbose_name = _("vacancy report")
        verbose_name_plural = _("vacancy reports")
        triggers = [
            pgtrigger.Protect(
                name="vacancy_report_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]

    def __str__(self):
        return f"{self.hire} {self.vacant_since}"

    @property
    def is_late(self):
        return self.reported_on > self.due_on


class JobOffer(models.Model):
    """One job recommended to a person before public help (C-30)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="job_offers")
    offered_on = models.DateField(_("offered on"))
    employer = models.CharField(_("employer"), max_length=120)
    result = models.CharField(_("result"), max_length=120)
    recorded_by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("job offer")
        verbose_name_plural = _("job offers")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "offered_on", "employer"], name="job_offered_once"
            )
        ]

    def __str__(self):
        return f"{self.person} {self.employer}"


class ZeroEmployment(models.Model):
    """A household nobody of whom works: recognised, helped, cleared (C-27 to C-29)."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="zero_employment")
    household = models.ForeignKey(Household, models.PROTECT, related_name="zero_employment")
    applied_on = models.DateField(_("applied on"))
    recognised_on = models.DateField(_("recognised on"))
    recognised_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    helped_person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    helped_on = models.DateField(_("helped on"), null=True, blank=True)
    helped_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    help_given = models.CharField(_("help given"), max_length=200, blank=True)
    cleared_on = models.DateField(_("cleared on"), null=True, blank=True)
    cleared_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    clearing = models.CharField(_("why cleared"), max_length=200, blank=True)

    objects = scoped(Permission.POST_VIEW).as_manager()

    class Meta:
        verbose_name = _("zero-employment household")
        verbose_name_plural = _("zero-employment households")
        constraints = [
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(cleared_on__isnull=True),
                name="recognised_once_at_a_time",
            ),
            *[
                models.CheckConstraint(
                    name=f"household_{step}_by_somebody",
                    condition=Q(**{f"{step}_on__isnull": True, f"{step}_by__isnull": True})
                    | Q(**{f"{step}_on__isnull": False, f"{step}_by__isnull": False}),
                )
                for step in ("helped", "cleared")
            ],
            models.CheckConstraint(
                name="household_cleared_after_recognised",
                condition=Q(cleared_on__isnull=True) | Q(cleared_on__gte=F("recognised_on")),
            ),
        ]

    def __str__(self):
        return str(self.household)
