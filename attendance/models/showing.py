"""Which check-ins show a day of work: the one place that says what counts as evidence."""

from django.contrib.postgres.aggregates import BitOr
from django.db.models import Exists, F, Func, IntegerField, OuterRef, Q
from django.db.models.functions import ExtractDay

from attendance.models.check_in import CheckIn
from attendance.models.evidence import Flag, FlagReview
from contracts.changes import while_suspended
from registry.access import within

COUNTS, DOES_NOT = FlagReview.Decision.COUNTS, FlagReview.Decision.DOES_NOT


def looked_at():
    """The check-in is held back by no doubt that waits, and nobody has said that it does not count.

    A doubt about leaving or staying is a doubt about the day.
    """
    waiting = Flag.objects.filter(waits=True).exclude(review__decision=COUNTS)
    rejected = FlagReview.objects.filter(decision=DOES_NOT)
    later = Q(check_in__voided_by=None) & ~Q(check_in__kind=CheckIn.Kind.IN)
    same_day = Q(check_in__contract=OuterRef("contract"), check_in__day=OuterRef("day"))
    return [
        ~Exists(waiting.filter(check_in=OuterRef("pk"))),
        ~Exists(waiting.filter(same_day, later)),
        ~Exists(rejected.filter(flag__check_in=OuterRef("pk"))),
        ~Exists(
            rejected.filter(
                flag__check_in__contract=OuterRef("contract"),
                flag__check_in__day=OuterRef("day"),
                flag__check_in__voided_by=None,
            ).exclude(flag__check_in__kind=CheckIn.Kind.IN)
        ),
    ]


class Bit(Func):
    """The bit of a day in a month's mask: day 1 is bit 0."""

    template = "(1 << (%(expressions)s::int - 1))"
    output_field = IntegerField()


def shown(month, area, level=1):
    """The evidence of a month: check-ins inside their contract, not voided, of a level or more.

    Days on which the contract was suspended are kept and not credited (W-3).

    A check-in that a flag holds back counts once somebody has looked and said so; one from a
    phone is of the third level once its picture is there.
    """
    found = CheckIn.objects.filter(
        *looked_at(),
        # Few rows void another: that they are not empty lets the database look at those alone.
        ~Exists(CheckIn.objects.filter(voids=OuterRef("pk"), voids__isnull=False)),
        ~while_suspended("day"),
        within(str(area), "contract__area_id"),
        kind=CheckIn.Kind.IN,
        day__range=(month.first, month.last),
        day__gte=F("contract__starts_on"),
        day__lte=F("contract__ends_on"),
        level__gte=level,
        voids__isnull=True,
    )
    if level < CheckIn.Level.OWN:
        return found
    return found.filter(~Q(source=CheckIn.Source.PHONE) | Q(picture__isnull=False))


def masks(month, area, level=1):
    """Each contract's month as two masks, full and half days, from the evidence so far."""
    bit = Bit(ExtractDay("day", output_field=IntegerField()))
    return (
        shown(month, area, level)
        .values("contract_id")
        .annotate(full=BitOr(bit, filter=Q(worth=1)), half=BitOr(bit, filter=Q(worth="0.5")))
    )
