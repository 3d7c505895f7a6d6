"""Requests to other departments, and what they answer."""

from datetime import date, timedelta
from decimal import Decimal

from contracts.models import Contract
from payroll import comparisons
from payroll.models import Hit
from project.kernel.secrets import digest
from registry.models import Person
from tests import given
from tests.project.ledgers import taken_in

SOURCE = "市场监管局"


def asked(scene, area=None, month=given.OCTOBER, as_of=date(2026, 10, 31), departments=(SOURCE,)):
    """The county asks about everybody of the township, or of an area named."""
    return comparisons.ask(
        by=scene.staff.department_officer,
        area=area or scene.place.town,
        month=month,
        as_of=as_of,
        departments=list(departments),
    )


def row(comparison, person, **cells):
    """A line of an answer (X-11), given by its headings."""
    fixed = {
        "来源部门": SOURCE,
        "命中类型": "法人",
        "起": date(2025, 5, 6),
        "止": "",
        "依据": "登记",
    }
    number = comparison.number if comparison else ""
    return {"比对批次": number, "身份证号": person.id_number} | fixed | cells


def answered(scene, comparison, people, **cells):
    """Hits about people, taken in by the township officer."""
    rows = [row(comparison, person, **cells) for person in people]
    taken_in("facts", *rows, by=scene.staff.township_officer)
    return list(Hit.objects.filter(comparison=comparison).order_by("pk"))


def outcome(hit):
    """What was found about a hit so far."""
    return Hit.objects.with_state().get(pk=hit.pk).state


def examined(scene, hit, found, **fields):
    """What the township, or somebody named, found about a hit."""
    by = fields.pop("by", scene.staff.township_officer)
    reason = fields.pop("reason", "到登记机关查过档案")
    return comparisons.examine(hit, by=by, outcome=found, reason=reason, **fields)


def states(run):
    """{number: state} of a run's lines."""
    return {line.number: line.state for line in run.lines.with_state()}


def many_holders(scene, count, after=0):
    """So many people on posts of a village, written at once."""
    village = scene.place.villages[0]
    numbers = [
        given.id_number(date(1980, 1, 1) + timedelta(days=at // 999), at + 1)
        for at in range(after, after + count)
    ]
    people = Person.objects.bulk_create(
        Person(
            area=village,
            name="李四",
            id_number=number,
            id_digest=digest(number),
            id_tail=number[-4:],
            sex="m",
            born_on=date(1980, 1, 1),
        )
        for number in numbers
    )
    Contract.objects.bulk_create(
        Contract(
            area=village,
            person=person,
            title="保洁员",
            fund_id="employment",
            standard=Decimal(600),
            starts_on=date(2026, 1, 1),
            ends_on=date(2026, 12, 31),
            state="in_force",
            signed_on=date(2025, 12, 20),
        )
        for person in people
    )
    return people


def one_of_each(scene):
    """A request and a hit that answers it."""
    comparison = asked(scene)
    (hit,) = answered(scene, comparison, [scene.contracts[1].person])
    return comparison, hit


def addresses(comparison, hit):
    """The pages of a request and of a doubt."""
    return {
        "payroll:comparison": {"pk": comparison.pk},
        "payroll:comparison-take": {"pk": comparison.pk},
        "payroll:hit": {"pk": hit.pk},
        "payroll:hit-examine": {"pk": hit.pk},
    }
