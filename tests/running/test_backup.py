"""What was backed up comes back row by row, and what was changed on the way is found."""

import json
import os
import shutil
import subprocess
from types import SimpleNamespace

import psycopg
import pytest
import time_machine
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from django.utils import translation

from project.environment import Environment, Keys
from project.kernel.guards import Refused
from project.kernel.models import User
from project.running import contents, marks, postgres
from project.running.backup import back_up, backups
from project.running.restoring import drill, refuse_differences, restore
from tests import given, prepared
from tests.conftest import TODAY

WIPE = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker, tmp_path_factory):
    """A township of its own database and folders, backed up once."""
    folder, usual = tmp_path_factory.mktemp("house"), connection.settings_dict["NAME"]
    name = f"test_backed_up_{os.getpid()}"
    template = prepared.original(settings.DATABASES["default"])
    with postgres.connect("postgres") as server, django_db_blocker.unblock():
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        point_at(name)
        try:
            with override_settings(VAR_DIR=folder, MEDIA_ROOT=folder / "media"):
                yield lived_in(folder)
        finally:
            point_at(usual)
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def lived_in(folder):
    with time_machine.travel(TODAY):
        scene = given.scene(holders=2)
        given.pay_run(scene, "sent")
    default_storage.save("check-ins/2026/10/08/picture.jpg", ContentFile(b"a picture" * 9999))
    default_storage.save("notices/张榜 照片.jpg", ContentFile(b"another"))
    place, manifest = back_up(folder / "kept")
    return SimpleNamespace(folder=folder, place=place, manifest=manifest, scene=scene)


def point_at(name):
    connection.close()
    connection.settings_dict["NAME"] = name


def rows():
    """Every row of every table as text, and what the counters of keys will give next."""
    with postgres.connect() as database:
        names = database.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        ).fetchall()
        held = {
            name: database.execute(f'SELECT t::text FROM "{name}" t ORDER BY 1').fetchall()
            for (name,) in names
        }
        counters = database.execute(
            "SELECT sequencename, last_value FROM pg_sequences ORDER BY 1"
        ).fetchall()
    return held, counters


def copy_of(house, tmp_path):
    return shutil.copytree(house.place, tmp_path / house.place.name)


def test_a_backup_proves_what_is_in_it_and_holds_no_key(house):
    held = house.manifest["tables"]

    assert held["kernel_user"]["rows"] == User.objects.count()
    assert held["attendance_checkin"]["rows"] == 30
    assert house.manifest["laws"]["triggers"]["rows"] > 50
    names = {path.name for path in house.place.iterdir()}
    assert names == {"database.dump", "manifest.json", "media", "SHA256SUMS"}
    said = subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=house.place)
    assert said.returncode == 0
    assert [path.stat().st_mode & 0o077 for path in (house.place, house.place / "database.dump")]
    assert marks.age("backup") is not None


def test_a_drill_restores_beside_the_house_and_clears_away(house, capsys):
    before = rows()

    call_command("restore_drill", str(house.folder / "kept"), "--json")

    told = json.loads(capsys.readouterr().out)
    assert (told["place"], told["files"]) == (house.place.name, 2)
    assert told["rows"] == sum(len(table) for table in before[0].values())
    assert rows() == before
    with postgres.connect("postgres") as server:
        left = "SELECT count(*) FROM pg_database WHERE datname LIKE 'gongyigang_drill_%'"
        assert server.execute(left).fetchone() == (0,)
    assert not list(house.folder.glob("drill-*"))
    assert marks.mark("drill")["rows"] == told["rows"]


def test_wiped_and_restored_it_is_the_same_row_by_row(house, capsys):
    before, media = rows(), house.folder / "media"
    connection.close()
    with postgres.connect() as database:
        database.execute(WIPE)
    media.rename(house.folder / "lost")

    call_command("restore", str(house.place))

    assert "all files agree" in capsys.readouterr().out
    assert rows() == before
    assert (media / "notices/张榜 照片.jpg").read_bytes() == b"another"
    with pytest.raises(psycopg.errors.CheckViolation), postgres.connect() as database:
        database.execute("DELETE FROM payroll_payline")
    again, manifest = back_up(house.folder / "again")
    assert {part: manifest[part] for part in ("tables", "laws")} == {
        part: house.manifest[part] for part in ("tables", "laws")
    }
    shutil.rmtree(again)


def test_what_is_not_empty_is_not_restored_into(house):
    with pytest.raises(CommandError, match="The database is not empty"):
        call_command("restore", str(house.place))


def test_other_keys_are_refused_before_anything_is_written(house, settings):
    settings.HMAC_KEY = b"k" * 32

    with pytest.raises(Refused, match="keys of this site are not those of the backup"):
        restore(house.place)


def spoil_dump(place):
    with (place / "database.dump").open("ab") as file:
        file.write(b"!")


def spoil_picture(place):
    (place / "media/notices/张榜 照片.jpg").write_bytes(b"anothes")


def add_stranger(place):
    (place / "media/added.txt").write_text("added")


def spoil_list(place):
    (place / "SHA256SUMS").write_text("")


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (spoil_dump, "database.dump"),
        (spoil_picture, "张榜 照片.jpg"),
        (add_stranger, "media/added.txt"),
        (spoil_list, "list of files of this backup was changed"),
        (lambda place: (place / "manifest.json").unlink(), "is not a backup"),
    ],
)
def test_a_backup_that_was_changed_is_refused_with_the_file_named(house, tmp_path, spoil, named):
    place = copy_of(house, tmp_path)
    spoil(place)

    with pytest.raises(Refused, match=named):
        drill(place)


def test_one_changed_value_is_seen_and_its_table_named(house):
    user = house.scene.staff.village_clerk.username
    with postgres.connect() as database:
        database.execute("BEGIN")
        changed = "UPDATE kernel_user SET name = name || '.' WHERE username = %s"
        database.execute(changed, [user])
        found = contents.contents(database)
        database.execute("ROLLBACK")

    assert contents.differences(house.manifest, found) == ["kernel_change", "kernel_user"]
    with pytest.raises(Refused, match="is not what was backed up: kernel_change, kernel_user"):
        refuse_differences(house.place, found, None, house.folder / "media")


def test_the_next_backup_links_what_did_not_change_and_the_oldest_go(house, tmp_path, capsys):
    folder = tmp_path / "kept"
    days = ("2026-11-22", "2026-11-23", "2026-11-24")
    for day in days:
        with time_machine.travel(f"{day}T02:00:00Z"):
            call_command("backup", str(folder), "--keep", "2", "--with-keys")

    earlier, later = backups(folder)
    assert [earlier.name, later.name] == [
        "gongyigang-20261123T020000Z",
        "gongyigang-20261124T020000Z",
    ]
    picture = "media/check-ins/2026/10/08/picture.jpg"
    assert (earlier / picture).samefile(later / picture)
    assert {path.stat().st_mode & 0o777 for path in (later / "keys").iterdir()} == {0o600}
    kept = Keys.of(Environment({"GYG_KEYS_DIR": str(later / "keys")}), made_in=None)
    assert (kept.secret, kept.hmac) == (settings.SECRET_KEY, settings.HMAC_KEY)
    assert kept.data == settings.DATA_KEYS
    assert "The keys are in this backup" in capsys.readouterr().err


def test_a_backup_that_fails_leaves_nothing_behind(house, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "nowhere").symlink_to("/proc/self/mem")

    with pytest.raises(OSError):
        back_up(tmp_path / "kept")

    assert not list((tmp_path / "kept").iterdir())


def test_a_password_is_on_no_command_line(house, tmp_path, monkeypatch):
    program = tmp_path / "pg_dump"
    program.write_text(
        '#!/bin/sh\n[ "$1" = --version ] && echo "pg_dump (PostgreSQL) 999.1" && exit\n'
        'echo "$@" "$PGPASSWORD" >&2; exit 1\n'
    )
    program.chmod(0o755)
    monkeypatch.setattr(postgres, "_places", lambda name: [program])
    monkeypatch.setitem(connection.settings_dict, "PASSWORD", "open-sesame")

    with pytest.raises(Refused) as refused:
        postgres.run("pg_dump", "--format=custom")

    (said,) = refused.value.messages
    assert said.count("open-sesame") == 1 and said.endswith("open-sesame")
