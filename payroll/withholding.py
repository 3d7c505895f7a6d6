"""Pay that waits because a case says so: it begins, it ends, or it is kept back for good (扣发)."""

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts.models import Contract
from payroll.late_holds import BEFORE_THE_BANK
from payroll.models import Hold, Withholding
from payroll.turns import take_turns_of
from project.kernel.guards import Refused, log
from project.kernel.roles import Permission
from registry.kinship import kin_sentences
from registry.models import Person

SPOKEN_OF = """
    payroll_payline l JOIN payroll_withholding w ON w.contract_id = l.contract_id
        AND w.lifted_at IS NULL AND w.first <= l.month AND (w.last IS NULL OR w.last >= l.month)
"""
INSERTED = f"""
    INSERT INTO payroll_hold (line_id, code, fact_id, detail)
    SELECT l.id, '{Hold.Code.CASE.value}', NULL, left(min(w.decision), 200)
"""
# While a run is prepared: every line of a month that is withheld waits.
HELD = f"{INSERTED} FROM {SPOKEN_OF} WHERE l.run_id = ANY(%s) AND l.due > 0 GROUP BY l.id"
# What is withheld after a run was prepared waits too, until its money has left.
LOCKED = """
    SELECT r.id FROM payroll_payrun r WHERE r.state = ANY(%s) AND EXISTS (
        SELECT FROM payroll_payline l
        WHERE l.run_id = r.id AND l.contract_id = %s AND l.standing
    ) ORDER BY r.id FOR NO KEY UPDATE
"""
LATE = f"""
    {INSERTED} FROM {SPOKEN_OF} JOIN payroll_payrun r ON r.id = l.run_id AND r.state = ANY(%s)
    WHERE l.contract_id = %s AND l.standing AND l.due > 0 GROUP BY l.id
    ON CONFLICT DO NOTHING
"""


def anything_withheld(area):
    """Whether pay of any contract inside an area is withheld now."""
    return Withholding.objects.live().inside(area).order_by().exists()


@transaction.atomic
def begin(contract, *, first, last=None, reason, decision, by):
    """Let the lines of a contract wait from month to month, also those of runs not yet sent."""
    contract = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    _may(contract, by)
    if not reason.strip():
        raise Refused(_("Say why."))
    take_turns_of(Person.objects.filter(pk=contract.person_id))
    made = Withholding.objects.create(
        area_id=contract.area_id,
        contract=contract,
        first=first,
        last=last,
        reason=reason.strip(),
        decision=decision,
        begun_by=by,
    )
    with connection.cursor() as cursor:
        cursor.execute(LOCKED, [BEFORE_THE_BANK, contract.pk])
        cursor.execute(LATE, [BEFORE_THE_BANK, contract.pk])
        held = cursor.rowcount
    log(made, "withhold", by=by, note=reason, decision=decision, lines=held)
    return made


@transaction.atomic
def lift(withholding, *, because, by):
    """Let the pay go on: what waits is prepared again, and past months are paid by a later run."""
    withholding = _locked(withholding)
    _may(withholding.contract, by)
    if not because.strip():
        raise Refused(_("Say why the pay goes on."))
    if withholding.lifted_at:
        raise Refused(_("This pay is not withheld any more."))
    withholding.lifted_at, withholding.lifted_by = timezone.now(), by
    withholding.lifted_because = because.strip()
    withholding.save(update_fields=["lifted_at", "lifted_by", "lifted_because"])
    log(withholding, "lift", by=by, note=because)
    return withholding


@transaction.atomic
def keep_for_good(withholding, *, last, by):
    """By a decision the months up to the last are not paid at all; they stay held, with it said."""
    withholding = _locked(withholding)
    _may(withholding.contract, by)
    if withholding.lifted_at:
        raise Refused(_("This pay is not withheld any more."))
    if last < withholding.first:
        raise Refused(_("The last month comes before the first."))
    withholding.last, withholding.final = last, True
    withholding.save(update_fields=["last", "final"])
    log(withholding, "keep_for_good", by=by, last=str(last))
    return withholding


def _may(contract, by):
    if not by.has_perm(Permission.PAY_WITHHOLD, contract.area_id):
        raise PermissionDenied(_("Keeping pay back belongs to the county, with a case."))
    if against := kin_sentences(contract.person, by):
        raise Refused(against)


def _locked(withholding):
    found = Withholding.objects.select_for_update(of=("self",)).select_related("contract__person")
    return found.get(pk=withholding.pk)
