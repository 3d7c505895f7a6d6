"""What a record looks like in JSON: ISO dates, amounts as text with two places."""

from datetime import date, datetime
from typing import Annotated

from ninja import Schema
from pydantic import BeforeValidator, Field

from project.api.answers import Unusable
from project.kernel.models import Event
from project.kernel.money import half_up
from project.kernel.months import Month
from project.kernel.steps import FLOWS, steps_for

EVENTS_AT_MOST = 200

Amount = Annotated[str, BeforeValidator(lambda amount: f"{half_up(amount):f}")]
Days = Annotated[str, BeforeValidator(lambda days: f"{days:.1f}")]
MonthText = Annotated[str, BeforeValidator(str), Field(pattern=r"^\d{4}-\d{2}$")]
Sentence = Annotated[str, BeforeValidator(str)]
AreaAsked = Annotated[str, Field(pattern=r"^\d{12}$")]
MonthAsked = Annotated[str, Field(pattern=r"^\d{4}-\d{2}$")]


def month_asked(text):
    """The month that an address names, or the sentence that says how to write one."""
    try:
        return Month.parse(text)
    except ValueError as wrong:
        raise Unusable({"month": [str(wrong)]}) from wrong


class RecordShape(Schema):
    """What every kind of record says of itself."""

    id: int
    name: Sentence
    area: str
    area_name: str
    state: str
    state_title: Sentence

    @staticmethod
    def resolve_name(record):
        return str(record)

    @staticmethod
    def resolve_area(record):
        return record.area_id

    @staticmethod
    def resolve_area_name(record):
        return record.area.name

    @staticmethod
    def resolve_state_title(record):
        return record.get_state_display()


class FieldShape(Schema):
    """A field of a step's form."""

    name: str
    label: Sentence
    required: bool


class OfferShape(Schema):
    """A step the person may take; refusals say why it cannot be taken now."""

    name: str
    title: Sentence
    allowed: bool
    in_turn: bool
    refusals: list[str]
    warnings: list[str]
    fields: list[FieldShape]

    @staticmethod
    def resolve_fields(offer):
        named = offer.form().fields.items() if offer.form else ()
        return [
            {"name": name, "label": field.label or name, "required": field.required}
            for name, field in named
        ]


class EventShape(Schema):
    """One thing that was done to the record."""

    at: datetime
    by: Sentence
    in_place_of: list[str]
    step: str
    before: str
    after: str
    note: str
    sha256: str

    @staticmethod
    def resolve_in_place_of(event):
        """The names of those in whose place it was done."""
        return list(event.data.get("in_place_of", {}).values())

    @staticmethod
    def resolve_step(event):
        return event.verb

    @staticmethod
    def resolve_sha256(event):
        """The hash of what the step was about, where the log keeps one."""
        return event.data.get("sha256", "")


class Whole(Schema):
    """What a record's own address adds to its line in a list."""

    steps: list[OfferShape]
    events: list[EventShape]

    @staticmethod
    def resolve_steps(record, context):
        if type(record) not in FLOWS:
            return []
        return steps_for(record, context["request"].user)

    @staticmethod
    def resolve_events(record):
        events = Event.objects.of(record).select_related("by")
        return list(events.order_by("-pk")[:EVENTS_AT_MOST])


class TaskShape(Schema):
    """A task that waits for the person: POST /{kind}/{record}/{step} takes it."""

    kind: str
    kind_title: str
    record: int
    name: str
    area: str
    state: str
    step: str
    title: str
    since: datetime
    due: date | None
    late: bool


class LateTaskShape(Schema):
    """A task that lies late in an office below; only whoever it belongs to takes it."""

    task: int
    kind: str
    record: int | None
    name: str
    area: str
    title: str
    roles: str
    names: str
    since: datetime
    due: date


class LatePage(Schema):
    """A page of late tasks; `next`, where there is more, goes into `after`."""

    items: list[LateTaskShape]
    next: int | None


class TaskPage(Schema):
    """A page of tasks; `next`, where there is more, goes into `after`."""

    items: list[TaskShape]
    next: int | None
