"""What the API says of people who leave, their places, and households without work."""

from datetime import date

from django.utils.translation import gettext_lazy as _
from ninja import Schema

from contracts import exit_flows
from contracts.exit_forms import ProposeForm
from contracts.models import Exit
from posts import households, vacancies
from posts.household_pages import ClearForm, HelpForm, OfferForm, RecogniseForm
from posts.models import VacancyReport, ZeroEmployment
from posts.vacancy_pages import ReportForm
from project.api.shapes import RecordShape, Sentence
from project.kernel.roles import Permission
from project.kernel.steps import Verb


class ExitShape(RecordShape):
    worker: str
    contract_id: int
    reason: str
    reason_title: Sentence
    last_day: date
    explanation: str
    proposed_on: date
    notified_on: date | None
    heard_on: date | None
    approved_on: date | None
    settled_on: date | None
    settlement: str
    follow_up: str

    @staticmethod
    def resolve_worker(exit_):
        return exit_.contract.person.name

    @staticmethod
    def resolve_reason_title(exit_):
        return exit_.get_reason_display()


EXITS = ("exits", Exit, ExitShape)
PROPOSE = Verb(
    exit_flows.propose, _("Propose an exit"), ProposeForm, "propose", Permission.EXIT_PROPOSE
)


class VacancyReportShape(Schema):
    """A report that a place fell vacant; it has days and no state."""

    id: int
    name: Sentence
    area: str
    area_name: str
    hire_id: int
    worker: str
    post: str
    vacant_since: date
    due_on: date
    reported_on: date
    is_late: bool
    note: str

    @staticmethod
    def resolve_name(report):
        return str(report)

    @staticmethod
    def resolve_area(report):
        return report.area_id

    @staticmethod
    def resolve_area_name(report):
        return report.area.name

    @staticmethod
    def resolve_worker(report):
        return report.hire.person.name

    @staticmethod
    def resolve_post(report):
        return report.hire.post.title


VACANCIES = ("vacancy-reports", VacancyReport, VacancyReportShape)
REPORT = Verb(
    vacancies.report,
    _("Report a vacant place"),
    ReportForm,
    "report",
    Permission.VACANCY_REPORT,
)


class HouseholdShape(Schema):
    """A household nobody of whom worked; its days say where it stands."""

    id: int
    name: Sentence
    area: str
    area_name: str
    household: str
    applied_on: date
    recognised_on: date
    helped_person: str | None
    helped_on: date | None
    help_given: str
    cleared_on: date | None
    clearing: str

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
    def resolve_household(record):
        return record.household.number

    @staticmethod
    def resolve_helped_person(record):
        return record.helped_person.name if record.helped_person else None


HOUSEHOLDS = ("zero-employment", ZeroEmployment, HouseholdShape)
HELP = Permission.HOUSEHOLD_HELP
RECOGNISE = Verb(households.recognise, _("Recognise a household"), RecogniseForm, "recognise", HELP)
HELPING = (
    Verb(households.offer_job, _("Record a job offer"), OfferForm, "offer", HELP),
    Verb(households.give_help, _("Record the help"), HelpForm, "help", HELP),
    Verb(households.clear, _("Clear the household"), ClearForm, "clear", HELP),
)
