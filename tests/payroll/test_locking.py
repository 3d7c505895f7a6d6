"""A bank file leaves locked, and its password goes to another person, once."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
import pyzipper
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.utils import timezone, translation

from payroll import bankfiles
from payroll.formats import X07
from payroll.locking import SIGNS, forget_passwords, new_password, read_password
from payroll.models import Handover, LockedFile
from project.kernel.guards import NotThisPerson, Refused
from project.kernel.models import Event
from project.kernel.sealing import seal_file
from tests import given, given_files
from tests.once import arranged

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def sent():
    scene = given.scene(holders=3)
    scene.run = given.pay_run(scene, "sent")
    return scene


kept, scene = arranged(sent)


def test_a_file_leaves_in_the_clear_until_the_county_says_otherwise(scene):
    made = given_files.taken(scene.run, scene.staff.finance_officer)

    assert made.locked is None and made.name.endswith(".csv")
    assert not LockedFile.objects.exists()


def test_a_locked_file_is_aes_256_and_says_nothing_of_anybody(scene):
    given_files.lock_them(scene)

    made = given_files.taken(scene.run, scene.staff.finance_officer)

    (entry,) = pyzipper.AESZipFile(io.BytesIO(made.content)).infolist()
    assert (entry.wz_aes_strength, entry.flag_bits & 1) == (3, 1)  # 3 is 256 bits
    assert entry.filename == f"{scene.run.files.get().number}_X-07.csv"
    assert "李四0".encode("gb18030") not in made.content
    assert made.sha256 == seal_file(made.content) and (made.rows, made.total) == (3, 1800)
    with pytest.raises(RuntimeError, match="password"):
        given_files.opened(made.content, new_password())


def test_the_second_person_reads_the_password_once_and_it_opens_the_file(scene):
    given_files.lock_them(scene)
    made = given_files.taken(scene.run, scene.staff.finance_officer)
    reader = scene.staff.department_officer

    password = read_password(made.locked, by=reader)

    ((name, content),) = given_files.opened(made.content, password).items()
    handover = Handover.objects.get()
    assert (handover.name, handover.sha256) == (name, seal_file(content))
    assert handover.locked == made.locked
    kept = LockedFile.objects.get()
    assert (kept.password, kept.read_by, kept.sha256) == (None, reader, made.sha256)
    event = Event.objects.of(scene.run).latest("pk")
    assert (event.verb, event.by, event.data["file"]) == ("read_password", reader, made.name)
    with pytest.raises(Refused, match="has read this password"):
        read_password(made.locked, by=reader)


def test_who_took_the_file_never_reads_its_password(scene):
    kept = given_files.locked(scene, scene.run)

    with pytest.raises(NotThisPerson):
        read_password(kept, by=scene.staff.finance_officer)
    with pytest.raises(PermissionDenied):
        read_password(kept, by=scene.staff.township_officer)
    with pytest.raises(PermissionDenied):
        read_password(kept, by=given.user("department_officer", given.area("990200000000", "他县")))

    assert LockedFile.objects.get().password


def test_a_file_that_nobody_else_could_open_is_not_locked(scene):
    given_files.lock_them(scene)
    scene.staff.department_officer.is_active = False
    scene.staff.department_officer.save()

    with pytest.raises(Refused, match="Nobody but you may read the password"):
        given_files.taken(scene.run, scene.staff.finance_officer)

    assert not Handover.objects.exists()
    second = given.user("finance_officer", scene.place.county)
    made = given_files.taken(scene.run, scene.staff.finance_officer)
    assert given_files.opened(made.content, read_password(made.locked, by=second))


def test_every_taking_has_a_password_of_its_own_that_the_database_cannot_show(scene):
    one, two = (given_files.locked(scene, scene.run) for _time in range(2))

    assert one.password != two.password
    assert len(one.password.replace("-", "")) == 24 and len(SIGNS) == 32
    with connection.cursor() as cursor:
        cursor.execute("SELECT password FROM payroll_lockedfile")
        sealed = [bytes(row[0]) for row in cursor.fetchall()]
    assert not any(one.password.encode() in kept for kept in sealed)
    said = str(list(Event.objects.values_list("data", flat=True)))
    assert one.password not in said and two.password not in said


def test_all_parts_of_a_batch_leave_in_one_locked_zip(scene):
    given_files.lock_them(scene)

    made = given_files.taken(scene.run, scene.staff.finance_officer, replace(X07, most_rows=2))

    password = read_password(made.locked, by=scene.staff.department_officer)
    parts = Handover.objects.order_by("pk")
    held = given_files.opened(made.content, password)
    assert {name: seal_file(content) for name, content in held.items()} == dict(
        parts.values_list("name", "sha256")
    )
    assert [part.rows for part in parts] == [2, 1] and made.rows == 3
    assert set(parts.values_list("locked", flat=True)) == {made.locked.pk}


def test_a_password_nobody_came_for_is_forgotten(scene):
    kept = given_files.locked(scene, scene.run)
    assert forget_passwords() == 0

    with time_machine.travel(timezone.now() + timedelta(days=4)):
        with pytest.raises(Refused, match="Nobody read this password in time"):
            read_password(kept, by=scene.staff.department_officer)
        assert forget_passwords() == 1

    assert LockedFile.objects.get().password is None
    with pytest.raises(Refused, match="Nobody read this password in time"):
        read_password(kept, by=scene.staff.department_officer)


@pytest.mark.parametrize(
    "change",
    [
        "password = 'x'",
        "sha256 = 'x'",
        "password = NULL, keep_until = keep_until + 1",
        "password = NULL, read_by_id = taken_by_id, read_at = now()",
        "read_by_id = NULL, password = password",
    ],
)
def test_the_database_lets_a_locked_file_do_nothing_but_forget(scene, change):
    given_files.locked(scene, scene.run)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE payroll_lockedfile SET {change}")


def test_the_export_asks_nobody_but_finance(scene):
    given_files.lock_them(scene)

    with pytest.raises(PermissionDenied):
        bankfiles.export(scene.run, X07, by=scene.staff.department_officer)
