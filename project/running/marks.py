"""When each of the rounds was last made on this machine: backup, drill, check."""

import json
import os
import time

from django.conf import settings


def set_mark(name, **facts):
    """Note that a round was made now; the newest word counts."""
    folder = settings.VAR_DIR / "marks"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = folder / f".{name}.{os.getpid()}"
    draft.write_text(json.dumps(facts | {"at": time.time()}), encoding="utf-8")
    draft.replace(folder / f"{name}.json")


def mark(name):
    """What was noted when a round was last made; None where it never was."""
    place = settings.VAR_DIR / "marks" / f"{name}.json"
    return json.loads(place.read_text(encoding="utf-8")) if place.is_file() else None


def age(name):
    """Seconds since a round was last made; None where it never was."""
    made = mark(name)
    return None if made is None else max(0, time.time() - made["at"])
