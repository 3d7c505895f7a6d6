"""What a month still owes once its run was sent: lines that waited, and people it had missed.

A line that was held or objected to is carried over with its figures as they are; whoever has no
line in the month is computed. The supplementary run takes the whole way of approvals (W-7).
"""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts.selectors import live_in
from payroll.calculation import compute
from payroll.models import PayLine, PayRun
from payroll.models.lines import objected, settled
from payroll.terms import terms_of
from payroll.turns import take_turns
from project.kernel.guards import Refused, log
from project.kernel.roles import Permission


def waiting(run):
    """The lines of a sent run, and of its supplementary runs given back, that nobody has paid.

    A line that somebody objects to waits for the answer, and one of whom that was upheld for good.
    """
    sent = Q(run=run, run__state__in=PayRun.AT_THE_BANK)
    given_back = Q(run__supplements=run, run__state__in=PayRun.DEAD)
    lines = PayLine.objects.filter(sent | given_back, amount__gt=0, sent=None, carried_to=None)
    return lines.filter(~objected()).order_by("area_id", "contract_id", "item")


def missed(run):
    """The contracts that hold in the month of a sent run and have no line in any run of it.

    Whose money came back and was given to the fund was not missed: that was decided.
    """
    lines = PayLine.objects.filter(contract=OuterRef("pk"), month=run.month)
    stands = lines.filter(Q(standing=True) | settled("write_back"))
    held = live_in(run.month, run.area_id).filter(fund=run.fund_id)
    waits = waiting(run).filter(contract=OuterRef("pk"))
    return held.filter(~Exists(stands), ~Exists(waits))


def owes(run):
    """Whether anything of the month of a sent run waits, or somebody has no line in it."""
    return waiting(run).exists() or missed(run).exists()


@transaction.atomic
def prepare(run, *, by):
    """Prepare the supplementary run of a sent run, or prepare it again while nobody confirmed."""
    take_turns(run.area_id)
    run = PayRun.objects.select_for_update(of=("self",)).select_related("area").get(pk=run.pk)
    if not by.has_perm(Permission.PAY_PREPARE, run.area_id):
        raise PermissionDenied(_("Preparing pay belongs to the township officer."))
    if reasons := _against(run):
        raise Refused(reasons)
    fresh = _opened(run, by)
    carried, people = list(waiting(run)), list(missed(run))
    if not carried and not people:
        raise Refused(_("Nothing of this month waits, and nobody was missed."))
    PayLine.objects.filter(pk__in=[line.pk for line in carried], standing=True).update(
        standing=False
    )
    villages = {row.area_id for row in [*carried, *people]}
    compute(
        [fresh],
        run.month,
        run.area_id,
        terms_of(run.month, villages),
        holders=len(people),
        only=[contract.pk for contract in people],
        carried=[line.pk for line in carried],
    )
    log(fresh, "prepare", by=by, after=fresh.state, supplements=run.pk)
    return fresh


def _against(run):
    """Why a run has no supplementary run now."""
    if run.supplements_id or run.corrects_id:
        return [_("This run adds to another one. Prepare the supplement of that one.")]
    if run.state not in PayRun.AT_THE_BANK:
        return [_("The run was not sent yet: what waits can still be released in it.")]
    return []


def _opened(run, by):
    """The supplementary run that is still in preparation, emptied, or a new one."""
    opened = run.supplementary.filter(state=PayRun.State.PREPARED).first()
    if opened:
        PayLine.objects.filter(run=opened).delete()
        opened.prepared_at, opened.prepared_by = timezone.now(), by
        opened.save(update_fields=["prepared_at", "prepared_by"])
        return opened
    return PayRun.objects.create(
        supplements=run,
        area=run.area,
        month=run.month,
        fund_id=run.fund_id,
        revision=run.supplementary.count() + 1,
        prepared_at=timezone.now(),
        prepared_by=by,
    )
