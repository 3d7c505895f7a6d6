"""What looks wrong, whom inspectors visit, what they saw, and the cases that come of it."""

from inspections.models.case import Case, CaseProcess, Exhibit
from inspections.models.doubt import Detection, Doubt, DoubtProcess
from inspections.models.measure import Measure, MeasureProcess
from inspections.models.sample import Drawn, Plan, PlanProcess
from inspections.models.visit import PhotoReview, Visit, VisitPhoto

__all__ = [
    "Case",
    "CaseProcess",
    "Detection",
    "Doubt",
    "DoubtProcess",
    "Drawn",
    "Exhibit",
    "Measure",
    "MeasureProcess",
    "PhotoReview",
    "Plan",
    "PlanProcess",
    "Visit",
    "VisitPhoto",
]
