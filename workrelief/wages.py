"""A month's wages of a project, from the ledger to the village; payroll pays what is attested."""

from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from contracts.models import Attestation
from payroll.models import PayLine, PayRun
from payroll.turns import take_turns_of
from project.kernel.guards import Refused, log, take
from project.kernel.months import today
from project.kernel.roles import Permission
from project.kernel.uploads import handed_in
from workrelief.earning import earnings
from workrelief.models import Project, WageBatch, WageLine, WageScan
from workrelief.parties import acts_as
from workrelief.services import locked, may, with_reason
from workrelief.wage_checks import sheet_lines, sheets_are_confirmed, working


@transaction.atomic
def draft(project, month, *, by, note=""):
    """Draw a month's wages up from the confirmed sheets of the project's villages."""
    project = locked(project)
    _is_contractor(project, by)
    if project.state not in [*Project.AT_WORK, Project.State.SUSPENDED]:
        raise Refused(_("Wages come about while there is work on the site."))
    if month.last > today():
        raise Refused(_("The month is not over yet."))
    if project.batches.filter(month=month).exclude(state="voided").exists():
        raise Refused(_("The wages of %(month)s are drawn up already.") % {"month": month})
    batch = WageBatch.objects.create(project=project, area_id=project.area_id, month=month)
    _write_lines(batch)
    log(batch, "draft", by=by, after=batch.state, note=note, lines=batch.lines.count())
    return batch


def _is_contractor(project, by):
    sentence = _("Wages are drawn up by the contractor or the council.")
    may(by, Permission.WAGE_DRAFT, project.area_id, sentence)
    if not acts_as(project, by, "contractor"):
        raise Refused(_("You are not named for the contractor of this project."))


def _write_lines(batch):
    """One line for each worker with days on a confirmed sheet, under the rates of the contract."""
    if not working(batch.project, batch.month).exists():
        raise Refused(_("Nobody on the roster had a contract in this month."))
    if reasons := sheets_are_confirmed.failures(batch):
        raise Refused(reasons)
    shown = sheet_lines(batch.project, batch.month).filter(Q(days__gt=0) | Q(quantity__gt=0))
    rows = shown.select_related("contract__relief_member").order_by("contract__area", "contract")
    comes_to = earnings(rows, batch.month)
    WageLine.objects.bulk_create(
        WageLine(
            batch=batch,
            number=number,
            member=row.contract.relief_member,
            contract=row.contract,
            days=row.days,
            quantity=row.quantity,
            rate=comes_to[row.contract_id][0],
            amount=comes_to[row.contract_id][1],
        )
        for number, row in enumerate(rows, start=1)
    )


@transaction.atomic
def draw_up_again(batch, *, by, note=""):
    """Draw the lines up again from the sheets; signatures of lines that changed are asked anew."""
    batch = _locked(batch)
    _is_contractor(batch.project, by)
    if batch.state != WageBatch.State.DRAFTED:
        raise Refused(_("The batch is signed: it has to be sent back first."))
    signed = {_said(line): line.signed_on for line in batch.lines.all()}
    batch.lines.all().delete()
    _write_lines(batch)
    lines = list(batch.lines.all())
    for line in lines:
        line.signed_on = signed.get(_said(line))
    WageLine.objects.bulk_update(lines, ["signed_on"])
    log(batch, "draw_up_again", by=by, note=note, lines=len(lines))
    return batch


def _said(line):
    """What a worker signed for."""
    return (line.contract_id, line.days, line.quantity, line.amount)


@transaction.atomic
def keep_signatures(batch, *, by, numbers, scan):
    """Keep the scan of the list that the workers of these lines signed (F-27)."""
    batch = _locked(batch)
    _is_contractor(batch.project, by)
    if batch.state != WageBatch.State.DRAFTED:
        raise Refused(_("The batch is signed already."))
    lines = batch.lines.filter(number__in=numbers)
    if not numbers or lines.count() != len(set(numbers)):
        raise Refused(_("Name the numbers of the lines that the scan shows."))
    handed = handed_in(scan)
    sha256 = handed.sha256
    if other := WageScan.objects.filter(sha256=sha256).select_related("batch__project").first():
        raise Refused(
            _("This very scan was kept for %(batch)s already; signatures serve one month (V-12).")
            % {"batch": other.batch}
        )
    made = WageScan(batch=batch, name=handed.name, sha256=sha256, added_by=by)
    made.file.save(handed.stored_as, handed.file)
    lines.update(signed_on=today())
    log(batch, "keep_signatures", by=by, lines=len(numbers), sha256=sha256)
    return made


@transaction.atomic
def sign(batch, *, by, note=""):
    """Hand the list in, signed by every worker."""
    return take(_locked(batch).sign, by=by, note=note)


@transaction.atomic
def measure(batch, *, by, number, corrected, reason):
    """Keep what the supervising engineer measured for a line, beside what the sheet shows."""
    batch = _locked(batch)
    sentence = _("Measures are corrected by the supervising engineer.")
    may(by, Permission.WAGE_CHECK, batch.area_id, sentence)
    if not acts_as(batch.project, by, "engineer"):
        raise Refused(_("You are not named as supervising engineer of this project."))
    if batch.state != WageBatch.State.SIGNED:
        raise Refused(_("Measures are corrected while the batch lies with the engineer."))
    line = batch.lines.filter(number=number).first()
    if line is None:
        raise Refused(_("There is no line %(number)s.") % {"number": number})
    if corrected < 0 or not reason.strip():
        raise Refused(_("Enter the measure and the reason for it."))
    line.corrected, line.reason = Decimal(corrected), reason
    line.save(update_fields=["corrected", "reason"])
    log(batch, "measure", by=by, note=reason, line=number, corrected=str(corrected))
    return line


@transaction.atomic
def examine(batch, *, by, note=""):
    """The supervising engineer has checked days, quantities and rates."""
    return take(_locked(batch).examine, by=by, note=note)


@transaction.atomic
def approve(batch, *, by, note=""):
    """The owner accepts the month's wages."""
    return take(_locked(batch).approve, by=by, note=note)


@transaction.atomic
def verify(batch, *, by, note=""):
    """The village confirms; each line's month is attested, and payroll may pay it."""
    batch = _locked(batch)
    _keep_pay_waiting(batch)
    batch = take(batch.verify, by=by, note=note)
    _attest(batch, by, lambda line: (line.days, line.quantity))
    return batch


def _keep_pay_waiting(batch):
    """Nobody prepares or confirms pay of these people while what is attested changes."""
    take_turns_of(batch.project.members.filter(wage_lines__batch=batch).values("person"))
    lines = PayLine.objects.filter(
        contract__in=batch.lines.values("contract"), month=batch.month, standing=True
    )
    runs = PayRun.objects.select_for_update(of=("self",)).filter(pk__in=lines.values("run"))
    list(runs.order_by("pk").values_list("pk"))


def _attest(batch, by, said):
    rows = []
    for line in batch.lines.all():
        days, quantity = said(line)
        rows.append(
            Attestation(
                contract_id=line.contract_id,
                month=batch.month,
                days=days,
                quantity=quantity,
                basis=str(batch)[:120],
                by=by,
            )
        )
    Attestation.objects.bulk_create(rows)


@transaction.atomic
def file(batch, *, by, note=""):
    """Every wage has arrived; the ledger is filed with the county."""
    return take(_locked(batch).file, by=by, note=note)


@transaction.atomic
def send_back(batch, *, by, note):
    """Give the batch back to the contractor; what was attested no longer is."""
    batch = _locked(batch)
    _keep_pay_waiting(batch)
    attested = batch.state == WageBatch.State.VERIFIED
    batch = with_reason(batch.send_back, by=by, note=note)
    if attested:
        _attest(batch, by, lambda _line: (None, None))
    return batch


@transaction.atomic
def void(batch, *, by, note):
    """Throw away a batch nobody has signed."""
    return with_reason(_locked(batch).void, by=by, note=note)


def _locked(batch):
    found = WageBatch.objects.select_for_update(of=("self",))
    return found.select_related("project", "area").get(pk=batch.pk)
