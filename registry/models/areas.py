"""Areas, the bodies in them, and who is appointed where."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from project.kernel.roles import ROLES, Permission
from registry.access import ancestors, prefix_of, scoped, within


class AreaQuerySet(scoped(Permission.PERSON_VIEW, "code")):
    def on(self, day):
        """The areas whose codes are in use on a day."""
        return self.filter(valid_from__lte=day).filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=day)
        )

    def villages_of(self, code):
        return self.filter(within(code, "code"), level=Area.Level.VILLAGE)


class AreaKeyField(models.CharField):
    """A twelve-digit area code, sorted byte by byte so that one index serves scope and order."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **(kwargs | {"max_length": 12, "db_collation": "C"}))

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {k: v for k, v in kwargs.items() if k != "db_collation"}


class Area(models.Model):
    """A county, township or village, known by its twelve-digit code (GB/T 2260 and below)."""

    class Level(models.IntegerChoices):
        COUNTRY = 0, _("Country")
        PROVINCE = 2, _("Province")
        CITY = 4, _("City")
        COUNTY = 6, _("County")
        TOWNSHIP = 9, _("Township")
        VILLAGE = 12, _("Village")

    code = AreaKeyField(_("area code"), primary_key=True)
    name = models.CharField(_("name"), max_length=60)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level, editable=False)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    urban_class = models.CharField(_("urban-rural class"), max_length=3, blank=True)
    valid_from = models.DateField(_("in use from"))
    valid_to = models.DateField(_("in use to"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_from"
    )

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="area_code_is_twelve_digits", condition=Q(code__regex=r"^\d{12}$")
            ),
            models.CheckConstraint(
                name="area_closes_after_it_opens",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.level = len(prefix_of(self.code))
        super().save(*args, **kwargs)

    @property
    def area_id(self):
        return self.code

    @property
    def township_code(self):
        return self.code[:9] + "000"

    @property
    def county_code(self):
        return self.code[:6] + "000000"

    def ancestors(self):
        """The codes of the area itself and of everything above it, nearest first."""
        return ancestors(self.code)


NATION = "000000000000"


class DatedQuerySet(models.QuerySet):
    def on(self, day):
        """The rows that hold on a day."""
        return self.filter(starts_on__lte=day).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day))


class Appointment(models.Model):
    """A role somebody holds in one area, from a day to a day."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="appointments")
    role = models.CharField(
        _("role"), max_length=30, choices=[(name, role.title) for name, role in ROLES.items()]
    )
    area = models.ForeignKey(Area, models.PROTECT, related_name="appointments")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = [
            ExclusionConstraint(
                name="appointment_held_once_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("area", RangeOperators.EQUAL),
                    (
                        Func(
                            "starts_on",
                            "ends_on",
                            Value("[]"),
                            function="daterange",
                            output_field=models.TextField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self):
        return f"{self.user} · {self.get_role_display()} · {self.area}"


class Unit(models.Model):
    """A department that develops posts, or an organisation that uses post holders."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="units")
    name = models.CharField(_("name"), max_length=80)

    objects = scoped(Permission.PERSON_VIEW).as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [models.UniqueConstraint(fields=["area", "name"], name="unit_named_once")]

    def __str__(self):
        return self.name
