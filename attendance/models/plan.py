"""When work is due: the plan of a village's posts, its seasons and its pauses."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from project.kernel.roles import Permission
from registry.access import scoped
from registry.models import Area


class Weekday(models.IntegerChoices):
    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")
    SATURDAY = 6, _("Saturday")
    SUNDAY = 7, _("Sunday")


class WorkPlan(models.Model):
    """The days and hours on which work is due; for one post by its name, or for all of a village.

    Without weekdays the days are free to choose and only their number is due. A plan that changes
    is ended and entered anew, so that old months keep the plan of their time.
    """

    area = models.ForeignKey(
        Area, models.PROTECT, related_name="work_plans", verbose_name=_("village")
    )
    title = models.CharField(_("post"), max_length=60, blank=True)
    days = models.PositiveSmallIntegerField(_("days a month"), null=True, blank=True)
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(choices=Weekday),
        verbose_name=_("weekdays"),
        default=list,
        blank=True,
    )
    months = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("months of the season"),
        default=list,
        blank=True,
    )
    opens_at = models.TimeField(_("shift from"), null=True, blank=True)
    closes_at = models.TimeField(_("shift to"), null=True, blank=True)
    rests_on_holidays = models.BooleanField(_("rests on public holidays"), default=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    set_at = models.DateTimeField(_("entered at"), auto_now_add=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = scoped(Permission.SHEET_VIEW).as_manager()

    class Meta:
        verbose_name = _("work plan")
        verbose_name_plural = _("work plans")
        indexes = [models.Index(fields=["area", "id"], name="work_plan_by_area")]
        constraints = [
            models.CheckConstraint(
                name="plan_says_which_or_how_many_days",
                condition=Q(days__gte=1, days__lte=31) | (Q(days=None) & ~Q(weekdays=[])),
            ),
            models.CheckConstraint(
                name="plan_has_weekdays_of_the_week",
                condition=Q(weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7])
                & Q(months__contained_by=list(range(1, 13))),
            ),
            models.CheckConstraint(
                name="plan_has_both_ends_of_a_shift",
                condition=Q(opens_at=None, closes_at=None) | Q(opens_at__lt=F("closes_at")),
            ),
            models.CheckConstraint(
                name="plan_ends_no_earlier_than_its_eve",
                condition=Q(ends_on=None, ended_by=None)
                | Q(ends_on__isnull=False, ended_by__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="plan_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="plan_only_ends",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ends_on__isnull=False)
                | pgtrigger.Q(old__days__df=pgtrigger.F("new__days"))
                | pgtrigger.Q(old__weekdays__df=pgtrigger.F("new__weekdays"))
                | pgtrigger.Q(old__months__df=pgtrigger.F("new__months"))
                | pgtrigger.Q(old__area_id__df=pgtrigger.F("new__area_id"))
                | pgtrigger.Q(old__title__df=pgtrigger.F("new__title"))
                | pgtrigger.Q(old__starts_on__df=pgtrigger.F("new__starts_on")),
            ),
        ]

    def __str__(self):
        return f"{self.area} · {self.title or _('all posts')}"


class Pause(models.Model):
    """Days on which a village's posts rest, such as the weeks of the harvest."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="pauses", verbose_name=_("village"))
    title = models.CharField(_("post"), max_length=60, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    reason = models.CharField(_("reason"), max_length=200)
    added_at = models.DateTimeField(_("entered at"), auto_now_add=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken back by"),
    )

    objects = scoped(Permission.SHEET_VIEW).as_manager()

    class Meta:
        verbose_name = _("pause of work")
        verbose_name_plural = _("pauses of work")
        indexes = [models.Index(fields=["area", "id"], name="pause_by_area")]
        constraints = [
            models.CheckConstraint(
                name="pause_ends_no_earlier_than_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
            )
        ]
        triggers = [
            pgtrigger.Protect(name="pause_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="pause_is_only_taken_back",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__withdrawn_by__isnull=False)
                | pgtrigger.Q(old__area_id__df=pgtrigger.F("new__area_id"))
                | pgtrigger.Q(old__title__df=pgtrigger.F("new__title"))
                | pgtrigger.Q(old__starts_on__df=pgtrigger.F("new__starts_on"))
                | pgtrigger.Q(old__ends_on__df=pgtrigger.F("new__ends_on")),
            ),
        ]

    def __str__(self):
        return f"{self.area} · {self.starts_on}"
