"""What a month would pay under other rules or standards, before anybody decides on them."""

import json
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from attendance.models import CheckIn, Leave
from contracts.models import Contract
from payroll.aside import agree, say
from payroll.checks import ended_policies
from payroll.preview_shapes import WhatIf
from payroll.preview_sums import changes_of, effects, largest
from payroll.previews import computed, names
from payroll.services import holders_due, may_prepare
from payroll.terms import CODES, FACTOR, LEAVE, SOCIAL
from policy.imports import KNOWN, fault_in
from policy.words import TITLES, title_of, value_in_words
from project.kernel.guards import Refused
from project.kernel.money import half_up, yuan
from registry.models import Area

REQUIRED, CAP, EVIDENCE = "attendance.required_days", "subsidy.cap", "attendance.evidence_level"
BEARING = [code for code in dict.fromkeys((*CODES, EVIDENCE)) if code in TITLES and code in KNOWN]
MOST = Decimal(100_000)
GRADES = ("excellent", "qualified", "unqualified")
EXAMPLES = {
    REQUIRED: {"mode": "fixed", "days": 20},
    FACTOR: {"excellent": "1.10", "unqualified": "0.80"},
    LEAVE: ["sick", "injury"],
    CAP: "500.00",
}


@dataclass(frozen=True)
class Wish:
    """Other values: rules by code, all monthly standards by percent, some posts' by an amount."""

    rules: dict = field(default_factory=dict)
    percent: Decimal = Decimal(0)
    standards: dict = field(default_factory=dict)

    def __bool__(self):
        return bool(self.rules or self.percent or self.standards)

    @property
    def plain(self):
        """The wish as JSON, which `wish_of` reads again."""
        amounts = {title: str(amount) for title, amount in self.standards.items()}
        return {"rules": self.rules, "percent": str(self.percent), "standards": amounts}

    def holds(self, month, area):
        """Let the values hold, inside a computation on the side."""
        if self.rules:
            say(self.rules, month, area)
        if self.percent or self.standards:
            agree(1 + self.percent / 100, self.standards, month, area)

    def words(self):
        """The wish in sentences."""
        said = [
            _("%(rule)s: %(value)s")
            % {"rule": title_of(code), "value": value_in_words(value) or "—"}
            for code, value in self.rules.items()
        ]
        if self.percent:
            said.append(
                _("Every monthly standard: %(percent)s%%") % {"percent": f"{self.percent:+}"}
            )
        sentence = _("Standard of the post “%(title)s”: %(amount)s yuan")
        return said + [
            sentence % {"title": title, "amount": yuan(amount)}
            for title, amount in self.standards.items()
        ]


def wish_of(rules=None, percent=None, standards=None):
    """Other values as they were sent, or a ValidationError with a sentence for each wrong one."""
    rules = dict(rules or {})
    faults = {code: [fault] for code, value in rules.items() if (fault := wrong(code, value))}
    amounts = {title: _number(amount) for title, amount in (standards or {}).items()}
    for title, amount in amounts.items():
        if amount is None or amount <= 0:
            sentence = _("A monthly standard is an amount over zero, such as 650.00.")
            faults[f"standard:{title}"] = [sentence]
    share = Decimal(0) if percent in (None, "") else _number(percent, least=Decimal(-90))
    if share is None or share > 500:
        faults["percent"] = [_("Write the change in percent, from -90 to 500, such as 5 or -2.5.")]
    if faults:
        raise ValidationError(faults)
    fixed = {title: half_up(amount) for title, amount in amounts.items() if amount is not None}
    return Wish(rules, share or Decimal(0), fixed)


def wrong(code, value):
    """Why a rule cannot have a value, in a sentence; nothing where it can."""
    if code not in BEARING:
        sentence = _("No rule “%(code)s” bears on the pay of a month. Choose one of: %(codes)s.")
        return sentence % {"code": code, "codes": "、".join(BEARING)}
    if fault := fault_in(code, value):
        return fault
    if _fits(code, value):
        return ""
    example = json.dumps(EXAMPLES.get(code, KNOWN[code]), ensure_ascii=False)
    return _("The value must look like %(example)s.") % {"example": example}


def _fits(code, value):
    """What the kind of a value leaves open: known names, and numbers within reason."""
    if code in FITTING:
        return FITTING[code](value)
    if isinstance(value, str):
        return _number(value) is not None
    if isinstance(value, int) and not isinstance(value, bool):
        return 0 <= value <= 31
    return True


def _number(value, least=Decimal(0)):
    """A number in text within reason, or None; nothing here is a binary float."""
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() and least <= found <= MOST else None


def _amounts(value, known):
    return all(name in known and _number(part) is not None for name, part in value.items())


def _is_required(value):
    if value.get("mode") == "fixed":
        days = value.get("days")
        return set(value) == {"mode", "days"} and type(days) is int and 1 <= days <= 31
    return value in ({"mode": "workdays"}, {"mode": "calendar"})


def _is_cap(value):
    """An amount, or so many times the local minimum wage."""
    if isinstance(value, dict):
        return set(value) == {"x_minimum_wage"} and _amounts(value, value)
    return _number(value) is not None


FITTING = {
    REQUIRED: _is_required,
    CAP: _is_cap,
    FACTOR: lambda value: _amounts(value, GRADES),
    SOCIAL: lambda value: _amounts(value, Contract.Kind.values),
    LEAVE: lambda value: all(kind in Leave.Kind.values for kind in value),
    EVIDENCE: lambda value: value in CheckIn.Level.values,
}


def what_if(month, area, wish, *, by):
    """What the month pays by today's records, and what it would pay under other values."""
    may_prepare(area, by)
    told = {"month": str(month), "area": str(area), "place": Area.objects.get(pk=area).name}
    told["said"] = tuple(wish.words())
    due = holders_due(month, area)
    if not due:
        raise Refused(_("Nobody in this area holds a contract in %(month)s.") % {"month": month})
    try:
        now, _stands, _asks = computed(month, area, due, by=by)
        then, _stands, _asks = computed(month, area, due, by=by, other=wish.holds)
    except Refused as refused:
        return WhatIf(**told, refusals=tuple(refused.messages))
    towns, funds = names(area)
    changes = changes_of(now, then, towns, funds)
    return WhatIf(
        **told,
        refusals=tuple(ended_policies(area, month)),
        runs=effects(now, then, changes, towns, funds),
        changes=largest(changes, None),
    )
