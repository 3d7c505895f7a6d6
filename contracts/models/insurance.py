"""Insurance: the policies of insurers, who is on them, and every change to their lists."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, transition
from viewflow.workflow.models import Process

from contracts import insurance_checks as checks
from policy.models import Fund
from project.kernel.guards import warned_by
from project.kernel.money import AmountField, half_up
from project.kernel.months import today
from project.kernel.roles import Permission, held
from registry.access import scoped
from registry.models import Area, Person

COVER_IS_KEPT = """
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - 'ends_on' = to_jsonb(NEW) - 'ends_on'
        AND (OLD.ends_on = NEW.ends_on OR EXISTS (
            SELECT FROM contracts_insuredline
            WHERE cover_out_id = OLD.id AND covered_until = NEW.ends_on
        ))
    THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'a cover is kept: it ends earlier by an endorsement only'
        USING ERRCODE = 'check_violation';
"""
ENDORSEMENT_IS_KEPT = """
    IF TG_OP = 'UPDATE' AND OLD.number = ''
        AND to_jsonb(OLD) - 'number' - 'numbered_on' = to_jsonb(NEW) - 'number' - 'numbered_on'
    THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'an endorsement is kept: only the number of the insurer is added, once'
        USING ERRCODE = 'check_violation';
"""


class CoverQuerySet(models.QuerySet):
    def covering(self, first, last):
        """The covers that hold on every day from `first` to `last`."""
        return self.filter(starts_on__lte=first, ends_on__gte=last)

    def held(self):
        """The covers that held for a day at least; one the insurer refused never did."""
        return self.filter(ends_on__gte=F("starts_on"))


class InsurancePolicy(ConcurrentTransitionMixin, models.Model):
    """One insurer's policy. That it has expired follows from its last day and is never stored."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        ENROLLED = "enrolled", _("List sent to the insurer")
        IN_FORCE = "in_force", _("In force")
        CANCELLED = "cancelled", _("Cancelled")

    class Kind(models.TextChoices):
        ACCIDENT = "accident", _("Accident insurance")
        WORK_INJURY = "work_injury", _("Work-injury insurance of a project")

    chain = ("plan", "approve")
    restarts = ("reopen",)

    state = FSMField(
        _("state"), default=State.PLANNED, choices=State.choices, protected=True, max_length=12
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.ACCIDENT)
    area = models.ForeignKey(Area, models.PROTECT, related_name="insurance_policies")
    number = models.CharField(_("policy number"), max_length=40, unique=True, null=True, blank=True)
    insurer = models.CharField(_("insurer"), max_length=60, blank=True)
    fund = models.ForeignKey(
        Fund, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("fund")
    )
    premium = AmountField(_("premium for one person (yuan)"), null=True, blank=True)
    sum_insured = AmountField(_("sum insured for one person (yuan)"), null=True, blank=True)
    age_min = models.PositiveSmallIntegerField(_("youngest age"), null=True, blank=True)
    age_max = models.PositiveSmallIntegerField(_("oldest age"), null=True, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))

    objects = scoped(Permission.CONTRACT_VIEW).as_manager()

    class Meta:
        verbose_name = _("insurance policy")
        verbose_name_plural = _("insurance policies")
        constraints = [
            models.CheckConstraint(
                name="insurance_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(
                name="insurance_in_force_has_a_number",
                condition=~Q(state="in_force") | Q(number__isnull=False),
            ),
            models.CheckConstraint(
                name="insurance_ages_are_in_order",
                condition=Q(age_min__isnull=True)
                | Q(age_max__isnull=True)
                | Q(age_min__lte=F("age_max")),
            ),
        ]

    def __str__(self):
        return self.number or self.code

    @property
    def code(self):
        """The number under which the list goes to the insurer and comes back."""
        return f"BX-{self.pk}"

    @property
    def is_expired(self):
        return self.state == self.State.IN_FORCE and self.ends_on < today()

    @property
    def standing(self):
        """Where the policy stands today, in words."""
        return translate("Expired") if self.is_expired else self.get_state_display()

    def listed(self):
        """Who is on the list before the policy is in force, with the first day asked for."""
        lines = InsuredLine.objects.filter(endorsement__policy=self).select_related(
            "person_in__area", "person_out"
        )
        found = {}
        for line in lines.order_by("pk"):
            found.pop(line.person_out_id, None)
            if line.person_in_id:
                found[line.person_in_id] = (line.person_in, line.starts_on)
        return list(found.values())

    @property
    def people_count(self):
        """How many people are, or are to be, on the policy."""
        if self.state == self.State.IN_FORCE:
            return self.covers.held().values("person").distinct().count()
        return len(self.listed())

    @property
    def premium_total(self):
        """Premium for everybody who is, or was for a while, on the policy."""
        return None if self.premium is None else half_up(self.premium * self.people_count)

    @transition(
        state,
        source=State.PLANNED,
        target=State.ENROLLED,
        conditions=[
            checks.lists_somebody,
            checks.ages_fit,
            checks.premium_is_known,
            checks.premium_is_allowed,
            checks.fund_bears_it,
        ],
        permission=held(Permission.INSURANCE_APPROVE),
    )
    @warned_by(checks.allocation_is_known)
    def approve(self):
        """Let the list go to the insurer (已报投保清单)."""

    @transition(
        state,
        source=State.ENROLLED,
        target=State.PLANNED,
        permission=held(Permission.INSURANCE_EDIT),
    )
    def reopen(self):
        """Take the list back to change it."""

    @transition(
        state,
        source=State.ENROLLED,
        target=State.IN_FORCE,
        permission=held(Permission.INSURANCE_EDIT),
    )
    def issue(self, *, number):
        """Enter the insurer's policy; everybody on the list is covered from their first day."""
        self.number = number

    @transition(
        state,
        source=[State.PLANNED, State.ENROLLED, State.IN_FORCE],
        target=State.CANCELLED,
        permission=held(Permission.INSURANCE_APPROVE),
    )
    def cancel(self):
        """Give the policy up; nobody is covered by it after the day named."""


class InsuranceProcess(Process):
    """Carries no facts: it points at an InsurancePolicy through `artifact`."""

    class Meta:
        proxy = True


class EndorsementQuerySet(scoped(Permission.CONTRACT_VIEW)):
    def unanswered(self):
        """The changes of policies in force for which the insurer has given no number yet."""
        return self.filter(number="", policy__state=InsurancePolicy.State.IN_FORCE)


class Endorsement(models.Model):
    """One change of a policy's list (批改): written once; the insurer's number is added later."""

    class Action(models.TextChoices):
        ADD = "add", _("Added")
        REMOVE = "remove", _("Removed")
        REPLACE = "replace", _("Replaced")

    area = models.ForeignKey(Area, models.PROTECT, related_name="endorsements")
    policy = models.ForeignKey(
        InsurancePolicy, models.PROTECT, related_name="endorsements", verbose_name=_("policy")
    )
    action = models.CharField(_("action"), max_length=8, choices=Action)
    from_on = models.DateField(_("from"))
    number = models.CharField(_("endorsement number"), max_length=40, blank=True)
    numbered_on = models.DateField(_("number entered on"), null=True, blank=True)
    note = models.CharField(_("reason"), max_length=500, blank=True)
    entered_at = models.DateTimeField(_("entered at"), auto_now_add=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = EndorsementQuerySet.as_manager()

    class Meta:
        verbose_name = _("endorsement")
        verbose_name_plural = _("endorsements")
        indexes = [models.Index(fields=["area", "id"], name="endorsement_by_area")]
        constraints = [
            models.CheckConstraint(
                name="endorsement_number_has_its_day",
                condition=Q(number="", numbered_on__isnull=True)
                | ~Q(number="") & Q(numbered_on__isnull=False),
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="endorsement_is_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=ENDORSEMENT_IS_KEPT,
            )
        ]

    def __str__(self):
        return self.number or self.code

    @property
    def code(self):
        """The number under which the change goes to the insurer and comes back."""
        return f"PG-{self.pk}"

    def answer(self, number):
        """Keep the number of the insurer, once."""
        self.number, self.numbered_on = number, today()
        self.save(update_fields=["number", "numbered_on"])


class InsuredLine(models.Model):
    """One line of an endorsement: who comes on, who goes off, and until when they were covered."""

    endorsement = models.ForeignKey(Endorsement, models.PROTECT, related_name="lines")
    person_in = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    starts_on = models.DateField(_("from"), null=True)
    person_out = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    cover_out = models.ForeignKey("Cover", models.PROTECT, null=True, related_name="closings")
    covered_until = models.DateField(_("covered until"), null=True)
    was_until = models.DateField(_("was covered until"), null=True)

    class Meta:
        verbose_name = _("insured line")
        verbose_name_plural = _("insured lines")
        constraints = [
            models.CheckConstraint(
                name="insured_line_moves_somebody",
                condition=Q(person_in__isnull=False) | Q(person_out__isnull=False),
            ),
            models.CheckConstraint(
                name="insured_line_says_from_when",
                condition=Q(person_in__isnull=True, starts_on__isnull=True)
                | Q(person_in__isnull=False, starts_on__isnull=False),
            ),
            models.CheckConstraint(
                name="insured_line_closes_a_cover_earlier",
                condition=Q(cover_out__isnull=True)
                | Q(person_out__isnull=False, covered_until__lte=F("was_until")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="insured_line_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self):
        people = [str(one) for one in (self.person_out, self.person_in) if one]
        return f"{self.endorsement} · {' → '.join(people)}"


class Cover(models.Model):
    """One person's cover under a policy, from a day to a day."""

    policy = models.ForeignKey(InsurancePolicy, models.PROTECT, related_name="covers")
    person = models.ForeignKey(Person, models.PROTECT, related_name="covers")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    entry = models.OneToOneField(
        InsuredLine, models.PROTECT, null=True, blank=True, related_name="cover"
    )

    objects = CoverQuerySet.as_manager()

    class Meta:
        verbose_name = _("insurance cover")
        verbose_name_plural = _("insurance covers")
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "person", "starts_on"], name="covered_once_a_policy"
            ),
            models.CheckConstraint(
                # One that the insurer refused ends on the eve of its first day: it never held.
                name="cover_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on") - 1),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="cover_is_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=COVER_IS_KEPT,
            )
        ]

    def __str__(self):
        return f"{self.person} · {self.policy}"


def replaced():
    """A condition on a line that took somebody off: a later line gave their place away."""
    later = InsuredLine.objects.filter(
        cover_out=OuterRef("cover_out"), person_in__isnull=False, pk__gt=OuterRef("pk")
    )
    return Exists(later)
