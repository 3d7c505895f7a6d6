"""What a month would pay is computed without a trace, and equals what is then prepared."""

from decimal import Decimal

import pytest
from django.db import connection

from payroll.models import PayRun
from payroll.previews import preview
from tests import given

pytestmark = pytest.mark.django_db
TABLES = """
    SELECT quote_ident(table_name) FROM information_schema.tables
    WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY 1
"""
CONTENT = """
    SELECT count(*), md5(coalesce(string_agg(md5(t::text), '' ORDER BY t::text), '')) FROM {} t
"""
NUMBERS = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema()"


def everything():
    """What every table holds, and the last number that each sequence gave."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        tables = [name for (name,) in cursor.fetchall()]
        found = {}
        for table in tables:
            cursor.execute(CONTENT.format(table))
            found[table] = cursor.fetchone()
        cursor.execute(NUMBERS)
        return found | dict(cursor.fetchall())


@pytest.fixture
def scene():
    return given.scene(holders=3)


def looked_at(scene, **fields):
    asked = {"month": scene.month, "area": scene.place.town.code} | fields
    return preview(**asked, by=scene.staff.township_officer)


def test_a_preview_leaves_nothing_in_any_table(scene):
    given.sheets(scene)
    given.fact(scene.contracts[0].person, scene.staff.township_officer)
    before = everything()

    found = looked_at(scene)

    assert len(before) > 50
    assert len(found.lines) == 3
    assert everything() == before


def test_a_preview_is_what_is_prepared_right_after_it(scene):
    given.sheets(scene)
    given.fact(scene.contracts[0].person, scene.staff.township_officer)
    found = looked_at(scene)

    run = given.payroll.prepare(
        scene.month, scene.place.town.code, by=scene.staff.township_officer
    )[0]

    lines = run.lines.with_state().order_by("number")
    assert [(line.contract, line.item, line.amount, line.state) for line in found.lines] == [
        (line.contract_id, line.get_item_display(), line.amount, line.state) for line in lines
    ]
    (row,) = found.runs
    assert (row.people, row.sum, row.held, row.held_sum) == (3, Decimal(1800), 1, Decimal(600))
    assert PayRun.objects.count() == 1
