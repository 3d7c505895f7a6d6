"""People, their households and accounts, and what other departments say of them."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from project.kernel.disposable import KeptUnlessDisposed
from project.kernel.masking import mask_account, mask_id
from project.kernel.roles import Permission
from project.kernel.secrets import EncryptedTextField, digest
from registry.access import scoped
from registry.models.areas import Area, DatedQuerySet


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
            # What was said in passing goes with a person who is made anonymous; the fact stays.
            KeptUnlessDisposed(name="fact_is_append_only", blanks={"basis": "''"})
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.starts_on}"
