"""Every way out of the house by which a file leaves writes down who took it, or says why not."""

import ast
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent.parent
OFFICES = (
    *("attendance", "contracts", "inspections", "notices", "payroll", "policy", "posts"),
    *("project", "registry", "reports", "workrelief"),
)
SERVES = {"served", "served_picture", "served_drawing", "FileResponse", "download", "workbook"}
# These write the look for whoever calls them.
TOLD_BY = {
    *("look", "download", "workbook", "export", "take_out", "taken", "taken_out"),
}
NO_LOOK = {
    # What hangs in the street, and what nobody is in.
    "notices/pages.py:Photo": "a photo of the board that hangs outdoors",
    "notices/complaint_pages.py:Poster": "a poster with a QR code",
    "contracts/template_pages.py:AddTemplate": "a wording without anybody's name",
    "project/trail_pages.py:SealHeads": "hashes and signatures",
    # The worker's own.
    "project/api/own.py:paper": "the worker's own contract",
    "contracts/signing_pages.py:Copy": "the worker's own contract",
    # Scripts, figures and health.
    "project/phone_pages.py:worker": "a script",
    "project/field_pages.py:worker": "a script",
    "project/running/pages.py:healthz": "one word",
    "project/running/pages.py:metrics": "figures of the machine",
    "project/benchmarks/bare.py:insert": "a measure of speed",
}


def doors():
    """(place, names it calls) of every view that answers with something other than a page."""
    for office in OFFICES:
        for file in sorted((HOUSE / office).rglob("*.py")):
            if "migrations" in file.parts or "uploads" in file.parts:
                continue
            for node in ast.parse(file.read_text(encoding="utf-8")).body:
                view = isinstance(node, ast.FunctionDef | ast.ClassDef)
                if view and (called := _called(node)):
                    yield f"{file.relative_to(HOUSE).as_posix()}:{node.name}", called


def _called(node):
    """The names a view calls, where one of them sends a file."""
    calls = [one for one in ast.walk(node) if isinstance(one, ast.Call)]
    named = {getattr(one.func, "id", getattr(one.func, "attr", "")) for one in calls}
    typed = any(
        getattr(one.func, "id", "") == "HttpResponse"
        and any(word.arg == "content_type" for word in one.keywords)
        for one in calls
    )
    return named if typed or named & SERVES else set()


def test_every_door_writes_down_who_looked_or_says_why_not():
    found = dict(doors())
    silent = {place for place, called in found.items() if not called & TOLD_BY}

    assert silent == set(NO_LOOK)
    assert len(found) > 30
