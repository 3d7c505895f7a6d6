"""Whether what a ledger says of a contract may stand: its term, its pay, and no second one."""

from django.utils.translation import gettext as _

from contracts.models import HOLDING, Contract
from policy.selectors import rulings
from project.kernel.months import Month, today
from registry.idnumber import age_on, birth_on

RULES = ["contract.max_term_months", "age.min", "age.max", "subsidy.cap"]
YEAR = 12  # No rule may allow a contract longer than a year (C-08).


class Terms:
    """The rules of some villages and the contracts some people hold, asked once for all rows."""

    def __init__(self, importer, villages, people, rows):
        self.importer = importer
        self.rules = rulings(RULES, on=today(), areas=sorted(villages))
        self.held = {}
        for contract in _held(people, rows):
            self.held.setdefault(contract.person_id, []).append(contract)

    def faults(self, row, village, person):
        """Every reason why the row's contract cannot be taken over."""
        first, last = row["starts_on"], row["ends_on"]
        if row["standard"] <= 0:
            sentence = _("A contract pays something. Enter the standard.")
            yield self.importer.fault(row, "standard", sentence)
        if last < first:
            sentence = _("The last day lies before the first day. Correct the days.")
            yield self.importer.fault(row, "ends_on", sentence)
        elif village and last >= _same_day(first, self._most_months(village)):
            sentence = _("The contract lasts longer than %(months)s months. Correct its days.")
            months = {"months": self._most_months(village)}
            yield self.importer.fault(row, "ends_on", sentence % months)
        for contract in self.held.get(person.pk, ()) if person else ():
            if contract.starts_on <= last and first <= contract.ends_on:
                yield self.importer.fault(row, "id_number", _already(contract))

    def warn(self, row, village):
        """What speaks against the row without stopping it: ages and the cap of pay."""
        age = age_on(birth_on(row["id_number"]), row["starts_on"])
        youngest, oldest = self._value(village, "age.min"), self._value(village, "age.max")
        if (youngest and age < youngest) or (oldest and age > oldest):
            sentence = _("The person is %(age)s on the first day; the rule is %(min)s to %(max)s.")
            ages = {"age": age, "min": youngest, "max": oldest}
            self.importer.warn(row, "id_number", sentence % ages)
        cap = self._value(village, "subsidy.cap")
        if cap and row["standard"] > type(row["standard"])(cap):
            sentence = _(
                "The standard lies above the cap of %(cap)s; the cap is what will be paid."
            )
            self.importer.warn(row, "standard", sentence % {"cap": cap})

    def _most_months(self, village):
        return min(self._value(village, "contract.max_term_months") or YEAR, YEAR)

    def _value(self, village, code):
        ruling = self.rules[village.pk].get(code)
        return ruling.value if ruling else None


def repeated(importer, rows):
    """One person, one contract at a time: a fault for a row whose days another row has."""
    said, faults = {}, []
    for row in rows:
        for other in said.setdefault(row["id_number"], []):
            if row["starts_on"] <= other["ends_on"] and other["starts_on"] <= row["ends_on"]:
                sentence = _("The same person stands in row %(row)s. Keep one of the rows.")
                sentence %= {"row": other.number}
                faults.append(importer.fault(row, "id_number", sentence))
        said[row["id_number"]].append(row)
    return faults


def _held(people, rows):
    contracts = Contract.objects.filter(
        person__in=[person.pk for person in people],
        state__in=HOLDING,
        starts_on__lte=max((row["ends_on"] for row in rows), default=today()),
        ends_on__gte=min((row["starts_on"] for row in rows), default=today()),
    )
    return contracts.select_related("area")


def _already(contract):
    return _(
        "The person already holds a contract as %(title)s in %(village)s from %(first)s to"
        " %(last)s. End it first, or delete the row."
    ) % {
        "title": contract.title,
        "village": contract.area.name,
        "first": contract.starts_on,
        "last": contract.ends_on,
    }


def _same_day(day, months):
    """The same day so many months later, or the month's last where it has no such day."""
    month = Month.of(day).plus(months)
    return day.replace(year=month.year, month=month.month, day=min(day.day, month.days))
