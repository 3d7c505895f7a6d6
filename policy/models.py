"""What the policy says, from when to when: documents, dated rules, funds and allocations."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, TextField, Value
from django.utils.translation import gettext_lazy as _

from policy.words import title_of, value_in_words
from project.kernel.money import AmountField
from project.kernel.roles import Permission
from registry.access import ancestors, areas, in_areas, scoped
from registry.models import Area


def _dates():
    return Func(
        "valid_from", "valid_to", Value("[]"), function="daterange", output_field=TextField()
    )


class ValidQuerySet(scoped(Permission.POLICY_VIEW)):
    def on(self, day):
        """The rows that are valid on a day."""
        return self.filter(valid_from__lte=day).filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=day)
        )

    def visible_to(self, user):
        """What a person's areas contain, and what binds them from above."""
        codes = areas(user, self.view_permission)
        above = {code for area in codes for code in ancestors(area)}
        return self.filter(in_areas(codes) | Q(area__in=above))


class PolicyDocument(models.Model):
    """A policy document. After its last day it carries no month unless a successor is linked."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="policies")
    title = models.CharField(_("title"), max_length=120)
    number = models.CharField(_("document number"), max_length=60, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    successor = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessor"
    )

    objects = ValidQuerySet.as_manager()

    class Meta:
        verbose_name = _("policy document")
        verbose_name_plural = _("policy documents")
        constraints = [
            models.UniqueConstraint(fields=["area", "title"], name="document_titled_once"),
            models.CheckConstraint(
                name="document_ends_after_it_starts",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
        ]

    def __str__(self):
        return self.title

    def covers(self, day):
        """Whether this document, or the chain of its successors, is valid on a day."""
        if day < self.valid_from:
            return False
        if self.valid_to is None or day <= self.valid_to:
            return True
        return bool(self.successor_id) and self.successor.covers(day)


class Fund(models.Model):
    """A source of money, by the name that files and notices use."""

    code = models.CharField(_("code"), max_length=30, primary_key=True)
    name = models.CharField(_("name"), max_length=40, unique=True)

    class Meta:
        verbose_name = _("fund")
        verbose_name_plural = _("funds")

    def __str__(self):
        return self.name


class Rule(models.Model):
    """One value of one rule for an area and perhaps a fund, dated, with its source."""

    code = models.CharField(_("rule"), max_length=60)
    area = models.ForeignKey(Area, models.PROTECT, related_name="rules")
    fund = models.ForeignKey(Fund, models.PROTECT, null=True, blank=True, related_name="rules")
    value = models.JSONField(_("value"))
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    document = models.ForeignKey(PolicyDocument, models.PROTECT, related_name="rules")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = ValidQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        indexes = [models.Index(fields=["code", "area"], name="rule_by_code")]
        constraints = [
            models.CheckConstraint(
                name="rule_ends_after_it_starts",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
            ExclusionConstraint(
                name="rule_has_one_value_a_day",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    ("area", RangeOperators.EQUAL),
                    (
                        Func(F("fund"), Value(""), function="coalesce", output_field=TextField()),
                        RangeOperators.EQUAL,
                    ),
                    (_dates(), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self):
        return f"{self.code} = {self.value}"

    @property
    def title(self):
        """The rule in words; files and programs use its code."""
        return title_of(self.code)

    @property
    def words(self):
        """The value as a page shows it."""
        return value_in_words(self.value)

    def holds(self, day):
        """Whether the value is valid on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Allocation(models.Model):
    """Money of one fund given to an area for a year. Corrections are new rows."""

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="allocations")
    area = models.ForeignKey(Area, models.PROTECT, related_name="allocations")
    year = models.PositiveSmallIntegerField(_("year"))
    amount = AmountField(_("amount"))
    document = models.CharField(_("document number"), max_length=120)
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = scoped(Permission.POLICY_VIEW).as_manager()

    class Meta:
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")

    def __str__(self):
        return f"{self.fund} {self.year} {self.amount}"
