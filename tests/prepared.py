"""A database migrated once and copied for every run: migrating takes longer than most tests."""

import fcntl
import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

import psycopg
from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "prepared_gongyigang_"
# Several states of the code are worked on at once; an original is some thirty megabytes.
KEPT = 8


def name():
    """The name of the copy's original, another one whenever what migrations read has changed."""
    read = hashlib.sha256()
    for pattern in (
        "*/migrations/*.py",
        "*/*/migrations/*.py",
        "*/*.json",
        "*/kept.py",
        "requirements.lock",
    ):
        for path in sorted(ROOT.glob(pattern)):
            if path.relative_to(ROOT).parts[0] not in {"var", ".venv", "tests"}:
                read.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return PREFIX + read.hexdigest()[:16]


def original(where):
    """Make the original unless it is there, whoever comes first, and return its name."""
    wanted = name()
    lock = Path(tempfile.gettempdir()) / f"{wanted}_{os.getuid()}.lock"
    with lock.open("a") as file, _server(where) as server:
        fcntl.flock(file, fcntl.LOCK_EX)
        known = _known(server)
        if wanted not in known:
            _make(server, where, wanted)
            _forget(server, known)
    return wanted


def _server(where):
    server = {"host": where["HOST"], "port": where["PORT"], "user": where["USER"]}
    server = {key: value for key, value in server.items() if value}
    password = {"password": where["PASSWORD"]} if where["PASSWORD"] else {}
    return psycopg.connect(**server, **password, dbname="postgres", autocommit=True)


def _known(server):
    """The originals there are, oldest first."""
    found = server.execute(
        "SELECT datname FROM pg_database WHERE datname LIKE %s ORDER BY oid", [f"{PREFIX}%"]
    )
    return [row[0] for row in found]


def _make(server, where, wanted):
    """Migrate under another name first: what bears the name of an original is whole."""
    draft = f"draft_{wanted}"
    server.execute(f'DROP DATABASE IF EXISTS "{draft}" WITH (FORCE)')
    server.execute(f'CREATE DATABASE "{draft}"')
    said = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--no-input", "--settings=tests.settings"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": _url(where, draft)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if said.returncode:
        raise RuntimeError(f"The database of the tests cannot be made.\n{said.stderr[-4000:]}")
    server.execute(f'ALTER DATABASE "{draft}" RENAME TO "{wanted}"')


def _forget(server, known):
    """Old originals that nobody copies at this moment make room."""
    for old in known[:-KEPT]:
        server.execute(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')


def _url(where, database):
    password = f":{quote(where['PASSWORD'], safe='')}" if where["PASSWORD"] else ""
    port = f"&port={where['PORT']}" if where["PORT"] else ""
    return (
        f"postgresql://{quote(where['USER'], safe='')}{password}@/{database}"
        f"?host={quote(str(where['HOST']), safe='')}{port}"
    )


def settings_of_the_copy():
    """Let Django copy the original instead of making each test database by its migrations."""
    database = settings.DATABASES["default"]
    database["TEST"]["TEMPLATE"] = original(database)
