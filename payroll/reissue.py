"""What came back from the bank is paid again by a new line, or goes back to the fund."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from payroll.models import Correction, PayLine, PayPart, PayRun
from payroll.sealing import content_hash
from project.kernel.guards import Refused, log, refusals, take
from project.kernel.roles import Permission
from project.kernel.secrets import digest
from registry.models import BankAccount

COPIED = (
    "contract_id",
    "person_id",
    "area_id",
    "sheet_line_id",
    "month",
    "item",
    "standard",
    "days_worked",
    "required_days",
    "quantity",
    "on_days",
    "due",
    "adjusted",
    "cap",
    "offset",
    "amount",
    "rules",
)


@transaction.atomic
def propose(*, line, way, by, number="", holder="", bank="", voucher="", reason=""):
    """Say what becomes of a payment that came back; another person confirms it."""
    run = _locked(line.run_id)
    if not by.has_perm(Permission.PAY_CORRECT, run.area_id):
        raise PermissionDenied(_("Correcting a payment belongs to the township officer."))
    if reasons := _against(line, run):
        raise Refused(reasons)
    correction = Correction.objects.create(
        area=run.area,
        line=line,
        way=way,
        account=_account(line, number, holder, bank, by) if way == Correction.Way.ACCOUNT else None,
        voucher=voucher,
        reason=reason,
        proposed_by=by,
    )
    if barred := correction.barred(by):
        raise Refused(barred)
    log(correction, "propose", by=by, after=correction.state, note=reason)
    return correction


def _against(line, run):
    """Why a payment cannot be corrected now."""
    reasons = []
    if run.state not in (PayRun.State.SENT, PayRun.State.RECONCILED):
        reasons.append(_("Only a run that was sent and is not closed yet is corrected."))
    if not PayLine.objects.unsettled().filter(pk=line.pk).exists():
        reasons.append(_("This payment did not come back, or it is settled already."))
    if line.corrections.filter(state=Correction.State.PROPOSED).exists():
        reasons.append(_("A correction of this payment waits for a second person already."))
    return reasons


def _account(line, number, holder, bank, by):
    """The account the money goes to: the one on record, or a new one that is not current yet."""
    known = BankAccount.objects.filter(person=line.person_id, current=True).first()
    print_ = digest(number)
    if known and (known.number_digest, known.holder_name) == (print_, holder):
        return known
    if holder != line.person.name:
        raise Refused(
            _("The account is in the name of %(holder)s. Pay %(name)s on their own account.")
            % {"holder": holder, "name": line.person.name}
        )
    return BankAccount.objects.create(
        person=line.person,
        number=number,
        number_digest=print_,
        bank=bank,
        holder_name=holder,
        current=False,
        added_by=by,
    )


@transaction.atomic
def confirm(correction, *, by, note=""):
    """A second person agrees: a new line pays again what came back, or the fund has it back."""
    run = _locked(Correction.objects.values_list("line__run", flat=True).get(pk=correction.pk))
    correction = (
        Correction.objects.select_for_update(of=("self",))
        .select_related("line__person", "account", "area")
        .get(pk=correction.pk)
    )
    fresh = None
    if not refusals(correction.confirm, by=by):
        PayLine.objects.filter(pk=correction.line_id, standing=True).update(standing=False)
        if correction.way == Correction.Way.ACCOUNT:
            fresh = _paid_again(correction, run, by)
    return take(correction.confirm, by=by, note=note, at=timezone.now(), fresh=fresh)


@transaction.atomic
def withdraw(correction, *, by, note):
    """Take a correction back with a reason; the payment waits again."""
    return take(
        Correction.objects.select_for_update().get(pk=correction.pk).withdraw, by=by, note=note
    )


def _paid_again(correction, run, by):
    """The new line in the correction run, on the account that is current from now on."""
    account = correction.account
    BankAccount.objects.filter(person=account.person_id, current=True).exclude(
        pk=account.pk
    ).update(current=False)
    BankAccount.objects.filter(pk=account.pk).update(current=True)
    fresh_run = _correction_run(run, by)
    last = fresh_run.lines.aggregate(last=Max("number"))["last"] or 0
    old = correction.line
    fresh = PayLine.objects.create(
        run=fresh_run, number=last + 1, account=account, **{n: getattr(old, n) for n in COPIED}
    )
    parts = [(p.kind, p.amount, p.quantity, p.rule, p.source) for p in old.parts.all()]
    names = ("kind", "amount", "quantity", "rule", "source")
    PayPart.objects.bulk_create(
        PayPart(line=fresh, **dict(zip(names, part, strict=True))) for part in parts
    )
    PayRun.objects.filter(pk=fresh_run.pk).update(sha256=content_hash(fresh_run))
    return fresh


def _correction_run(run, by):
    """The open correction of a run; the amounts were approved with the run it corrects."""
    opened = run.corrections.filter(state=PayRun.State.FINANCE_APPROVED).first()
    if opened:
        return _locked(opened.pk)
    fresh = PayRun.objects.create(
        corrects=run,
        area=run.area,
        month=run.month,
        fund=run.fund,
        state=PayRun.State.FINANCE_APPROVED,
        prepared_at=timezone.now(),
        prepared_by=by,
    )
    log(fresh, "reissue", by=by, after=fresh.state, corrects=run.pk)
    return fresh


def _locked(pk):
    return PayRun.objects.select_for_update(of=("self",)).select_related("area", "fund").get(pk=pk)
