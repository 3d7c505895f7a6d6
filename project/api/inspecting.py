"""Doubts as programs see them; the village sees none."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _
from pydantic import JsonValue

from inspections import learning
from inspections.forms import DetectForm
from inspections.models import Doubt
from inspections.patterns import BY_CODE
from inspections.tasks import ask_to_detect
from inspections.words import why
from project.api.shapes import MonthText, RecordShape, Sentence, Whole
from project.kernel.roles import Permission
from project.kernel.steps import Verb


class DoubtShape(RecordShape):
    """What a pattern saw in a month, about whom, and what became of it."""

    month: MonthText
    pattern: str
    pattern_title: Sentence
    severity: str
    why: str
    people: list[int]
    contract_id: int | None
    found_at: datetime
    due_on: date | None
    decided_at: datetime | None

    @staticmethod
    def resolve_pattern_title(doubt):
        known = BY_CODE.get(doubt.pattern)
        return known.title if known else doubt.pattern

    @staticmethod
    def resolve_why(doubt):
        return why(doubt)


class WholeDoubt(Whole, DoubtShape):
    """A doubt with its evidence, what people say and found out, and how often such are right."""

    evidence: list[dict[str, JsonValue]]
    statement: str
    finding: str
    precision: str

    @staticmethod
    def resolve_precision(doubt):
        return learning.in_a_sentence(doubt)


DOUBTS = ("doubts", Doubt, DoubtShape, WholeDoubt)
LOOK = Verb(ask_to_detect, _("Look for doubts"), DetectForm, "detect", Permission.DOUBT_DETECT)
