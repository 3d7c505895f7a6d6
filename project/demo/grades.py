"""The demo township assesses October: three sides score, everybody is told, all of it is final."""

from decimal import Decimal

from attendance import assessing, telling
from attendance.models import Assessment, Side
from attendance.models.assessment_facts import SIDES
from project.demo.people import TOWNSHIP, named

SCORERS = {Side.VILLAGE: "cunzhang", Side.TOWNSHIP: "jingban", Side.REVIEW: "jiandu"}
LATE, AWAY = (Decimal(2), "迟到两次"), (Decimal(5), "集中整治缺席")
# Every fifth was late, every eleventh was away: what was taken off is shown, and costs nothing.
TAKEN_OFF = {Side.VILLAGE: (5, LATE), Side.TOWNSHIP: (11, AWAY)}


def assess(month):
    """Open, score, tell and finish the month; what was done before stays as it is."""
    assessing.open_assessments(month, TOWNSHIP, by=named("jingban"))
    rows = Assessment.objects.inside(TOWNSHIP).filter(month=month)
    for side in SIDES:
        _score(rows.filter(state=Assessment.State.OPEN, **{f"{side}_score": None}), side)
    telling.notify_many(
        rows.filter(state=Assessment.State.SCORED), by=named("wenshu"), how="slip", agrees=True
    )
    assessing.finalise_many(rows.filter(state=Assessment.State.NOTIFIED), by=named("shenhe"))


def _score(rows, side):
    every, item = TAKEN_OFF.get(side, (0, None))
    numbers = rows.order_by("contract").values_list("pk", flat=True)
    entries = {
        pk: [item] if every and place % every == 0 else [] for place, pk in enumerate(numbers, 1)
    }
    if entries:
        assessing.score_many(rows, side, entries, by=named(SCORERS[side]))
