"""Processes that work on October's pay and die at a point of their way, as if the power failed.

Read by `test_killed`: it says on one line in which database, with which folder and up to which
point to work, and is told how that process ended. Each is forked from this one, which is ready
and holds no connection, so that a restart takes no longer than a fork.
"""

import json
import os
import signal
import sys
import traceback
from pathlib import Path

import time_machine
from django.db import connections
from django.db.backends.signals import connection_created
from django.urls import get_resolver

from tests.payroll.office import Office

NOW = "2026-11-22T{hour:02}:00:00+08:00"


class Way:
    """Every point that a process passes: each statement, and either side of each commit."""

    def __init__(self, dies_at):
        self.dies_at, self.passed = dies_at, []

    def reach(self, what):
        """Die here if this is the point."""
        self.passed.append(what)
        if len(self.passed) == self.dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, connection, **_said):
        """Each new connection says what it is about to do."""
        if getattr(connection, "watched", False):
            return
        connection.watched, commit = True, connection._commit

        def execute(go_on, sql, params, many, context):
            self.reach("statement")
            return go_on(sql, params, many, context)

        def committed():
            self.reach("before a commit")
            commit()
            self.reach("after a commit")

        connection.execute_wrappers.append(execute)
        connection._commit = committed

    def watch_files(self, folder):
        """Each file that is opened or renamed in the folder is a point, too."""

        def heard(event, args):
            if event in ("open", "os.rename") and str(args[0]).startswith(folder):
                self.reach(event)

        sys.addaudithook(heard)


def office(database, folder, dies_at, hour, said):
    """Do what is left of the month; write down which points were passed."""
    way = Way(dies_at)
    connections.settings["default"]["NAME"] = database
    connection_created.connect(way.watch, weak=False)
    way.watch_files(str(folder))
    with time_machine.travel(NOW.format(hour=hour), tick=True):
        Office(folder).work()
    Path(said).write_text("\n".join(way.passed), encoding="utf-8")


def forked(asked):
    """How a process ended that did what was asked: 0, or minus the signal that killed it."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        office(**asked)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


def main():
    """Answer every line; the addresses are loaded first, because flows have none before."""
    assert get_resolver().url_patterns is not None
    for line in sys.stdin:
        print(forked(json.loads(line)), flush=True)
