"""Asking other departments about everybody on a post, and looking at what they answer (W-12)."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils.translation import gettext as _

from contracts.models import Contract, Exit
from payroll import services
from payroll.handing import Origin
from payroll.models import (
    ComparedPerson,
    Comparison,
    Examination,
    Hold,
    Outcome,
    PayRun,
    Recovery,
    TakenList,
)
from project.kernel import tables
from project.kernel.guards import Refused, log
from project.kernel.looks import look, people_of, taken_out
from project.kernel.models import Look
from project.kernel.months import today
from project.kernel.roles import Permission
from project.kernel.sealing import seal_file
from registry.models import Area, Fact

# The sealed numbers are copied as they are: nothing is opened to freeze a list.
FROZEN = """
    INSERT INTO payroll_comparedperson
        (comparison_id, number, person_id, area_id, name, id_number, id_digest)
    SELECT %s, row_number() OVER (ORDER BY c.area_id, p.id), p.id, c.area_id, p.name, p.id_number,
        p.id_digest
    FROM (SELECT person_id, min(area_id) AS area_id FROM ({contracts}) held GROUP BY 1) c
    JOIN registry_person p ON p.id = c.person_id
"""
HASH = """
    SELECT count(*), encode(sha256(convert_to(coalesce(string_agg(
        concat_ws('|', number, name, id_digest), E'\\n' ORDER BY number), ''), 'UTF8')), 'hex')
    FROM payroll_comparedperson WHERE comparison_id = %s
"""
HEADINGS = ("比对批次", "时点", "姓名", "身份证号")
BY_COMMAND = Origin()


@transaction.atomic
def ask(*, by, area, month, as_of, departments):
    """Freeze who holds a contract in an area on a day, to be asked about at other departments."""
    if not by.has_perm(Permission.PAY_DEPARTMENT, area.pk):
        raise PermissionDenied(_("Comparisons are asked for by the county department."))
    if as_of > today():
        raise Refused(_("The day lies ahead: nobody can say yet who holds a contract then."))
    # Two who ask at once get two numbers.
    Area.objects.select_for_update(no_key=True).get(pk=area.pk)
    comparison = Comparison.objects.create(
        number=_number(area, month),
        area=area,
        month=month,
        as_of=as_of,
        departments=list(dict.fromkeys(departments)),
        asked_by=by,
    )
    _freeze(comparison)
    log(comparison, "ask", by=by, rows=comparison.people, sha256=comparison.sha256)
    return comparison


def _number(area, month):
    asked = Comparison.objects.filter(area=area, month=month).count()
    return f"BD-{area.pk[:9]}-{month.compact}-{asked + 1}"


def _freeze(comparison):
    """Write the list in one statement, then its length and hash, after which nothing changes."""
    held = Contract.objects.overlapping(comparison.as_of, comparison.as_of)
    held = held.inside(comparison.area_id).order_by().values("person_id", "area_id")
    contracts, params = held.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(FROZEN.format(contracts=contracts), [comparison.pk, *params])
        cursor.execute(HASH, [comparison.pk])
        comparison.people, comparison.sha256 = cursor.fetchone()
    if not comparison.people:
        raise Refused(
            _("Nobody in this area holds a contract on %(day)s.") % {"day": comparison.as_of}
        )
    comparison.save(update_fields=["people", "sha256"])


@dataclass(frozen=True)
class ListForm:
    """A way in which a list is written, as departments read it."""

    code: str
    title: str
    encoding: str = ""

    @property
    def suffix(self):
        return "csv" if self.encoding else "xlsx"


FORMS = {
    form.code: form
    for form in (
        ListForm("xlsx", "Excel"),
        ListForm("csv", "CSV (UTF-8)", "utf-8-sig"),
        ListForm("csv-gb", "CSV (GB18030)", "gb18030"),
    )
}


@dataclass(frozen=True)
class WrittenList:
    """A list ready to be handed over."""

    name: str
    content: bytes


@transaction.atomic
def take_out(comparison, form, *, by, purpose, origin=BY_COMMAND):
    """X-10: the frozen list as a file; who takes it, what for and how many rows is on record."""
    if not by.has_perm(Permission.PAY_DEPARTMENT, comparison.area_id):
        raise PermissionDenied(_("Lists of ID numbers are taken out by the county department."))
    if not purpose.strip():
        raise Refused(_("Say what the list is taken out for and who gets it."))
    content, rows = _written(comparison, FORMS[form], by)
    made = WrittenList(f"{comparison.number}_X-10.{FORMS[form].suffix}", content)
    said = {"name": made.name, "rows": rows, "sha256": seal_file(content), "purpose": purpose}
    TakenList.objects.create(
        comparison=comparison,
        form=form,
        way=origin.way,
        address=origin.address,
        taken_by=by,
        **said,
    )
    log(comparison, "export", by=by, format=form, **said)
    shown = people_of(ComparedPerson.objects.filter(comparison=comparison))
    look(by, Look.What.EXPORT, shown, record=comparison, purpose=purpose[:200], rows=rows)
    return made


def _written(comparison, form, by):
    """The bytes of a list and its number of rows: batch, day, name, ID number and no more."""
    day = comparison.as_of.isoformat()
    people = ComparedPerson.objects.filter(comparison=comparison).order_by("number")
    rows = [(comparison.number, day, row.name, row.id_number) for row in people]
    if not form.encoding:
        kinds = ("text", "text", "text", "id")
        columns = [
            tables.Column(str(place), heading, kind=kind)
            for place, (heading, kind) in enumerate(zip(HEADINGS, kinds, strict=True))
        ]
        return tables.write(columns, rows, foot=taken_out(by)), len(rows)
    content = tables.write_text([HEADINGS, *rows], encoding=form.encoding, errors="replace")
    return content, len(rows)


@transaction.atomic
def examine(hit, *, by, outcome, reason, follows=""):
    """Say what was found about a doubt; what is cleared lets go the lines that wait for it.

    A report of death is cleared by the county department, and its line released by the township.
    """
    fact = Fact.objects.select_for_update(no_key=True).select_related("person").get(pk=hit.fact_id)
    refuse_strangers(hit, by=by, outcome=outcome)
    if not reason.strip():
        raise Refused(_("Say what was checked and which paper shows it."))
    follows = follows if outcome == Outcome.CONFIRMED else ""
    if outcome == Outcome.CONFIRMED:
        _bears_out(fact, follows)
    made = Examination.objects.create(
        fact=fact, outcome=outcome, follows=follows, reason=reason.strip(), examined_by=by
    )
    log(hit, "examine", by=by, after=outcome, note=reason, follows=follows)
    if outcome == Outcome.CLEARED and fact.kind != Fact.Kind.DECEASED:
        for hold in _released_with(fact, by):
            services.release(hold, by=by, reason=reason)
    return made


def refuse_strangers(hit, *, by, outcome=""):
    """Who may write about a doubt: its township; that a report of death is untrue, the county."""
    township = by.has_perm(Permission.PAY_RELEASE, hit.area_id)
    county = by.has_perm(Permission.PAY_DEPARTMENT, hit.area_id)
    death = hit.fact.kind == Fact.Kind.DECEASED
    if death and outcome == Outcome.CLEARED and not county:
        raise PermissionDenied(_("A report of death is cleared by the county department."))
    if not township and not (death and county):
        raise PermissionDenied(_("Doubts of comparisons are decided by the township officer."))


def _bears_out(fact, follows):
    """What is said to follow must be there: a proposed exit, a recovery or a held line."""
    exits = Exit.objects.filter(contract__person=fact.person).exclude(state=Exit.State.CANCELLED)
    recoveries = Recovery.objects.filter(contract__person=fact.person)
    held = Hold.objects.waiting().filter(fact=fact)
    follow = Examination.Follows
    there = {
        follow.EXIT: (exits, _("Propose the exit on the contract first.")),
        follow.RECOVERY: (recoveries, _("Propose the recovery first.")),
        follow.UNPAID: (held, _("No line waits for this: choose an exit or a recovery.")),
    }
    if follows not in there:
        raise Refused(_("Say what follows: an exit, a recovery, or the line stays unpaid."))
    records, remedy = there[follows]
    if not records.exists():
        raise Refused(remedy)


def _released_with(fact, by):
    """The holds for a fact that somebody may still release, in runs nobody has confirmed."""
    holds = Hold.objects.waiting().filter(fact=fact, line__run__state=PayRun.State.PREPARED)
    holds = holds.select_related("line__run", "line__contract", "fact").order_by("pk")
    return [x for x in holds if by.has_perm(Permission.PAY_RELEASE, x.line.run.area_id)]
