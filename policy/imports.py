"""Rules as JSON: a list of values, each with its area, its days and the document that says so."""

import json
from datetime import timedelta
from pathlib import Path

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policy.models import Fund, PolicyDocument, Rule
from project.kernel.roles import Permission
from project.kernel.tables import Column, Page, Row, RowError, Sheet, Unreadable, parse
from registry.intake import Importer, at_most
from registry.models import Area

DEFAULTS = json.loads((Path(__file__).parent / "defaults.json").read_text(encoding="utf-8"))[
    "rules"
]
KNOWN = DEFAULTS | {
    "subsidy.cap": "0.00",
    "subsidy.floor": "0.00",
    "subsidy.social_insurance": {"labour": "0.00"},
    "attendance.min_days": 3,
    "attendance.max_hours_day": 4,
    "attendance.max_days": 24,
    "payroll.compare": "warn",
    "payroll.second_from": {"township": "0.00", "department": "0.00", "finance": "0.00"},
    "insurance.age_max": 69,
    "insurance.premium_max": "0.00",
    "relief.min_share": "0.00",
    "relief.relocated_min_share": "0.00",
    "relief.rate_min": {"day": "0.00", "hour": "0.00", "task": "0.00"},
    "case.appeal_days": 15,
    "inspection.photo_days": 31,
    "detect.phone_people": 3,
    "detect.phone_days": 3,
    "detect.substitute_days": 1,
    "detect.same_hours_days": 10,
    "detect.same_hours_percent": 80,
    "detect.together_days": 8,
    "detect.together_percent": 70,
    "detect.alike_people": 5,
    "detect.alike_months": 3,
    "detect.travel_kilometres": 30,
    "detect.travel_speed": 100,
    "detect.travel_accuracy_metres": 500,
    "detect.twice_days": 1,
    "detect.unshown_days": 1,
    "detect.book_days": 5,
    "detect.picture_people": 2,
    "detect.picture_days": 1,
    "detect.picture_rolls": 1,
    "detect.no_picture_days": 5,
    "detect.no_picture_percent": 50,
    "detect.no_second_days": 5,
    "detect.notice_late_days": 3,
    "detect.raised_days": 2,
    "detect.corrected_days": 6,
    "detect.corrected_percent": 50,
    "detect.file_percent": 95,
    "detect.signing_people": 4,
    "detect.signing_seconds": 60,
    "detect.scan_people": 2,
    "detect.agreeing_people": 5,
    "detect.agreeing_seconds": 10,
    "detect.decisions": 15,
    "detect.deciding_seconds": 60,
    "detect.weights": {"A": 10, "B": 4, "C": 1, "confirmed": 2},
    "detect.risk_months": 12,
    "inspection.phone_share": "1.00",
    "inspection.photo_share": {
        "village": "1.00",
        "township": "0.20",
        "county": "0.10",
        "above": "0.05",
    },
    "inspection.risk_share": "0.50",
    "inspection.every_months": 3,
    "detect.away_days": 3,
    "detect.excluded_days": 1,
    "detect.unsigned_days": 3,
    "detect.uninsured_days": 1,
    "detect.placement_gap_days": 31,
    "detect.parity_people": 8,
    "detect.parity_share": "0.85",
    "detect.namesakes_most": 4,
    "detect.back_people": 4,
    "detect.turns_people": 6,
    "detect.turns_share": "0.80",
    "detect.relief_age_max": 70,
    "detect.relief_most_days": 28,
    "detect.relief_same_people": 10,
    "detect.relief_same_days": 6,
    "detect.relief_card_people": 2,
    "detect.relief_behind_points": 40,
    "detect.relief_rate_times": "2.0",
    "detect.relief_owner_times": "1.3",
    "detect.relief_rate_people": 5,
}
# A cap is an amount, or so many times the local minimum wage; hours may be parts of one.
ALSO = {"subsidy.cap": dict, "attendance.max_hours_day": str}


class Rules(Importer):
    """A new value closes the open-ended one before it; nothing that was valid is rewritten."""

    kind = "rules"
    title = gettext_lazy("Policy rules")
    permission = Permission.POLICY_EDIT
    columns = (
        Column("code", "code", rule=at_most(60)),
        Column("area", "area", kind="area"),
        Column("fund", "fund", required=False),
        Column("value", "value"),
        Column("valid_from", "valid_from", kind="date"),
        Column("valid_to", "valid_to", kind="date", required=False),
        Column("document", "document", rule=at_most(120)),
    )

    def read(self, content, name):
        """Each entry is a row, numbered from 1, so that its faults can be named like a cell's."""
        entries = _entries(content)
        names = [column.name for column in self.columns]
        cells = [[_cell(entry, name) for name in names] for entry in entries]
        rows, errors = parse(Sheet(name, (Page("", [names, *cells]),)), self.columns)
        rows = [
            Row(row.number - 1, row.values | {"value": entries[row.number - 2]["value"]})
            for row in rows
        ]
        errors = [RowError(e.row - 1, e.column, e.sentence, e.page) for e in errors]
        return Sheet(name, (Page("", cells),)), rows, errors

    def check(self, rows):
        self.areas = Area.objects.in_bulk({row["area"] for row in rows})
        self.funds = {name: f for f in Fund.objects.all() for name in (f.code, f.name)}
        titles = Q(title__in={row["document"] for row in rows})
        known = PolicyDocument.objects.filter(titles, area__in=self.areas)
        self.documents = {(found.area_id, found.title): found for found in known}
        codes = {row["code"] for row in rows}
        self.rules = {}
        for rule in Rule.objects.filter(code__in=codes, area__in=self.areas).order_by("valid_from"):
            self.rules.setdefault((rule.code, rule.area_id, rule.fund_id), []).append(rule)
        faults = [fault for row in rows for fault in self._faults(row)]
        faults += self._overlaps(rows)
        same = sum(1 for row in rows if self._is_known(row))
        self.counts = [(_("New rules"), len(rows) - same), (_("Rules known"), same)]
        return faults

    def _faults(self, row):
        if row["area"] not in self.areas:
            yield self.fault(row, "area", _("This area is unknown. Import the areas first."))
        if not self.reaches(row["area"]):
            yield self.fault(row, "area", _("This area lies outside your areas."))
        if row["fund"] and row["fund"] not in self.funds:
            sentence = _("There is no fund “%(name)s”. Choose one of: %(funds)s.")
            names = "、".join(sorted({fund.name for fund in self.funds.values()}))
            yield self.fault(row, "fund", sentence % {"name": row["fund"], "funds": names})
        if row["valid_to"] and row["valid_to"] < row["valid_from"]:
            yield self.fault(row, "valid_to", _("The rule would end before it begins."))
        if row["code"] not in KNOWN:
            self.warn(row, "code", _("No part of this system reads a rule of this name."))
        elif sentence := fault_in(row["code"], row["value"]):
            yield self.fault(row, "value", sentence)

    def _overlaps(self, rows):
        """A day has one value: of the file's rows, and of what is in force already."""
        said = {}
        for row in rows:
            for other in said.setdefault(self._key(row), []):
                if _overlap(row, other):
                    sentence = _("The same rule is valid on the same days in row %(row)s.")
                    yield self.fault(row, "valid_from", sentence % {"row": other.number})
            said[self._key(row)].append(row)
            yield from self._clashes(row)

    def _clashes(self, row):
        """Only an open-ended value that began earlier gives way."""
        for rule in [] if self._is_known(row) else self.rules.get(self._key(row), []):
            gives_way = rule.valid_to is None and rule.valid_from < row["valid_from"]
            late = row["valid_to"] and row["valid_to"] < rule.valid_from
            early = rule.valid_to and rule.valid_to < row["valid_from"]
            if not (gives_way or late or early):
                sentence = _(
                    "Another value is in force from %(first)s to %(last)s. Change the days."
                )
                days = {"first": rule.valid_from, "last": rule.valid_to or _("further notice")}
                yield self.fault(row, "valid_from", sentence % days)

    def _key(self, row):
        fund = self.funds.get(row["fund"])
        return row["code"], row["area"], fund and fund.code

    def _is_known(self, row):
        said = (row["value"], row["valid_from"], row["valid_to"])
        known = self.rules.get(self._key(row), [])
        return any((rule.value, rule.valid_from, rule.valid_to) == said for rule in known)

    def commit(self, rows, *, file):
        rows = [row for row in rows if not self._is_known(row)]
        self._close_before(rows)
        self._enter_documents(rows)
        Rule.objects.bulk_create(
            Rule(
                code=row["code"],
                area_id=row["area"],
                fund=self.funds.get(row["fund"]),
                value=row["value"],
                valid_from=row["valid_from"],
                valid_to=row["valid_to"],
                document=self.documents[row["area"], row["document"]],
                added_by=file.imported_by,
            )
            for row in rows
        )

    def _close_before(self, rows):
        closed = {}
        for row in sorted(rows, key=lambda row: row["valid_from"], reverse=True):
            for rule in self.rules.get(self._key(row), []):
                if (rule.valid_to is None or rule.pk in closed) and (
                    rule.valid_from < row["valid_from"]
                ):
                    rule.valid_to = row["valid_from"] - timedelta(days=1)
                    closed[rule.pk] = rule
        Rule.objects.bulk_update(closed.values(), ["valid_to"])

    def _enter_documents(self, rows):
        days = {}
        for row in rows:
            days.setdefault((row["area"], row["document"]), []).append(row)
        fresh = [
            PolicyDocument(
                area_id=area,
                title=title,
                valid_from=min(row["valid_from"] for row in said),
                valid_to=_last_day(said),
            )
            for (area, title), said in days.items()
            if (area, title) not in self.documents
        ]
        for document in PolicyDocument.objects.bulk_create(fresh):
            self.documents[document.area_id, document.title] = document


def _entries(content):
    try:
        entries = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Unreadable(
            _("This is not a file of rules. Rules are a JSON list, saved as UTF-8.")
        ) from error
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise Unreadable(_("The rules must be a list, each with code, area, value and days."))
    if b"\\u0000" in content:
        raise Unreadable(_("The rules hold a NUL character, which cannot be kept. Remove it."))
    try:
        json.dumps(entries, ensure_ascii=False).encode()
    except UnicodeEncodeError as half:
        raise Unreadable(
            _("The rules hold half a character, which cannot be kept. Write them anew as UTF-8.")
        ) from half
    if not any(entries):
        raise Unreadable(_("The file holds no rule."))
    return entries


def _cell(entry, name):
    value = entry.get(name)
    return json.dumps(value, ensure_ascii=False) if name == "value" and value is not None else value


def fault_in(code, value):
    """What is wrong with the value of a rule that an office reads, in a sentence."""
    if _is_like(value, KNOWN[code], ALSO.get(code)):
        return ""
    sentence = _("The value must look like %(example)s. Money is written as text.")
    return sentence % {"example": json.dumps(KNOWN[code], ensure_ascii=False)}


def _is_like(value, example, also=None):
    """Whether a value is of the kind its rule has; a rule without a default takes any."""
    return example is None or type(value) in (type(example), also)


def _overlap(row, other):
    first, second = sorted((row, other), key=lambda each: each["valid_from"])
    return first["valid_to"] is None or first["valid_to"] >= second["valid_from"]


def _last_day(rows):
    ends = [row["valid_to"] for row in rows]
    return None if None in ends else max(ends)
