"""Whoever watches the house is told how it stands, and nobody else is."""

import json
import shutil
import subprocess
import sys
from collections import namedtuple

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db import connection
from django.test import RequestFactory
from procrastinate.contrib.django import app

from project.running import figures, marks, standing
from tests.running.asking import answered

FROM_AFAR = {"REMOTE_ADDR": "10.1.2.3"}
Room = namedtuple("Room", "total used free")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path


@pytest.fixture
def away(monkeypatch, django_db_blocker):
    """A database that does not answer."""
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")
    with django_db_blocker.unblock():
        yield
    connection.close()


def told(client, **environ):
    answer = client.get("/readyz", **environ)
    return answer.status_code, answer.json()


def values(client, **environ):
    """The figures by name and labels."""
    text = client.get("/metrics", **environ).content.decode()
    lines = [line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in lines}


def test_the_process_lives_whatever_the_database_does(client):
    assert client.get("/healthz").content == b"ok\n"
    assert client.post("/healthz").status_code == 405


def test_those_who_watch_ask_without_https(client, settings):
    settings.SECURE_SSL_REDIRECT = True

    assert client.get("/healthz").status_code == 200
    assert client.get("/login/").status_code == 301


@pytest.mark.django_db
def test_a_server_that_may_be_asked_says_what_should_be_looked_at(client):
    status, said = told(client)

    assert (status, said["ready"]) == (200, True)
    fine = {name: check["fine"] for name, check in said["checks"].items()}
    assert fine["database"] and fine["migrations"] and fine["queue"]
    assert not fine["workers"] and not fine["backup"] and not fine["drill"]
    marks.set_mark("backup")
    assert told(client)[1]["checks"]["backup"]["fine"]
    assert told(client, **FROM_AFAR)[1] == {"ready": True}


@pytest.mark.django_db
def test_the_command_says_the_same_and_ends_with_a_status(capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("health", "--json")

    fine = {check["name"]: check["fine"] for check in json.loads(capsys.readouterr().out)}
    assert ended.value.code == 1
    assert (fine["database"], fine["backup"]) == (True, False)
    with pytest.raises(SystemExit):
        call_command("health")
    assert "! " in capsys.readouterr().out


@pytest.mark.django_db
def test_work_that_waits_too_long_is_told(client):
    task = next(task for name, task in app.tasks.items() if name == "kernel.give_back_stalled")
    task.defer(timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = now() - interval '20 minutes'")

    status, said = told(client)

    assert (status, said["checks"]["queue"]["fine"]) == (200, False)
    assert values(client)["gyg_oldest_waiting_job_seconds"] >= 1200
    assert values(client)['gyg_jobs{state="todo"}'] == 1


@pytest.mark.django_db
def test_a_migration_that_is_missing_keeps_the_server_from_being_asked(client, monkeypatch):
    monkeypatch.setitem(standing._known, "migrated", False)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'reports' OR app = 'axes'")

    status, said = told(client)

    assert (status, said["ready"]) == (503, False)
    assert not said["checks"]["migrations"]["fine"]


def test_a_database_that_is_away_is_told_and_not_an_error(client, away):
    status, said = told(client)

    assert (status, said["checks"]["database"]["fine"]) == (503, False)
    assert values(client)["gyg_up"] == 0


@pytest.mark.parametrize(("free", "status"), [(150 * 2**20, 503), (5 * 2**30, 200)])
def test_a_full_disk_takes_the_server_out_and_a_filling_one_is_told(
    client, away, monkeypatch, free, status
):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Room(100 * 2**30, 0, free))

    check = next(check for check in standing.checks() if check.name == "disk")

    assert (check.fine, check.needed) == (False, status == 503)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("environ", "status"),
    [
        ({}, 200),
        (FROM_AFAR, 403),
        ({"HTTP_X_FORWARDED_FOR": "10.1.2.3"}, 403),
        ({"REMOTE_ADDR": ""}, 403),
        (FROM_AFAR | {"HTTP_AUTHORIZATION": "Bearer watcher"}, 200),
        (FROM_AFAR | {"HTTP_AUTHORIZATION": "Bearer watcheR"}, 403),
        ({"HTTP_AUTHORIZATION": "Bearer wrong"}, 403),
    ],
)
def test_figures_are_for_this_machine_or_the_token(client, settings, environ, status):
    settings.METRICS_TOKEN = "watcher"

    assert client.get("/metrics", **environ).status_code == status


@pytest.mark.django_db
def test_requests_are_counted_by_the_name_of_their_page(client):
    before = values(client)

    for address in ("/notices/990123197003051234/", "/healthz", "/healthz", "/nothing/here"):
        answered(address)
    after = values(client)

    healthz = 'gyg_requests_total{method="GET",route="healthz",status="200"}'
    assert after[healthz] - before.get(healthz, 0) == 2
    assert after['gyg_request_seconds_count{route="healthz"}'] >= 2
    assert not [name for name in after if "990123" in name or "nothing" in name]
    assert after["gyg_up"] == 1 and after["gyg_database_connections_most"] > 0
    assert after['gyg_database_connections{state="active"}'] >= 1


@pytest.mark.django_db
def test_refused_sign_ins_and_the_last_rounds_are_told(client):
    before = values(client)["gyg_sign_ins_refused_total"]
    authenticate(RequestFactory().post("/login/"), username="nobody", password="wrong")
    marks.set_mark("integrity")

    after = values(client)

    assert after["gyg_sign_ins_refused_total"] - before == 1
    assert after["gyg_last_integrity_timestamp_seconds"] > 1.7e9
    assert "gyg_last_backup_timestamp_seconds" not in after


COUNTING = """
import os
from django.conf import settings
settings.configure(METRICS_DIR=os.environ["PROMETHEUS_MULTIPROC_DIR"])
from project.running import figures
figures.count("index", "GET", 200, 0.2)
print(figures.generate_latest(figures._counts()).decode())
"""


def test_processes_of_one_server_add_up(tmp_path):
    environment = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    command = [sys.executable, "-c", COUNTING]

    said = [
        subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]

    counted = 'gyg_requests_total{method="GET",route="index",status="200"}'
    assert [f"{counted} {n}.0" in text for n, text in enumerate(said, start=1)] == [True, True]
    assert 'gyg_request_seconds_count{route="index"} 2.0' in said[1]


def test_a_method_nobody_knows_is_no_new_series():
    figures.count("index", "BREW", 405, 0.1)

    assert 'method="other"' in figures.generate_latest(figures.OWN).decode()
