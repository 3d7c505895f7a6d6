"""What the database itself refuses about assessments."""

from itertools import combinations

import pgtrigger
from django.db.models import CheckConstraint, F, Q

SIDES = ("village", "township", "review")
JUDGED = ("scored", "notified", "appealed", "final")
TOLD = ("notified", "appealed", "final")
# Every point that is missing from a side is one somebody took off and said why.
NAMED = """
    IF EXISTS (
        SELECT FROM (VALUES
            ('village', NEW.village_most - NEW.village_score),
            ('township', NEW.township_most - NEW.township_score),
            ('review', NEW.review_most - NEW.review_score)
        ) side (name, missing)
        WHERE missing IS DISTINCT FROM coalesce((
            SELECT sum(d.points) FROM attendance_deduction d
            WHERE d.assessment_id = NEW.id AND d.side = side.name AND d.waived_by_id IS NULL
        ), 0)
    ) THEN RAISE EXCEPTION 'points are missing that nobody has taken off by name'
        USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


def points_are_named():
    return pgtrigger.Trigger(
        name="assessment_points_are_named",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        condition=pgtrigger.Q(new__mode="score", new__state__in=list(JUDGED)),
        func=NAMED,
    )


def constraints():
    """Impossible assessments, each refused under the name of the fact it breaks."""
    return [
        *[_side(side) for side in SIDES],
        CheckConstraint(
            name="assessment_shares_make_a_hundred",
            condition=Q(village_most=100 - F("township_most") - F("review_most")),
        ),
        CheckConstraint(
            name="assessment_has_three_scorers",
            condition=_apart(*[(f"{one}_by", f"{other}_by") for one, other in _pairs()]),
        ),
        CheckConstraint(name="assessment_mode_is_known", condition=Q(mode__in=["score", "grade"])),
        CheckConstraint(name="assessment_judged_has_a_grade", condition=_judged()),
        CheckConstraint(name="assessment_judged_has_its_points", condition=_has_its_points()),
        CheckConstraint(name="assessment_told_says_how_and_when", condition=_told()),
        CheckConstraint(
            name="assessment_is_made_final_by_another",
            condition=(
                Q(state="final", final_at__isnull=False, final_by__isnull=False)
                & _apart(*[("final_by", f"{hand}_by") for hand in (*SIDES, "graded")])
            )
            | (~Q(state="final") & Q(final_at__isnull=True, final_by__isnull=True)),
        ),
    ]


def _pairs():
    return combinations(SIDES, 2)


def _apart(*pairs):
    """None of these pairs is one person; an empty place is nobody."""
    condition = Q()
    for one, other in pairs:
        empty = Q(**{f"{one}__isnull": True}) | Q(**{f"{other}__isnull": True})
        condition &= ~Q(**{one: F(other)}) | empty
    return condition


def _side(side):
    none = Q(**{f"{side}_{part}__isnull": True for part in ("score", "by", "at")})
    given = Q(**{f"{side}_{part}__isnull": False for part in ("score", "by", "at")})
    inside = Q(**{f"{side}_score__gte": 0, f"{side}_score__lte": F(f"{side}_most")})
    return CheckConstraint(
        name=f"assessment_{side}_scored_within_its_points", condition=none | (given & inside)
    )


def _judged():
    graded = Q(
        grade__in=["excellent", "qualified", "unqualified"],
        graded_by__isnull=False,
        graded_at__isnull=False,
    )
    none = Q(grade="", graded_by__isnull=True, graded_at__isnull=True)
    return (Q(state="open") & none) | (Q(state__in=JUDGED) & graded)


def _has_its_points():
    scored = {f"{side}_score__isnull": False for side in SIDES}
    bare = {f"{side}_score__isnull": True for side in SIDES}
    return Q(mode="grade", **bare) | (Q(mode="score") & (Q(state="open") | Q(**scored)))


def _told():
    how = Q(told_how__in=["slip", "spoken"], told_by__isnull=False, phone__isnull=True)
    how |= Q(told_how="phone", phone__isnull=False, told_by__isnull=True)
    nobody = Q(told_how="", told_at__isnull=True, told_by__isnull=True, phone__isnull=True)
    nobody &= Q(agreed_at__isnull=True)
    return (Q(state__in=TOLD, told_at__isnull=False) & how) | (
        Q(state__in=["open", "scored"]) & nobody
    )
