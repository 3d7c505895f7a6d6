"""The records that a project's archive holds, as plain rows, in their order."""

from django.db.models import Q

from contracts.models import Attestation
from payroll.models import BankResult, PayLine
from project.kernel.models import Event
from registry.models import BankAccount
from workrelief.checks import shares_of
from workrelief.models import LabourPlan, Spending, Trainee, WageLine


def of(project, looked):
    """{name: rows} of everything that stands in the records of a project."""
    in_project = Q(fund_line__project=project)
    return {
        "project": [_row(project)],
        "fund_lines": _rows(project.fund_lines),
        "shares": [{**vars(share)} for share in shares_of(project)],
        "labour_plan": _rows(LabourPlan.objects.filter(in_project)),
        "spendings": _rows(Spending.objects.filter(in_project)),
        "parties": [_row(party) | {"name": str(party.user)} for party in _all(project.parties)],
        "teams": [_row(team) | {"foreman": team.foreman.name} for team in _all(project.teams)],
        "roster": _roster(project),
        "progress": _rows(project.progress),
        "stoppages": _rows(project.stoppages),
        "trainings": _rows(project.trainings),
        "trainees": _rows(Trainee.objects.filter(training__project=project)),
        "posts": _rows(project.created_posts),
        **_wages(project),
        "events": _events(project, looked),
    }


def _all(related):
    return related.order_by("pk")


def _rows(related):
    return [_row(record) for record in _all(related)]


def _row(record):
    """Every column of a record; files by the name under which they lie."""
    return {field.attname: _plain(record, field) for field in record._meta.concrete_fields}


def _plain(record, field):
    value = getattr(record, field.attname)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _roster(project):
    """Auditors compare people and cards: the numbers stand here in full."""
    members = project.members.select_related("person").order_by("pk")
    cards = BankAccount.objects.filter(person__relief_memberships__project=project, current=True)
    numbers = dict(cards.order_by("pk").values_list("person", "number"))
    return [
        _row(member)
        | {
            "name": member.person.name,
            "id_number": member.person.id_number,
            "account": numbers.get(member.person_id, ""),
        }
        for member in members
    ]


def _wages(project):
    contracts = project.members.values("contract")
    lines = PayLine.objects.filter(contract__in=contracts)
    return {
        "wage_batches": _rows(project.batches),
        "wage_lines": _rows(WageLine.objects.filter(batch__project=project)),
        "attestations": _rows(Attestation.objects.filter(contract__in=contracts)),
        "pay_lines": _rows(lines),
        "bank_results": _rows(BankResult.objects.filter(sent__line__in=lines)),
    }


def _events(project, looked):
    """Everything done to the project, its people and its wages; not who merely looked."""
    own = Q()
    for model, rows in (
        ("project", [project.pk]),
        ("member", project.members.values("pk")),
        ("wagebatch", project.batches.values("pk")),
    ):
        own |= Q(record_type__model=model, record_id__in=rows)
    events = Event.objects.filter(own, record_type__app_label="workrelief")
    told = events.exclude(verb__in=looked).select_related("by", "record_type").order_by("pk")
    return [_row(event) | {"by": event.who, "of": event.record_type.model} for event in told]
