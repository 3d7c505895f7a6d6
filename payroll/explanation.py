"""What an explanation of a pay line holds, as pages, papers and programs read it."""

from dataclasses import asdict, dataclass


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
class Done:
    """The hours or pieces of one day: how many were recorded, and how many are paid."""

    day: str
    recorded: str
    paid: str


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
    quantity: str | None
    quantity_words: str
    recorded_words: str
    measured: list
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
