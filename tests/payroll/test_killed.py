"""A power cut at any point between preparing and closing loses no line and pays none twice.

KILL_POINTS=50 .venv/bin/python -m pytest tests/payroll/test_killed.py    # ten minutes
"""

import json
import os
import signal
import subprocess
from contextlib import contextmanager
from decimal import Decimal

import pytest
import time_machine
from django.db import connection

from payroll.models import Handover, LineState
from project.kernel.sealing import seal_file
from tests import given, workers
from tests.conftest import TODAY
from tests.payroll import books, office

pytestmark = pytest.mark.xdist_group("killed")  # one township is arranged for all of them
POINTS = int(os.environ.get("KILL_POINTS", "6"))
READY = "import django; django.setup(); from tests.payroll.killed import main; main()"


class Towns:
    """Databases of this test alone: one where October waits to be prepared, and copies of it."""

    def __init__(self):
        self.waiting = f"test_killed_{os.getpid()}"
        self.copy = f"{self.waiting}_copy"

    def make(self, name, original):
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{original}"')

    def drop(self):
        with connection.cursor() as cursor:
            for name in (self.copy, self.waiting):
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def standing_in(database):
    """This process's own connection leads to another database for a while."""
    connection.close()
    before = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = database
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


@pytest.fixture(scope="module")
def towns(django_db_setup, django_db_blocker):
    made = Towns()
    with django_db_blocker.unblock():
        made.make(made.waiting, connection.settings_dict["TEST"]["TEMPLATE"])
        try:
            with standing_in(made.waiting), time_machine.travel(TODAY, tick=True):
                office.township()
            yield made
        finally:
            made.drop()


@pytest.fixture(scope="module")
def machine(towns, tmp_path_factory):
    """The process from which those that are killed are forked, and what they had to say."""
    said = tmp_path_factory.mktemp("machine") / "said"
    with said.open("w") as errors:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        ready = workers.process("-c", READY, said=errors, **pipes)
        yield ready, said
        ready.stdin.close()
        ready.wait(timeout=60)
        ready.stdout.close()


def work(machine, towns, folder, *, dies_at=0, hour=11):
    """How a process ended that worked on a month until it was done or died."""
    ready, _said = machine
    asked = {"database": towns.copy, "folder": str(folder / "out"), "dies_at": dies_at}
    asked |= {"hour": hour, "said": str(folder / "points")}
    print(json.dumps(asked), file=ready.stdin, flush=True)
    return int(ready.stdout.readline())


@pytest.fixture(scope="module")
def unbroken(machine, towns, tmp_path_factory):
    """What a month comes to where nobody is killed, and every point it passes on its way."""
    folder = tmp_path_factory.mktemp("unbroken")
    towns.make(towns.copy, towns.waiting)
    assert work(machine, towns, folder) == 0, machine[1].read_text()
    with standing_in(towns.copy):
        assert books.wrong(given.OCTOBER) == []
        return books.picture(given.OCTOBER), (folder / "points").read_text().split("\n")


def chosen(passed, count):
    """Points spread over the way: in turn just before a commit, just after one, and anywhere."""
    kinds = ["before a commit", "after a commit", None]
    places = []
    for place in range(count):
        start = round((place + 0.5) * len(passed) / count)
        kind = kinds[place % len(kinds)]
        near = [n for n, what in enumerate(passed, start=1) if kind in (None, what)]
        places.append(min((n for n in near if n not in places), key=lambda n: abs(n - start)))
    return places


def saved(folder):
    return {path.name for path in (folder / "out").iterdir()}


def test_the_unbroken_month_walks_the_whole_way(unbroken):
    """What the points are spread over: a job, holds, failures, a correction, an offset."""
    picture, passed = unbroken

    assert picture["runs"] == {("closed", 1, None): 1, ("closed", 1, "closed"): 1}
    assert picture["files"] == [(7, Decimal("4100.00")), (2, Decimal("1100.00"))]
    assert [state for *_line, state in picture["lines"]].count(LineState.HELD) == 1
    assert picture["events"]["settle", "settled"] == 1
    assert passed.count("after a commit") >= 30
    assert passed.count("os.rename") >= 2


@pytest.mark.parametrize("place", range(POINTS))
def test_after_a_kill_the_books_balance(place, unbroken, machine, towns, tmp_path):
    picture, passed = unbroken
    point = chosen(passed, POINTS)[place]
    towns.make(towns.copy, towns.waiting)

    died = work(machine, towns, tmp_path, dies_at=point)
    went_on = work(machine, towns, tmp_path, hour=12)

    told = f"point {point} of {len(passed)}: {passed[point - 1]}\n{machine[1].read_text()}"
    assert (died, went_on) == (-signal.SIGKILL, 0), told
    with standing_in(towns.copy):
        assert books.wrong(given.OCTOBER) == [], told
        assert books.picture(given.OCTOBER) == picture, told
        taken = Handover.objects.filter(file__run__month=given.OCTOBER)
        files = dict(taken.values_list("name", "sha256"))
    assert saved(tmp_path) == {*files, *(f"{name}.sha256" for name in files)}
    for name, sha256 in files.items():
        assert seal_file((tmp_path / "out" / name).read_bytes()) == sha256
