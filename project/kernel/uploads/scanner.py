"""The scanner for viruses beside the site, where there is one: clamd, asked through its socket."""

import socket
import struct
from io import BytesIO

from django.conf import settings
from django.utils.translation import gettext as _

from project.kernel.guards import Refused

CHUNK = 256 * 1024
WAIT = 60  # seconds
LONGEST_ANSWER = 4096


class Unscanned(Refused):
    """The scanner did not say whether a file is clean; the one sentence says what to do."""


def refuse_infected(content):
    """Refuse what the scanner knows as harmful; where there is no scanner nothing is asked."""
    if settings.CLAMD and (found := finding(BytesIO(content))):
        raise Refused(harmful(found))


def finding(file):
    """The name of what the scanner found in a file, or nothing; Unscanned where it says neither."""
    try:
        with _connected(settings.CLAMD) as line:
            line.settimeout(WAIT)
            _send(line, file)
            said = _answer(line)
    except OSError as silent:
        raise Unscanned(_silent()) from silent
    if said.endswith(" FOUND"):
        return said.removeprefix("stream: ").removesuffix(" FOUND")
    if not said.endswith("OK"):
        raise Unscanned(_silent())
    return ""


def harmful(found):
    return _(
        "The scanner for viruses knows this file as harmful (%(name)s). It was not taken. Look"
        " after the computer from which it came."
    ) % {"name": found[:80]}


def _connected(place):
    """A path names a socket of this machine; HOST:PORT another one."""
    if place.startswith("/"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(WAIT)
        line.connect(place)
        return line
    host, _colon, port = place.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=WAIT)


def _send(line, file):
    """clamd's INSTREAM: each piece after its length, and a length of nothing at the end."""
    line.sendall(b"zINSTREAM\0")
    while chunk := file.read(CHUNK):
        line.sendall(struct.pack(">L", len(chunk)) + chunk)
    line.sendall(struct.pack(">L", 0))


def _answer(line):
    said = b""
    while b"\0" not in said and len(said) < LONGEST_ANSWER:
        piece = line.recv(LONGEST_ANSWER)
        if not piece:
            break
        said += piece
    return said.split(b"\0")[0].decode("utf-8", "replace").strip()


def _silent():
    return _(
        "The scanner for viruses does not answer, so the file was not taken. Try again in a few"
        " minutes; if it stays so, tell your administrator."
    )
