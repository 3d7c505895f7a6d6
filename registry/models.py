"""Areas, people and what other departments say of them: the ground every app stands on."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from project.kernel.masking import mask_account, mask_id
from project.kernel.roles import ROLES, Permission
from project.kernel.secrets import EncryptedTextField, digest
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


class Household(models.Model):
    """A rural household by its number on the national platform."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="households")
    number = models.CharField(_("household number"), max_length=30, unique=True)
    head_name = models.CharField(_("household head"), max_length=60, blank=True)
    address = models.CharField(_("address"), max_length=120, blank=True)

    objects = scoped(Permission.PERSON_VIEW).as_manager()

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")

    def __str__(self):
        return f"{self.head_name} {self.number}"


class PersonQuerySet(scoped(Permission.PERSON_VIEW)):
    def with_id(self, id_number):
        return self.filter(id_digest=digest(id_number))


class Person(models.Model):
    """One resident. The ID number is kept encrypted and found by its keyed digest."""

    class Capacity(models.TextChoices):
        NORMAL = "normal", _("Normal labour")
        SKILLED = "skilled", _("Skilled labour")
        WEAK = "weak", _("Weak or partial labour")
        NONE = "none", _("No labour capacity")

    class Sex(models.TextChoices):
        MALE = "m", _("Male")
        FEMALE = "f", _("Female")

    area = models.ForeignKey(Area, models.PROTECT, related_name="people")
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="members"
    )
    name = models.CharField(_("name"), max_length=60)
    name_key = models.CharField(_("pinyin"), max_length=200, blank=True, editable=False)
    id_number = EncryptedTextField(_("ID number"))
    id_digest = models.CharField(max_length=64, unique=True, editable=False)
    id_tail = models.CharField(max_length=4, editable=False)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex)
    born_on = models.DateField(_("born on"))
    relation = models.CharField(_("relation to head"), max_length=20, blank=True)
    category = models.CharField(_("category"), max_length=30, blank=True)
    capacity = models.CharField(_("labour capacity"), max_length=10, choices=Capacity, blank=True)
    health = models.CharField(_("health"), max_length=20, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="person"
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes = [
            models.Index(fields=["area", "id"], name="person_by_area"),
            GinIndex(OpClass(F("name"), name="gin_trgm_ops"), name="person_name_trgm"),
        ]

    def __str__(self):
        return self.name

    @property
    def masked_id(self):
        return mask_id(self.id_number)


class Kinship(models.Model):
    """A relative somebody who signs in has declared; they approve nothing of this person's."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="kin")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    relation = models.CharField(_("relation"), max_length=20)
    declared_on = models.DateField(_("declared on"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "person"], name="kin_declared_once")]

    def __str__(self):
        return f"{self.user} · {self.relation} · {self.person}"


class BankAccount(models.Model):
    """An account a person is paid on. A change is a new row; at most one is current."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="accounts")
    number = EncryptedTextField(_("account"))
    number_digest = models.CharField(max_length=64, editable=False, db_index=True)
    bank = models.CharField(_("bank"), max_length=60, blank=True)
    holder_name = models.CharField(_("account name"), max_length=60)
    current = models.BooleanField(_("current"), default=True)
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("bank account")
        verbose_name_plural = _("bank accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(current=True), name="one_current_account_a_person"
            ),
            models.UniqueConstraint(
                fields=["number_digest"],
                condition=Q(current=True),
                name="one_current_person_an_account",
            ),
        ]
        triggers = [pgtrigger.Protect(name="account_is_kept", operation=pgtrigger.Delete)]

    def __str__(self):
        return mask_account(self.number)


class Fact(models.Model):
    """What another department's data says of a person, from a day to a day. A doubt, no verdict."""

    class Kind(models.TextChoices):
        DECEASED = "死亡", _("Deceased")
        INSURED = "参保", _("Enterprise social insurance")
        PENSION = "退休", _("Receives a pension")
        LEGAL_REP = "法人", _("Legal representative")
        SHAREHOLDER = "股东", _("Shareholder")
        SELF_EMPLOYED = "个体", _("Registered self-employed")
        PUBLIC_PAYROLL = "财政供养", _("On the public payroll")
        PRISON = "服刑", _("Serving a sentence")
        STUDENT = "在校", _("Student")
        OTHER_POST = "其他岗位", _("Holds another public post")
        AWAY = "务工", _("Works away from home")
        CADRE = "村干部", _("Village cadre")
        SOLDIER = "服役", _("Serves in the army")
        DISABLED = "残疾", _("Disability certificate")

    person = models.ForeignKey(Person, models.PROTECT, related_name="facts")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=60)
    batch = models.CharField(_("comparison batch"), max_length=40, blank=True)
    basis = models.CharField(_("basis"), max_length=200, blank=True)
    received_at = models.DateTimeField(auto_now_add=True)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "starts_on", "source"], name="fact_told_once"
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="fact_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.starts_on}"


class CalendarDay(models.Model):
    """A day that differs from its weekday: a public holiday, or a make-up working day."""

    day = models.DateField(_("day"), primary_key=True)
    works = models.BooleanField(_("working day"))
    name = models.CharField(_("name"), max_length=40, blank=True)
    document = models.CharField(_("document"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["day"]

    def __str__(self):
        return f"{self.day} {self.name}"


class ImportedFile(models.Model):
    """A file that went in, known by its hash so that it goes in once."""

    kind = models.CharField(_("kind"), max_length=30)
    name = models.CharField(_("file name"), max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField(_("rows"))
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    imported_at = models.DateTimeField(_("imported at"), auto_now_add=True)
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = scoped(Permission.PERSON_VIEW).as_manager()

    class Meta:
        verbose_name = _("imported file")
        verbose_name_plural = _("imported files")
        constraints = [
            models.UniqueConstraint(fields=["kind", "sha256"], name="file_imported_once")
        ]

    def __str__(self):
        return self.name
