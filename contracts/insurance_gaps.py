"""Who loses their cover, and on which day: looked up ahead, never stored."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Case, DateField, Exists, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Cast, Greatest, Least

from contracts.models import Contract, Cover
from contracts.selectors import NEEDING_COVER
from policy.selectors import rulings
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.access import areas, in_areas
from registry.models import NATION

CODE = "insurance.announce_days"
DAY = timedelta(days=1)


def losing_cover(contracts, first, until):
    """The contracts with a day from `first` to `until` that nothing covers: `lost_on` is the first.

    A cover that another one follows the next day is no gap.
    """
    contracts = contracts.filter(
        state__in=NEEDING_COVER, ends_on__gte=first, starts_on__lte=until
    ).annotate(needed_from=Greatest("starts_on", _day(first)), until=Least("ends_on", _day(until)))
    at_first = Cover.objects.filter(
        person=OuterRef("person"),
        starts_on__lte=OuterRef("needed_from"),
        ends_on__gte=OuterRef("needed_from"),
    )
    lost = Case(
        When(~Exists(at_first), then=F("needed_from")),
        default=Subquery(_ends().values("last")[:1]),
        output_field=DateField(),
    )
    return contracts.annotate(lost_on=lost).filter(lost_on__isnull=False)


def _ends():
    """The day after each cover of a person after which nothing goes on, the first of them first."""
    after = F("ends_on") + Value(DAY)
    follows = Cover.objects.filter(
        person=OuterRef("person"), starts_on__lte=OuterRef("last"), ends_on__gte=OuterRef("last")
    )
    ends = Cover.objects.held().filter(
        person=OuterRef("person"),
        ends_on__gte=OuterRef("needed_from"),
        ends_on__lt=OuterRef("until"),
    )
    ends = ends.annotate(last=Cast(after, DateField())).filter(~Exists(follows))
    return ends.order_by("last")


def _day(value):
    return Value(value, output_field=DateField())


@dataclass(frozen=True)
class Ahead:
    """How many people lose their cover within so many days, and the first day on which one does."""

    days: int
    people: int
    first: object


def horizons(area):
    """The days ahead of which a gap is announced, the longest first (insurance.announce_days)."""
    found = rulings([CODE], on=today(), areas=[str(area)])[str(area)].get(CODE)
    return sorted(found.value, reverse=True) if found else [90, 30, 7]


def ahead(user):
    """The gaps to announce to whoever insures people, nearest first: each is counted once."""
    codes = areas(user, Permission.INSURANCE_EDIT)
    if not codes:
        return []
    days = horizons(codes[0] or NATION)[1:] or horizons(codes[0])
    until = today() + timedelta(days=max(days))
    found = losing_cover(Contract.objects.filter(in_areas(codes)), today(), until)
    lost = sorted(found.order_by().values_list("lost_on", flat=True))
    told, before = [], []
    for span in sorted(days):
        within = [day for day in lost if day <= today() + timedelta(days=span)]
        if len(within) > len(before):
            told.append(Ahead(span, len(within), within[len(before)]))
        before = within
    return told
