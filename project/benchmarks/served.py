"""A real server over the benchmark's database, and many at once who knock at its door."""

import asyncio
import os
import re
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

WORKERS = "2"
SECONDS_TO_START = 60


@dataclass(frozen=True)
class Load:
    """What a rush of requests took: seconds in all, and how long each of them waited."""

    seconds: float
    waits: list
    refused: int

    def percentile(self, share):
        """The wait, in milliseconds, that so great a share of the requests did not exceed."""
        return sorted(self.waits)[min(len(self.waits) - 1, int(len(self.waits) * share))] * 1000

    def __add__(self, other):
        return Load(
            self.seconds + other.seconds, self.waits + other.waits, self.refused + other.refused
        )


@contextmanager
def server(application, module="project.settings"):
    """Serve a WSGI application of this house with granian until the end; yields its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    granian = Path(sys.executable).with_name("granian")
    command = [str(granian), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", WORKERS, "--blocking-threads", "2", "--no-access-log"]
    command += ["--log-level", "warning", application]
    more = {"DJANGO_SETTINGS_MODULE": module, "DATABASE_URL": _url(), "GYG_DEBUG": "0"}
    more |= {"GYG_HTTPS": "0", "GYG_ALLOWED_HOSTS": "127.0.0.1", "GYG_API_PACE": "1000000"}
    more |= {"GYG_KEYS_DIR": str(settings.VAR_DIR / "keys"), "GYG_VAR_DIR": str(settings.VAR_DIR)}
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=os.environ | more)
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def _url():
    where = connection.settings_dict
    password = f":{quote(where['PASSWORD'], safe='')}" if where["PASSWORD"] else ""
    port = f"&port={where['PORT']}" if where["PORT"] else ""
    host = quote(str(where["HOST"]), safe="")
    return f"postgresql://{where['USER']}{password}@/{where['NAME']}?host={host}{port}"


def _wait_for(port, process):
    until = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("The server of the benchmark did not start.")


def request(method, path, head, body):
    """The bytes of one request, made before the clock starts."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in head.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def rush(port, requests, *, at_once=16):
    """Send all requests over so many connections, each as soon as the one before is answered."""
    return asyncio.run(_rush(port, requests, at_once))


def by_turns(ports, requests, *, rounds):
    """The load of each of several servers, which take turns, so that all meet the same machine.

    The first round of each only warms: what starts once is not measured.
    """
    loads = [Load(0.0, [], 0) for _ in ports]
    for turn in range(rounds):
        for place, (port, sent) in enumerate(zip(ports, requests, strict=True)):
            load = rush(port, sent[turn::rounds])
            loads[place] += load if turn else Load(0.0, [], load.refused)
    return loads


async def _rush(port, requests, at_once):
    waiting, waits, refused = iter(requests), [], []
    began = time.perf_counter()
    await asyncio.gather(*(_visitor(port, waiting, waits, refused) for _ in range(at_once)))
    return Load(time.perf_counter() - began, waits, len(refused))


async def _visitor(port, waiting, waits, refused):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for content in waiting:
        began = time.perf_counter()
        writer.write(content)
        status = await _answer(reader)
        waits.append(time.perf_counter() - began)
        if status != b"200":
            refused.append(status)
    writer.close()


async def _answer(reader):
    """The status of one answer, read to its end, whether it names its length or comes in pieces."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = re.search(rb"content-length: (\d+)", head)
    if length:
        await reader.readexactly(int(length[1]))
    while length is None:
        size = int((await reader.readline()).strip() or b"0", 16)
        await reader.readexactly(size + 2)
        if not size:
            break
    return head.split(b" ", 2)[1]
