"""What has expired: for each kind of register the rows that may go, and whom each is about."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from attendance.models import CheckIn, Photo, RollCall, RollCallLine
from contracts.models import Contract
from policy.models import Rule
from policy.selectors import rulings
from posts.models import Application
from project.disposals.strangers import naming, strangers
from project.kernel.guards import Refused
from project.kernel.months import Month, today
from registry.access import within
from registry.disposed import still_there
from registry.models import BankAccount, Disposal, Fact, Household, Kinship, Person, Portrait

EVIDENCE = Disposal.Kind.EVIDENCE
PORTRAITS = Disposal.Kind.PORTRAITS
PEOPLE = Disposal.Kind.PEOPLE
YEARS = {
    EVIDENCE: "retention.attendance_years",
    PORTRAITS: "retention.portraits_years",
    PEOPLE: "retention.people_years",
}
# Attendance is kept three years at the least; a county may keep it longer (retention.attendance).
PROPOSED = {EVIDENCE: 3, PORTRAITS: 3, PEOPLE: 5}
AT_LEAST = {EVIDENCE: 3, PORTRAITS: 1, PEOPLE: 1}


@dataclass(frozen=True)
class Part:
    """The expired rows of one table: whom they touch, where they belong and of which day."""

    rows: QuerySet
    touching: Callable
    place: str = ""
    day: str = ""
    person: str = ""
    has_files: bool = False

    def of(self, rows):
        """The same part with fewer rows."""
        return replace(self, rows=rows)

    @property
    def table(self):
        return self.rows.model._meta.db_table


@dataclass(frozen=True)
class Term:
    """How long something is kept, up to which day it has expired, and which document says so."""

    months: int
    until: date
    basis: str


def term(kind, area):
    """The term that the rule of the day sets; what is of a month expires with its last day.

    Where no document sets one, the house's proposal is shown, and nobody can approve it.
    """
    code = YEARS[kind]
    found = rulings([code], on=today(), areas=[area.code])[area.code].get(code)
    years = int(found.value) if found else PROPOSED[kind]
    if years < AT_LEAST[kind]:
        words = {"least": AT_LEAST[kind], "years": years}
        raise Refused(
            _("The rule keeps this %(years)s years, but %(least)s are the least. Correct the rule.")
            % words
        )
    until = Month.of(today()).plus(-12 * years - 1).last
    return Term(12 * years, until, _document(found) if found else "")


def _document(found):
    return Rule.objects.select_related("document").get(pk=found.rule_id).document.title[:200]


def parts(kind, area, until):
    """All that has expired of a kind in a county, table by table."""
    return {EVIDENCE: _evidence, PORTRAITS: _portraits, PEOPLE: _people}[kind](area.code, until)


def every_row(kind):
    """The tables a kind of register lists rows of, with where each row belongs."""
    return {EVIDENCE: _evidence_rows, PORTRAITS: _portrait_rows, PEOPLE: _person_rows}[kind]()


def _about(path):
    """A condition on rows: they are about one of these people."""
    return lambda people: Q(**{f"{path}__in": people})


def _at_roll_call(path):
    def touching(people):
        lines = RollCallLine.objects.filter(contract__person__in=people)
        return Exists(lines.filter(roll_call=OuterRef(path)))

    return touching


def _evidence_rows():
    person = "contract__person"
    theirs = f"check_in__{person}"
    return [
        Part(CheckIn.objects.all(), _about(person), "contract__area", "day", person),
        Part(RollCall.objects.all(), _at_roll_call("pk"), "area", "day"),
        Part(
            *(Photo.objects.filter(check_in__isnull=False), _about(theirs)),
            *("check_in__contract__area", "check_in__day", theirs, True),
        ),
        Part(
            *(Photo.objects.filter(roll_call__isnull=False), _at_roll_call("roll_call")),
            *("roll_call__area", "roll_call__day"),
            has_files=True,
        ),
    ]


def _evidence(code, until):
    blank = {"longitude": None, "latitude": None, "accuracy": None}
    texts = {"device": "", "said": "", "signature": ""}
    still = [{**blank, **texts}, blank, None, None]
    return [
        part.of(_still(_old(part, code, until), blanks))
        for part, blanks in zip(_evidence_rows(), still, strict=True)
    ]


def _still(rows, blanks):
    """Rows that have something left to let go of: columns that say something, or a file."""
    return rows.exclude(**blanks) if blanks else still_there(rows)


def _old(part, code, until):
    inside = within(code, f"{part.place}_id")
    return part.rows.filter(inside, **{f"{part.day}__lte": until})


def _portrait_rows():
    return [
        Part(Portrait.objects.all(), _about("person"), "person__area", "taken_on", "person", True)
    ]


def _portraits(code, until):
    """The pictures of people whose last contract ended so long ago, and who have no other."""
    (part,) = _portrait_rows()
    ended = [Contract.State.ENDED, Contract.State.VOID]
    holding = Contract.objects.exclude(state__in=ended).values("person")
    gone = Contract.objects.values("person").annotate(last=Max("ends_on")).filter(last__lte=until)
    rows = still_there(part.rows).filter(within(code, "person__area_id"))
    rows = rows.filter(person__in=gone.values("person"), added_at__date__lte=until)
    return [part.of(rows.exclude(person__in=holding))]


def _person_rows():
    about = _about("person")
    return [
        Part(Person.objects.all(), _about("pk"), "area", person="pk"),
        Part(BankAccount.objects.all(), about, "person__area"),
        Part(Kinship.objects.all(), about, "person__area"),
        Part(Fact.objects.all(), about, "person__area"),
        Part(Portrait.objects.all(), about, "person__area", has_files=True),
        Part(Household.objects.all(), _about("members"), "area"),
        Part(Application.objects.all(), _about("hire__person"), "area"),
    ]


def _people(code, until):
    people = strangers(code, until)
    theirs = {"person__in": people}
    rows = [
        people,
        BankAccount.objects.filter(**theirs).exclude(number_digest=""),
        Kinship.objects.filter(**theirs),
        Fact.objects.filter(**theirs).exclude(basis=""),
        still_there(Portrait.objects.filter(**theirs)),
        _emptied(people),
        _applications(people, code, until),
    ]
    return [part.of(some) for part, some in zip(_person_rows(), rows, strict=True)]


def _emptied(people):
    """The households of which nobody stays."""
    others = Person.objects.filter(household=OuterRef("pk")).exclude(pk__in=people)
    emptied = Household.objects.filter(pk__in=people.values("household")).exclude(Exists(others))
    for model, field in naming(Household, but={"registry.person"}):
        emptied = emptied.exclude(Exists(model.filter(**{field: OuterRef("pk")})))
    return emptied


def _applications(people, code, until):
    sent = Application.objects.filter(within(code), received_at__date__lte=until)
    return sent.exclude(id_tail="").filter(
        Q(state=Application.State.DECLINED) | Q(hire__person__in=people)
    )
