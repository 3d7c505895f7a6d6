"""Months in which somebody is paid by the hour or by the task (W-7, R-30, R-44).

due = the sum of each day's hours or pieces x the standard that holds on the day, rounded once.
Where rules limit hours (R-30), no more of a day is paid than the one allows, and of the days with
hours the first ones up to the number of the other. Whatever lies beyond stays on the sheet and is
told to the worker. Pieces have no such limits.
"""

from dataclasses import dataclass
from decimal import Decimal

from attendance.models.measuring import measured_days
from attendance.selectors import confirmed, frozen_everywhere
from contracts.models import MEASURED

MOST_HOURS, MOST_DAYS = "attendance.max_hours_day", "attendance.max_days"
LIMITS = """
    limits AS MATERIALIZED (
        SELECT * FROM unnest(%s::text[], %s::numeric[], %s::int[], %s::text[])
            AS h(area_id, hours, days, rules)
    )
"""
DONE = """
    measured AS MATERIALIZED (
        SELECT contract_id, sum(paid) AS quantity, sum(paid * standard) AS earned,
            coalesce(sum(paid) FILTER (WHERE covered), 0) AS insured_quantity,
            coalesce(sum(paid * standard) FILTER (WHERE covered), 0) AS insured_earned
        FROM (
            SELECT c.id AS contract_id, {standard} AS standard, {covered} AS covered,
                CASE WHEN {limited} THEN least(d.number, h.hours) ELSE d.number END AS paid,
                CASE WHEN {limited} THEN h.days END AS most,
                row_number() OVER (PARTITION BY c.id ORDER BY d.place) AS nth
            FROM ({done}) w JOIN ({contracts}) c ON c.id = w.contract_id
            JOIN limits h ON h.area_id = c.area_id {joins}
            CROSS JOIN LATERAL unnest(w.quantities) WITH ORDINALITY AS d(number, place)
            WHERE d.number > 0
        ) days WHERE nth <= coalesce(most, nth) GROUP BY contract_id
    )
"""
FROZEN = "SELECT contract_id, quantities FROM ({frozen}) frozen"
LIVE = """
    SELECT contract_id, quantities FROM ({live}) live
    WHERE contract_id NOT IN (SELECT contract_id FROM ({lines}) known)
"""
ON_DAY = """coalesce((
    SELECT since.standard FROM unnest(a.standards, a.days) AS since(standard, days)
    WHERE since.days >> d.place::int - 1 & 1 = 1), c.standard)"""
AMENDED = "LEFT JOIN amended a ON a.contract_id = c.id"
# Hours of posts are limited; those of attested wages are what the site says they are.
LIMITED = "c.pay_basis = 'hour'"
COVERED = "coalesce(u.days >> d.place::int - 1 & 1, 0) = 0"
UNCOVERED = "LEFT JOIN pg_temp.payroll_uncovered u ON u.contract_id = c.id"
ITS_OWN = "CASE WHEN c.pay_basis IN ('hour', 'task') THEN coalesce(q.{0}, 0) {1} END"


def measured_tables(month, area, terms, contracts, *, amended, bare, attested, level):
    """What the statement reads of hours and pieces: {name: (SQL, parameters)}.

    `contracts` are the rows that the run may pay, of which these are the ones so paid.
    """
    done, params = _done(month, area, level)
    paid = contracts.filter(pay_basis__in=MEASURED)
    columns = ("id", "area_id", "pay_basis", "standard", *(["attested"] if attested else []))
    mine, more = paid.values(*columns).query.sql_with_params()
    joins = [join for join, wanted in ((AMENDED, amended), (UNCOVERED, bare)) if wanted]
    said = DONE.format(
        done=done,
        contracts=mine,
        joins=" ".join(joins),
        standard=ON_DAY if amended else "c.standard",
        covered=COVERED if bare else "true",
        limited=f"{LIMITED} AND NOT c.attested" if attested else LIMITED,
    )
    limits = zip(*((t.area, *t.hours) for t in terms), strict=True)
    return {"limits": (LIMITS, list(map(list, limits))), "measured": (said, [*params, *more])}


def _done(month, area, level):
    """Hours or pieces of each day: of the frozen lines, and where a sheet is open so far."""
    lines = confirmed(month, area).order_by()
    frozen = lines.filter(quantities__isnull=False).values("contract_id", "quantities")
    sql, params = frozen.query.sql_with_params()
    said = FROZEN.format(frozen=sql)
    if frozen_everywhere(month, area):
        return said, params
    live, more = measured_days(month, area, level)
    known, rest = lines.values("contract_id").query.sql_with_params()
    return f"{said} UNION ALL {LIVE.format(live=live, lines=known)}", [*params, *more, *rest]


def of_measured(column, otherwise=""):
    """A column that only who is paid by hours or pieces has; the others have another or none."""
    return ITS_OWN.format(column, f"ELSE {otherwise}" if otherwise else "")


@dataclass(frozen=True)
class Measured:
    """The hours or pieces of the days a line is about, by the day: those paid and those not.

    `cut` are the hours above those of a day, `beyond` those of days after the last that is paid.
    """

    paid: dict
    cut: dict
    beyond: dict

    @property
    def total(self):
        return sum(self.paid.values(), Decimal(0))

    @property
    def done(self):
        return self.total + sum([*self.cut.values(), *self.beyond.values()], Decimal(0))


def measured_of(line, quantities, rules):
    """What is paid of the hours or pieces of a line's days, as the statement limits them."""
    worked = {day: number for day, number in enumerate(quantities or (), 1) if number}
    limits = {rule.code: rule.value for rule in rules if line.contract.pay_basis == "hour"}
    first = list(worked)[: _whole(limits.get(MOST_DAYS))]
    most = {day: _least(worked[day], limits.get(MOST_HOURS)) for day in first}
    mine = [day for day in worked if line.on_days is None or line.on_days >> day - 1 & 1]
    above = {day: worked[day] - number for day, number in most.items()}
    return Measured(
        paid={day: most[day] for day in mine if day in most},
        cut={day: above[day] for day in mine if above.get(day)},
        beyond={day: worked[day] for day in mine if day not in most},
    )


def _whole(number):
    return None if number is None else int(number)


def _least(number, most):
    return number if most is None else min(number, Decimal(str(most)))
