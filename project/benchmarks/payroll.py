"""Payroll of N contracts in one run, against the same month written raw (payroll_floor).

Facts, accounts, insurance and recoveries are in it: one contract in a hundred has each of them.
"""

from django.db import connection

from payroll.services import prepare
from project.benchmarks import payroll_floor as floor
from project.benchmarks.measure import Figure, settle, watch
from project.benchmarks.payroll_doubts import add_doubts
from project.benchmarks.scratch import MONTH, county

ROUNDS = 3


def payroll(sizes):
    """One figure for each size; the cost of a line should not grow with the size."""
    for seed, n in enumerate(sizes):
        made = county(n, seed=seed, leaves_last_open=False, checks_in=False)
        add_doubts(made)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")
        rounds = [_round(made) for _each in range(ROUNDS)]
        raw = min(raw for raw, _seen in rounds)
        best = min((seen for _raw, seen in rounds), key=lambda seen: seen.seconds)
        assert floor.compare(made.county) == (0, 0), "the floor computes something else"
        yield Figure("payroll", n, best.seconds, raw, best.peak_mb, best.queries)


def _round(made):
    """The floor and the run, one after the other, each on emptied tables."""
    params = floor.params_of(made.county)
    floor.set_up()
    settle()
    with watch() as raw:
        floor.write(params)
    floor.clear()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE payroll_payline CASCADE")
    settle()
    with watch() as seen:
        (_run,) = prepare(MONTH, made.county, by=made.people["township_officer"])
    return raw.seconds, seen
