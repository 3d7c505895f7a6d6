"""Where an uploaded file waits between its preview and its commit, apart for each person."""

import hashlib
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

KEPT_SECONDS = 24 * 60 * 60


@dataclass(frozen=True)
class Kept:
    """One file set aside by one person, known by the hash of its content."""

    folder: Path

    @property
    def content(self):
        return self.folder / "content"

    @property
    def photos(self):
        """The zip of photos that came with the file; None where none did."""
        found = self.folder / "photos.zip"
        return found if found.exists() else None

    @property
    def name(self):
        return (self.folder / "name").read_text(encoding="utf-8")

    def discard(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def keep(upload, *, kind, by, photos=None):
    """Set an uploaded file aside and forget those that nobody came back to within a day."""
    _forget_old()
    sha256 = hashlib.sha256()
    for chunk in upload.chunks():
        sha256.update(chunk)
    kept = _place(sha256.hexdigest(), kind, by)
    kept.discard()
    kept.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(upload, kept.content)
    if photos:
        _write(photos, kept.folder / "photos.zip")
    (kept.folder / "name").write_text(upload.name, encoding="utf-8")
    return sha256.hexdigest()


def _write(upload, place):
    with place.open("wb") as file:
        for chunk in upload.chunks():
            file.write(chunk)


def kept(key, *, kind, by):
    """The file a person set aside under a hash; None where there is none of theirs."""
    found = _place(key, kind, by)
    return found if found.content.exists() else None


def _place(key, kind, by):
    return Kept(settings.VAR_DIR / "staging" / str(by.pk) / kind / key)


def _forget_old():
    late = time.time() - KEPT_SECONDS
    for content in (settings.VAR_DIR / "staging").glob("*/*/*/content"):
        if content.stat().st_mtime < late:
            Kept(content.parent).discard()
