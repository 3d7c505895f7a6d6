"""People on their way out of a contract, brought there through the services."""

from datetime import date
from types import SimpleNamespace

from contracts import exit_flows
from contracts.models import Cover, Exit
from payroll.models import BankResult, SentLine
from posts import households
from posts.models import Hire, Post, VacancyReport
from project.kernel.steps import do
from registry.models import ImportedFile
from tests import given

LAST_DAY = date(2026, 10, 20)


def proposed(contract, by, reason=Exit.Reason.E02, last_day=LAST_DAY, **facts):
    """An exit as the village proposes it."""
    return exit_flows.propose(contract=contract, by=by, reason=reason, last_day=last_day, **facts)


def approved(scene, contract, by="village_clerk", **facts):
    """An exit told, heard where it must be, and approved by the township leader."""
    exit_ = proposed(contract, getattr(scene.staff, by), **facts)
    if not exit_.is_death:
        exit_ = do(exit_, "notify", by=scene.staff.township_officer, on=exit_.proposed_on)
    if exit_.is_disciplinary:
        exit_ = do(exit_, "hear", by=scene.staff.township_officer, statement="没有异议")
    return do(exit_, "approve", by=scene.staff.township_leader)


def insured_until(contract):
    """The last day on which any policy covers the worker."""
    return max(Cover.objects.filter(person=contract.person).values_list("ends_on", flat=True))


def credited(run, by):
    """The bank has credited every line that went to it."""
    file = ImportedFile.objects.create(
        kind="bank-results", name="回盘.xlsx", sha256=f"{run.pk:064d}", rows=1, imported_by=by
    )
    sent = SentLine.objects.filter(file__run=run).select_related("line")
    return BankResult.objects.bulk_create(
        BankResult(
            source=file,
            row=place,
            sent=line,
            outcome=BankResult.Outcome.SUCCESS,
            amount=line.line.amount,
            credited_on=date(2026, 11, 20),
        )
        for place, line in enumerate(sent, start=2)
    )


def month_paid(scene):
    """The month's run, through the bank and back, closed."""
    run = given.pay_run(scene, "sent")
    credited(run, scene.staff.finance_officer)
    run = do(run, "reconcile", by=scene.staff.finance_officer)
    return do(run, "close", by=scene.staff.finance_officer)


def placed(scene, contract, headcount=1, **fields):
    """The hire that brought a contract's worker onto a post of the village."""
    post = Post.objects.create(
        area=contract.area,
        number=f"{contract.area_id}-E{contract.pk}",
        title=contract.title + str(contract.pk),
        post_type=contract.post_type,
        department=contract.department,
        fund=contract.fund,
        standard=contract.standard,
        headcount=headcount,
        starts_on=contract.starts_on,
        state=Post.State.OPEN,
    )
    return Hire.objects.create(
        state=Hire.State.PLACED,
        area=contract.area,
        post=post,
        person=contract.person,
        contract=contract,
        applied_on=contract.starts_on,
        **fields,
    )


def years(scene, name, born, first, count=3):
    """A worker with so many one-year contracts behind one another; only the last runs."""
    officer = scene.staff.township_officer
    who = given.person(scene.place.villages[0], name=name, born=born)
    before = None
    for year in range(first, first + count):
        contract = given.contract(
            scene.place.villages[0],
            officer,
            person=who,
            starts_on=date(year, 1, 1),
            ends_on=date(year, 12, 31),
            renews=before,
        )
        contract = given.contracts.take_over(contract, by=officer, signed_on=date(year, 1, 1))
        if year < first + count - 1:
            contract = given.contracts.end(contract, by=officer, on=date(year, 12, 31))
        before = contract
    return placed(scene, before)


def one_of_each(scene):
    """An exit under way, a vacancy reported and a household recognised, for walks over pages."""
    officer, last = scene.staff.township_officer, scene.contracts[-1]
    hire = placed(scene, last)
    report = VacancyReport.objects.create(
        area=last.area,
        hire=hire,
        vacant_since=LAST_DAY,
        due_on=LAST_DAY,
        reported_on=LAST_DAY,
        reported_by=officer,
    )
    household = given.person(last.area, name="李四嫂", born=date(1985, 4, 1)).household
    record = households.recognise(household=household, by=officer, applied_on=date(2026, 11, 2))
    return SimpleNamespace(
        exit=proposed(last, scene.staff.village_clerk), report=report, household=record
    )


def addresses(made):
    """Where the records of `one_of_each` are reached."""
    exit_, report, record = made.exit, made.report, made.household
    found = {
        f"posts:zeroemployment{deed}": {"pk": record.pk}
        for deed in ("", "-offer", "-help", "-clear")
    }
    return found | {
        "contracts:exit": {"pk": exit_.pk},
        "contracts:exit-step": {"pk": exit_.pk, "step": "notify"},
        "contracts:exit-bulk": {"step": "notify"},
        "posts:vacancyreport": {"pk": report.pk},
    }
