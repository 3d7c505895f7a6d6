"""Why a line comes to its amount and why it was or was not paid, in the worker's words."""

from collections import defaultdict
from decimal import Decimal

from attendance.selectors import masks, quantities_in
from notices.models import Objection
from payroll.calculation import evidence_level
from payroll.explanation import (
    Adjusted,
    Answer,
    Done,
    Explanation,
    HoldFact,
    Paused,
    Priced,
    UsedRule,
)
from payroll.measure_words import quantity_words
from payroll.measures import measured_of
from payroll.models import Hold, LineState, PayLine
from payroll.part_words import why_these_parts
from payroll.reasons import objection_sentence, sentence_of, why_this_amount, why_this_state
from payroll.spoken import number
from payroll.standards import change_of, changes_of
from policy.models import Rule
from project.kernel.masking import mask_account
from project.kernel.money import half_up

JOINS = (
    "run__area",
    "run__fund",
    "contract",
    "person",
    "area",
    "account",
    "sheet_line",
    "sent__file",
)


def explain(line):
    """Explain one pay line."""
    return explain_all([line])[0]


def explain_all(lines):
    """Explain many lines of any runs, in as many queries for ten thousand as for one."""
    lines = _loaded(lines)
    rules = _rules(lines)
    holds = _holds(lines)
    shown = _shown(lines)
    said = objected(lines)
    changes = changes_of(lines)
    facts = [
        [_hold(line, hold) for hold in holds[line.pk]]
        + [_objection(found) for found in said[line.run.notice_id, line.number]]
        for line in lines
    ]
    return [_explained(*pair, rules, shown, changes) for pair in zip(lines, facts, strict=True)]


def _loaded(lines):
    ids = lines.order_by().values("pk") if hasattr(lines, "order_by") else [x.pk for x in lines]
    found = PayLine.objects.filter(pk__in=ids).with_state().select_related(*JOINS)
    found = found.prefetch_related("sent__results", "parts")
    return list(found.order_by("run", "number"))


def _rules(lines):
    used = {pk for line in lines for pk in _used(line)}
    return Rule.objects.select_related("area", "document").in_bulk(used)


def _used(line):
    """The rules of a line and of its parts, each once."""
    return dict.fromkeys([*line.rules, *(p.rule for p in line.parts.all() if p.rule)])


def _holds(lines):
    found = defaultdict(list)
    rows = Hold.objects.filter(line__in=[line.pk for line in lines]).order_by("pk")
    for hold in rows.with_answer().select_related("fact"):
        found[hold.line_id].append(hold)
    return found


def objected(lines):
    """What stops each line by way of its notice: {(notice, number): objections}."""
    found = defaultdict(list)
    notices = {line.run.notice_id for line in lines} - {None}
    said = Objection.objects.stopping().filter(notice__in=notices).exclude(line=None)
    for objection in said.order_by("pk"):
        found[objection.notice_id, objection.line].append(objection)
    return found


def _shown(lines):
    """The days shown so far of contracts whose sheet was still open when the line was computed."""
    masked = {}
    for month, township in {(x.month, x.run.area_id) for x in lines if not x.sheet_line_id}:
        level = evidence_level(month, township)
        done = quantities_in(month, township, level)
        for row in masks(month, township, level):
            told = row | {"quantities": done.get(row["contract_id"])}
            masked[row["contract_id"], month] = told
    return masked


def _explained(line, facts, rules, shown, changes):
    used = [rules[pk] for pk in _used(line)]
    worked, change = _month_of(line, shown, changes, used)
    full, half, measured = worked
    answer = _answer(line)
    return Explanation(
        line=line.pk,
        number=line.number,
        month=str(line.month),
        name=line.person.name,
        post=line.contract.title,
        fund=line.run.fund.name,
        pay_basis=line.contract.pay_basis,
        standard=_money(line.standard),
        days=f"{line.days_worked.normalize():f}",
        dates=_dates(line.month, full),
        half_dates=_dates(line.month, half),
        **_done(line, measured),
        required_days=line.required_days,
        item=line.item,
        item_words=str(line.get_item_display()),
        due=_money(line.due),
        adjusted=_money(line.adjusted),
        cap=None if line.cap is None else _money(line.cap),
        offset=_money(line.offset),
        amount=_money(line.amount),
        state=str(line.state),
        state_words=str(LineState(line.state).label),
        account=mask_account(line.account.number) if line.account else "",
        batch=line.sent.file.number if hasattr(line, "sent") else None,
        rules=[_rule(row) for row in used],
        holds=facts,
        bank=answer,
        suspensions=[_paused(row) for row in change.suspensions],
        parts=[_priced(part) for part in change.parts],
        adjustments=_adjusted(line, used),
        why=why_this_amount(line, worked, used, change),
        why_state=why_this_state(line, [fact for fact in facts if fact.released is None], answer),
    )


def _month_of(line, shown, changes, rules):
    """The days and hours or pieces that a line is about, and what happened to its contract."""
    full, half, quantities = _days(line, shown)
    whole = full.bit_count() + Decimal(half.bit_count()) / 2
    if line.on_days is not None:
        full, half = full & line.on_days, half & line.on_days
    measured = None if line.quantity is None else measured_of(line, quantities, rules)
    paid = measured and measured.paid
    return (full, half, measured), change_of(line, full, half, changes, whole=whole, paid=paid)


def _days(line, shown):
    """A line's month: two masks and hours or pieces, from the frozen sheet or the evidence."""
    if line.sheet_line:
        kept = line.sheet_line
        return kept.full_days, kept.half_days, kept.quantities
    row = shown.get((line.contract_id, line.month)) or {}
    full = row.get("full") or 0
    return full, (row.get("half") or 0) & ~full, row.get("quantities")


def _done(line, measured):
    """Hours or pieces: those paid, those recorded, and both day by day; nothing for the others."""
    if measured is None:
        return {"quantity": None, "quantity_words": "", "recorded_words": "", "measured": []}
    return {
        "quantity": number(line.quantity),
        "quantity_words": quantity_words(line, line.quantity),
        "recorded_words": quantity_words(line, measured.done),
        "measured": _day_by_day(line, measured),
    }


def _day_by_day(line, measured):
    """Each day with its hours or pieces, for programs."""
    days = sorted({*measured.paid, *measured.cut, *measured.beyond})
    paid = {day: measured.paid.get(day, Decimal(0)) for day in days}
    more = {day: measured.cut.get(day, measured.beyond.get(day, Decimal(0))) for day in days}
    month = line.month.first
    return [
        Done(month.replace(day=day).isoformat(), number(paid[day] + more[day]), number(paid[day]))
        for day in days
    ]


def _dates(month, mask):
    return [day.isoformat() for place, day in enumerate(month.dates()) if mask >> place & 1]


def _rule(row):
    return UsedRule(
        row.code,
        row.value,
        row.area_id,
        row.area.name,
        row.document.title,
        row.title,
        row.words,
    )


def _hold(line, hold):
    return HoldFact(
        code=hold.code,
        kind=hold.fact.kind if hold.fact else "",
        since=hold.fact.starts_on.isoformat() if hold.fact else None,
        sentence=sentence_of(hold, line),
        released=hold.answer,
    )


def _objection(objection):
    return HoldFact(
        code="objection",
        kind=objection.outcome,
        since=objection.received_on.isoformat(),
        sentence=objection_sentence(objection),
    )


def _paused(row):
    until = row.ends_on.isoformat() if row.ends_on else None
    return Paused(row.starts_on.isoformat(), until, row.reason)


def _priced(part):
    return Priced(part.since.isoformat(), _money(part.standard), f"{part.days.normalize():f}")


def _adjusted(line, rules):
    parts = list(line.parts.all())
    told = zip(parts, why_these_parts(line, parts, rules), strict=True)
    return [
        Adjusted(
            part.kind,
            _money(part.amount),
            None if part.quantity is None else f"{part.quantity.normalize():f}",
            sentence,
        )
        for part, sentence in told
    ]


def _answer(line):
    """The bank's word on a line, once it has been read in."""
    found = next(iter(line.sent.results.all()), None) if hasattr(line, "sent") else None
    if found is None:
        return None
    day = found.credited_on
    return Answer(found.outcome, day and day.isoformat(), found.reason, found.serial)


def _money(amount):
    return str(half_up(amount))
