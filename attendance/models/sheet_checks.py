"""What must be right about a month of days before the village stands by it."""

from collections import Counter

from django.db.models import Count
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from attendance.models.check_in import CheckIn
from attendance.models.evidence import Flag
from attendance.models.measuring import most_of_a_day, quantities_in
from attendance.models.showing import shown
from contracts.models import MEASURED, Contract
from policy.selectors import rulings
from project.kernel.guards import guard
from registry.models import NATION

NAMED = 10
RULES = ("attendance.evidence_level", "attendance.book_max_share")


def waiting_flags(sheet):
    """The doubts that keep days of a sheet waiting, in the order of its lines."""
    found = Flag.objects.filter(
        check_in__contract__sheet_lines__sheet=sheet,
        check_in__day__range=(sheet.month.first, sheet.month.last),
        check_in__voids=None,
        check_in__voided_by=None,
        waits=True,
        review=None,
    )
    joined = found.select_related("check_in__contract__person")
    return joined.order_by("check_in__contract__sheet_lines__number", "check_in__day", "pk")


@guard(_("Days wait for a look."))
def nothing_waits(sheet):
    """Nobody goes unpaid silently: a day that waits for a look is named, and looked at first."""
    sentence = _("%(name)s, %(day)s waits for a look of the township: %(doubt)s.")
    return _named(
        translate(sentence)
        % {
            "name": flag.check_in.contract.person.name,
            "day": flag.check_in.day,
            "doubt": flag.get_code_display(),
        }
        for flag in waiting_flags(sheet)
    )


@guard(_("Corrections wait for a decision."))
def nothing_is_asked(sheet):
    """What a worker or a clerk says about a day is decided before the days are frozen."""
    asked = Contract.objects.filter(
        sheet_lines__sheet=sheet,
        corrections__state="asked",
        corrections__day__range=(sheet.month.first, sheet.month.last),
    )
    rows = asked.order_by("sheet_lines__number").values_list("person__name", "corrections__day")
    sentence = _("%(name)s, %(day)s: a correction is asked for; decide it first.")
    return _named(translate(sentence) % {"name": name, "day": day} for name, day in rows)


@guard(_("The days from the sign-in book need the scan of its pages. Add the scan first."))
def book_is_scanned(sheet):
    """A day from the book, and its hours, are shown by the page on which it was signed (L1)."""
    entered = _shown(sheet).filter(source=CheckIn.Source.BOOK)
    if rules_of(sheet)["attendance.evidence_level"] > CheckIn.Level.BOOK:
        entered = entered.filter(quantity__isnull=False)
    return sheet.scans.exists() or not entered.exists()


@guard(_("Hours or pieces of some days are not known."))
def quantities_are_known(sheet):
    """Nobody goes unpaid because a number is missing: it is entered first, or the day corrected."""
    if not sheet.lines.filter(contract__pay_basis__in=MEASURED).exists():
        return True
    level = rules_of(sheet)["attendance.evidence_level"]
    found = quantities_in(sheet.month, sheet.area_id, level)
    lines = sheet.lines.filter(contract__in=found).select_related("contract__person")
    sentence = _(
        "%(name)s, %(day)s: it is not known how much was done. Enter it in the grid, or ask for a "
        "correction of the day."
    )
    too_many = _("%(name)s, %(day)s: %(number)s is more than a day can hold. Correct the day.")
    return _named(
        translate(sentence if number is None else too_many)
        % {"name": line.contract.person.name, "day": day, "number": number}
        for line in lines.order_by("number")
        for day, number in zip(sheet.month.dates(), found[line.contract_id], strict=True)
        if number is None or number > most_of_a_day(line.contract)
    )


@guard(_("Too many days rest on the sign-in book."))
def book_share_is_kept(sheet):
    """No more than a share of a sheet's days rests on paper alone (attendance.book_max_share)."""
    share = rules_of(sheet)["attendance.book_max_share"]
    if share is None:
        return True
    days = _shown(sheet).values_list("contract_id", "day", "source").distinct()
    found = {}
    for contract, day, source in days:
        found.setdefault((contract, day), set()).add(source)
    book = sum(sources == {CheckIn.Source.BOOK} for sources in found.values())
    if book * 100 <= len(found) * float(share) * 100:
        return True
    words = {"book": book, "all": len(found), "share": f"{float(share):.0%}"}
    sentence = _(
        "%(book)s of %(all)s days rest on the sign-in book alone; the rule allows %(share)s."
    )
    return [translate(sentence) % words]


@guard(_("Somebody has more than a whole day on one day."))
def nobody_counts_twice(sheet):
    """At most one whole day a person and date over all programmes (V-03, V-13)."""
    here = sheet.lines.values("contract__person")
    held = Contract.objects.filter(
        person__in=here, starts_on__lte=sheet.month.last, ends_on__gte=sheet.month.first
    )
    several = held.values("person").annotate(n=Count("pk")).filter(n__gt=1)
    people = set(several.values_list("person", flat=True))
    return double_days(sheet.month, people) if people else []


def double_days(month, people):
    """A sentence for each day on which somebody would be credited with more than one day."""
    rows = shown(month, NATION).filter(contract__person__in=people)
    rows = rows.select_related("contract__person", "contract__area").order_by("contract", "worth")
    days, worth = {}, Counter()
    for row in rows:
        days.setdefault((row.contract.person_id, row.day), {})[row.contract_id] = row
    for key, found in days.items():
        worth[key] = sum(row.worth for row in found.values())
    return _named(
        twice(found.values()) for key, found in days.items() if len(found) > 1 and worth[key] > 1
    )


def twice(rows):
    """Two records of one person on one day, both shown (S-14)."""
    rows = list(rows)
    words = {"name": rows[0].contract.person.name, "day": rows[0].day}
    places = [
        f"{r.contract.title} ({r.contract.area.name}, {r.get_source_display()})" for r in rows
    ]
    sentence = _("%(name)s, %(day)s is recorded on more than one post: %(places)s.")
    return translate(sentence) % (words | {"places": " + ".join(places)})


def rules_of(sheet):
    """The rules a sheet is confirmed under; a share that nobody has set is None."""
    found = rulings(list(RULES), on=sheet.month.first, areas=[sheet.area_id])[sheet.area_id]
    values = {code: found[code].value if code in found else None for code in RULES}
    return values | {"attendance.evidence_level": values["attendance.evidence_level"] or 1}


def _shown(sheet):
    return shown(sheet.month, sheet.area_id).filter(contract__sheet_lines__sheet=sheet)


def _named(sentences):
    """The first few sentences, and how many more there are."""
    found = list(sentences)
    more = len(found) - NAMED
    words = translate("and %(count)s more days") % {"count": more}
    return found[:NAMED] + ([words] if more > 0 else [])
