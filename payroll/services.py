"""Preparing runs and walking them to the bank and back."""

from collections import defaultdict
from decimal import Decimal

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Count, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance import services as attendance
from attendance.models import Sheet
from contracts import exits
from contracts.selectors import live_in
from notices import services as notices
from notices.models import Notice
from payroll.attested import pays_wages
from payroll.calculation import compute
from payroll.checks import ended_policies
from payroll.models import BankFile, Countersignature, Examination, Hold, PayLine, PayRun, Release
from payroll.terms import terms_of
from payroll.turns import take_turns
from project.kernel.guards import Refused, log, refusals, take
from project.kernel.masking import mask_id
from project.kernel.models import Event
from project.kernel.roles import Permission
from registry.models import Fact

RUN = ("area_id", "fund_id", "state")
NUMBERED = """
    INSERT INTO payroll_sentline (file_id, number, line_id, amount, payee, account_digest)
    SELECT %s, row_number() OVER (ORDER BY p.number), p.id, p.amount,
        coalesce(a.holder_name, ''), coalesce(a.number_digest, '')
    FROM ({payable}) p LEFT JOIN registry_bankaccount a ON a.id = p.account_id
"""


@transaction.atomic
def prepare(month, area, *, by):
    """Compute a month's runs: one per township and fund, and again while they are prepared."""
    may_prepare(area, by)
    take_turns(area)
    due = due_in(month, area, by=by)
    runs = _runs(month, area, due, by)
    if not runs:  # somebody has just confirmed them
        raise _all_confirmed()
    counts = [due[run.area_id, run.fund_id] for run in runs]
    terms = terms_of(month, {village for villages in counts for village in villages})
    holders = sum(sum(villages.values()) for villages in counts)
    compute(runs, month, area, terms, holders=holders)
    return list(PayRun.objects.filter(pk__in=[run.pk for run in runs]).select_related("area"))


def may_prepare(area, by):
    """Preparing pay, and looking at what it would pay, belongs to the township officer."""
    if not by.has_perm(Permission.PAY_PREPARE, str(area)):
        raise PermissionDenied(_("Preparing pay belongs to the township officer."))


def due_in(month, area, *, by):
    """{(township, fund): {village: holders}} of a month, or why none of it may be prepared."""
    may_prepare(area, by)
    if ended := ended_policies(area, month):
        raise Refused(ended)
    due = holders_due(month, area)
    if not due:
        raise Refused(_("Nobody in this area holds a contract in %(month)s.") % {"month": month})
    if not _open(month, area, due):
        raise _all_confirmed()
    return due


def _all_confirmed():
    return Refused(_("Every run of this month is already confirmed; nothing is prepared again."))


def townships_due(month, area):
    """The codes of the townships in an area where something is still to be prepared."""
    return sorted(_open(month, area, holders_due(month, area)))


def _open(month, area, due):
    """The townships with a run that is not there yet, or that is prepared and no further."""
    living = regular(month, area).exclude(state__in=PayRun.DEAD)
    known = {(town, fund): state for town, fund, state in living.values_list(*RUN)}
    prepared = {town for (town, _fund), state in known.items() if state == PayRun.State.PREPARED}
    return prepared | {town for town, fund in due if (town, fund) not in known}


def regular(month, area):
    """The runs of a month in an area that correct or supplement no other."""
    return PayRun.objects.inside(area).filter(month=month, corrects=None, supplements=None)


def holders_due(month, area):
    """{(township, fund): {village: holders}} wherever a contract holds in the month."""
    due = {}
    held = live_in(month, area).order_by().values_list("area_id", "fund_id")
    for village, fund, holders in held.annotate(holders=Count("pk")):
        due.setdefault((village[:9] + "000", fund), {})[village] = holders
    return dict(sorted(due.items()))


def _runs(month, area, due, by):
    """The runs to compute: new ones, and those still prepared with their old lines taken out."""
    usual = regular(month, area)
    living = usual.exclude(state__in=PayRun.DEAD)
    known = {
        (run.area_id, run.fund_id): run
        for run in living.select_for_update(of=("self",)).order_by("pk")
    }
    again = [run for run in known.values() if run.state == PayRun.State.PREPARED]
    PayLine.objects.filter(run__in=again).delete()
    now = timezone.now()
    PayRun.objects.filter(pk__in=[run.pk for run in again]).update(prepared_at=now, prepared_by=by)
    returned = usual.filter(state=PayRun.State.RETURNED, revised_by=None)
    before = {(run.area_id, run.fund_id): run for run in returned}
    fresh = PayRun.objects.bulk_create(
        _fresh(month, township, fund, by, now, before.get((township, fund)))
        for township, fund in due
        if (township, fund) not in known
    )
    runs = again + fresh
    _log_prepared(runs, by)
    return runs


def _fresh(month, township, fund, by, now, before):
    return PayRun(
        area_id=township,
        month=month,
        fund_id=fund,
        revises=before,
        revision=before.revision + 1 if before else 1,
        prepared_at=now,
        prepared_by=by,
    )


def _log_prepared(runs, by):
    record_type = ContentType.objects.get_for_model(PayRun)
    Event.objects.bulk_create(
        Event(record_type=record_type, record_id=run.pk, verb="prepare", by=by, after=run.state)
        for run in runs
    )


@transaction.atomic
def confirm(run, *, by, note=""):
    """A second person has checked the lines; from here on they are frozen."""
    return take(_locked(run).confirm, by=by, note=note, at=timezone.now())


@transaction.atomic
def publicise(run, *, by, on, note=""):
    """Hang the list of payments up for the length the rule asks."""
    run = _locked(run)
    if reasons := refusals(run.publicise, by=by):
        raise Refused(reasons)
    wages, subsidies = pays_wages(run)
    what = "劳务报酬" if wages and not subsidies else "乡村公益性岗位补贴"
    notice = notices.post(
        by=by,
        kind=Notice.Kind.PAY,
        area=run.area,
        title=f"{run.area.name}{run.month.chinese}{what}发放公示（{run.fund.name}）",
        content=_public(run),
        on=on,
        length=["publicity.pay", "publicity.wages"] if wages else "publicity.pay",
    )
    return take(run.publicise, by=by, note=note, notice=notice)


def _public(run):
    lines = run.lines.select_related("person", "contract").order_by("number")
    measured = run.lines.filter(quantity__isnull=False).exists()
    return {
        "month": str(run.month),
        "sha256": run.sha256,
        "rows": [
            {
                "number": line.number,
                "name": line.person.name,
                "id_number": mask_id(line.person.id_number),
                "post_title": line.post_title,
                "days_worked": str(line.days_worked),
                **({"quantity": _quantity(line)} if measured else {}),
                "amount": str(line.amount),
            }
            for line in lines
        ],
    }


def _quantity(line):
    """The hours or pieces that are paid, as the notice writes them; nothing for the others."""
    return line.contract.measured_words(line.quantity)


@transaction.atomic
def township_countersign(run, *, by, note=""):
    """A second person of the township signs before it approves."""
    return _countersigned(_locked(run).township_countersign, "township", by, note)


@transaction.atomic
def department_countersign(run, *, by, note=""):
    """A second person of the county department signs before it approves."""
    return _countersigned(_locked(run).department_countersign, "department", by, note)


@transaction.atomic
def finance_countersign(run, *, by, note=""):
    """A second person of finance signs before the money is released."""
    return _countersigned(_locked(run).finance_countersign, "finance", by, note)


def _countersigned(step, office, by, note):
    """Take the step and keep the signature under the hash of what the run holds."""
    run = take(step, by=by, note=note)
    Countersignature.objects.create(run=run, office=office, sha256=run.sha256, note=note, by=by)
    return run


@transaction.atomic
def township_approve(run, *, by, note=""):
    """The township answers for the list; its notice is certified with it."""
    run = _locked(run)
    if not refusals(run.township_approve, by=by):
        notices.certify_along(run.notice, by=by)
    return take(run.township_approve, by=by, note=note, at=timezone.now())


@transaction.atomic
def department_approve(run, *, by, note=""):
    """The county department approves."""
    return take(_locked(run).department_approve, by=by, note=note, at=timezone.now())


@transaction.atomic
def finance_approve(run, *, by, note=""):
    """Finance releases the money if the fund holds it."""
    return take(_locked(run).finance_approve, by=by, note=note, at=timezone.now())


@transaction.atomic
def send(run, *, by, note=""):
    """Number the payable lines into a bank file and lock the sheets they came from."""
    run = take(_locked(run).send, by=by, note=note, at=timezone.now())
    payable = run.lines.payable().order_by("number")
    sums = payable.aggregate(rows=Count("pk"), total=Sum("amount"))
    file = BankFile.objects.create(
        run=run, number=_batch_number(run), made_by=by, rows=sums["rows"], total=sums["total"]
    )
    _number_lines(file, payable)
    final = Sheet.objects.due(run.month, run.area_id).filter(state=Sheet.State.FINAL)
    attendance.bill(final, by=by)
    return run


def _number_lines(file, payable):
    columns = ("id", "number", "amount", "account_id")
    query, params = payable.order_by("number").values(*columns).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(NUMBERED.format(payable=query), [file.pk, *params])


def _batch_number(run):
    return f"{run.area_id[:9]}-{run.month.compact}-{run.pk}-{run.files.count() + 1}"


@transaction.atomic
def reconcile(run, *, by, note=""):
    """The bank has answered for every line."""
    return take(_locked(run).reconcile, by=by, note=note)


@transaction.atomic
def close(run, *, by, note=""):
    """Everything due has arrived; the exits whose last days it paid are settled with it."""
    run = take(_locked(run).close, by=by, note=note)
    lines = run.lines.with_state().filter(standing=True, state__in=["paid", "excluded"])
    paid = defaultdict(Decimal)
    for contract, amount in lines.values_list("contract_id", "amount"):
        paid[contract] += amount
    exits.settle_paid(paid, run.month, by=by)
    return run


@transaction.atomic
def send_back(run, *, by, note):
    """Give the run back with a reason: its lines no longer stand and its notice is void."""
    run = _locked(run)
    if not note.strip():
        raise Refused(_("Say why the run goes back."))
    run = take(run.send_back, by=by, note=note)
    run.lines.update(standing=False)
    if run.notice:
        notices.void(run.notice, by=by, note=note)
    return run


@transaction.atomic
def void(run, *, by, note):
    """Throw a prepared run away with a reason."""
    run = take(_locked(run).void, by=by, note=note)
    run.lines.update(standing=False)
    return run


@transaction.atomic
def release(hold, *, by, reason):
    """Answer a hold with a reason, before the run is confirmed, so that its line may be paid."""
    run = _locked(hold.line.run)
    if not by.has_perm(Permission.PAY_RELEASE, run.area_id):
        raise PermissionDenied(_("Releasing a held line belongs to the township officer."))
    if run.state != PayRun.State.PREPARED:
        raise Refused(_("The run is confirmed: a held line is paid by a later run."))
    if not reason.strip():
        raise Refused(_("Say why the line may be paid."))
    if hold.code == Hold.Code.ATTEST:
        raise Refused(
            _("Nobody releases this by a word: whoever directs the work attests the days first.")
        )
    if hold.code == Hold.Code.CASE:
        raise Refused(_("A case keeps this pay back: whoever handles the case lifts that there."))
    if _is_unproved_death(hold):
        raise Refused(
            _("The worker is recorded as dead: approve the exit with the proof of death first.")
        )
    if not Hold.objects.waiting().filter(pk=hold.pk).exists():
        raise Refused(_("The hold is already released."))
    log(run, "release", by=by, note=reason, line=hold.line.number, code=hold.code)
    return Release.objects.create(
        run=run,
        contract=hold.line.contract,
        code=hold.code,
        fact=hold.fact,
        reason=reason,
        released_by=by,
    )


def _is_unproved_death(hold):
    died = hold.fact is not None and hold.fact.kind == Fact.Kind.DECEASED
    if not died or Examination.objects.clears(hold.fact):
        return False
    return not exits.death_is_proved(hold.line.contract)


def _locked(run):
    return (
        PayRun.objects.select_for_update(of=("self",))
        .select_related("area", "fund", "notice")
        .get(pk=run.pk)
    )
