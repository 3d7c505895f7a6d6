"""The programs of PostgreSQL that fit the server, called without a password on the command line."""

import os
import re
import subprocess
from pathlib import Path

import psycopg
from django.db import connection
from django.utils.translation import gettext as _
from psycopg.conninfo import make_conninfo

from project.database import PROGRAMS
from project.kernel.guards import Refused

INSTALLED = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin")
SAID_AT_MOST = 2000  # signs
# What Django calls its own among the options is nothing that PostgreSQL's programs know.
WORDS = {option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults()}


def address(database=None):
    """Where the site's database answers, in PostgreSQL's own words."""
    known = connection.settings_dict
    named = {
        "host": known["HOST"],
        "port": known["PORT"],
        "user": known["USER"],
        "password": known["PASSWORD"],
        "dbname": database or known["NAME"],
    }
    more = {word: value for word, value in known["OPTIONS"].items() if word in WORDS}
    return more | {word: str(value) for word, value in named.items() if value}


def connect(database=None):
    """A connection beside Django's own, each statement for itself."""
    return psycopg.connect(**address(database), autocommit=True)


def run(name, *arguments, database=None):
    """Call a program on a database; the password travels in the environment of that process."""
    where = address(database)
    secret = {"PGPASSWORD": where.pop("password")} if "password" in where else {}
    done = subprocess.run(
        [str(_program(name)), *arguments, f"--dbname={make_conninfo(**where)}"],
        env=os.environ | secret,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        words = {"program": name, "said": done.stderr.strip()[-SAID_AT_MOST:]}
        raise Refused([_("%(program)s failed: %(said)s") % words])


def _program(name):
    """The one of the server's version, or else the next newer one; older ones cannot read it."""
    with connect() as server:
        wanted = server.info.server_version // 10000
    found = {_version(path): path for path in reversed(_places(name))}
    fitting = [version for version in found if version >= wanted]
    if not fitting:
        raise Refused(
            [
                _("Install %(program)s of PostgreSQL %(version)s or later.")
                % {"program": name, "version": wanted}
            ]
        )
    return found[min(fitting)]


def _places(name):
    folders = [folder for pattern in INSTALLED for folder in Path("/").glob(pattern[1:])]
    folders += [Path(folder) for folder in os.get_exec_path()] + [PROGRAMS]
    return [folder / name for folder in folders if (folder / name).is_file()]


def _version(path):
    said = subprocess.run([str(path), "--version"], capture_output=True, text=True).stdout
    number = re.search(r"\) (\d+)", said)
    return int(number[1]) if number else 0
