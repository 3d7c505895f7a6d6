"""From a backup back to a house that stands, and the drill that proves it before the day comes."""

import os
import shutil
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from psycopg import sql

from project.kernel.guards import Refused
from project.running import contents, papers, postgres
from project.running.backup import DUMP, MANIFEST, MEDIA, fingerprints, manifest_of
from project.running.marks import set_mark

NAMED_AT_MOST = 10
JOBS = 2


def restore(place):
    """Fill an empty database and an empty folder from a backup and hold them against its proof."""
    manifest, media = _sound(place), Path(settings.MEDIA_ROOT)
    _refuse_if_filled(media)
    _fill(place, manifest, None, media)
    return manifest


def drill(place):
    """Restore a backup beside the house and clear it away again; says how long it took."""
    began, manifest = time.monotonic(), _sound(place)
    with _scratch_database() as database, _scratch_folder() as folder:
        _fill(place, manifest, database, folder / MEDIA)
    rows = sum(table["rows"] for table in manifest["tables"].values())
    told = {"tables": len(manifest["tables"]), "rows": rows, "files": manifest["files"]}
    told["seconds"] = round(time.monotonic() - began, 1)
    set_mark("drill", place=str(place), **told)
    return told


def _sound(place):
    """The manifest of a backup that is whole and can be read with the keys of this site."""
    manifest = whole(place)
    _refuse_other_keys(manifest)
    return manifest


def _fill(place, manifest, database, media):
    arguments = ["--no-owner", "--no-privileges", "--exit-on-error", f"--jobs={JOBS}"]
    postgres.run("pg_restore", *arguments, str(place / DUMP), database=database)
    if (place / MEDIA).is_dir():
        shutil.copytree(place / MEDIA, media, dirs_exist_ok=True)
    refuse_differences(place, manifest, database, media)


def whole(place):
    """The manifest of a backup whose every file is as it was written; refused otherwise."""
    manifest = manifest_of(place)
    if papers.changed(place, {papers.SUMS: manifest["sums"]}):
        raise Refused([_("The list of files of this backup was changed: %s.") % papers.SUMS])
    sums = papers.read_sums(place)
    changed = papers.changed(place, sums)
    strangers = set(papers.files(place)) - sums.keys() - {papers.SUMS, MANIFEST}
    if changed or strangers:
        said = _("Files of this backup are missing, changed or added: %(names)s.")
        raise Refused([said % {"names": _named([*changed, *sorted(strangers)])}])
    return manifest


def _refuse_other_keys(manifest):
    """ID and account numbers can be read only with the keys under which they were written."""
    if not manifest["keys"].items() <= fingerprints().items():
        raise Refused(
            [
                _(
                    "The keys of this site are not those of the backup: nobody could read an ID "
                    "number. Put the keys of that time in place first (GYG_KEYS_DIR)."
                )
            ]
        )


def _refuse_if_filled(media):
    with postgres.connect() as server:
        filled = contents.tables(server)
    if filled:
        said = _("The database is not empty (%(count)s tables). Restore into a new one.")
        raise Refused([said % {"count": len(filled)}])
    if papers.files(media):
        said = _("The folder %(folder)s is not empty. Move it away first.")
        raise Refused([said % {"folder": media}])


def refuse_differences(place, manifest, database, media):
    """What stands in the database and in the folder is what the backup says was there."""
    with postgres.connect(database) as server:
        differing = contents.differences(manifest, contents.contents(server))
    prefix = f"{MEDIA}/"
    sums = papers.read_sums(place)
    wanted = {n.removeprefix(prefix): d for n, d in sums.items() if n.startswith(prefix)}
    differing += papers.changed(media, wanted)
    if differing:
        said = _("What was restored is not what was backed up: %(names)s.")
        raise Refused([said % {"names": _named(differing)}])


def _named(names):
    more = ["…"] if len(names) > NAMED_AT_MOST else []
    return ", ".join([*names[:NAMED_AT_MOST], *more])


@contextmanager
def _scratch_database():
    """An empty database on the same server, which takes nobody's place and is dropped."""
    name = f"gongyigang_drill_{os.getpid()}"
    with postgres.connect("postgres") as server:
        server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name))
        )
        try:
            yield name
        finally:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            server.execute(drop)


@contextmanager
def _scratch_folder():
    with tempfile.TemporaryDirectory(prefix="drill-", dir=settings.VAR_DIR) as folder:
        yield Path(folder)
