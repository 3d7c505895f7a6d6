"""The offices at work on October's pay: each looks at the records alone to know what is next."""

import asyncio
from contextlib import suppress
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path

from django.core.management import call_command

from payroll import correction_flows, flows, recovery_flows, services
from payroll.models import BankFile, Correction, Hold, PayLine, PayRun, Recovery, SentLine
from payroll.tasks import ask_to_prepare
from project.kernel.guards import NotThisPerson, refusals
from project.kernel.jobs import give_back_stalled
from project.kernel.models import Job, User
from project.kernel.months import Month, today
from project.kernel.sealing import seal_file
from project.kernel.steps import do, open_tasks
from registry.models import Area
from tests import given, given_results
from tests.project.ledgers import taken_in

SEPTEMBER = Month(2026, 9)
LATE = ["reconcile", "close"]
KEPT_BACK = Decimal("100.00")


def township():
    """Eight people whose October is final: one owes pay of September, two are in doubt."""
    scene = given.scene(holders=8)
    given.user("finance_officer", at=scene.place.county)
    officer = scene.staff.township_officer
    scene.month = SEPTEMBER
    given.worked(scene.contracts[0], officer, range(1, 20), month=SEPTEMBER)
    run = given.pay_run(scene, "sent")
    given_results.answered(run, scene.staff.finance_officer)
    for step in LATE:
        do(run, step, by=scene.staff.finance_officer)
    _to_keep_back(scene)
    given.fact(scene.contracts[6].person, officer, kind="参保", since=date(2026, 10, 1))
    given.fact(scene.contracts[7].person, officer, since=date(2026, 10, 12))
    scene.month = given.OCTOBER
    given.sheets(scene)
    return scene


def _to_keep_back(scene):
    """A hundred yuan of September that October's pay is to bear."""
    people, (debtor, *_others) = scene.staff, scene.contracts
    about = {"contract": debtor, "first": SEPTEMBER, "last": SEPTEMBER, "amount": KEPT_BACK}
    recovery = recovery_flows.propose(
        by=people.township_officer, reason="多计一天", decision="示例县乡岗案〔2026〕3号", **about
    )
    offset = {"month": given.OCTOBER}
    for step, who, details in [
        ("decide", "department_officer", {}),
        ("demand", "township_officer", {"on": today(), "pay_to": "示例县财政局"}),
        ("ask_offset", "township_officer", offset | {"amount": KEPT_BACK}),
        ("approve_offset", "department_officer", offset),
    ]:
        recovery = do(recovery, step, by=getattr(people, who), **details)


def holders_of(role):
    return User.objects.filter(appointments__role=role).order_by("pk")


def by_somebody(record, step, *roles, **details):
    """The step is taken by the first of these offices whom no earlier step of theirs bars."""
    for one in User.objects.filter(appointments__role__in=roles).order_by("pk").distinct():
        with suppress(NotThisPerson):
            return do(record, step, by=one, **details)
    raise AssertionError(f"nobody may {step} {record}")


class Office:
    """Everybody who works on a month of one township; `folder` is where finance saves its files."""

    def __init__(self, folder, month=given.OCTOBER, failing=(1, 2)):
        self.folder, self.month, self.failing = Path(folder), month, failing

    def work(self):
        """Go on from wherever the records stand until nothing is left to do."""
        self.take_up_jobs()
        steps = [self.prepare, self.renew, self.release, self.correct, self.walk, self.take]
        steps += [self.hand_over, self.answer, self.finish, self.book]
        while any(step() for step in steps):
            pass

    def take_up_jobs(self):
        """What the machine does when it is switched on again: a worker takes up what was left."""
        asyncio.run(give_back_stalled(seconds=0))
        call_command("procrastinate", "worker", "--one-shot")

    def runs(self, *states):
        return PayRun.objects.filter(month=self.month, state__in=states).order_by("pk")

    def prepare(self):
        """The officer asks, and a worker prepares; who was sent back asks again."""
        waiting = Job.objects.filter(state__in=[Job.State.WAITING, Job.State.RUNNING])
        if waiting.exists():
            self.take_up_jobs()
            assert not waiting.exists(), "a job is stuck"
            return True
        living = PayRun.objects.filter(month=self.month).exclude(state__in=PayRun.DEAD)
        if living.exists():
            return False
        town = Area.objects.get(level=Area.Level.TOWNSHIP)
        ask_to_prepare(by=holders_of("township_officer").first(), month=self.month, area=town)
        return True

    def renew(self):
        """What was overtaken while it waited for its second person is prepared again."""
        officer = holders_of("township_officer").first()
        for run in self.runs(PayRun.State.PREPARED):
            if refusals(run.confirm):
                if run.supplements:
                    flows.supplement(run.supplements, by=officer)
                else:
                    ask_to_prepare(by=officer, month=self.month, area=run.area)
                    self.take_up_jobs()
                assert not refusals(PayRun.objects.get(pk=run.pk).confirm)
                return True
        return False

    def release(self):
        """A hit of the insured is looked into and released; the dead stay held."""
        prepared = self.runs(PayRun.State.PREPARED)
        holds = Hold.objects.waiting().filter(line__run__in=prepared, fact__kind="参保")
        for hold in holds.order_by("pk")[:1]:
            officer = holders_of("township_officer").first()
            services.release(hold, by=officer, reason="灵活就业参保，已核实")
            return True
        return False

    def walk(self):
        """The next approval of the first run that waits for one."""
        for run in self.runs(*given.RUN_STATES[:-1]):
            step, role, details = given.RUN_WALK[given.RUN_STATES.index(run.state)]
            turn = [task.flow_task.name for task in open_tasks(run)]
            if turn == [f"{step.removesuffix('_approve')}_countersign"]:
                step, details = turn[0], {}
            assert turn == [step], f"{run.state}, but it is the turn of {turn}"
            by_somebody(run, step, role, **details)
            return True
        return False

    def take(self):
        """Finance takes each bank file that does not lie saved, as it was given out."""
        finance = holders_of("finance_officer").first()
        for file in self._files():
            if not self._saved(file):
                self._command("export", file.run_id, "--format", "X-07", finance, out=self.folder)
                return True
        return False

    def hand_over(self):
        finance = holders_of("finance_officer").first()
        for file in self._files().exclude(checks__handed_over=True):
            saved = self._saved(file)
            self._command("check", file.number, saved, "--hand-over", finance)
            return True
        return False

    def answer(self):
        """The bank answers for each file; of the first some payments came back."""
        for file in self._files().filter(lines__results=None).distinct():
            back = () if file.run.corrects_id else self.failing
            lines = SentLine.objects.filter(file=file, results=None).order_by("number")
            lines = lines.select_related("line__account", "line__person", "file")
            failed = given_results.FAILED
            rows = [given_results.answer(x, **(failed if x.number in back else {})) for x in lines]
            if rows:  # nobody was quicker
                taken_in("bank-results", *rows, by=holders_of("finance_officer").first())
            return True
        return False

    def correct(self):
        """A new account for each payment that came back, said by one and confirmed by another."""
        for line in PayLine.objects.unsettled().filter(month=self.month).order_by("pk"):
            waiting = line.corrections.filter(state=Correction.State.PROPOSED).first()
            if waiting:
                by_somebody(waiting, "confirm", "township_reviewer")
            else:
                self.propose(line, by=holders_of("township_officer").first())
            return True
        return False

    def propose(self, line, *, by):
        """Somebody says to which new account of the worker a payment goes that came back."""
        return correction_flows.propose(
            line=line,
            by=by,
            way="account",
            number=f"62173330{line.pk:011d}",
            holder=line.person.name,
            bank="示例县农商行",
            reason="旧卡已注销",
        )

    def finish(self):
        """What the bank has answered for is reconciled; what is settled is closed."""
        for state, step in zip([PayRun.State.SENT, PayRun.State.RECONCILED], LATE, strict=True):
            for run in self.runs(state):
                by_somebody(run, step, "finance_officer")
                return True
        return False

    def book(self):
        """What October's pay kept back is booked once, and the recovery settled by another."""
        for recovery in Recovery.objects.filter(state=Recovery.State.REPAYING):
            if recovery.balance:
                kept = {"way": "offset", "amount": recovery.balance, "month": self.month}
                kept |= {"received_on": today()}
                by_somebody(recovery, "repay", "finance_officer", **kept)
            else:
                by_somebody(recovery, "settle", "department_officer", "finance_officer")
            return True
        return False

    def _files(self):
        return BankFile.objects.filter(run__month=self.month).order_by("pk")

    def _saved(self, file):
        """The saved file that was given out, byte for byte; None where there is none."""
        for given_out in file.handovers.order_by("pk"):
            path = self.folder / given_out.name
            if path.exists() and seal_file(path.read_bytes()) == given_out.sha256:
                return path
        return None

    def _command(self, verb, *arguments, out=None):
        *rest, by = arguments
        more = ["--out", str(out)] if out else []
        said = [str(word) for word in rest]
        call_command("payroll", verb, *said, *more, "--as", by.username, stdout=StringIO())
