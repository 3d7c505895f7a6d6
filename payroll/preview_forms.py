"""Which values of rules and standards are tried out, as they are filled in on a page."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, Max, Min
from django.utils.translation import gettext_lazy as _

from attendance.models import Leave
from contracts.models import Contract
from contracts.selectors import live_in
from payroll.terms import FACTOR, LEAVE, SOCIAL
from payroll.what_if import BEARING, GRADES, REQUIRED, wish_of
from policy.imports import KNOWN
from policy.selectors import rulings
from policy.words import PARTS, title_of, value_in_words
from project.kernel.money import yuan

PART, TITLE = "/", "standard:"
TITLES_AT_MOST = 40
PARTS_OF = {FACTOR: GRADES, SOCIAL: tuple(Contract.Kind.values)}
YES_OR_NO = [("", "—"), ("true", _("Yes")), ("false", _("No"))]
KINDS = [("", "—"), ("none", _("None")), *Leave.Kind.choices, ("all", _("all kinds"))]


class OtherValues(forms.Form):
    """What is left empty stays as it is; the rest becomes a wish."""

    percent = forms.CharField(label=_("Every monthly standard, in percent"), required=False)

    def __init__(self, data, *, month, area):
        super().__init__(data)
        self.now = rulings(BEARING, on=month.first, areas=[area])[area]
        for code in BEARING:
            for part in PARTS_OF.get(code, ("",)):
                self.fields[f"{code}{PART}{part}" if part else code] = _field(code, part)
        self.titles = list(_titles(month, area))
        for row in self.titles:
            label = f"{row['title']} · {row['holders']}"
            self.fields[TITLE + row["title"]] = forms.CharField(label=label, required=False)
        for name, field in self.fields.items():
            field.widget.attrs.update({"form": "what-if", "aria-label": field.label, "id": name})

    def parts(self):
        """The form in its two tables."""
        return [(_("Rules"), self._rules_now()), (_("Standards"), self._standards_now())]

    def _rules_now(self):
        """Each rule: its name, the value that holds now, and what may be filled in."""
        for name in self.fields:
            code, _slash, part = name.partition(PART)
            if code in BEARING:
                yield self.fields[name].label, self._now(code, part), self[name]

    def _standards_now(self):
        """The monthly standards: all of them, and each post's with what it is now."""
        yield self.fields["percent"].label, "", self["percent"]
        for row in self.titles:
            low, high = yuan(row["low"]), yuan(row["high"])
            now = low if low == high else f"{low} – {high}"
            name = TITLE + row["title"]
            yield self.fields[name].label, now, self[name]

    def _now(self, code, part):
        if code not in self.now:
            return "—"
        value = self.now[code].value
        if part:
            return value.get(part, "—")
        return value_in_words(value) or "—"

    def clean(self):
        """The wish, or each value that cannot be with its sentence."""
        filled = {name: text.strip() for name, text in super().clean().items() if text.strip()}
        standards = {n.removeprefix(TITLE): t for n, t in filled.items() if n.startswith(TITLE)}
        try:
            self.wish = wish_of(self._rules(filled), filled.get("percent"), standards)
        except ValidationError as wrong:
            for name, sentences in wrong.message_dict.items():
                self.add_error(self._asked_by(name, filled), sentences)
        return filled

    def _rules(self, filled):
        found = {}
        for name, text in filled.items():
            code, _slash, part = name.partition(PART)
            if code not in BEARING:
                continue
            if part:
                known = self.now[code].value if code in self.now else {}
                found[code] = {**known, **found.get(code, {}), part: text}
            else:
                found[code] = _value(code, text)
        return found

    def _asked_by(self, name, filled):
        """The field that a fault belongs to: the first part filled in, where a rule has parts."""
        return name if name in self.fields else next(n for n in filled if n.startswith(name + PART))


def _titles(month, area):
    monthly = live_in(month, area).filter(pay_basis=Contract.PayBasis.MONTH).order_by()
    rows = monthly.values("title").annotate(
        holders=Count("pk"), low=Min("standard"), high=Max("standard")
    )
    return rows.order_by("-holders", "title")[:TITLES_AT_MOST]


def _field(code, part):
    label = f"{title_of(code)} · {_part(code, part)}" if part else title_of(code)
    if isinstance(KNOWN[code], bool):
        return forms.ChoiceField(label=label, choices=YES_OR_NO, required=False)
    if code == LEAVE:
        return forms.ChoiceField(label=label, choices=KINDS, required=False)
    return forms.CharField(label=label, required=False, max_length=20)


def _part(code, part):
    return Contract.Kind(part).label if code == SOCIAL else PARTS[part]


def _value(code, text):
    """What is filled in as the rule keeps it; what is no number stays text, and is then refused."""
    number = int(text) if text.isdecimal() else text
    if code == REQUIRED:
        return {"mode": "fixed", "days": number}
    if code == LEAVE:
        kinds = {"none": [], "all": list(Leave.Kind.values)}
        return kinds.get(text, [text])
    if isinstance(KNOWN[code], bool):
        return text == "true"
    return number if isinstance(KNOWN[code], int) else text
