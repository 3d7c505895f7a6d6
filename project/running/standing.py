"""How the house stands: what must be true before it serves, and what somebody should look at."""

import shutil
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from project.running import marks

HOUR, DAY = 60 * 60, 24 * 60 * 60
JOB_LATE = 15 * 60
BACKUP_OLD, DRILL_OLD = 36 * HOUR, 40 * DAY
DISK_LOW, DISK_FULL = 0.10, 200 * 2**20
SIGN_OF_LIFE = 60
AWAY = (DatabaseError, InterfaceError)
JOBS = "SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status"
OLDEST_JOB = """
    SELECT coalesce(extract(epoch FROM now() - min(greatest(e.at, j.scheduled_at))), 0)::float
    FROM procrastinate_jobs j
    CROSS JOIN LATERAL (SELECT max(at) AS at FROM procrastinate_events WHERE job_id = j.id) e
    WHERE j.status = 'todo' AND (j.scheduled_at IS NULL OR j.scheduled_at <= now())
"""
WORKERS = """
    SELECT count(*) FROM procrastinate_workers
    WHERE last_heartbeat > now() - make_interval(secs => %s)
"""
CONNECTIONS = """
    SELECT coalesce(state, 'other'), count(*) FROM pg_stat_activity
    WHERE datname = current_database() GROUP BY 1
"""
SERVER = """
    SELECT current_setting('max_connections')::int, pg_database_size(current_database()),
        (SELECT coalesce(sum(n_tup_ins), 0)::bigint FROM pg_stat_user_tables
         WHERE relname LIKE 'attendance_checkin%')
"""
FOUND = """
    SELECT (found ->> 'count')::int FROM kernel_job WHERE kind = 'integrity'
    ORDER BY id DESC LIMIT 1
"""
_known = {"migrated": False}  # Migrations of a running process are not undone.


@dataclass(frozen=True)
class Facts:
    """What the database says of the work under way."""

    jobs: dict
    oldest_job: float
    workers: int
    connections: dict
    most_connections: int
    size: int
    check_ins: int
    findings: int | None  # of the last round that held records against their seals


@dataclass(frozen=True)
class Check:
    """One thing looked at; what is needed and not so keeps the server from being asked."""

    name: str
    fine: bool
    said: str
    needed: bool = False


def checks():
    """Everything looked at, the needed things first."""
    known = facts()
    found = [
        Check("database", known is not None, _("The database answers."), needed=True)
        if known is not None
        else Check("database", False, _("The database does not answer."), needed=True)
    ]
    if known is not None:
        found += [_migrations(), _queue(known), _workers(known)]
    return [*found, _disk(), _round("backup", BACKUP_OLD), _round("drill", DRILL_OLD)]


def facts():
    """What the database says; None where it does not answer."""
    try:
        return _facts()
    except AWAY:
        connection.close()
        return None


def disk():
    """The disk on which the files lie."""
    folder = settings.VAR_DIR
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder)


def _facts():
    with connection.cursor() as cursor:

        def asked(statement, arguments=None):
            cursor.execute(statement, arguments)
            return cursor.fetchall()

        most, size, check_ins = asked(SERVER)[0]
        return Facts(
            jobs=dict(asked(JOBS)),
            oldest_job=max(0.0, asked(OLDEST_JOB)[0][0]),
            workers=asked(WORKERS, [SIGN_OF_LIFE])[0][0],
            connections=dict(asked(CONNECTIONS)),
            most_connections=most,
            size=size,
            check_ins=check_ins,
            findings=next((count for (count,) in asked(FOUND)), None),
        )


def _migrations():
    """New code on an old database answers nobody until `migrate` has run."""
    if not _known["migrated"]:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        _known["migrated"] = not missing
    said = _("Every migration is applied.") if _known["migrated"] else _("Run “manage.py migrate”.")
    return Check("migrations", _known["migrated"], said, needed=True)


def _queue(known):
    said = _("The oldest job has waited %(minutes)s minutes.")
    words = {"minutes": int(known.oldest_job // 60)}
    return Check("queue", known.oldest_job < JOB_LATE, said % words)


def _workers(known):
    said = _("%(count)s workers are at work.") % {"count": known.workers}
    return Check("workers", known.workers > 0, said)


def _disk():
    """A full disk stores no check-in, so the server is not asked; a filling one is told."""
    room = disk()
    share = room.free / room.total
    said = _("%(free)s GB are free, %(share)s %% of the disk.")
    words = {"free": room.free // 2**30, "share": int(share * 100)}
    full = room.free < DISK_FULL
    return Check("disk", not full and share >= DISK_LOW, said % words, needed=full)


ROUNDS = {
    "backup": (
        gettext_lazy("The last backup is %(hours)s hours old."),
        gettext_lazy("No backup was made here yet."),
    ),
    "drill": (
        gettext_lazy("The last restore drill was %(hours)s hours ago."),
        gettext_lazy("No backup was ever restored as a drill here."),
    ),
}


def _round(name, oldest):
    age, (made, never) = marks.age(name), ROUNDS[name]
    if age is None:
        return Check(name, False, str(never))
    return Check(name, age < oldest, str(made) % {"hours": int(age // HOUR)})
