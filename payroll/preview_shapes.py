"""What a preview and a what-if tell: sums, differences by person, lines; and how jobs keep them."""

import json
from dataclasses import asdict, dataclass, field, fields
from decimal import Decimal
from typing import get_args, get_origin, get_type_hints

from django.core.serializers.json import DjangoJSONEncoder

ZERO = Decimal(0)


@dataclass(frozen=True)
class Line:
    """What one contract would earn, and what it earned the month before."""

    town: str
    fund: str
    person: int
    contract: int
    name: str
    id_number: str
    village: str
    post: str
    item: str
    days: Decimal
    quantity: Decimal | None
    required: int
    standard: Decimal
    due: Decimal
    amount: Decimal
    state: str
    words: str
    codes: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()
    before: Decimal = ZERO
    is_new: bool = False

    @property
    def why(self):
        """What holds the line, in words."""
        return "；".join(self.holds)

    @property
    def difference(self):
        return self.amount - self.before


@dataclass(frozen=True)
class Change:
    """One person's pay from one fund, before and after; `kind` is new, gone, more or less."""

    town: str
    fund: str
    name: str
    id_number: str
    village: str
    post: str
    before: Decimal
    after: Decimal
    kind: str = ""
    person: int = 0

    @property
    def difference(self):
        return self.after - self.before


@dataclass(frozen=True)
class Held:
    """How many lines one reason holds."""

    words: str
    count: int


@dataclass(frozen=True)
class RunSum:
    """What the run of a township and a fund would come to, beside the month before."""

    area: str
    town: str
    fund: str
    people: int
    lines: int
    sum: Decimal
    payable: int
    payable_sum: Decimal
    held: int
    held_sum: Decimal
    nothing: int
    holds: tuple[Held, ...]
    before: Decimal
    new: int
    gone: int

    @property
    def difference(self):
        return self.sum - self.before


@dataclass(frozen=True)
class Balance:
    """A fund's year: what was given, what runs bind, and what is left after this month."""

    fund: str
    where: str
    given: Decimal
    bound: Decimal
    planned: Decimal

    @property
    def left(self):
        return self.given - self.bound - self.planned

    @property
    def short(self):
        return self.left < 0


@dataclass(frozen=True)
class Preview:
    """What a month would pay in an area; `refusals` stop it, `asks` want a reason at confirming."""

    month: str
    area: str
    place: str
    refusals: tuple[str, ...] = ()
    stands: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    runs: tuple[RunSum, ...] = ()
    balances: tuple[Balance, ...] = ()
    changes: tuple[Change, ...] = ()
    lines: tuple[Line, ...] = field(default=(), metadata={"kept": False})


@dataclass(frozen=True)
class Effect:
    """What other values make of the run of a township and a fund."""

    area: str
    town: str
    fund: str
    people: int
    before: Decimal
    after: Decimal
    more: int
    less: int

    @property
    def difference(self):
        return self.after - self.before


@dataclass(frozen=True)
class WhatIf:
    """What a month would pay under other values, and what they cost until the end of the year."""

    month: str
    area: str
    place: str
    said: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    runs: tuple[Effect, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def months(self):
        """The months this one and the rest of its year have."""
        return 13 - int(self.month[5:])

    @property
    def year(self):
        """What the difference of this month comes to over the rest of the year."""
        return self.months * sum((run.difference for run in self.runs), ZERO)


def plain(found):
    """What a job keeps of it, as JSON: sums and differences; lines are computed when asked for."""
    kept = {
        one.name: getattr(found, one.name)
        for one in fields(found)
        if one.metadata.get("kept", True)
    }
    return json.loads(json.dumps(asdict(type(found)(**kept)), cls=DjangoJSONEncoder))


def revived(shape, raw):
    """The reverse of `plain`; what was not kept yet when the job ran is as good as not said."""
    kept = {name: hint for name, hint in get_type_hints(shape).items() if name in raw}
    return shape(**{name: _revived(hint, raw[name]) for name, hint in kept.items()})


def _revived(hint, value):
    if hint is Decimal:
        return Decimal(value)
    if get_origin(hint) is tuple:
        (of, _more) = get_args(hint)
        return tuple(value if of is str else revived(of, value) for value in value)
    return value
