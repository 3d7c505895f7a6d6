"""Why a line comes to its amount and why it was or was not paid, in the worker's words."""

from collections import defaultdict
from dataclasses import asdict, dataclass
from decimal import Decimal

from attendance.selectors import masks
from notices.models import Objection
from payroll.calculation import evidence_level
from payroll.models import Hold, LineState, PayLine
from payroll.part_words import why_these_parts
from payroll.reasons import objection_sentence, sentence_of, why_this_amount, why_this_state
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


@dataclass(frozen=True)
class UsedRule:
    """A rule a line was computed under: its value, where it holds, and the document behind it."""

    code: str
    value: object
    area: str
    area_name: str
    document: str
    title: str
    words: str


@dataclass(frozen=True)
class HoldFact:
    """What makes a line wait, in plain words; `released` is the reason that answered it."""

    code: str
    kind: str
    since: str | None
    sentence: str
    released: str | None = None


@dataclass(frozen=True)
class Answer:
    """What the bank said of a line: credited or came back, when, why, under which number."""

    outcome: str
    on: str | None
    reason: str
    serial: str


@dataclass(frozen=True)
class Paused:
    """Days of the month on which the contract was suspended, and why; `until` is None if open."""

    since: str
    until: str | None
    reason: str


@dataclass(frozen=True)
class Priced:
    """A part of the month under one standard: from which day, how much, how many days worked."""

    since: str
    standard: str
    days: str


@dataclass(frozen=True)
class Adjusted:
    """What was added to the amount or taken off it: yuan, days where it is by days, in words."""

    kind: str
    amount: str
    days: str | None
    sentence: str


@dataclass(frozen=True)
class Explanation:
    """One line with everything it was computed from and everything that happened to it."""

    line: int
    number: int
    month: str
    name: str
    post: str
    fund: str
    pay_basis: str
    standard: str
    days: str
    dates: list
    half_dates: list
    required_days: int
    item: str
    item_words: str
    due: str
    adjusted: str
    cap: str | None
    offset: str
    amount: str
    state: str
    state_words: str
    account: str
    batch: str | None
    rules: list
    holds: list
    bank: Answer | None
    suspensions: list
    parts: list
    adjustments: list
    why: list
    why_state: list

    @property
    def sentences(self):
        """Both answers in order: why this amount, then why it was or was not paid."""
        return [*self.why, *self.why_state]

    @property
    def held(self):
        """The holds nobody has answered yet."""
        return [hold for hold in self.holds if hold.released is None]

    def as_dict(self):
        """The explanation as plain values, for JSON."""
        return asdict(self) | {"sentences": self.sentences}


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
        rows = masks(month, township, evidence_level(month, township))
        masked |= {(row["contract_id"], month): row for row in rows}
    return masked


def _explained(line, facts, rules, shown, changes):
    full, half, change = _month_of(line, shown, changes)
    used = [rules[pk] for pk in _used(line)]
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
        why=why_this_amount(line, full, half, used, change),
        why_state=why_this_state(line, [fact for fact in facts if fact.released is None], answer),
    )


def _month_of(line, shown, changes):
    """The full and half days that a line is about, and what happened to its contract."""
    full, half = _days(line, shown)
    whole = full.bit_count() + Decimal(half.bit_count()) / 2
    if line.on_days is not None:
        full, half = full & line.on_days, half & line.on_days
    return full, half, change_of(line, full, half, changes, whole=whole)


def _days(line, shown):
    """A line's month as two masks, from the frozen sheet or from the evidence so far."""
    if line.sheet_line:
        return line.sheet_line.full_days, line.sheet_line.half_days
    row = shown.get((line.contract_id, line.month)) or {}
    full = row.get("full") or 0
    return full, (row.get("half") or 0) & ~full


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
