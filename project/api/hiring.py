"""What the API says of hires, of calls for applicants and of the villagers' meetings."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _
from ninja import Schema

from posts import hire_flows, hire_forms
from posts.models import Application, Appraisal, Hire, Recruitment
from posts.priority import words
from project.api.shapes import RecordShape, Sentence
from project.kernel.roles import Permission
from project.kernel.steps import Verb


class HireShape(RecordShape):
    worker: str
    post_id: int
    post: str
    contract_id: int | None
    recruitment_id: int | None
    applied_on: date
    starts_on: date | None
    materials: list[str]
    score: int | None
    score_reasons: str
    votes_for: int | None
    votes_against: int | None
    votes_abstained: int | None
    notice_id: int | None
    notice_line: int | None
    township_notice_id: int | None
    township_line: int | None
    trained_on: date | None

    @staticmethod
    def resolve_worker(hire):
        return hire.person.name

    @staticmethod
    def resolve_post(hire):
        return hire.post.title

    @staticmethod
    def resolve_score_reasons(hire):
        return words(hire.score_reasons)


class ApplicationShape(RecordShape):
    """What a person sent in themselves; numbers and telephones stay with the pages."""

    worker: str
    post_id: int
    post: str
    recruitment_id: int
    hire_id: int | None
    category: str
    channel: str
    code: str
    received_at: datetime
    due_on: date

    @staticmethod
    def resolve_worker(application):
        return application.name

    @staticmethod
    def resolve_post(application):
        return application.post.title


class PlacedShape(Schema):
    """A record that belongs to a village and has no state."""

    id: int
    name: Sentence
    area: str
    area_name: str

    @staticmethod
    def resolve_name(record):
        return str(record)

    @staticmethod
    def resolve_area(record):
        return record.area_id

    @staticmethod
    def resolve_area_name(record):
        return record.area.name


class RecruitmentShape(PlacedShape):
    post_id: int
    notice_id: int
    places: int
    opens_on: date
    closes_on: date


class AppraisalShape(PlacedShape):
    held_on: date
    place: str
    host: str
    recorder: str
    expected: int
    present: int
    signatures: str
    hires: list[int]

    @staticmethod
    def resolve_hires(appraisal):
        return sorted(appraisal.hires.values_list("pk", flat=True))


APPLICATIONS = ("applications", Application, ApplicationShape)
HIRES = ("hires", Hire, HireShape)
RECRUITMENTS = ("recruitments", Recruitment, RecruitmentShape)
APPRAISALS = ("appraisals", Appraisal, AppraisalShape)
APPLY = Verb(
    hire_flows.apply,
    _("Take an application"),
    hire_forms.ApplyForm,
    "apply",
    Permission.HIRE_APPLY,
)
CALL = Verb(
    hire_flows.call,
    _("Call for applicants"),
    hire_forms.CallEntryForm,
    "call",
    Permission.RECRUIT,
)
MEET = Verb(
    hire_flows.meet,
    _("Record the meeting"),
    hire_forms.MeetingEntryForm,
    "meet",
    Permission.HIRE_APPRAISE,
)
HANG = Verb(
    hire_flows.hang_names,
    _("Put several people on one notice"),
    hire_forms.NamesForm,
    "hang",
    Permission.HIRE_PUBLICISE,
)
