"""The sums of a month by township and fund, as the page shows them and programs read them."""

from decimal import Decimal

from django.db.models import Case, Count, F, Max, Sum, When
from django.urls import reverse

from payroll.models import LineState, PayLine
from project.kernel.months import Month, today
from registry.mergers import rolled_up, successors, township_of
from registry.models import Area

SHOWN = (
    LineState.PAYABLE,
    LineState.HELD,
    LineState.SENT,
    LineState.PAID,
    LineState.RETURNED,
    LineState.EXCLUDED,
)


def standing(user, area=""):
    """The pay lines that stand and that the person may see, with what was merged into an area."""
    lines = PayLine.objects.visible_to(user).filter(standing=True)
    return lines.filter(rolled_up(area, today())) if area else lines


def newest(lines):
    """The last month that was prepared, or the last that is over."""
    return lines.aggregate(last=Max("month"))["last"] or Month.of(today()).previous()


def is_code(text):
    """Whether a text can be the code of an area."""
    return len(text) == 12 and text.isdecimal()


def summary(lines):
    """One row for each township of today and fund, with count and sum of each state."""
    merged = successors(today())
    moved = Case(When(area__in=list(merged), then=F("area_id")), default=F("run__area_id"))
    keys = ("place", "run__fund", "run__fund__name", "month", "state")
    found = lines.with_state().annotate(place=moved).order_by().values(*keys)
    rows = {}
    for one in found.annotate(n=Count("pk"), sum=Sum("amount")):
        key = (township_of(one["place"], merged), one["run__fund"])
        row = rows.setdefault(key, {"fund": one["run__fund__name"], "by_state": {}})
        _add(row["by_state"], one)
        row["base"] = f"month={one['month']}&area={key[0]}&fund={key[1]}"
    towns = Area.objects.in_bulk({town for town, _fund in rows})
    return [_row(rows[key], towns[key[0]], key[1]) for key in sorted(rows)]


def _add(by_state, one):
    """Add the lines of one place to those of the others that count under the same township."""
    before = by_state.setdefault(one["state"], {"n": 0, "sum": Decimal(0)})
    before["n"] += one["n"]
    before["sum"] += one["sum"]


def _row(row, town, fund):
    base = f"{reverse('payroll:payline-list')}?{row['base']}"
    cells = [_cell(state, row["by_state"].get(state), base) for state in SHOWN]
    return row | {
        "area": town.pk,
        "town": town.name,
        "fund_id": fund,
        "cells": cells,
        "url": base,
        "count": sum(cell["count"] for cell in cells),
        "sum": sum(cell["sum"] for cell in cells),
    }


def _cell(state, found, base):
    count, total = (found["n"], found["sum"]) if found else (0, Decimal(0))
    return {"state": state, "count": count, "sum": total, "url": f"{base}&state={state}"}


def totals(rows):
    """The last line: all townships and funds together."""
    columns = [[row["cells"][place] for row in rows] for place in range(len(SHOWN))]
    return {
        "cells": [
            {"count": sum(c["count"] for c in column), "sum": sum(c["sum"] for c in column)}
            for column in columns
        ],
        "count": sum(row["count"] for row in rows),
        "sum": sum(row["sum"] for row in rows),
    }
