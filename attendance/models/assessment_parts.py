"""What stands behind a grade: points taken off, item by item, and the worker's appeal."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from attendance.models.assessment import Assessment, Grade
from attendance.models.correction import asked_by_somebody, somebody
from attendance.models.device import Device

ITEMS_FOLLOW_THE_STATE = """
    whose := CASE WHEN TG_OP = 'DELETE' THEN OLD.assessment_id ELSE NEW.assessment_id END;
    SELECT state INTO stands FROM attendance_assessment WHERE id = whose;
    IF TG_OP = 'UPDATE' THEN
        IF stands <> 'appealed' OR OLD.waived_by_id IS NOT NULL OR NEW.waived_by_id IS NULL
            OR (OLD.assessment_id, OLD.number, OLD.side, OLD.points, OLD.item)
                IS DISTINCT FROM
                (NEW.assessment_id, NEW.number, NEW.side, NEW.points, NEW.item)
        THEN RAISE EXCEPTION 'an item only falls away, and only upon an appeal'
            USING ERRCODE = 'check_violation';
        END IF;
    ELSIF stands <> 'open' THEN
        RAISE EXCEPTION 'the assessment is judged: its items no longer change'
            USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""


class Side(models.TextChoices):
    """Who takes points off."""

    VILLAGE = "village", _("village")
    TOWNSHIP = "township", _("township")
    REVIEW = "review", _("democratic review")


class Appeal(models.Model):
    """What a worker said against a grade, and the answer; the values before and after both stay."""

    assessment = models.OneToOneField(
        Assessment, models.PROTECT, related_name="appealed", verbose_name=_("assessment")
    )
    text = models.TextField(_("what is wrong"))
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    asked_by = somebody(_("asked by"))
    phone = models.ForeignKey(Device, models.PROTECT, null=True, blank=True, related_name="+")
    grade_before = models.CharField(_("grade before"), max_length=11, choices=Grade)
    score_before = models.DecimalField(
        _("points before"), max_digits=5, decimal_places=1, null=True, blank=True
    )
    upheld = models.BooleanField(_("upheld"), null=True, blank=True)
    reply = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = somebody(_("answered by"))
    grade_after = models.CharField(_("grade after"), max_length=11, choices=Grade, blank=True)
    score_after = models.DecimalField(
        _("points after"), max_digits=5, decimal_places=1, null=True, blank=True
    )

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        constraints = [
            asked_by_somebody("appeal_is_made_by_somebody"),
            models.CheckConstraint(
                name="appeal_is_answered_by_another_with_words",
                condition=Q(
                    upheld__isnull=True,
                    reply="",
                    answered_at__isnull=True,
                    answered_by__isnull=True,
                    grade_after="",
                    score_after__isnull=True,
                )
                | (
                    Q(upheld__isnull=False, answered_at__isnull=False, answered_by__isnull=False)
                    & ~Q(reply="")
                    & ~Q(grade_after="")
                    & (Q(asked_by__isnull=True) | ~Q(asked_by=F("answered_by")))
                ),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="appeal_is_not_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="appeal_answered_is_kept",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__answered_at__isnull=False),
            ),
        ]

    def __str__(self):
        return str(self.assessment)


class Deduction(models.Model):
    """Points that a side took off a month, and what for; upheld appeals let them fall away."""

    assessment = models.ForeignKey(
        Assessment, models.PROTECT, related_name="deductions", db_index=False
    )
    number = models.PositiveSmallIntegerField(_("number"))
    side = models.CharField(_("side"), max_length=8, choices=Side)
    points = models.DecimalField(_("points off"), max_digits=4, decimal_places=1)
    item = models.CharField(_("what for"), max_length=200)
    waived_by = models.ForeignKey(
        Appeal,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="waived",
        verbose_name=_("fell away by appeal"),
    )

    class Meta:
        verbose_name = _("deduction")
        verbose_name_plural = _("deductions")
        ordering = ["assessment", "number"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "number"], name="one_number_a_deduction"),
            models.CheckConstraint(
                name="deduction_takes_points_off", condition=Q(points__gt=0, points__lte=100)
            ),
            models.CheckConstraint(name="deduction_says_what_for", condition=~Q(item="")),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="deductions_follow_the_state",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("stands", "text"), ("whose", "bigint")],
                func=ITEMS_FOLLOW_THE_STATE,
            )
        ]

    def __str__(self):
        return f"−{self.points.normalize():f} {self.item}"
