"""What belongs to a project, at addresses below it: fund lines, labour plan, roster, wages."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import Field

from policy.models import Fund
from project.api.answers import Unusable
from project.api.relief import WholeWageBatch
from project.api.shapes import Amount, AreaAsked, MonthAsked, Sentence, month_asked
from project.kernel.roles import Permission
from project.kernel.secrets import digest
from registry.idnumber import normalise
from registry.models import Area, Person
from workrelief import flows, roster, services
from workrelief.models import FundLine, LabourPlan, Member, Project
from workrelief.models.money import LabourClass

router = Router(tags=["relief-projects"])
Money = Annotated[Decimal, Field(gt=0, max_digits=14, decimal_places=2)]
Word = Annotated[str, Field(min_length=1, max_length=30)]
BASIS = Field(default="day", pattern="^(day|hour|task)$")


class FundLineShape(Schema):
    """Money of a fund and year that the project was given on a day."""

    id: int
    fund_id: str
    fund: Sentence
    year: int
    amount: Amount
    issued_on: date
    document: str


class FundLineAsked(Schema):
    """Money of a fund: `fund` is its code."""

    fund: str
    year: Annotated[int, Field(ge=2000, le=2100)]
    amount: Money
    issued_on: date
    document: Annotated[str, Field(max_length=120)] = ""


class PlanShape(Schema):
    """Planned labour of one trade: people x units each x rate."""

    fund_line_id: int
    trade: str
    headcount: int
    unit: str
    units: Decimal
    rate: Amount
    amount: Amount


class PlanRow(Schema):
    """One trade of the plan that is written."""

    fund_line: int
    trade: Word
    headcount: Annotated[int, Field(gt=0, le=1_000_000)]
    unit: str = BASIS
    units: Annotated[Decimal, Field(gt=0, max_digits=8, decimal_places=2)]
    rate: Money


class PlanAsked(Schema):
    """The whole plan anew: what stood before is replaced."""

    rows: Annotated[list[PlanRow], Field(max_length=1000)]


class MemberShape(Schema):
    """A worker on the roster; of the ID number only the tail is told."""

    id: int
    worker: str
    id_tail: str
    area: str
    fund_line_id: int
    trade: str
    category: str
    labour_class: str
    pay_basis: str
    rate: Amount
    starts_on: date
    ends_on: date
    contract_id: int | None
    struck_off_on: date | None

    @staticmethod
    def resolve_worker(member):
        return member.person.name

    @staticmethod
    def resolve_id_tail(member):
        return member.person.id_tail

    @staticmethod
    def resolve_area(member):
        return member.area_id


class MemberAsked(Schema):
    """Somebody known to the register, by ID number, with village, trade, rate and days."""

    id_number: Annotated[str, Field(max_length=30)]
    area: AreaAsked
    fund_line: int
    trade: Word
    section: Annotated[str, Field(max_length=40)] = ""
    category: Member.Category
    labour_class: LabourClass = LabourClass.MASS
    pay_basis: str = BASIS
    rate: Money
    starts_on: date
    ends_on: date


class MonthOfWages(Schema):
    """The month whose wages are drawn up from the villages' confirmed sheets."""

    month: MonthAsked
    note: str = ""


def _seen(request, number):
    return get_object_or_404(Project.objects.visible_to(request.user), pk=number)


def _known(rows, field, sentence, **wanted):
    """The record a body names, or what is wrong with that field."""
    found = rows.filter(**wanted).first()
    if found is None:
        raise Unusable({field: [sentence]})
    return found


@router.get("/{int:number}/fund-lines", response=list[FundLineShape])
def fund_lines(request, number: int):
    """The money of the project, in the order in which it was entered."""
    return list(_seen(request, number).fund_lines.select_related("fund"))


@router.post("/{int:number}/fund-lines", response={201: FundLineShape})
def add_fund_line(request, number: int, asked: FundLineAsked):
    """Enter money of a fund; after the plan it is a supplement of its own day."""
    said = asked.dict()
    fund = _known(Fund.objects.all(), "fund", _("There is no such fund."), pk=said.pop("fund"))
    project = _seen(request, number)
    return Status(201, services.add_fund_line(project, by=request.user, fund=fund, **said))


@router.get("/{int:number}/labour-plan", response=list[PlanShape])
def labour_plan(request, number: int):
    """What is planned for labour, by fund line and trade."""
    return list(LabourPlan.objects.filter(fund_line__project=_seen(request, number)))


@router.post("/{int:number}/labour-plan", response=list[PlanShape])
def plan_labour(request, number: int, asked: PlanAsked):
    """Write the labour plan anew, until the work begins."""
    rows = [
        (row.fund_line, row.trade, row.headcount, row.unit, row.units, row.rate)
        for row in asked.rows
    ]
    services.plan_labour(_seen(request, number), by=request.user, rows=rows)
    return labour_plan(request, number)


@router.get("/{int:number}/members", response=list[MemberShape])
def members(request, number: int):
    """Everybody who stands on the roster or was struck off it."""
    return list(_seen(request, number).members.select_related("person").order_by("pk"))


@router.post("/{int:number}/members", response={201: MemberShape})
def enlist(request, number: int, asked: MemberAsked):
    """List a person; what speaks against it is said as on the page."""
    said, project = asked.dict(), _seen(request, number)
    sentence = _("The roster is kept by the site.")
    services.may(request.user, Permission.RELIEF_ROSTER, project.area_id, sentence)
    person = _known(
        Person.objects.visible_to(request.user),
        "id_number",
        _("Nobody in your areas has this ID number; have the person registered first."),
        id_digest=digest(normalise(said.pop("id_number"))),
    )
    area = _known(
        Area.objects.inside(project.area_id).filter(level=Area.Level.VILLAGE),
        "area",
        _("The village lies outside the project's area."),
        code=said.pop("area"),
    )
    line = _known(
        FundLine.objects.filter(project=project),
        "fund_line",
        _("The fund line belongs to another project."),
        pk=said.pop("fund_line"),
    )
    made = roster.enlist(project, by=request.user, person=person, area=area, fund_line=line, **said)
    return Status(201, made)


@router.post("/{int:number}/wage-batches", response={201: WholeWageBatch})
def draw_up(request, number: int, asked: MonthOfWages):
    """Draw a month's wages up; their further steps are those of the wage batch."""
    month = month_asked(asked.month)
    batch = flows.draft_wages(_seen(request, number), month, by=request.user, note=asked.note)
    return Status(201, batch)
