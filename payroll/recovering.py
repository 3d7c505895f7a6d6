"""Pay that is asked back: proposed, decided, demanded, repaid by voucher, confirmed by another."""

from datetime import timedelta
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from payroll.models import Instalment, Offset, PayLine, Recovery, RecoveryLine, Repayment
from policy.selectors import rule, ruling
from project.kernel.guards import NotThisPerson, Refused, log, take
from project.kernel.hands import did
from project.kernel.money import CENT, half_up, yuan
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.access import within
from registry.models import Area

ZERO = Decimal("0.00")


def recoverable(contract, first, last):
    """The paid lines of a contract from month to month, with what nobody asks back yet (`left`)."""
    asked = RecoveryLine.objects.filter(line=OuterRef("pk")).exclude(recovery__state="cancelled")
    asked = asked.order_by().values("line").annotate(sum=Sum("amount")).values("sum")
    lines = PayLine.objects.filter(contract=contract, month__gte=first, month__lte=last)
    lines = lines.filter(sent__results__outcome="success").select_related("run__area", "run__fund")
    lines = list(lines.annotate(asked=Coalesce(Subquery(asked), ZERO)).order_by("month", "pk"))
    for line in lines:
        line.left = line.amount - line.asked
    return [line for line in lines if line.left > 0]


@transaction.atomic
def propose(*, contract, first, last, reason, decision, by, amount=None):
    """Ask back what was paid from month to month, in whole or up to an amount, oldest first."""
    PayLine.objects.select_for_update().filter(contract=contract).order_by("pk").first()
    lines = recoverable(contract, first, last)
    town = _township(contract)
    if not by.has_perm(Permission.RECOVERY_PROPOSE, town.pk):
        raise PermissionDenied(_("Proposing a recovery belongs to the township officer."))
    if reasons := _against(lines, amount):
        raise Refused(reasons)
    parts = _parts(lines, amount)
    recovery = Recovery.objects.create(
        area=town,
        contract=contract,
        fund=lines[0].run.fund,
        amount=sum(part for _line, part in parts),
        reason=reason,
        decision=decision,
        proposed_on=today(),
        proposed_by=by,
    )
    for line, part in parts:
        RecoveryLine.objects.create(recovery=recovery, line=line, amount=part)
    if barred := recovery.barred(by):
        raise Refused(barred)
    log(recovery, "propose", by=by, after=recovery.state, note=reason)
    return recovery


def _township(contract):
    return Area.objects.get(pk=contract.area_id[:9] + "000")


def _against(lines, amount):
    """Why these months cannot be asked back."""
    if not lines:
        return [_("Nothing was paid in these months, or all of it is asked back already.")]
    reasons = []
    if len({line.run.fund_id for line in lines}) > 1:
        reasons.append(_("Several funds paid these months. Recover those of one fund at a time."))
    paid = sum(line.left for line in lines)
    if amount is not None and amount > paid:
        reasons.append(
            _("Only %(paid)s yuan were paid in these months and can be asked back.")
            % {"paid": yuan(paid)}
        )
    return reasons


def _parts(lines, amount):
    """How much of each line is asked back: all of it, or the amount from the oldest on."""
    rest = sum(line.left for line in lines) if amount is None else amount
    parts = []
    for line in lines:
        part = min(rest, line.left)
        if part > 0:
            parts.append((line, part))
        rest -= part
    return parts


@transaction.atomic
def decide(recovery, *, by, note=""):
    """The department decides that the money is asked back."""
    return take(_locked(recovery).decide, by=by, note=note, on=today())


@transaction.atomic
def demand(recovery, *, on, pay_to, by, instalments=1, note=""):
    """Serve the notice: the days to pay run from here, in one sum or by a monthly plan."""
    recovery = _locked(recovery)
    if on > today() or (recovery.decided_on and on < recovery.decided_on):
        raise Refused(_("The notice is served after the decision and not later than today."))
    due_on = on + timedelta(days=rule("case.recover_days", on=on, area=recovery.area_id))
    recovery = take(recovery.demand, by=by, note=note, on=on, due_on=due_on, pay_to=pay_to)
    Instalment.objects.bulk_create(
        Instalment(recovery=recovery, due_on=_months_after(due_on, n), amount=part)
        for n, part in enumerate(_equal(recovery.amount, instalments))
    )
    return recovery


def _equal(amount, count):
    """The amount in equal parts; the last one bears the odd cents."""
    part = (amount / count).quantize(CENT, rounding="ROUND_DOWN")
    if part <= 0:
        raise Refused(_("The amount is too small for so many instalments."))
    return [part] * (count - 1) + [amount - part * (count - 1)]


def _months_after(day, count):
    """The same day `count` months later; a short month ends earlier."""
    month = day.month - 1 + count
    first = day.replace(year=day.year + month // 12, month=month % 12 + 1, day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


@transaction.atomic
def repay(recovery, *, way, amount, received_on, by, voucher="", month=None, note=""):
    """Enter what came back: money with its voucher number, or pay that was kept back."""
    recovery = take(_locked(recovery).repay, by=by, note=note)
    reasons = _cannot_repay(recovery, amount, received_on)
    line = None
    if way == Repayment.Way.OFFSET:
        voucher, line = "", _kept_back(recovery, month, amount)
        reasons += [] if line else [_("No line of this month was paid less by this amount.")]
    elif _used(recovery, voucher):
        reasons.append(_("This voucher number stands for another repayment already."))
    if reasons:
        raise Refused(reasons)
    Repayment.objects.create(
        recovery=recovery,
        way=way,
        amount=amount,
        voucher=voucher,
        line=line,
        received_on=received_on,
        recorded_by=by,
    )
    return recovery


def _cannot_repay(recovery, amount, received_on):
    reasons = []
    if amount > recovery.balance:
        reasons.append(
            _("Only %(balance)s yuan are still owed.") % {"balance": yuan(recovery.balance)}
        )
    if not recovery.demanded_on <= received_on <= today():
        reasons.append(_("The money came between the day of the notice and today."))
    return reasons


def _used(recovery, voucher):
    """Whether the voucher number stands for a repayment of the area that was not undone."""
    live = Repayment.objects.filter(undoes=None, undone_by=None, voucher=voucher)
    return live.filter(recovery__area=recovery.area_id).exists()


def _kept_back(recovery, month, amount):
    """The paid line from which an approved offset was really taken."""
    if not recovery.offsets.filter(month=month, approved_by__isnull=False).exists():
        return None
    lines = PayLine.objects.filter(sent__results__outcome="success", contract=recovery.contract_id)
    return lines.filter(month=month, offset=amount).order_by("-pk").first()


@transaction.atomic
def undo(recovery, *, repayment, note, by):
    """Take a repayment back by a counter-entry; both stay on the ledger."""
    recovery = take(_locked(recovery).undo, by=by, note=note)
    old = recovery.repayments.filter(pk=repayment, undoes=None, undone_by=None).first()
    if old is None:
        raise Refused(_("This recovery has no such repayment, or it is undone already."))
    Repayment.objects.create(
        recovery=recovery,
        way=old.way,
        amount=-old.amount,
        voucher=old.voucher,
        line=old.line,
        undoes=old,
        received_on=old.received_on,
        recorded_by=by,
    )
    return recovery


@transaction.atomic
def ask_offset(recovery, *, month, amount, by, note=""):
    """Ask that a part of a later month's pay be kept back, within the share the rule allows."""
    recovery = take(_locked(recovery).ask_offset, by=by, note=note)
    ruled = ruling("recovery.offset_share_max", on=month.first, area=recovery.contract.area_id)
    if reasons := _cannot_offset(recovery, month, amount, Decimal(ruled.value)):
        raise Refused(reasons)
    Offset.objects.update_or_create(
        contract=recovery.contract,
        month=month,
        approved_by=None,
        defaults={
            "recovery": recovery,
            "amount": amount,
            "share": Decimal(ruled.value),
            "rule": ruled.rule_id,
            "asked_by": by,
        },
    )
    return recovery


def _cannot_offset(recovery, month, amount, share):
    reasons = []
    most = half_up(recovery.contract.standard * share)
    if amount > most:
        reasons.append(
            _("At most %(most)s yuan of a month's pay may be kept back.") % {"most": yuan(most)}
        )
    others = Offset.objects.filter(contract=recovery.contract_id, month=month)
    if others.filter(approved_by__isnull=False).exists():
        reasons.append(_("An offset of this month is approved already."))
    if PayLine.objects.filter(
        contract=recovery.contract_id, month=month, sent__isnull=False
    ).exists():
        reasons.append(_("The pay of this month was sent already. Choose a later month."))
    if amount > recovery.balance - _still_to_keep(recovery, month):
        reasons.append(_("More would be kept back than is still owed."))
    return reasons


def _still_to_keep(recovery, month):
    """What other months' offsets will still take."""
    booked = recovery.repayments.filter(way="offset", undoes=None, undone_by=None)
    waiting = recovery.offsets.exclude(month=month).exclude(month__in=booked.values("line__month"))
    return waiting.aggregate(sum=Sum("amount"))["sum"] or ZERO


@transaction.atomic
def approve_offset(recovery, *, month, by, note=""):
    """Agree to an offset another person asked for; the month's calculation may then read it."""
    recovery = take(_locked(recovery).approve_offset, by=by, note=note)
    offset = recovery.offsets.filter(month=month, approved_by=None).first()
    if offset is None:
        raise Refused(_("No offset of this month waits for approval."))
    if did(by, offset.asked_by_id, recovery.proposed_on):
        raise NotThisPerson(_("You asked for this offset; another person must approve it."))
    offset.approved_by, offset.approved_on = by, today()
    offset.save()
    return recovery


def offsets_due(month, area):
    """The approved offsets that a month's calculation takes off inside an area."""
    repaying = Offset.objects.filter(recovery__state=Recovery.State.REPAYING)
    mine = within(str(area), "contract__area_id")
    return repaying.filter(mine, month=month, approved_by__isnull=False)


@transaction.atomic
def settle(recovery, *, by, note=""):
    """Confirm that all of it is back; from then on the fund counts the money as its own again."""
    return take(_locked(recovery).settle, by=by, note=note, on=today())


@transaction.atomic
def cancel(recovery, *, by, note):
    """Ask nothing back after all, with a reason."""
    return take(_locked(recovery).cancel, by=by, note=note)


def _locked(recovery):
    found = Recovery.objects.select_for_update(of=("self",))
    return found.select_related("area", "fund", "contract__person").get(pk=recovery.pk)
