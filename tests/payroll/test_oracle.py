"""The calculation agrees with a second one, written from the policy's words, on random townships.

A hundred and sixty engagements make a township's month; ORACLE_CASES says how many to try in all.
"""

import os
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as some

from payroll.services import prepare
from project.kernel.months import Month
from tests.payroll import oracle, township_rows
from tests.payroll import township_cases as cases

pytestmark = pytest.mark.django_db
PROFILES = list(cases.MONTHS)
CASES = int(os.environ.get("ORACLE_CASES", "2000"))
TOWNSHIPS = max(1, -(-CASES // (cases.SLOTS * len(PROFILES))))
case_bytes = some.binary(min_size=cases.BYTES, max_size=cases.BYTES)
law_bytes = some.binary(min_size=96, max_size=96)


@pytest.mark.parametrize("profile", PROFILES)
def test_every_line_is_what_the_policy_says(profile):
    region = township_rows.region(profile)

    @settings(
        max_examples=TOWNSHIPS,
        derandomize="ORACLE_CASES" not in os.environ,
        database=None,
        # A difference names its one engagement; nothing need be made smaller.
        phases=[Phase.generate],
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        month=some.sampled_from(cases.MONTHS[profile]),
        law=law_bytes,
        drawn=some.lists(case_bytes, min_size=cases.SLOTS, max_size=cases.SLOTS),
    )
    def agrees(month, law, drawn):
        with transaction.atomic():
            compare(region, month, law, drawn)
            transaction.set_rollback(True)

    agrees()


def compare(region, month, law, drawn):
    """Prepare the month of a township and compare every line of it with the oracle's."""
    dice, days = cases.Dice(law), Month(*month).dates()
    township_rows.write_rules(region, cases.rules(dice, days))
    plans, pauses = cases.plans(dice), cases.pauses(dice, days)
    township_rows.write_plans(region, plans, pauses)
    world = oracle.World(
        *month,
        rules=township_rows.known_rules(),
        holidays=cases.HOLIDAYS,
        plans=tuple(plans),
        pauses=tuple(pauses),
    )
    engagements = [cases.case(one, at, days) for at, one in enumerate(drawn)]
    contracts = township_rows.write_cases(region, engagements, world)

    runs = prepare(Month(*month), cases.TOWN, by=region.staff[0])

    found = township_rows.written(runs)
    for case, contract in zip(engagements, contracts, strict=True):
        expected, computed = oracle.lines(case, world), found.pop(contract.pk, {})
        assert computed == expected, told(case, world, computed, expected)
    assert not found


def told(case, world, computed, expected):
    rules = world.said(case.village)
    mine = {code: value for code, value in rules.items() if code in cases.VALUES}
    rows = [f"{case}", f"{mine}", f"{world.plans} {world.pauses}", "computed:"]
    rows += [f"  {line}" for line in computed.values()] + ["expected:"]
    return "\n".join(rows + [f"  {line}" for line in expected.values()])


@pytest.mark.parametrize(
    ("standard", "required", "days", "due"),
    [(400, 10, 7, "280.00"), (800, 22, 15, "545.45"), (300, 30, 31, "300.00"), (400, 10, 0, "0")],
)
def test_the_oracle_pays_the_published_examples(standard, required, days, due):
    first = date(2025, 10, 1)
    plan = oracle.Plan(cases.TOWN, "", days=required, rests=False)
    rule = oracle.Rule("attendance.required_days", cases.TOWN, {"mode": "workdays"}, first)
    world = oracle.World(2025, 10, rules=(rule,), holidays={}, plans=(plan,))
    came = tuple((day, 1) for day in world.days[:days])
    terms = ("service", "month", "", "in_force", Decimal(standard), first, date(2026, 9, 30))

    line = oracle.lines(oracle.Case(cases.VILLAGES[0], *terms, came=came), world)["post_subsidy"]

    assert (line.required, line.amount) == (required, Decimal(due))


@pytest.mark.parametrize(("month", "days"), [(2, 16), (9, 22), (10, 18)])
def test_the_oracle_asks_for_no_more_days_than_can_be_worked(month, days):
    rule = oracle.Rule(
        "attendance.required_days", cases.TOWN, {"mode": "fixed", "days": 26}, date(2026, 1, 1)
    )
    world = oracle.World(2026, month, rules=(rule,), holidays=cases.HOLIDAYS)
    terms = ("service", "month", "", "in_force", Decimal(600), date(2026, 1, 1), date(2026, 12, 31))

    line = oracle.lines(oracle.Case(cases.VILLAGES[0], *terms), world)["post_subsidy"]

    assert line.required == days
