"""The files beside the database: pictures, scans and papers, copied and held to their hashes."""

import hashlib
import os
import shutil
from pathlib import Path

SUMS = "SHA256SUMS"  # as `sha256sum --check` reads it, without any program of ours
BLOCK = 1024 * 1024


def sha256(path):
    """The hash of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def files(folder):
    """The files below a folder by their paths inside it; what a fresh folder lacks is no fault."""
    found = (Path(base) / name for base, _folders, names in os.walk(folder) for name in names)
    return sorted(path.relative_to(folder).as_posix() for path in found)


def copy(source, target, *, before=None):
    """Copy a folder and return the hash of each file.

    What lay in the backup before, and has not changed since, is the same file under a second name:
    pictures never change, and a day's backup costs what the day brought.
    """
    known = read_sums(before.parent) if before else {}
    sums = {}
    for name in files(source):
        if not (source / name).exists():
            continue  # Deleted since it was listed, as what has expired is.
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        earlier = before / name if before else None
        if earlier and f"{before.name}/{name}" in known and _same(source / name, earlier):
            os.link(earlier, place)
            sums[name] = known[f"{before.name}/{name}"]
        else:
            shutil.copy2(source / name, place)
            sums[name] = sha256(place)
    return sums


def _same(file, earlier):
    if not earlier.is_file():
        return False
    now, then = file.stat(), earlier.stat()
    return (now.st_size, now.st_mtime_ns) == (then.st_size, then.st_mtime_ns)


def write_sums(folder, sums):
    """Write the hash of every file of a backup in one list."""
    lines = [f"{digest}  {name}\n" for name, digest in sorted(sums.items())]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def read_sums(folder):
    """The hash of every file that a backup says it holds."""
    place = folder / SUMS
    lines = place.read_text(encoding="utf-8").splitlines() if place.is_file() else []
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def changed(folder, sums):
    """The files of a folder that are missing or are not what their hash says."""
    return [
        name
        for name, digest in sums.items()
        if not (folder / name).is_file() or sha256(folder / name) != digest
    ]
