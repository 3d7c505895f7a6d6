"""What waits for the township beside the steps of sheets: days that somebody must look at."""

from django.db.models import Count, F, Min
from django.urls import reverse
from django.utils.translation import gettext as _

from attendance import assessment_reminders
from attendance.models import Flag
from project.kernel.pages import Waiting
from project.kernel.roles import Permission
from registry.access import areas, in_areas


def lines(user):
    """What waits village by village: days for a look, months and years to be assessed."""
    return [*doubts(user), *assessment_reminders.lines(user)]


def doubts(user):
    """One inbox line for each village with days that wait for a look."""
    codes = areas(user, Permission.SHEET_REVIEW)
    if not codes:
        return []
    waiting = Flag.objects.filter(
        in_areas(codes, "check_in__contract__area_id"),
        waits=True,
        review=None,
        check_in__voided_by=None,
    )
    rows = waiting.values(
        place=F("check_in__contract__area"), village=F("check_in__contract__area__name")
    ).annotate(n=Count("check_in", distinct=True), since=Min("raised_at"))
    return [_line(row) for row in rows.order_by("place")]


def _line(row):
    address = reverse("attendance:flag-list")
    return Waiting(
        kind=_("doubt"),
        step=_("Look at days that wait"),
        what=_("%(number)s days count for nobody until somebody has looked") % {"number": row["n"]},
        area=row["village"],
        url=f"{address}?area={row['place']}&standing=waits",
        since=row["since"],
    )
