"""Whom inspectors look at: a plan, the list drawn for it, and why each one stands on it (W-9)."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import ConcurrentTransitionMixin, FSMField, transition
from viewflow.workflow.models import Process

from contracts.models import Contract
from inspections import sample_checks as checks
from project.kernel.roles import Permission, held
from registry.access import areas, in_areas, scoped
from registry.models import Area

USER = settings.AUTH_USER_MODEL


class Plan(ConcurrentTransitionMixin, models.Model):
    """A round of inspection of an area over some days: which share is looked at, and how.

    When it is drawn, everybody who may be drawn is frozen with their risk scores, and a seed is
    kept: whoever draws again from these gets the same list (`sampling.draw`).
    """

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("inspection", "Planned")
        SAMPLED = "sampled", _("Drawn")
        DISPATCHED = "dispatched", _("Under way")
        VISITED = "visited", _("All visited")
        REPORTED = "reported", _("Reported")
        CLOSED = "closed", pgettext_lazy("inspection", "Closed")
        CANCELLED = "cancelled", _("Cancelled")

    class Way(models.TextChoices):
        SITE = "site", _("On site")
        PHONE = "phone", _("By telephone")
        PHOTO = "photo", _("By the pictures of check-ins")

    chain = ("draw", "close")
    restarts = ()

    state = FSMField(
        _("state"), default=State.PLANNED, choices=State.choices, protected=True, max_length=10
    )
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="plans", db_index=False, verbose_name=_("area")
    )
    way = models.CharField(_("way"), max_length=5, choices=Way)
    title = models.CharField(_("title"), max_length=80)
    first = models.DateField(_("from"))
    last = models.DateField(_("to"))
    share = models.DecimalField(_("share drawn"), max_digits=5, decimal_places=4)
    risk_share = models.DecimalField(
        _("of these by risk"), max_digits=5, decimal_places=4, default=0
    )
    seed = models.CharField(_("seed"), max_length=32, blank=True, editable=False)
    population = ArrayField(models.BigIntegerField(), default=list, editable=False)
    scores = ArrayField(models.PositiveIntegerField(), default=list, editable=False)
    frozen = models.CharField(_("hash of the list"), max_length=64, blank=True, editable=False)
    drawn_at = models.DateTimeField(_("drawn at"), null=True, blank=True)
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    made_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("made by"))
    report = models.TextField(_("report"), blank=True)

    objects = scoped(Permission.VISIT_VIEW).as_manager()

    class Meta:
        verbose_name = _("inspection plan")
        verbose_name_plural = _("inspection plans")
        indexes = [models.Index(fields=["area", "id"], name="plan_by_area")]
        constraints = [
            models.CheckConstraint(
                name="plan_ends_after_it_begins", condition=Q(last__gte=F("first"))
            ),
            models.CheckConstraint(
                name="plan_draws_a_share",
                condition=Q(share__gt=0, share__lte=1, risk_share__gte=0, risk_share__lte=1),
            ),
            models.CheckConstraint(
                name="drawn_plan_has_its_seed",
                condition=Q(state__in=["planned", "cancelled"])
                | (~Q(seed="") & ~Q(frozen="") & Q(drawn_at__isnull=False)),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="inspection_plan_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="drawn_plan_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.drawn_at IS NOT NULL AND to_jsonb(OLD) - '{state,report}'::text[]"
                    " IS DISTINCT FROM to_jsonb(NEW) - '{state,report}'::text[]"
                ),
            ),
        ]

    def __str__(self):
        return self.title

    @transition(
        state,
        source=State.PLANNED,
        target=State.SAMPLED,
        permission=held(Permission.SAMPLE_DRAW),
    )
    def draw(self, *, seed, population, scores, frozen, at):
        """The list is drawn and frozen; from here on nobody changes who stands on it."""
        self.seed, self.population, self.scores = seed, population, scores
        self.frozen, self.drawn_at = frozen, at

    @transition(
        state,
        source=State.SAMPLED,
        target=State.DISPATCHED,
        permission=held(Permission.SAMPLE_DRAW),
    )
    def dispatch(self):
        """Inspectors take the list with them."""

    @transition(
        state,
        source=State.DISPATCHED,
        target=State.VISITED,
        conditions=[checks.everybody_was_visited],
        permission=held(Permission.VISIT_RECORD),
    )
    def finish(self):
        """Everybody on the list was looked at, or it is written why not."""

    @transition(
        state,
        source=State.VISITED,
        target=State.REPORTED,
        permission=held(Permission.SAMPLE_DRAW),
    )
    def tell(self, *, report):
        """What was found is written up."""
        self.report = report

    @transition(
        state,
        source=State.REPORTED,
        target=State.CLOSED,
        permission=held(Permission.SAMPLE_DRAW),
    )
    def close(self):
        """Somebody other than who drew the list has read the report."""

    @transition(
        state,
        source=[State.PLANNED, State.SAMPLED, State.DISPATCHED],
        target=State.CANCELLED,
        conditions=[checks.nobody_was_visited],
        permission=held(Permission.SAMPLE_DRAW),
    )
    def cancel(self):
        """The round does not take place; what was drawn stays on record."""


class DrawnQuerySet(scoped(Permission.VISIT_VIEW, "plan__area_id")):
    def visible_to(self, user):
        """The list belongs to whoever inspects; the village sees its part after the first visit.

        A county's list is the county's, a township's the township's (W-9, S-29).
        """
        return self.filter(self._own(user) | self._told(user))

    def listed_for(self, user):
        """The lists of whoever inspects: the only part to which inspectors' pages lead."""
        return self.filter(self._own(user))

    def told_to(self, user):
        """What the village, and its township, may know: its part, after the first visit there."""
        return self.filter(self._told(user))

    @staticmethod
    def _own(user):
        return in_areas(areas(user, Permission.VISIT_VIEW), "plan__area_id")

    @staticmethod
    def _told(user):
        there = Drawn.objects.filter(plan=OuterRef("plan"), area=OuterRef("area"))
        visited = Exists(there.filter(visits__isnull=False))
        return in_areas(areas(user, Permission.SAMPLE_TOLD), "area_id") & Q(visited)


class Drawn(models.Model):
    """One contract on the list of a plan, by chance or by risk; the list never changes."""

    class Reason(models.TextChoices):
        CHANCE = "chance", _("By chance")
        RISK = "risk", _("By risk")

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="drawn", db_index=False)
    number = models.PositiveIntegerField(_("number"))
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("village"))
    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="drawn", verbose_name=_("contract")
    )
    reason = models.CharField(_("why"), max_length=6, choices=Reason)
    score = models.PositiveIntegerField(_("risk score"), default=0)
    # Why somebody was not visited after all, such as having left meanwhile.
    missed = models.CharField(_("why not visited"), max_length=200, blank=True)
    missed_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")

    objects = DrawnQuerySet.as_manager()

    class Meta:
        verbose_name = _("person drawn")
        verbose_name_plural = _("people drawn")
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="drawn_numbered_once"),
            models.UniqueConstraint(fields=["plan", "contract"], name="drawn_once_a_plan"),
            models.CheckConstraint(
                name="drawn_missed_by_somebody",
                condition=Q(missed="", missed_by__isnull=True)
                | (~Q(missed="") & Q(missed_by__isnull=False)),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="drawn_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="drawn_list_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "plan", "number", "area", "contract", "reason", "score"
                ),
            ),
        ]

    def __str__(self):
        return f"{self.plan} · {self.number}"


class PlanProcess(Process):
    """Carries no facts: it points at a Plan through `artifact`."""

    class Meta:
        proxy = True
