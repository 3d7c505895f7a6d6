"""A gigabyte sent to the real server, declared or not, is refused while it still comes."""

import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.workers import ROOT

MEGABYTE = 1024 * 1024
PIECE = b"x" * MEGABYTE
GIGABYTE = 1024
FORM = "multipart/form-data; boundary=b"
PART = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'
FLAT = 64  # megabytes


class Served:
    """The site behind granian, in processes of its own."""

    def __init__(self, process, port):
        self.process, self.port = process, port

    def send(self, path, content_type, length, pieces):
        """The answer to a body that goes on while anybody reads it, and how much was read of it."""
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {content_type}\r\n"
        sent = 0
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as line:
            line.sendall(f"{head}{length}\r\n\r\n".encode())
            try:
                for piece in pieces:
                    line.sendall(piece)
                    sent += 1
            except OSError:
                pass  # It reads no further; its answer waits.
            try:
                said = line.recv(200)
            except ConnectionResetError:
                said = b""
        return said.decode("latin-1").partition("\r\n")[0], sent

    def most(self):
        """The most memory, in megabytes, that any process of the server ever held."""
        found = [int(re.search(r"VmHWM:\s+(\d+)", said)[1]) for said in self._said()]
        return max(found) // 1024

    def _said(self):
        waiting = [self.process.pid]
        while waiting:
            pid = waiting.pop()
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            waiting += map(int, children)
            yield Path(f"/proc/{pid}/status").read_text()


@pytest.fixture
def site():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [Path(sys.executable).with_name("granian"), "--interface", "wsgi", "--no-ws"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--blocking-threads", "1"]
    command += ["--log-level", "critical", "project.wsgi:application"]
    own = {"DJANGO_SETTINGS_MODULE": "tests.settings", "GYG_LOG_LEVEL": "ERROR"}
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | own)
    try:
        _wait_for(port, process)
        yield Served(process, port)
    finally:
        process.terminate()
        process.wait(timeout=60)


def _wait_for(port, process):
    until = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < until:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise RuntimeError("The site did not start.")


def chunked(pieces):
    return (f"{len(piece):x}\r\n".encode() + piece + b"\r\n" for piece in pieces)


def test_a_gigabyte_is_refused_while_it_comes_and_the_memory_stays_flat(site):
    pieces = [PART, *[PIECE] * GIGABYTE]
    declared = f"Content-Length: {GIGABYTE * MEGABYTE}"
    site.send("/login/", "text/plain", "Content-Length: 1", [b"x"])
    warm = site.most()

    answers = {
        "form": site.send("/login/", FORM, declared, pieces),
        "json": site.send("/api/v1/check-ins", "application/json", declared, pieces),
        "undeclared form": site.send(
            "/login/", FORM, "Transfer-Encoding: chunked", chunked(pieces)
        ),
        "undeclared json": site.send(
            "/api/v1/check-ins", "application/json", "Transfer-Encoding: chunked", chunked(pieces)
        ),
    }

    said = {name: status.split(" ")[1:2] for name, (status, _sent) in answers.items() if status}
    wanted = {"form": ["413"], "json": ["413"]}
    wanted |= {"undeclared form": ["411"], "undeclared json": ["411"]}
    assert said == {name: wanted[name] for name in said}
    assert max(sent for _status, sent in answers.values()) < GIGABYTE // 4
    assert site.most() - warm < FLAT
    print(f"\n{warm} MB warm, {site.most()} MB most; {answers}")
