"""The calculation agrees with a second one, written from the policy's words, on random townships.

Two hundred engagements make a township's month; ORACLE_CASES says how many to try in all.
"""

import os

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
