"""A holder's year: what the months and the review of the year come to (R-41)."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, transition
from viewflow.workflow.models import Process

from attendance.models.assessment import Grade
from attendance.models.correction import somebody
from contracts.models import Contract
from project.kernel.hands import did
from project.kernel.roles import Permission, held
from registry.access import scoped
from registry.kinship import kin_sentences
from registry.models import Area


class YearGrade(ConcurrentTransitionMixin, models.Model):
    """A year's grade under a contract, proposed by one and decided by another; who fails is not
    renewed (R-41)."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        DECIDED = "decided", _("Decided")
        REFUSED = "declined", _("Sent back")

    state = FSMField(
        _("state"), default=State.PROPOSED, choices=State.choices, protected=True, max_length=12
    )
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="year_grades", db_index=False, verbose_name=_("village")
    )
    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="year_grades", verbose_name=_("contract")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    grade = models.CharField(_("grade"), max_length=11, choices=Grade)
    by_months = models.CharField(_("by the months"), max_length=11, choices=Grade, blank=True)
    excellent = models.PositiveSmallIntegerField(_("months excellent"), default=0)
    qualified = models.PositiveSmallIntegerField(_("months qualified"), default=0)
    unqualified = models.PositiveSmallIntegerField(_("months unqualified"), default=0)
    review = models.TextField(_("review of the year"), blank=True)
    proposed_at = models.DateTimeField(_("proposed at"), auto_now_add=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = somebody(_("decided by"))

    objects = scoped(Permission.SHEET_VIEW).as_manager()

    class Meta:
        verbose_name = _("grade of a year")
        verbose_name_plural = _("grades of years")
        indexes = [models.Index(fields=["area", "id"], name="year_grade_by_area")]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "year"],
                condition=~Q(state="declined"),
                name="one_grade_a_contract_and_year",
            ),
            models.CheckConstraint(
                name="year_grade_is_decided_by_another",
                condition=Q(state="proposed", decided_at__isnull=True, decided_by__isnull=True)
                | (
                    Q(decided_at__isnull=False, decided_by__isnull=False)
                    & Q(state__in=["decided", "declined"])
                    & ~Q(proposed_by=F("decided_by"))
                ),
            ),
            models.CheckConstraint(
                name="year_grade_other_than_the_months_says_why",
                condition=Q(grade=F("by_months")) | ~Q(review=""),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="year_grade_is_not_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="year_grade_decided_is_kept",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__state="proposed"),
            ),
        ]

    def __str__(self):
        return f"{self.contract} · {self.year}"

    def barred(self, by):
        """Kin decide nothing of their own, and who proposed does not decide."""
        if self.state == self.State.PROPOSED and did(by, self.proposed_by_id, self.proposed_at):
            return [translate("You proposed this grade; another person must decide.")]
        return kin_sentences(self.contract.person, by)

    @transition(
        state,
        source=State.PROPOSED,
        target=State.DECIDED,
        permission=held(Permission.ASSESS_ANSWER),
    )
    def decide(self, *, by, at):
        """The grade holds; an unqualified year keeps the contract from being renewed."""
        self.decided_by, self.decided_at = by, at

    @transition(
        state,
        source=State.PROPOSED,
        target=State.REFUSED,
        permission=held(Permission.ASSESS_ANSWER),
    )
    def refuse(self, *, by, at):
        """Send the grade back; the village proposes another."""
        self.decided_by, self.decided_at = by, at


class YearGradeProcess(Process):
    """Carries no facts: it points at a YearGrade through `artifact`."""

    class Meta:
        proxy = True
