"""The database is one that was named, or one of our own that everybody shares."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured

from project.database import EmbeddedServer, connection

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def server(tmp_path):
    """A server of this test alone."""
    server = EmbeddedServer(tmp_path / "postgres")
    yield server
    server.stop()


def starting(server):
    return subprocess.Popen(
        [sys.executable, "-m", "project.database", "start"],
        cwd=ROOT,
        env=os.environ | {"GYG_VAR_DIR": str(server.data.parent)},
    )


def pid(server):
    return int((server.data / "postmaster.pid").read_text().split("\n")[0])


def test_a_named_database_is_used_as_named(tmp_path):
    settings = connection("postgresql://li:pw@db.example:6432/gyg?sslmode=require", tmp_path)

    assert (settings["HOST"], settings["PORT"], settings["NAME"]) == ("db.example", "6432", "gyg")
    assert (settings["USER"], settings["PASSWORD"]) == ("li", "pw")
    assert settings["OPTIONS"] == {"sslmode": "require"}


def test_another_engine_is_refused(tmp_path):
    with pytest.raises(ImproperlyConfigured, match="in PostgreSQL only"):
        connection("mysql://root@localhost/gyg", tmp_path)


def test_an_unreadable_address_is_refused(tmp_path):
    with pytest.raises(ImproperlyConfigured, match="cannot be read"):
        connection("postgresql://host:port/gyg?nonsense=1", tmp_path)


def test_a_long_path_gets_a_short_socket(tmp_path):
    server = EmbeddedServer(tmp_path / ("d" * 100) / "postgres")

    assert len(str(server.socket_directory)) < 80


def test_processes_that_start_at_once_share_one_server(server):
    together = [starting(server) for _ in range(3)]

    assert [process.wait() for process in together] == [0, 0, 0]
    assert server.answers()


def test_names_are_cut_into_trigrams_in_chinese(server):
    with psycopg.connect(**server.started(), autocommit=True) as database:
        database.execute("CREATE EXTENSION pg_trgm")

        (trigrams,) = database.execute("SELECT show_trgm('张三丰')").fetchone()

    assert len(trigrams) == 4


def test_a_server_that_was_killed_starts_again(server):
    server.started()
    os.kill(pid(server), signal.SIGKILL)

    server.started()

    assert server.answers()


def test_a_killed_server_starts_again_as_soon_as_its_last_process_has_gone(server):
    server.started()
    first = pid(server)
    last = int(Path(f"/proc/{first}/task/{first}/children").read_text().split()[0])
    os.kill(last, signal.SIGSTOP)
    os.kill(first, signal.SIGKILL)
    threading.Timer(3, os.kill, [last, signal.SIGCONT]).start()

    server.started()

    assert server.answers()


def test_a_number_that_another_program_has_by_now_does_not_mislead(server):
    server.started()
    server.stop()
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n1\n5432\n\n\n\n")

    server.started()

    assert pid(server) != os.getpid()


def test_a_stopped_server_does_not_answer(server):
    server.started()

    server.stop()

    assert not server.answers()
