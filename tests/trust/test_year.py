"""A year of three townships: many people at once, faults all through, and each month holds.

YEAR_MONTHS=14 YEAR_PEOPLE=200 YEAR_SEED=1 .venv/bin/python -m pytest tests/trust/test_year.py -s
"""

import os
from datetime import datetime

import pytest
from django.db import connection
from django.test import override_settings

from project.kernel.history import acts
from project.kernel.months import SHANGHAI
from tests.payroll.test_killed import Towns, standing_in
from tests.trust.year import world
from tests.trust.year.course import DAYS as WHOLE
from tests.trust.year.course import Year, dial_in
from tests.trust.year.monthend import hold_up, told

MONTHS = int(os.environ.get("YEAR_MONTHS", "1"))
PEOPLE = int(os.environ.get("YEAR_PEOPLE", "24"))
HOLDERS = int(os.environ.get("YEAR_HOLDERS", "10" if PEOPLE >= 100 else "4"))
SEED = int(os.environ.get("YEAR_SEED", "20260901"))
RATE = float(os.environ.get("YEAR_FAULTS", "1"))
PACE = {"at_least": float(os.environ.get("YEAR_DAY", "4" if MONTHS > 1 else "1")), "at_most": 90}
# The month after the last is lived until the last is paid.
DAYS = [*([WHOLE] * MONTHS if MONTHS > 1 else [WHOLE[-2:]]), WHOLE]

pytestmark = pytest.mark.xdist_group("year")


@pytest.fixture
def database(django_db_setup, django_db_blocker):
    """A database of the year alone, in which this process stands, too."""
    made = Towns()
    name = f"test_year_{os.getpid()}"
    with django_db_blocker.unblock():
        made.make(name, connection.settings_dict["TEST"]["TEMPLATE"])
        made.copy = made.waiting = name
        try:
            with standing_in(name):
                yield name
        finally:
            made.drop()


@pytest.fixture
def year(database, tmp_path):
    dial = dial_in(tmp_path, datetime(2025, 8, 31, 9, tzinfo=SHANGHAI))
    try:
        media = override_settings(MEDIA_ROOT=tmp_path / "var" / "media")
        with media, acts(via="the beginning of the year"):
            county = world.make(people=PEOPLE, holders=HOLDERS)
        made = Year(tmp_path, county, seed=SEED, fault_rate=RATE, dial=dial)
        try:
            made.begin()
            yield made
        finally:
            made.end()
    finally:
        dial.stop()


def test_every_month_of_a_year_of_faults_holds(year):
    for number, days in enumerate(DAYS):
        year.live_through(world.FIRST.plus(number), days, last=number == MONTHS, **PACE)
        if number or MONTHS > 1:
            wrong = hold_up(year)
            assert wrong == [], "\n".join([*map(str, wrong[:20]), told(year)])
    print(told(year))
    assert len(year.diary.people) >= PEOPLE
