"""The kinds of record the API speaks of: each one's model, shape and filters, declared once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _
from ninja import Schema

from attendance import book
from attendance.flows import SheetFlow
from attendance.forms import MarksForm
from attendance.models import Sheet
from attendance.selectors import grid
from contracts.flows import ContractFlow
from contracts.models import Contract
from notices.models import Notice
from payroll.flows import PayRunFlow
from posts import flows as posts
from posts import services as post_services
from posts.flows import PostFlow
from posts.forms import NeedForm
from posts.models import Post
from project.api import (
    assessing,
    casework,
    changes,
    comparing,
    days,
    disposing,
    hiring,
    inspecting,
    insuring,
    leaving,
    mustering,
    noticed,
    pay_runs,
    planning,
    policies,
    recovering,
    relief,
    settling,
    visiting,
)
from project.api.contract_papers import WholePapers
from project.api.months import in_month, on_day_of_month, through_month
from project.api.shapes import Amount, Days, MonthText, RecordShape, Sentence, Whole
from project.kernel.roles import Permission
from project.kernel.steps import Verb

FLOWS_MOUNTED = (SheetFlow, PayRunFlow, PostFlow, ContractFlow)


class SheetShape(RecordShape):
    month: MonthText
    notice_id: int | None
    opened_at: datetime
    final_at: datetime | None


class SheetLineShape(Schema):
    """One holder's month: a sign for each day and their sum."""

    number: int
    contract: int
    worker: str
    days: Days
    marks: list[str]


class WholeSheet(Whole, SheetShape):
    lines: list[SheetLineShape]

    @staticmethod
    def resolve_lines(sheet):
        return [
            {
                "number": line.number,
                "contract": line.contract_id,
                "worker": line.contract.person.name,
                "days": days,
                "marks": marks,
            }
            for line, marks, days in grid(sheet)
        ]


class ContractShape(RecordShape):
    worker: str
    kind: str
    title: str
    post_type: str
    fund: str
    pay_basis: str
    standard: Amount
    starts_on: date
    ends_on: date
    signed_on: date | None

    @staticmethod
    def resolve_worker(contract):
        return contract.person.name

    @staticmethod
    def resolve_fund(contract):
        return contract.fund.name


class PostShape(RecordShape):
    number: str
    title: str
    post_type: str
    department: str
    fund: str
    standard: Amount
    headcount: int
    vacancies: int
    duties: str
    workload: str
    kind: str
    pay_basis: str
    starts_on: date
    ends_on: date | None
    due_on: date | None
    approved_until: date | None

    @staticmethod
    def resolve_department(post):
        return post.department.name

    @staticmethod
    def resolve_fund(post):
        return post.fund.name


class NoticeShape(RecordShape):
    kind: str
    kind_title: Sentence
    title: str
    sha256: str
    days: int
    unit: str
    posted_on: date | None
    ends_on: date | None
    certified_on: date | None

    @staticmethod
    def resolve_kind_title(notice):
        return notice.get_kind_display()


class WholeNotice(Whole, NoticeShape):
    content: dict


def whole(shape, more=Whole):
    """The shape of a record at its own address: with steps, events and what `more` it shows."""
    return type(f"Whole{shape.__name__}", (more, shape), {"__module__": __name__})


@dataclass(frozen=True)
class Kind:
    """One kind of record: its word in addresses, its model, shapes, joins and filter by month.

    `entry` makes a new one, `start` has the workers make them; `deeds` are done to one where no
    flow speaks of its steps; `adds` joins what is derived, such as vacancies.
    """

    name: str
    model: type
    shape: type
    whole: type
    by_month: Callable
    joins: tuple = ("area",)
    entry: Verb | None = None
    deeds: tuple = ()
    adds: Callable | None = None
    start: Verb | None = None

    @property
    def states(self):
        """The states a record of this kind can be in; some kinds have none."""
        return self.model.State.values if hasattr(self.model, "State") else ()

    def seen(self, user):
        """What the person may see of this kind, and nothing else."""
        seen = self.model.objects.visible_to(user).select_related(*self.joins)
        return self.adds(seen) if self.adds else seen


KINDS = [
    Kind(
        "sheets",
        Sheet,
        SheetShape,
        WholeSheet,
        in_month,
        deeds=(
            Verb(
                book.record,
                _("Enter days of the sign-in book"),
                MarksForm,
                "record",
                Permission.SHEET_RECORD,
            ),
        ),
    ),
    Kind(
        *days.CORRECTIONS,
        whole(days.DayCorrectionShape),
        on_day_of_month("day"),
        days.JOINS,
        days.ASK,
    ),
    Kind(*days.LEAVES, whole(days.LeaveShape), days.in_days_of, days.JOINS, days.ASK_LEAVE),
    Kind(
        *mustering.ROLL_CALLS,
        on_day_of_month("day"),
        mustering.JOINS,
        mustering.HOLD,
        deeds=(mustering.CORRECT,),
    ),
    Kind(*assessing.ASSESSMENTS, in_month, assessing.JOINS),
    Kind(*assessing.YEARS, assessing.in_year, assessing.YEAR_JOINS, assessing.PROPOSE),
    Kind(
        *pay_runs.RUNS,
        in_month,
        ("area", "fund"),
        start=pay_runs.PREPARE,
        deeds=pay_runs.SUPPLEMENT,
    ),
    Kind(*policies.DOCUMENTS, policies.valid_in, deeds=(policies.LINK,)),
    Kind(
        "contracts",
        Contract,
        ContractShape,
        whole(ContractShape, WholePapers),
        through_month,
        ("area", "person", "fund"),
    ),
    Kind(
        "posts",
        Post,
        PostShape,
        whole(PostShape),
        through_month,
        ("area", "department", "fund"),
        entry=Verb(posts.draft, _("Ask for a post"), NeedForm, "draft", Permission.POST_SUBMIT),
        deeds=(
            Verb(
                post_services.amend,
                _("Correct the request"),
                NeedForm,
                "amend",
                Permission.POST_SUBMIT,
            ),
        ),
        adds=lambda seen: seen.with_vacancies(),
    ),
    Kind(*insuring.POLICIES, through_month, entry=insuring.ADD, deeds=insuring.ENROL),
    Kind(
        *insuring.CLAIMS,
        whole(insuring.ClaimShape),
        on_day_of_month("happened_on"),
        ("area", "contract__person", "cover__policy"),
        insuring.REPORT,
    ),
    Kind(
        *changes.SUSPENSIONS,
        whole(changes.SuspensionShape),
        through_month,
        ("area", "contract__person"),
    ),
    Kind(
        *changes.AMENDMENTS,
        whole(changes.AmendmentShape),
        on_day_of_month("starts_on"),
        ("area", "contract__person"),
        changes.DRAFT,
    ),
    Kind(
        *leaving.EXITS,
        whole(leaving.ExitShape),
        on_day_of_month("last_day"),
        ("area", "contract__person"),
        leaving.PROPOSE,
    ),
    Kind(
        *leaving.VACANCIES,
        whole(leaving.VacancyReportShape),
        on_day_of_month("reported_on"),
        ("area", "hire__person", "hire__post__area"),
        leaving.REPORT,
    ),
    Kind(
        *leaving.HOUSEHOLDS,
        whole(leaving.HouseholdShape),
        on_day_of_month("recognised_on"),
        ("area", "household", "helped_person"),
        leaving.RECOGNISE,
        leaving.HELPING,
    ),
    Kind(
        *hiring.HIRES,
        whole(hiring.HireShape),
        on_day_of_month("applied_on"),
        ("area", "person__area", "post__area", "post__fund"),
        hiring.APPLY,
    ),
    Kind(
        *hiring.APPLICATIONS,
        whole(hiring.ApplicationShape),
        on_day_of_month("received_at__date"),
        ("area", "post__area", "recruitment"),
    ),
    Kind(
        *hiring.RECRUITMENTS,
        whole(hiring.RecruitmentShape),
        on_day_of_month("opens_on"),
        ("area", "post__area"),
        hiring.CALL,
    ),
    Kind(
        *hiring.APPRAISALS,
        whole(hiring.AppraisalShape),
        on_day_of_month("held_on"),
        entry=hiring.MEET,
    ),
    Kind(
        "notices",
        Notice,
        NoticeShape,
        WholeNotice,
        on_day_of_month("posted_on"),
        entry=hiring.HANG,
    ),
    Kind(
        *comparing.COMPARISONS,
        in_month,
        ("area", "asked_by"),
        comparing.ASK,
        adds=lambda seen: seen.with_state(),
    ),
    Kind(
        *comparing.HITS,
        comparing.in_comparison_month,
        ("area", "comparison", "fact__person"),
        deeds=(comparing.EXAMINE,),
        adds=lambda seen: seen.with_state(),
    ),
    Kind(
        *settling.CORRECTIONS,
        whole(settling.CorrectionShape),
        settling.in_line_month,
        ("area", "line__person", "account"),
        settling.PROPOSE,
    ),
    Kind(
        *recovering.RECOVERIES,
        whole(recovering.RecoveryShape, recovering.RecoveryMoney),
        on_day_of_month("proposed_on"),
        ("area", "contract__person", "fund"),
        recovering.PROPOSE,
    ),
    Kind(*relief.PROJECTS, relief.in_plan_year, relief.PROJECT_JOINS, relief.DRAFT),
    Kind(*relief.BATCHES, in_month, relief.BATCH_JOINS),
    Kind(
        *noticed.OBJECTIONS,
        whole(noticed.ObjectionShape),
        on_day_of_month("received_on"),
        ("area", "notice", "assignee"),
        noticed.RECEIVE,
    ),
    Kind(*inspecting.DOUBTS, in_month, ("area", "person"), start=inspecting.LOOK),
    Kind(
        *casework.CASES,
        ("area", "person"),
        casework.OPEN,
        deeds=(casework.PLAN, casework.SHOW),
    ),
    Kind(*casework.MEASURES, casework.MEASURE_JOINS),
    Kind(*planning.PLANS, ("area",), planning.MAKE, adds=planning.without_lists),
    Kind(
        *visiting.VISITS,
        on_day_of_month("at__date"),
        visiting.JOINS,
        visiting.RECORD,
        deeds=(visiting.PICTURE,),
    ),
    Kind(
        *disposing.DISPOSALS,
        on_day_of_month("drawn_at__date"),
        entry=disposing.DRAW_UP,
    ),
]
BY_MODEL = {kind.model: kind for kind in KINDS}
