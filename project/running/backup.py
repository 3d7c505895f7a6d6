"""A backup: the database as it was at one moment, the files it names, and proof of both.

gongyigang-20261122T191652Z/
    database.dump   what pg_dump writes in its own format
    media/…         pictures, scans and papers
    keys/…          only where they were asked for
    manifest.json   rows and hash of every table, fingerprints of the keys, hash of the list
    SHA256SUMS      hash of every file, as `sha256sum --check` reads it
"""

import base64
import hashlib
import hmac
import json
import os
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from project.kernel.guards import Refused
from project.running import contents, papers, postgres
from project.running.marks import set_mark

PREFIX = "gongyigang-"
DUMP, MANIFEST, MEDIA, KEYS = "database.dump", "manifest.json", "media", "keys"
FORMAT = 1
FREE_SHARE = 2  # a backup begins where twice the database still fits


def back_up(folder, *, with_keys=False, keep=None):
    """Make one backup in a folder, whole or not at all; returns its place and its manifest."""
    folder = Path(folder).resolve()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    began, at = time.monotonic(), datetime.now(UTC)
    place = folder / f"{PREFIX}{at:%Y%m%dT%H%M%SZ}"
    draft = folder / f".{place.name}.{os.getpid()}"
    _refuse_if_full(folder)
    draft.mkdir(mode=0o700)
    try:
        manifest = _fill(draft, before=_newest(folder), with_keys=with_keys, at=at)
        draft.rename(place)
    except BaseException:
        shutil.rmtree(draft)
        raise
    os.sync()
    if keep:
        forget(folder, keep)
    set_mark("backup", place=str(place), seconds=round(time.monotonic() - began, 1))
    return place, manifest


def backups(folder):
    """The whole backups of a folder, oldest first."""
    return sorted(path for path in folder.glob(f"{PREFIX}*") if (path / MANIFEST).is_file())


def forget(folder, keep):
    """Delete all but the newest backups of a folder; what is not a backup stays."""
    for old in backups(folder)[:-keep]:
        shutil.rmtree(old)


def manifest_of(place):
    """What a backup says of itself; refused where it is none."""
    try:
        manifest = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Refused(
            [_("%(place)s is not a backup: it has no manifest.json.") % {"place": place}]
        ) from error
    if manifest.get("format") != FORMAT:
        raise Refused(
            [_("%(place)s was made by a newer release; restore it with that.") % {"place": place}]
        )
    return manifest


def fingerprints():
    """What tells one key from another and gives none of them away."""
    known = {"hmac": settings.HMAC_KEY} | {
        f"data:{name}": key for name, key in settings.DATA_KEYS.items()
    }
    return {
        name: hmac.new(key, b"gongyigang.backup", hashlib.sha256).hexdigest()[:16]
        for name, key in known.items()
    }


def _newest(folder):
    return next(reversed(backups(folder)), None)


def _fill(draft, *, before, with_keys, at):
    """The files are copied after the database: what it names is there by then."""
    held = _dump(draft / DUMP)
    media = papers.copy(
        Path(settings.MEDIA_ROOT), draft / MEDIA, before=before / MEDIA if before else None
    )
    sums = {f"{MEDIA}/{name}": digest for name, digest in media.items()}
    sums |= {name: papers.sha256(draft / name) for name in [DUMP, *_keys(draft, with_keys)]}
    papers.write_sums(draft, sums)
    manifest = {
        "format": FORMAT,
        "made_at": at.isoformat(timespec="seconds"),
        "keys": fingerprints(),
        "keys_inside": with_keys,
        "files": len(media),
        "sums": papers.sha256(draft / papers.SUMS),
    } | held
    written = json.dumps(manifest, ensure_ascii=False, indent=1)
    (draft / MANIFEST).write_text(written + "\n", encoding="utf-8")
    return manifest


def _dump(target):
    """Dump and hash one and the same moment, however long both take and whoever writes."""
    with postgres.connect() as database:
        database.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        (moment,) = database.execute("SELECT pg_export_snapshot()").fetchone()
        arguments = ["--format=custom", "--no-owner", "--no-privileges", f"--file={target}"]
        postgres.run("pg_dump", *arguments, f"--snapshot={moment}")
        held = contents.contents(database)
        database.execute("COMMIT")
    target.chmod(0o600)
    return held


def _keys(draft, wanted):
    """Write the keys into the backup where they were asked for."""
    if not wanted:
        return []
    data = ",".join(f"{name}:{_text(key)}" for name, key in settings.DATA_KEYS.items())
    secret = _text(bytes.fromhex(settings.SECRET_KEY))
    texts = {"secret": secret, "data": data, "hmac": _text(settings.HMAC_KEY)}
    (draft / KEYS).mkdir(mode=0o700)
    for name, text in texts.items():
        file = draft / KEYS / name
        file.touch(mode=0o600)
        file.write_text(text + "\n")
    return [f"{KEYS}/{name}" for name in texts]


def _text(key):
    return base64.b64encode(key).decode()


def _refuse_if_full(folder):
    with postgres.connect() as database:
        (size,) = database.execute("SELECT pg_database_size(current_database())").fetchone()
    free = shutil.disk_usage(folder).free
    if free < size * FREE_SHARE:
        words = {"folder": folder, "free": free // 2**20, "wanted": size * FREE_SHARE // 2**20}
        said = _("%(folder)s has %(free)s MB left, a backup wants %(wanted)s MB. Make room first.")
        raise Refused([said % words])
