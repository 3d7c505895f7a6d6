"""What a month would pay before anything is written (W-7)."""

from collections import defaultdict

from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.selectors import frozen_everywhere
from payroll.aside import aside
from payroll.calculation import compute
from payroll.checks import committed, ended_policies
from payroll.models import Hold, LineState, PayLine, PayRun
from payroll.preview_shapes import Line, Preview
from payroll.preview_sums import balances, beside, changes_of, largest, run_sums
from payroll.services import holders_due, may_prepare, regular
from payroll.terms import terms_of
from policy.models import Fund
from policy.selectors import allocated
from project.kernel.guards import Refused, refusals, warnings
from project.kernel.money import yuan
from registry.access import within
from registry.models import Area

# More than this is no matter of one request: the workers compute it, township by township.
HOLDERS_AT_ONCE, RUNS_AT_ONCE = 5000, 12


def is_large(month, area):
    """Whether the month of an area has more holders or runs than one request computes."""
    due = holders_due(month, area)
    holders = sum(sum(villages.values()) for villages in due.values())
    return holders > HOLDERS_AT_ONCE or len(due) > RUNS_AT_ONCE


def townships(month, area):
    """The codes of the townships of an area in which somebody holds a contract in the month."""
    return sorted({town for town, _fund in holders_due(month, area)})


def preview(month, area, *, by):
    """What preparing the month in an area would pay, and what stands in its way."""
    may_prepare(area, by)
    told = {"month": str(month), "area": str(area), "place": Area.objects.get(pk=area).name}
    stopped = ended_policies(area, month)
    due, past, passed = _still_to_prepare(month, area)
    if not due:
        return Preview(**told, refusals=(*stopped, _why_none(month, past)), stands=passed)
    before, given = earlier(month, area, past), _given(month, due)
    try:
        lines, stands, asks = computed(month, area, due, by=by)
    except Refused as refused:
        return Preview(**told, refusals=(*stopped, *refused.messages), stands=passed)
    towns, funds = names(area)
    changes = changes_of(before, lines, towns, funds)
    left = balances(given, lines, funds)
    # What stops the preparing is said once, though confirming would say it too.
    stands = [sentence for sentence in stands if sentence not in stopped]
    return Preview(
        **told,
        refusals=tuple(stopped),
        stands=(*passed, *_so_far(month, area), *stands, *_short(left, month)),
        asks=tuple(asks),
        runs=run_sums(lines, before, changes, towns, funds),
        balances=left,
        changes=largest(changes),
        lines=tuple(beside(lines, before)),
    )


def _still_to_prepare(month, area):
    """What preparing computes, and the runs past it with a sentence for each."""
    runs = _living(month, area).exclude(state=PayRun.State.PREPARED)
    past = {(run.area_id, run.fund_id): run for run in runs.select_related("area", "fund")}
    due = {key: villages for key, villages in holders_due(month, area).items() if key not in past}
    sentence = _("The run of %(town)s from %(fund)s is “%(state)s” and is not prepared again.")
    words = tuple(
        sentence % {"town": run.area, "fund": run.fund, "state": run.get_state_display()}
        for run in past.values()
    )
    return due, past, words


def _living(month, area):
    """The month's runs that correct no other and were not given back."""
    return regular(month, area).exclude(state__in=PayRun.DEAD)


def _why_none(month, past):
    if past:
        return _("Every run of this month is already confirmed; nothing is prepared again.")
    return _("Nobody in this area holds a contract in %(month)s.") % {"month": month}


def names(area):
    """How the townships of an area and the funds are called."""
    inside = Area.objects.filter(within(str(area), "code"), level=Area.Level.TOWNSHIP)
    return dict(inside.values_list("code", "name")), dict(Fund.objects.values_list("pk", "name"))


def earlier(month, area, past=()):
    """The lines of the month before that stand, but for runs that are not prepared again."""
    rows = PayLine.objects.inside(area).filter(month=month.previous(), standing=True)
    rows = rows.select_related("person", "contract", "area", "run").order_by("pk")
    keys = [(row, (row.run.area_id, row.run.fund_id)) for row in rows]
    return [_line(row, key) for row, key in keys if key not in past]


def _given(month, due):
    """Each fund's year where something was given: {(fund, place): (given, bound, its runs)}."""
    found = {}
    for town, fund in due:
        if (given := allocated(fund, town, month.year)) is None:
            continue
        where, amount = given
        run = PayRun(area_id=town, month=month, fund_id=fund)
        key = (fund, where)
        if key not in found:
            found[key] = (amount, committed(run, where), [])
        found[key][2].append((town, fund))
    places = Area.objects.in_bulk({where for _fund, where in found})
    return {(fund, places[where].name): value for (fund, where), value in found.items()}


def _so_far(month, area):
    """What is computed before the days are settled is no more than what is known today."""
    if frozen_everywhere(month, area):
        return []
    return [
        _("Not every village's days are settled: the sums rest on the days recorded until now.")
    ]


def _short(left, month):
    sentence = _(
        "%(fund)s has %(given)s yuan for %(year)s in %(where)s; after this month %(short)s yuan "
        "would be lacking."
    )
    return [
        sentence
        % {
            "fund": one.fund,
            "where": one.where,
            "year": month.year,
            "given": yuan(one.given),
            "short": yuan(-one.left),
        }
        for one in left
        if one.short
    ]


def computed(month, area, due, *, by, other=None):
    """The lines of a month as preparing would write them, and what confirming would say of them.

    `other` may let other values hold before the computation; confirming is then not asked.
    """
    known = {(run.area_id, run.fund_id): run.pk for run in _living(month, area)}
    with aside(area, without=known.values()):
        if other is not None:
            other(month, area)
        runs = _runs_aside(month, due, known, by)
        counts = list(due.values())
        terms = terms_of(month, {village for villages in counts for village in villages})
        holders = sum(sum(villages.values()) for villages in counts)
        compute(runs, month, area, terms, holders=holders)
        stands = _said(runs, refusals) if other is None else []
        asks = _said(runs, warnings) if other is None else []
        return _read(runs), stands, asks


def _runs_aside(month, due, known, by):
    """The runs to compute; answers given to the holds of a prepared run still stand."""
    return PayRun.objects.bulk_create(
        PayRun(
            pk=known.get(key, -place),
            area_id=key[0],
            month=month,
            fund_id=key[1],
            prepared_at=timezone.now(),
            prepared_by=by,
        )
        for place, key in enumerate(due, start=1)
    )


def _said(runs, ask):
    """What a check of the confirming step says of the runs, each sentence once."""
    return list(dict.fromkeys(sentence for run in runs for sentence in ask(run.confirm)))


def _read(runs):
    """The lines just computed, while they are there."""
    keys = {run.pk: (run.area_id, run.fund_id) for run in runs}
    waiting = defaultdict(list)
    held = Hold.objects.waiting().filter(line__run__in=keys).select_related("fact")
    for hold in held.order_by("code", "pk"):
        waiting[hold.line_id].append(hold)
    rows = PayLine.objects.filter(run__in=keys).select_related("person", "contract", "area")
    rows = rows.order_by("area", "number")
    return [_line(row, keys[row.run_id], waiting[row.pk]) for row in rows]


def _line(row, key, holds=()):
    state = LineState.HELD if holds else LineState.PAYABLE
    state = state if row.amount else LineState.EXCLUDED
    return Line(
        *key,
        person=row.person_id,
        contract=row.contract_id,
        name=row.person.name,
        id_number=row.person.masked_id,
        village=row.area.name,
        post=row.contract.title,
        item=str(row.get_item_display()),
        days=row.days_worked,
        quantity=row.quantity,
        required=row.required_days,
        standard=row.standard,
        due=row.due,
        amount=row.amount,
        state=state.value,
        words=str(state.label),
        codes=tuple(str(hold.get_code_display()) for hold in holds),
        holds=tuple(_held_by(hold) for hold in holds),
    )


def _held_by(hold):
    words = str(hold.get_code_display())
    return f"{words}: {hold.fact}" if hold.fact else words
