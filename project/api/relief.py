"""What the API says of work-for-relief projects and of their months of wages."""

from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from ninja import Schema

from project.api.shapes import Amount, Days, MonthText, RecordShape, Sentence, Whole
from project.kernel.roles import Permission
from project.kernel.steps import Verb
from workrelief import flows
from workrelief.checks import shares_of
from workrelief.lateness import lateness, stages
from workrelief.models import Project, WageBatch
from workrelief.project_forms import ProjectForm

FLOWS_MOUNTED = (flows.ProjectFlow, flows.WageBatchFlow)


class ShareShape(Schema):
    """A fund line's labour: planned, paid and on its way, in yuan; `minimum` is a fraction.

    Whether a minimum is reached is compared exactly, never by a rounded percentage.
    """

    fund_line: int
    fund: str
    fund_name: str
    year: int
    amount: Amount
    issued_on: date
    planned: Amount
    paid: Amount
    committed: Amount
    minimum: Decimal | None
    least: Amount
    plan_reaches: bool
    paid_reaches: bool


class ProjectShape(RecordShape):
    number: str
    form: str
    field: str
    mode: str
    year: int
    content: str
    scale: str
    investment: Amount
    owner: str | None
    contractor: str
    engineer: str
    hotline: str
    planned_start: date | None
    planned_end: date | None
    plan_issued_on: date | None
    started_on: date | None
    main_done_on: date | None
    accepted_on: date | None

    @staticmethod
    def resolve_owner(project):
        return project.owner and project.owner.name


class WholeProject(Whole, ProjectShape):
    """A project with the labour share of each of its fund lines."""

    shares: list[ShareShape]

    @staticmethod
    def resolve_shares(project):
        return shares_of(project)


class WageBatchShape(RecordShape):
    project_id: int
    project: Sentence
    month: MonthText


class WageLineShape(Schema):
    """One worker's month: what the sheet shows, and what the engineer measured beside it."""

    number: int
    contract_id: int
    worker: str
    trade: str
    days: Days
    quantity: Decimal | None
    rate: Amount
    amount: Amount
    corrected: Decimal | None
    reason: str
    signed_on: date | None

    @staticmethod
    def resolve_worker(line):
        return line.member.person.name

    @staticmethod
    def resolve_trade(line):
        return line.member.trade


class LateShape(Schema):
    """By when the wages are due, when the last of them was credited, and the days over it.

    As long as lines are `missing` nothing has arrived, and the days count to today.
    """

    due_on: date | None
    arrived_on: date | None
    missing: int
    days: int


class HeldWageShape(Schema):
    """Who held the wages how long; the stage that is waited for has no day."""

    title: Sentence
    on: date | None
    holder: str
    since_month: int
    took: int


class WholeWageBatch(Whole, WageBatchShape):
    lines: list[WageLineShape]
    late: LateShape
    stages: list[HeldWageShape]

    @staticmethod
    def resolve_late(batch):
        return lateness(batch)

    @staticmethod
    def resolve_stages(batch):
        return stages(batch)

    @staticmethod
    def resolve_lines(batch):
        return list(batch.lines.select_related("member__person").order_by("number"))


def in_plan_year(month):
    """Projects whose plan is of the month's year."""
    return Q(year=month.year)


PROJECTS = ("relief-projects", Project, ProjectShape, WholeProject)
PROJECT_JOINS = ("area", "owner")
BATCHES = ("wage-batches", WageBatch, WageBatchShape, WholeWageBatch)
BATCH_JOINS = ("area", "project")
DRAFT = Verb(flows.draft, _("Enter a project"), ProjectForm, "draft", Permission.RELIEF_OWN)
