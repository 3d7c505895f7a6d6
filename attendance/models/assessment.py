"""How a holder's month was judged: by points of three sides, or by a grade alone (W-6)."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, transition
from viewflow.workflow.models import Process

from attendance.models import assessment_checks as checks
from attendance.models import assessment_facts as facts
from attendance.models.correction import somebody
from attendance.models.device import Device
from contracts.models import Contract
from project.kernel.hands import did
from project.kernel.months import MonthField
from project.kernel.roles import Permission, held
from registry.access import scoped
from registry.kinship import kin_sentences
from registry.models import Area


class Grade(models.TextChoices):
    """What a month, or a year, was worth."""

    EXCELLENT = "excellent", _("excellent")
    QUALIFIED = "qualified", _("qualified")
    UNQUALIFIED = "unqualified", _("unqualified")


def moment(label):
    return models.DateTimeField(label, null=True, blank=True)


def points(label):
    return models.DecimalField(label, max_digits=4, decimal_places=1, null=True, blank=True)


class Assessment(ConcurrentTransitionMixin, models.Model):
    """A holder's month as it was judged; pay waits until the worker was told (R-36)."""

    class State(models.TextChoices):
        OPEN = "open", _("To be scored")
        SCORED = "scored", _("Graded, the worker not told yet")
        NOTIFIED = "notified", _("The worker was told")
        APPEALED = "appealed", _("Appealed against")
        FINAL = "final", _("Final")

    class Mode(models.TextChoices):
        SCORE = "score", _("by points of three sides")
        GRADE = "grade", _("by a grade alone")

    class Told(models.TextChoices):
        SLIP = "slip", _("by a slip that the worker signed")
        SPOKEN = "spoken", _("in person or by telephone")
        PHONE = "phone", _("on the own phone")

    state = FSMField(
        _("state"), default=State.OPEN, choices=State.choices, protected=True, max_length=12
    )
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="assessments", db_index=False, verbose_name=_("village")
    )
    contract = models.ForeignKey(
        Contract,
        models.PROTECT,
        related_name="assessments",
        db_index=False,
        verbose_name=_("contract"),
    )
    month = MonthField(_("month"))
    mode = models.CharField(_("way of assessing"), max_length=5, choices=Mode)
    village_most = models.PositiveSmallIntegerField(_("most points of the village"), default=30)
    township_most = models.PositiveSmallIntegerField(_("most points of the township"), default=50)
    review_most = models.PositiveSmallIntegerField(_("most points of the review"), default=20)
    village_score, village_at = points(_("village's points")), moment(_("village scored at"))
    village_by = somebody(_("scored for the village by"))
    township_score, township_at = points(_("township's points")), moment(_("township scored at"))
    township_by = somebody(_("scored for the township by"))
    review_score, review_at = points(_("points of the review")), moment(_("review scored at"))
    review_by = somebody(_("scored for the review by"))
    score = models.GeneratedField(
        expression=F("village_score") + F("township_score") + F("review_score"),
        output_field=models.DecimalField(max_digits=5, decimal_places=1),
        db_persist=True,
        verbose_name=_("points"),
    )
    grade = models.CharField(_("grade"), max_length=11, choices=Grade, blank=True)
    graded_at, graded_by = moment(_("graded at")), somebody(_("graded by"))
    told_how = models.CharField(_("told how"), max_length=6, choices=Told, blank=True)
    told_at, told_by = moment(_("told at")), somebody(_("told by"))
    phone = models.ForeignKey(Device, models.PROTECT, null=True, blank=True, related_name="+")
    agreed_at = moment(_("the worker agreed at"))
    final_at, final_by = moment(_("final at")), somebody(_("made final by"))
    opened_at = models.DateTimeField(_("opened at"), auto_now_add=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = scoped(Permission.SHEET_VIEW).as_manager()

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        indexes = [
            models.Index(fields=["area", "id"], name="assessment_by_area"),
            models.Index(fields=["area", "month"], name="assessment_by_village_month"),
            models.Index(
                fields=["contract"],
                condition=Q(grade="unqualified", state="final"),
                name="assessment_failed",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "month"], name="one_assessment_a_contract_and_month"
            ),
            *facts.constraints(),
        ]
        triggers = [
            pgtrigger.Protect(name="assessment_is_not_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="assessment_final_is_kept",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state="final"),
            ),
            facts.points_are_named(),
        ]

    def __str__(self):
        return f"{self.contract} · {self.month}"

    def barred(self, by):
        """Kin judge nothing of their own; past the scoring nobody acts twice."""
        return kin_sentences(self.contract.person, by) + self.acted(by)

    def acted(self, by):
        """Why somebody who took part in the judgement leaves the rest to others."""
        # Asked of the row and not of the log, so that a village is judged without a query for each.
        parts = ("village", "township", "review", "graded")
        acts = ((getattr(self, f"{part}_by_id"), getattr(self, f"{part}_at")) for part in parts)
        waits = self.state in (self.State.NOTIFIED, self.State.APPEALED)
        if waits and any(did(by, who, at) for who, at in acts):
            return [translate("You took part in this judgement; another person must act.")]
        return []

    def _score(self, side, score, by, at):
        setattr(self, f"{side}_score", score)
        setattr(self, f"{side}_by", by)
        setattr(self, f"{side}_at", at)

    @transition(
        state,
        source=State.OPEN,
        target=State.OPEN,
        conditions=[checks.month_is_over, checks.points_are_given],
        permission=held(Permission.ASSESS_VILLAGE),
    )
    def score_village(self, *, score, by, at):
        """The village says how many of its points are left, item by item."""
        self._score("village", score, by, at)

    @transition(
        state,
        source=State.OPEN,
        target=State.OPEN,
        conditions=[checks.month_is_over, checks.points_are_given],
        permission=held(Permission.ASSESS_TOWNSHIP),
    )
    def score_township(self, *, score, by, at):
        """The township's assessment group does the same."""
        self._score("township", score, by, at)

    @transition(
        state,
        source=State.OPEN,
        target=State.OPEN,
        conditions=[checks.month_is_over, checks.points_are_given],
        permission=held(Permission.ASSESS_REVIEW),
    )
    def score_review(self, *, score, by, at):
        """What came of the democratic review."""
        self._score("review", score, by, at)

    @transition(
        state,
        source=State.OPEN,
        target=State.SCORED,
        conditions=[checks.points_are_given, checks.every_side_has_scored],
    )
    def sum_up(self, *, grade, by, at):
        """The third side has scored: the points make the grade, by the rule of the month."""
        self.grade, self.graded_by, self.graded_at = grade, by, at

    @transition(
        state,
        source=State.OPEN,
        target=State.SCORED,
        conditions=[checks.month_is_over, checks.grades_are_given],
        permission=held(Permission.ASSESS_VILLAGE),
    )
    def give_grade(self, *, grade, by, at):
        """Give a grade alone, where the rule asks for no points."""
        self.grade, self.graded_by, self.graded_at = grade, by, at

    @transition(
        state,
        source=State.SCORED,
        target=State.NOTIFIED,
        permission=held(Permission.ASSESS_TELL),
    )
    def notify(self, *, how, by, at, agrees=False, phone=None):
        """Tell the worker grade and deductions, before any pay (R-36); say how it was told."""
        self.told_how, self.told_by, self.told_at, self.phone = how, by, at, phone
        self.agreed_at = at if agrees else None

    @transition(
        state,
        source=State.NOTIFIED,
        target=State.NOTIFIED,
        permission=held(Permission.ASSESS_TELL),
    )
    def agree(self, *, at):
        """The worker says that the grade is right; nobody has to wait for an appeal any more."""
        self.agreed_at = at

    @transition(
        state,
        source=State.NOTIFIED,
        target=State.APPEALED,
        conditions=[checks.appeals_once, checks.appeal_is_in_time],
        permission=held(Permission.ASSESS_TELL),
    )
    def appeal(self):
        """The worker says what is wrong with the grade, or the clerk writes it down."""

    @transition(
        state,
        source=State.APPEALED,
        target=State.SCORED,
        permission=held(Permission.ASSESS_ANSWER),
    )
    def answer(self, *, grade, scores):
        """Somebody who did not judge answers; the worker is told anew, what was stays beside it."""
        self.grade = grade
        for side, score in scores.items():
            setattr(self, f"{side}_score", score)
        self.told_how, self.told_by, self.told_at = "", None, None
        self.phone = self.agreed_at = None

    @transition(
        state,
        source=State.NOTIFIED,
        target=State.FINAL,
        conditions=[checks.time_to_appeal_is_over],
        permission=held(Permission.ASSESS_FINALISE),
    )
    def finalise(self, *, by, at):
        """Nothing stands against it: pay may use the grade, and it is kept for good."""
        self.final_by, self.final_at = by, at

    @transition(
        state,
        source=State.SCORED,
        target=State.OPEN,
        conditions=[checks.was_not_appealed],
        permission=held(Permission.ASSESS_FINALISE),
    )
    def reopen(self):
        """Give it back to the scorers, as long as the worker has not been told."""
        self.grade, self.graded_by, self.graded_at = "", None, None


class AssessmentProcess(Process):
    """Carries no facts: it points at an Assessment through `artifact`."""

    class Meta:
        proxy = True
