"""No check-in points at a contract or a user that is not there, however it is written."""

import uuid
from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Max
from psycopg.errors import ForeignKeyViolation

from attendance.models import CheckIn
from contracts.models import Contract
from project.kernel.models import User
from tests import given

INSERT = """
    INSERT INTO attendance_checkin (client_id, contract_id, day, worth, source, level, device,
        photo, received_at, received_by_id)
    SELECT gen_random_uuid(), c, current_date, 1, 'machine', 2, '', '', now(), %s
    FROM unnest(%s::bigint[]) AS c
"""


@pytest.fixture
def scene(db):
    return given.scene(holders=2, days=[])


def told(statement, *values):
    """Carry a statement out as somebody with the database's own client would."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def refused(statement, *values, match):
    with pytest.raises(IntegrityError, match=match):
        told(statement, *values)


def beyond(model):
    return model.objects.aggregate(last=Max("pk"))["last"] + 1


def check_in(scene):
    told(INSERT, scene.staff.village_clerk.pk, [scene.contracts[0].pk])
    return CheckIn.objects.get()


def test_one_contract_that_is_not_there_keeps_all_rows_of_a_statement_out(scene):
    clerk, known = scene.staff.village_clerk.pk, scene.contracts[0].pk

    refused(INSERT, clerk, [known, beyond(Contract)], match="points at a contract or a user")

    assert not CheckIn.objects.exists()
    told(INSERT, clerk, [known, scene.contracts[1].pk, known])
    assert CheckIn.objects.count() == 3


def test_a_user_who_is_not_there_is_refused(scene):
    refused(INSERT, beyond(User), [scene.contracts[0].pk], match="points at a contract or a user")


def test_copied_rows_are_looked_at_too(scene):
    row = (uuid.uuid4(), beyond(Contract), date(2026, 10, 5), 1, "machine", 2, "", "")
    target = """COPY attendance_checkin (client_id, contract_id, day, worth, source, level, device,
        photo, received_at, received_by_id) FROM STDIN"""

    with (
        pytest.raises(ForeignKeyViolation, match="points at a"),
        transaction.atomic(),
        connection.cursor() as cursor,
        cursor.copy(target) as out,
    ):
        out.write_row((*row, datetime(2026, 10, 5, tzinfo=UTC), scene.staff.village_clerk.pk))


def test_a_check_in_is_not_pointed_elsewhere(scene):
    check_in(scene)

    with pytest.raises(DatabaseError, match="Cannot update"):
        told("UPDATE attendance_checkin SET contract_id = %s", scene.contracts[1].pk)


@pytest.mark.parametrize("table", ["contracts_contract", "kernel_user"])
def test_what_a_check_in_points_at_is_neither_deleted_nor_renumbered(scene, table):
    made = check_in(scene)
    key = made.contract_id if table == "contracts_contract" else made.received_by_id

    refused(f"UPDATE {table} SET id = id + 1000000 WHERE id = %s", key, match="check-ins point at")
    refused(f"DELETE FROM {table} WHERE id = %s", key, match="check-ins point at")


def test_users_that_no_check_in_points_at_may_go(scene):
    check_in(scene)
    stranger = User.objects.create_user("nobody")

    told("DELETE FROM kernel_user WHERE id = %s", stranger.pk)

    assert not User.objects.filter(pk=stranger.pk).exists()


def test_contracts_are_not_emptied_from_under_their_check_ins(scene):
    check_in(scene)
    with connection.cursor() as cursor:  # what was only put off would keep the table from it
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    refused("TRUNCATE contracts_contract CASCADE", match="check-ins point at")
