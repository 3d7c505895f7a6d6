"""Whether a project's archive is whole: every file as its manifest says, none more, none less."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from project.kernel.sealing import seal
from project.kernel.uploads import packages
from workrelief.archive import FORMAT, MANIFEST, given_out

LARGEST = 2 * 1024**3  # of all files together, unpacked
PARTS = 50_000
MANIFEST_AT_MOST = 50 * 1024**2
CHUNK = 1024**2
# What a file that only pretends to be a zip, or was damaged, makes the reading of it say.
DAMAGED = packages.BROKEN_ZIP


@dataclass
class Verdict:
    """What was found: files changed, missing, or packed by nobody, and other faults."""

    project: str = ""
    seal: str = ""
    files: int = 0
    changed: list = field(default_factory=list)
    missing: list = field(default_factory=list)
    added: list = field(default_factory=list)
    faults: list = field(default_factory=list)
    # When this house handed such an archive out; empty where it never did.
    given_out: list = field(default_factory=list)

    @property
    def whole(self):
        return not (self.changed or self.missing or self.added or self.faults)

    @property
    def sentences(self):
        """What is wrong, file by file."""
        return [
            *self.faults,
            *(_("Changed: %(path)s.") % {"path": path} for path in self.changed),
            *(_("Missing: %(path)s.") % {"path": path} for path in self.missing),
            *(_("Not in the manifest: %(path)s.") % {"path": path} for path in self.added),
        ]


def checked(file):
    """Check an archive from a path or an opened file."""
    try:
        with packages.opened(file, parts=PARTS, unpacked=LARGEST) as archive:
            return _checked(archive)
    except packages.OutOfBounds as refused:
        return Verdict(faults=[str(refused)])
    except DAMAGED:
        return Verdict(faults=[_("This is no zip file, or it is damaged.")])


def _checked(archive):
    manifest = _manifest(archive)
    if manifest is None:
        return Verdict(faults=[_("There is no manifest of a project's archive in this file.")])
    verdict = Verdict(project=manifest["project"], seal=manifest["sha256"])
    said = {entry["path"]: entry["sha256"] for entry in manifest["files"]}
    names = [name for name in archive.namelist() if name != MANIFEST]
    verdict.files = len(said)
    verdict.missing = sorted(said.keys() - set(names))
    verdict.added = sorted(n for n, times in Counter(names).items() if n not in said or times > 1)
    rest = {name: value for name, value in manifest.items() if name != "sha256"}
    if seal(rest) != manifest["sha256"]:
        verdict.faults.append(_("The manifest was changed: its seal does not fit."))
    there = sorted(said.keys() & set(names))
    verdict.changed = [path for path in there if _hash(archive, path) != said[path]]
    if not verdict.faults:
        verdict.given_out = [(event.at, str(event.by)) for event in given_out(verdict.seal)]
    return verdict


def _manifest(archive):
    """The manifest, where it is one."""
    if archive.namelist().count(MANIFEST) != 1:
        return None
    if archive.getinfo(MANIFEST).file_size > MANIFEST_AT_MOST:
        return None
    manifest = json.loads(archive.read(MANIFEST))
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        return None
    files = manifest.get("files")
    whole = _has(manifest, "project", "sha256") and isinstance(files, list)
    return manifest if whole and all(_has(one, "path", "sha256") for one in files) else None


def _has(said, *names):
    """Whether these are texts of it."""
    return isinstance(said, dict) and all(isinstance(said.get(name), str) for name in names)


def _hash(archive, path):
    """The hash of a file in it; a file that cannot be unpacked has none."""
    digest = hashlib.sha256()
    try:
        with archive.open(path) as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
    except DAMAGED:
        return ""
    return digest.hexdigest()
