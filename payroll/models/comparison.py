"""Comparison with other departments' lists (W-12): who was asked about, and what came of it."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, Count, Exists, OuterRef, Q, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from contracts.models import Exit
from payroll.models.custody import FromSomewhere
from payroll.models.lines import Release
from project.kernel.masking import mask_id
from project.kernel.months import MonthField
from project.kernel.roles import Permission
from project.kernel.secrets import EncryptedTextField
from registry.access import ancestors, areas, in_areas, scoped
from registry.models import Area, Fact, ImportedFile, Person

USER = settings.AUTH_USER_MODEL


def append_only(name):
    """A trigger: rows are added and never changed."""
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)


class Outcome(models.TextChoices):
    """What became of a hit; a hit is a doubt until somebody has looked."""

    WAITING = "waiting", _("To be looked at")
    VERIFYING = "verifying", _("Being verified")
    CONFIRMED = "confirmed", _("Found true")
    CLEARED = "cleared", _("Found untrue")


DECIDED = [Outcome.CONFIRMED, Outcome.CLEARED]


class ComparisonQuerySet(scoped(Permission.PAY_VIEW)):
    def visible_to(self, user):
        """Those of the user's areas, and those that a department made over them."""
        codes = areas(user, self.view_permission)
        above = {code for area in codes for code in ancestors(area)}
        return self.filter(in_areas(codes) | Q(area__in=above))

    def covering(self, area):
        """The comparisons that asked about everybody of an area."""
        return self.filter(area__in=ancestors(str(area)))

    def with_state(self):
        """Add `state`, read from what was taken out, brought in and decided."""
        hits = Hit.objects.filter(comparison=OuterRef("pk"))
        open_ = Hit.objects.with_state().filter(comparison=OuterRef("pk"))
        taken = TakenList.objects.filter(comparison=OuterRef("pk"))
        states = Comparison.State
        return self.annotate(
            state=Case(
                When(Exists(open_.exclude(state__in=DECIDED)), then=Value(states.DOUBTS)),
                When(Exists(hits), then=Value(states.DECIDED)),
                When(Exists(taken), then=Value(states.TAKEN)),
                default=Value(states.ASKED),
                output_field=models.CharField(),
            )
        )


class Comparison(models.Model):
    """One request to other departments about everybody who held a contract on a day (X-10).

    The list of people is frozen with its hash when it is made; a hit on it is a doubt, no verdict.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("List made")
        TAKEN = "taken", _("List handed out")
        DOUBTS = "doubts", _("Doubts to be looked at")
        DECIDED = "decided", _("Every doubt decided")

    number = models.CharField(_("comparison batch"), max_length=40, unique=True)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("area"))
    month = MonthField(_("month"))
    as_of = models.DateField(_("as of"))
    departments = ArrayField(models.CharField(max_length=60), verbose_name=_("departments asked"))
    people = models.PositiveIntegerField(_("people"), default=0)
    sha256 = models.CharField(_("content hash"), max_length=64, blank=True)
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    asked_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("asked by"))

    objects = ComparisonQuerySet.as_manager()

    class Meta:
        verbose_name = _("data comparison")
        verbose_name_plural = _("data comparisons")
        indexes = [models.Index(fields=["area", "id"], name="comparison_by_area")]
        triggers = [
            pgtrigger.Protect(name="comparison_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="comparison_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.sha256 <> ''"),
            ),
        ]

    def __str__(self):
        return self.number

    def get_state_display(self):
        """The state in words, for comparisons read through `with_state`."""
        return self.State(self.state).label


class ComparedPerson(models.Model):
    """One person on a frozen list: name and ID number as they were sent, and nothing else."""

    comparison = models.ForeignKey(Comparison, models.PROTECT, related_name="rows")
    number = models.PositiveIntegerField(_("number"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(_("name"), max_length=60)
    id_number = EncryptedTextField(_("ID number"))
    id_digest = models.CharField(max_length=64, editable=False)

    objects = scoped(Permission.PAY_VIEW).as_manager()

    class Meta:
        verbose_name = _("compared person")
        verbose_name_plural = _("compared people")
        constraints = [
            models.UniqueConstraint(
                fields=["comparison", "person"], name="compared_once_a_comparison"
            )
        ]
        triggers = [append_only("compared_person_is_frozen")]

    def __str__(self):
        return self.name

    @property
    def masked_id(self):
        return mask_id(self.id_number)


class TakenList(FromSomewhere):
    """A list of ID numbers that left the house: who took it, what for, how many rows."""

    comparison = models.ForeignKey(Comparison, models.PROTECT, related_name="taken")
    form = models.CharField(_("format"), max_length=10)
    name = models.CharField(_("file name"), max_length=80)
    rows = models.PositiveIntegerField(_("rows"))
    sha256 = models.CharField(_("content hash"), max_length=64)
    purpose = models.CharField(_("purpose"), max_length=200)
    taken_at = models.DateTimeField(_("taken at"), auto_now_add=True)
    taken_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("taken by"))

    class Meta:
        verbose_name = _("list handed out")
        verbose_name_plural = _("lists handed out")
        constraints = [
            models.CheckConstraint(name="list_leaves_for_a_purpose", condition=~Q(purpose=""))
        ]
        triggers = [append_only("taken_list_is_append_only")]

    def __str__(self):
        return self.name


class HitQuerySet(scoped(Permission.PAY_VIEW)):
    def with_state(self):
        """Add `state`: what was found, else what an exit or a release says of the fact."""
        looks = Examination.objects.filter(fact=OuterRef("fact"))
        decided = looks.filter(outcome__in=DECIDED).order_by("-pk").values("outcome")[:1]
        died = Exit.objects.filter(
            contract__person=OuterRef("fact__person"), reason="E06", approved_on__isnull=False
        ).exclude(state=Exit.State.CANCELLED)
        released = Release.objects.filter(fact=OuterRef("fact"))
        dead = Q(fact__kind=Fact.Kind.DECEASED)
        return self.annotate(said=Subquery(decided)).annotate(
            state=Case(
                When(said__isnull=False, then="said"),
                When(dead & Exists(died), then=Value(Outcome.CONFIRMED)),
                When(Exists(released), then=Value(Outcome.CLEARED)),
                When(Exists(looks), then=Value(Outcome.VERIFYING)),
                default=Value(Outcome.WAITING),
                output_field=models.CharField(),
            )
        )

    def by_rule(self):
        """Hits told for the first time, counted by department and kind: each doubt counts once."""
        counted = {name: Count("pk", filter=Q(state=name)) for name in Outcome.values}
        groups = self.with_state().filter(again=False).order_by()
        groups = groups.values("fact__source", "fact__kind").annotate(hits=Count("pk"), **counted)
        return groups.order_by("fact__source", "fact__kind")


class Hit(models.Model):
    """What a department answered about somebody on a list: a fact, and so a doubt."""

    State = Outcome

    comparison = models.ForeignKey(Comparison, models.PROTECT, related_name="hits")
    fact = models.ForeignKey(Fact, models.PROTECT, related_name="hits")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", db_index=False)
    file = models.ForeignKey(ImportedFile, models.PROTECT, related_name="+")
    again = models.BooleanField(_("told before"))
    received_at = models.DateTimeField(_("received at"), auto_now_add=True)

    objects = HitQuerySet.as_manager()

    class Meta:
        verbose_name = _("doubt from a comparison")
        verbose_name_plural = _("doubts from comparisons")
        indexes = [models.Index(fields=["area", "id"], name="hit_by_area")]
        constraints = [
            models.UniqueConstraint(
                fields=["comparison", "fact"], name="hit_told_once_a_comparison"
            )
        ]
        triggers = [append_only("hit_is_append_only")]

    def __str__(self):
        return f"{self.fact.person.name} · {self.fact.get_kind_display()}"

    def get_state_display(self):
        """What was found in words, for hits read through `with_state`."""
        return Outcome(self.state).label


class ExaminationQuerySet(models.QuerySet):
    def clears(self, fact):
        """Whether the last that decided about a fact found it untrue."""
        decided = self.filter(fact=fact, outcome__in=DECIDED).order_by("-pk").first()
        return decided is not None and decided.outcome == Outcome.CLEARED


class Examination(models.Model):
    """What somebody found who looked at a doubt (核查), and what follows from it."""

    class Follows(models.TextChoices):
        EXIT = "exit", _("The person leaves the post")
        RECOVERY = "recovery", _("Money is asked back")
        UNPAID = "unpaid", _("The line stays unpaid")

    fact = models.ForeignKey(Fact, models.PROTECT, related_name="examinations")
    outcome = models.CharField(_("what was found"), max_length=10, choices=Outcome.choices[1:])
    follows = models.CharField(_("what follows"), max_length=10, choices=Follows, blank=True)
    reason = models.CharField(_("reason"), max_length=500)
    examined_at = models.DateTimeField(_("looked at"), auto_now_add=True)
    examined_by = models.ForeignKey(
        USER, models.PROTECT, related_name="+", verbose_name=_("looked at by")
    )

    objects = ExaminationQuerySet.as_manager()

    class Meta:
        verbose_name = _("examination of a doubt")
        verbose_name_plural = _("examinations of doubts")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="confirmed_doubt_says_what_follows",
                condition=(Q(outcome="confirmed") & ~Q(follows=""))
                | (~Q(outcome="confirmed") & Q(follows="")),
            ),
            models.CheckConstraint(name="examination_has_a_reason", condition=~Q(reason="")),
        ]
        triggers = [append_only("examination_is_append_only")]

    def __str__(self):
        return f"{self.fact} · {self.get_outcome_display()}"
