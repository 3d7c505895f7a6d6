"""What waits about months and years: a line for each village and step, not for each holder."""

from collections import defaultdict
from datetime import timedelta

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from attendance.assessment_rules import LIMIT
from attendance.models import Assessment, Grade, YearGrade
from attendance.models.assessment_checks import APPEAL_DAYS
from contracts.models import HOLDING, Contract
from policy.selectors import rulings
from project.kernel.months import today
from project.kernel.pages import Waiting
from project.kernel.roles import Permission
from registry.access import areas, in_areas

State = Assessment.State
BY_POINTS = Q(state=State.OPEN, mode="score")
STEPS = (
    (
        Permission.ASSESS_VILLAGE,
        BY_POINTS & Q(village_score=None),
        gettext_lazy("Score for the village"),
        "village",
    ),
    (
        Permission.ASSESS_VILLAGE,
        Q(state=State.OPEN, mode="grade"),
        gettext_lazy("Give a grade"),
        "grade",
    ),
    (
        Permission.ASSESS_TOWNSHIP,
        BY_POINTS & Q(township_score=None),
        gettext_lazy("Score for the township"),
        "township",
    ),
    (
        Permission.ASSESS_REVIEW,
        BY_POINTS & Q(review_score=None),
        gettext_lazy("Score the democratic review"),
        "review",
    ),
    (Permission.ASSESS_TELL, Q(state=State.SCORED), gettext_lazy("Tell the worker"), ""),
    (Permission.ASSESS_FINALISE, Q(state=State.NOTIFIED), gettext_lazy("Make final"), ""),
)


def lines(user):
    """The villages whose months or years wait for somebody, and those who failed too often."""
    return [*_months(user), *_years(user), *_failed(user)]


def _months(user):
    """Every step of every village and month in one query; the month is over first."""
    mine = [(step, in_areas(codes)) for step in STEPS if (codes := areas(user, step[0]))]
    if not mine:
        return []
    wanted, counts = Q(pk__in=[]), {}
    for number, ((_held, waits, _title, _side), inside) in enumerate(mine):
        wanted |= waits & inside
        counts[f"n{number}"] = Count("pk", filter=waits & inside)
    found = Assessment.objects.filter(wanted, month__lt=today().replace(day=1))
    rows = found.order_by("area", "month").values("area", "area__name", "month")
    rows = list(rows.annotate(since=Min("opened_at"), told=Min("told_at"), **counts))
    days = _appeal_days({row["area"] for row in rows})
    return [
        _line(row, step, row[f"n{number}"])
        for row in rows
        for number, (step, _inside) in enumerate(mine)
        if row[f"n{number}"] and not _waits_for_the_worker(row, step, days)
    ]


def _appeal_days(villages):
    ruled = rulings([APPEAL_DAYS], on=today(), areas=sorted(villages))
    return {area: found[APPEAL_DAYS].value for area, found in ruled.items() if found}


def _waits_for_the_worker(row, step, days):
    """While every worker of the village may still appeal, nobody has to make anything final."""
    if step[0] != Permission.ASSESS_FINALISE or row["told"] is None:
        return False
    return localdate(row["told"]) + timedelta(days=days.get(row["area"], 0)) >= today()


def _line(row, step, count):
    _held, _waits, title, side = step
    address = reverse("attendance:assessed", args=[row["area"], row["month"]])
    return Waiting(
        kind=str(Assessment._meta.verbose_name),
        step=str(title),
        what=_("%(month)s: %(count)s people") % {"month": row["month"], "count": count},
        area=row["area__name"],
        url=f"{address}?side={side}" if side else address,
        since=row["since"],
    )


def _years(user):
    """The years that wait for the second person."""
    codes = areas(user, Permission.ASSESS_ANSWER)
    if not codes:
        return []
    found = YearGrade.objects.filter(in_areas(codes), state=YearGrade.State.PROPOSED)
    rows = found.order_by("area").values("area", "area__name")
    address = reverse("attendance:yeargrade-list")
    return [
        Waiting(
            kind=str(YearGrade._meta.verbose_name),
            step=_("Decide the year"),
            what=_("%(count)s people") % {"count": row["n"]},
            area=row["area__name"],
            url=f"{address}?area={row['area']}&state=proposed",
            since=row["since"],
        )
        for row in rows.annotate(n=Count("pk"), since=Min("proposed_at"))
    ]


def _failed(user):
    """Who failed as often in a row as the rule allows leaves for the reason E10 (R-40)."""
    codes = areas(user, Permission.EXIT_PROPOSE)
    if not codes:
        return []
    found = list(failing(in_areas(codes)))
    limits = rulings([LIMIT], on=today(), areas=sorted({row["contract__area"] for row in found}))
    found = [row for row in found if row["n"] >= _limit(limits, row)]
    villages = defaultdict(list)
    for row in found:
        villages[row["contract__area"], row["contract__area__name"]].append(row)
    return [_hint(*village, rows) for village, rows in sorted(villages.items(), key=str)]


def _limit(limits, row):
    ruled = limits[row["contract__area"]]
    return ruled[LIMIT].value if LIMIT in ruled else 3


def failing(inside):
    """The contracts that go on and whose last assessed months were unqualified, with how many."""
    final = Assessment.objects.filter(state=State.FINAL)
    better = final.filter(contract=OuterRef("contract"), month__gt=OuterRef("month"))
    better = better.exclude(grade=Grade.UNQUALIFIED)
    leaving = Contract.objects.filter(exits__state__in=["proposed", "notified", "heard"])
    found = final.filter(inside, ~Exists(better), grade=Grade.UNQUALIFIED)
    found = found.filter(contract__state__in=HOLDING, contract__ends_on__gte=today())
    found = found.exclude(contract__in=leaving.values("pk"))
    names = ("contract", "contract__person__name", "contract__area", "contract__area__name")
    rows = found.order_by("contract__area", "contract").values(*names)
    return rows.annotate(n=Count("pk"), last=Max("month"), since=Max(F("final_at")))


def _hint(village, name, rows):
    people = "、".join(row["contract__person__name"] for row in rows[:5])
    words = {"names": people, "count": len(rows), "months": max(row["n"] for row in rows)}
    address = reverse("contracts:contract-list")
    if len(rows) == 1:
        address = reverse("contracts:contract", args=[rows[0]["contract"]])
    else:
        address = f"{address}?area={village}"
    return Waiting(
        kind=str(Assessment._meta.verbose_name),
        step=_("Propose an exit for the reason E10"),
        what=_("%(count)s failed up to %(months)s months in a row: %(names)s") % words,
        area=name,
        url=address,
        since=max(row["since"] for row in rows),
    )
