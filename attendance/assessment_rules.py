"""How months are assessed where and when: mode, shares and grades of the rules of that month."""

from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from attendance.models.assessment import Grade
from policy.selectors import rulings
from project.kernel.money import yuan

MODE, SHARES, GRADES = "assessment.mode", "assessment.shares", "assessment.grades"
LIMIT = "assessment.consecutive_fails"
OFF = "off"
MODES = (OFF, "score", "grade")
SIGN = {Grade.EXCELLENT: ("grade.bonus", "+"), Grade.UNQUALIFIED: ("grade.deduction", "−")}
FACTOR = "grade.factor"


@dataclass(frozen=True)
class AssessmentRules:
    """What the rules of one village say about a month."""

    mode: str = OFF
    shares: dict = field(default_factory=lambda: {"village": 30, "township": 50, "review": 20})
    grades: dict = field(default_factory=lambda: {"excellent": 90, "qualified": 60})
    limit: int = 3

    def faults(self):
        """What is wrong with rules that a county has entered, in words."""
        if self.mode not in MODES:
            words = {"mode": self.mode, "modes": "、".join(MODES)}
            return [_("“%(mode)s” is no way of assessing; choose one of: %(modes)s.") % words]
        known = set(self.shares) == {"village", "township", "review"}
        if not known or sum(self.shares.values()) != 100:
            return [_("The shares of village, township and review must make 100 points.")]
        if not {"excellent", "qualified"} <= set(self.grades):
            return [_("The rule must say how many points excellent and qualified need.")]
        return []


def rules_in(month, areas):
    """{area: AssessmentRules} of many areas, in one query; nothing set means not assessed."""
    codes = {"mode": MODE, "shares": SHARES, "grades": GRADES, "limit": LIMIT}
    found = rulings(list(codes.values()), on=month.first, areas=sorted(set(areas)))
    return {
        area: AssessmentRules(
            **{name: ruled[code].value for name, code in codes.items() if code in ruled}
        )
        for area, ruled in found.items()
    }


def assessed(month, areas):
    """The areas whose months are assessed."""
    return {area for area, rules in rules_in(month, areas).items() if rules.mode != OFF}


def effects_in(month, area):
    """{grade: what the rules make of it}, in yuan or as a factor on the month's pay."""
    codes = [code for code, _sign in SIGN.values()] + [FACTOR]
    ruled = rulings(codes, on=month.first, areas=[area])[area]
    factors = ruled[FACTOR].value if FACTOR in ruled else {}
    found = {}
    for grade in Grade:
        code, sign = SIGN.get(grade, ("", ""))
        amount = Decimal(str(ruled[code].value)) if code in ruled else Decimal(0)
        parts = [f"{sign}{yuan(amount)}"] if amount else []
        parts += [f"×{factors[grade]}"] if grade in factors else []
        found[grade] = "，".join(parts)
    return found
