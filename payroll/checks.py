"""What must be true of a run before the next person may act on it."""

from decimal import Decimal

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, Subquery, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from attendance.assessment_rules import assessed
from attendance.models import Assessment, Sheet
from attendance.selectors import grades_in
from contracts.insurance_changes import insured_anew
from contracts.models import Attestation
from notices.objections import against_the_whole
from payroll.sealing import content_hash
from payroll.standards import changed_since
from policy.selectors import allocated, uncovered
from project.kernel.guards import guard, warn
from project.kernel.money import yuan
from project.kernel.months import today
from registry.access import within
from registry.models import Fact, Kinship

NAMED = 10
COMMITTED = [
    "confirmed",
    "on_notice",
    "township_approved",
    "department_approved",
    "finance_approved",
    "sent",
    "reconciled",
    "closed",
]


@guard(gettext_lazy("The run has no line; nobody of this fund held a contract in the month."))
def has_lines(run):
    return run.lines.exists()


@guard(gettext_lazy("Not every attendance sheet of the month is final."))
def sheets_are_final(run):
    open_sheets = Sheet.objects.due(run.month, run.area_id).exclude(
        state__in=[Sheet.State.FINAL, Sheet.State.BILLED]
    )
    return [
        _("The attendance sheet of %(village)s is not final; it is “%(state)s”.")
        % {"village": sheet.area, "state": sheet.get_state_display()}
        for sheet in open_sheets.select_related("area")
    ]


@guard(gettext_lazy("Not every holder's month is assessed to the end."))
def assessments_are_final(run):
    """Where months are assessed, nobody is paid before being told the grade (R-36, S-08)."""
    places = assessed(run.month, run.lines.order_by().values_list("area", flat=True).distinct())
    if not places:
        return True
    mine = Assessment.objects.filter(contract=OuterRef("contract"), month=run.month)
    subsidies = run.lines.filter(area__in=places, contract__attested=False)
    lacking = subsidies.exclude(Exists(mine.filter(state="final")))
    lacking = lacking.annotate(stands=Subquery(mine.values("state")))
    found = list(
        lacking.order_by("number").values_list("person__name", "area__name", "stands")[:NAMED]
    )
    more = lacking.count() - len(found) if len(found) == NAMED else 0
    sentences = [_not_assessed(*row) for row in found]
    return sentences + ([_("and %(count)s more people") % {"count": more}] if more else [])


def _not_assessed(name, village, state):
    stands = Assessment.State(state).label if state else _("not opened")
    return _(
        "%(name)s (%(village)s): the month's assessment is not final; it is “%(state)s”. "
        "The worker is told before anything is paid."
    ) % {"name": name, "village": village, "state": stands}


@guard(
    gettext_lazy(
        "Sheets, facts or contracts have changed since the run was prepared. Prepare it again, "
        "then confirm."
    )
)
def is_fresh(run):
    later_sheet = Sheet.objects.due(run.month, run.area_id).filter(final_at__gt=run.prepared_at)
    later_fact = Fact.objects.filter(
        received_at__gt=run.prepared_at, person__pay_lines__run=run, starts_on__lte=run.month.last
    )
    later = later_sheet.exists() or later_fact.exists()
    graded = grades_in(run.month, run.area_id).filter(final_at__gt=run.prepared_at)
    later = later or graded.exists()
    later = later or insured_anew(run.prepared_at, run.lines.values("person"))
    later = later or _is_to_keep_back(run) or _attested_since(run) or _lifted_since(run)
    return not later and not changed_since(run.lines, run.month, run.prepared_at)


def _attested_since(run):
    """Whether a month of the run was attested, or that taken back, since it was prepared."""
    said = Attestation.objects.filter(at__gt=run.prepared_at, month=run.month)
    return said.filter(contract__in=run.lines.values("contract")).exists()


def _lifted_since(run):
    """Whether a case let pay of the run go on since it was prepared."""
    lifted = apps.get_model("payroll", "Withholding").objects.filter(
        lifted_at__gt=run.prepared_at, first__lte=run.month
    )
    return lifted.filter(contract__in=run.lines.values("contract")).exists()


def _is_to_keep_back(run):
    """Whether an offset was approved that no line of the run bears."""
    due = apps.get_model("payroll", "Offset").objects.filter(
        recovery__state="repaying", month=run.month, approved_by__isnull=False
    )
    borne = apps.get_model("payroll", "PayPart").objects.filter(line__run=run, kind="offset")
    lines = run.lines.filter(item="post_subsidy", amount__gt=0, carried_from=None)
    due = due.filter(contract__in=lines.values("contract"))
    return due.exclude(pk__in=borne.values("source")).exists()


@guard(gettext_lazy("The policy has ended."))
def policy_is_in_force(run):
    return ended_policies(run.area_id, run.month)


def ended_policies(area, month):
    """One sentence for each policy that ended before the month and has no successor (C-20)."""
    return [
        _(
            "“%(title)s” ended on %(day)s and has no successor: %(month)s cannot be paid "
            "until the county department links the document that follows it."
        )
        % {"title": document.title, "day": document.valid_to, "month": month}
        for document in uncovered(area, on=month.first)
        if document.valid_to
    ]


@guard(gettext_lazy("The list of payments has not been on notice for its full length yet."))
def notice_is_over(run):
    if run.notice is None:
        return False
    if today() > run.notice.ends_on:
        return True
    return [
        _("The notice hangs until %(day)s; the step is open from the day after.")
        % {"day": run.notice.ends_on}
    ]


@guard(gettext_lazy("Somebody objects to the whole list."))
def nobody_objects_to_the_list(run):
    """An objection to one line holds that line alone; one to the whole list stops the list."""
    return against_the_whole(run.notice)


@guard(gettext_lazy("The lines differ from those that were confirmed; send the run back."))
def is_unchanged(run):
    return run.sha256 == content_hash(run)


@guard(gettext_lazy("Nothing is payable: every line is held or has nothing due."))
def something_is_payable(run):
    return run.lines.payable().exists()


@guard(gettext_lazy("The fund does not hold enough money."))
def fund_has_the_money(run):
    given = allocated(run.fund_id, run.area_id, run.month.year)
    if given is None:
        return True
    where, amount = given
    bound = committed(run, where)
    if bound <= amount:
        return True
    return [
        _("The fund has %(amount)s yuan for %(year)s, but %(bound)s yuan would be committed.")
        % {"amount": yuan(amount), "year": run.month.year, "bound": yuan(bound)}
    ]


@warn(gettext_lazy("No allocation is recorded, so the balance of the fund cannot be checked."))
def allocation_is_recorded(run):
    return allocated(run.fund_id, run.area_id, run.month.year) is not None


def committed(run, where):
    """What the year's live runs of the run's fund inside an area bind, less what is back in it."""
    lines = run.lines.model.objects.payable().filter(within(where))
    year = Q(month__year=run.month.year, run__fund=run.fund_id)
    live = Q(run__state__in=COMMITTED)
    bound = lines.filter(year & live).aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    return bound - restored(run.fund_id, where, run.month.year)


def restored(fund, where, year):
    """What settled recoveries brought back to a fund in a year, in money and with vouchers (W-9).

    Pay that was kept back is not counted: its line binds less from the start.
    """
    found = apps.get_model("payroll", "Repayment").objects.exclude(way="offset")
    found = found.filter(within(where, "recovery__contract__area_id"), received_on__year=year)
    found = found.filter(recovery__fund=fund, recovery__state="settled")
    return found.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)


@guard(gettext_lazy("The bank has not answered for every line."))
def every_line_has_a_result(run):
    waiting = run.lines.filter(sent__isnull=False, sent__results__isnull=True).count()
    if not waiting:
        return True
    return [_("The bank has not answered for %(count)s lines yet.") % {"count": waiting}]


@guard(gettext_lazy("Payments came back and are not settled."))
def everything_is_settled(run):
    back = run.lines.unsettled().count()
    if not back:
        return True
    return [
        _(
            "%(count)s payments came back and are not settled: correct the account, or write the "
            "money back to the fund."
        )
        % {"count": back}
    ]


def barred(run, by):
    """Why this person may not act on the run: it pays them, their household or their kin."""
    return barred_from(run.lines.all(), by)


def barred_from(lines, by):
    """Why this person may not act on lines: they pay them, their household or their kin."""
    own = Q(person__user=by)
    house = Q(person__household__members__user=by)
    kin = Exists(Kinship.objects.filter(user=by, person=OuterRef("person")))
    names = lines.filter(own | house | kin).values_list("person__name", flat=True).distinct()
    return [
        _("The run pays %(name)s, who is you or your relative; another person must act.")
        % {"name": name}
        for name in names[:3]
    ]
