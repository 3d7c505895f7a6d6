"""Who works on a project: listed by category, placed by contract, never on two sites on a day."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, TextField, Value
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract
from project.kernel.money import AmountField
from project.kernel.roles import Permission
from registry.access import scoped
from registry.models import Area, Person
from workrelief.models.money import FundLine, LabourClass
from workrelief.models.project import Project

USER = settings.AUTH_USER_MODEL
MEMBER_BELONGS = """
    IF NOT EXISTS (
        SELECT FROM workrelief_fundline f
        WHERE f.id = NEW.fund_line_id AND f.project_id = NEW.project_id
    ) THEN RAISE EXCEPTION 'a worker is paid from a fund line of the own project'
        USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.contract_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM contracts_contract c JOIN workrelief_fundline f ON f.id = NEW.fund_line_id
        WHERE c.id = NEW.contract_id AND c.person_id = NEW.person_id AND c.fund_id = f.fund_id
            AND c.attested
    ) THEN RAISE EXCEPTION 'a worker is placed by an own contract on the fund of the own line'
        USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.labour_class = 'mass' AND EXISTS (
        SELECT FROM workrelief_team t
        WHERE t.project_id = NEW.project_id AND t.foreman_id = NEW.person_id
    ) THEN RAISE EXCEPTION 'a foreman is management and no labour'
        USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""
FOREMAN_IS_NO_LABOUR = """
    IF EXISTS (
        SELECT FROM workrelief_member m WHERE m.project_id = NEW.project_id
            AND m.person_id = NEW.foreman_id AND m.labour_class = 'mass' AND m.struck_off_on IS NULL
    ) THEN RAISE EXCEPTION 'a foreman is management and no labour'
        USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class Team(models.Model):
    """A team on the site with its foreman, who is management and never counts as labour (R-83)."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="teams")
    name = models.CharField(_("team"), max_length=40)
    foreman = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("foreman"))

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="team_named_once_a_project")
        ]
        triggers = [
            pgtrigger.Trigger(
                name="foreman_is_no_labour",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=FOREMAN_IS_NO_LABOUR,
            )
        ]

    def __str__(self):
        return self.name


class Member(models.Model):
    """One person on the roster of a project, with trade, rate and days (F-25).

    `area` is the village in which the person works: the contract and the month's sheet are its. A
    person stands on one roster on a day; who was listed wrongly is struck off, never deleted.
    """

    class Category(models.TextChoices):
        LIFTED = "lifted", _("Lifted out of poverty")
        MONITORED = "monitored", _("Monitored against relapse into poverty")
        RELOCATED = "relocated", _("Relocated from inhospitable places")
        LOW_INCOME = "low_income", _("Other low-income rural people")
        RETURNED = "returned", _("Migrant worker who came home")
        TRADE_JOBLESS = "trade_jobless", _("Lost work in a foreign-trade enterprise")
        VETERAN = "veteran", _("Veteran without work")
        GRADUATE = "graduate", _("Graduate of a poor family")
        DISASTER = "disaster", _("Struck by a disaster")
        URBAN_LOW = "urban_low", _("Urban low income")
        OTHER = "other", _("Other local people")

    FIRST = [Category.RELOCATED, Category.MONITORED, Category.LIFTED]

    project = models.ForeignKey(Project, models.PROTECT, related_name="members", db_index=False)
    area = models.ForeignKey(
        Area,
        models.PROTECT,
        related_name="relief_members",
        db_index=False,
        verbose_name=_("village"),
    )
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="relief_memberships", verbose_name=_("worker")
    )
    fund_line = models.ForeignKey(
        FundLine, models.PROTECT, related_name="members", verbose_name=_("fund line")
    )
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="members", verbose_name=_("team")
    )
    trade = models.CharField(_("trade"), max_length=30)
    section = models.CharField(_("section of the site"), max_length=40, blank=True)
    category = models.CharField(_("category"), max_length=14, choices=Category)
    labour_class = models.CharField(
        _("labour class"), max_length=10, choices=LabourClass, default=LabourClass.MASS
    )
    pay_basis = models.CharField(
        _("pay basis"), max_length=6, choices=Contract.PayBasis, default=Contract.PayBasis.DAY
    )
    rate = AmountField(_("rate (yuan)"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    contract = models.OneToOneField(
        Contract, models.PROTECT, null=True, blank=True, related_name="relief_member"
    )
    listed_at = models.DateTimeField(_("listed at"), auto_now_add=True)
    listed_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    struck_off_on = models.DateField(_("struck off on"), null=True, blank=True)

    objects = scoped(Permission.RELIEF_VIEW).as_manager()

    class Meta:
        verbose_name = _("relief worker")
        verbose_name_plural = _("relief workers")
        indexes = [
            models.Index(fields=["area", "id"], name="relief_member_by_area"),
            models.Index(fields=["project", "id"], name="relief_member_by_project"),
        ]
        constraints = [
            models.CheckConstraint(
                name="member_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(name="member_rate_is_positive", condition=Q(rate__gt=0)),
            models.CheckConstraint(
                name="member_is_paid_by_what_is_done", condition=~Q(pay_basis="month")
            ),
            models.CheckConstraint(
                name="member_placed_is_not_struck_off",
                condition=Q(contract__isnull=True) | Q(struck_off_on__isnull=True),
            ),
            ExclusionConstraint(
                name="one_roster_a_person_and_day",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    (
                        Func(
                            "starts_on",
                            "ends_on",
                            Value("[]"),
                            function="daterange",
                            output_field=TextField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(struck_off_on__isnull=True),
                violation_error_message=_("The person already stands on a roster on these days."),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="member_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="member_belongs",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=MEMBER_BELONGS,
            ),
        ]

    def __str__(self):
        return f"{self.person} · {self.trade}"
