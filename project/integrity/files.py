"""The files beside the database: every one that a row names is there and is what it was."""

import os
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _

from project.integrity.findings import Check
from project.running.papers import sha256
from registry.disposed import let_go, still_there
from registry.models import Disposal

NAMES_AT_ONCE = 2000
UNDER_WAY, CARRIED_OUT = Disposal.State.UNDER_WAY, Disposal.State.CARRIED_OUT


def kept():
    """Every field that names a file, with the field that holds its hash where there is one."""
    for model in apps.get_models():
        names = {field.name for field in model._meta.local_fields}
        for field in model._meta.local_fields:
            if isinstance(field, models.FileField):
                yield model, field, "sha256" if "sha256" in names else None


class FilesAreThere(Check):
    """Each file that a row names lies in its place."""

    name = "files"

    def findings(self):
        on_disk = _on_disk()
        named = set()
        for model, field, _hash in kept():
            rows = model._default_manager.exclude(**{field.name: ""}).order_by("pk")
            for pk, name in _names(still_there(rows), field):
                named.add(name)
                if not Path(field.storage.path(name)).is_file():
                    said = _("The file %(name)s is gone. Bring it back from a backup.")
                    yield self.found(model._meta.db_table, pk, said % {"name": name})
            named |= {name for _pk, name in _names(let_go(rows, UNDER_WAY), field)}
            yield from self._let_go(rows, field, on_disk)
        for name in sorted(on_disk - named):
            said = _("No row names the file %(name)s; it may be left from something refused.")
            yield self.found("", "", said % {"name": name}, note=True)

    def _let_go(self, rows, field, on_disk):
        """A file that a register let go of must be gone; how many went so is worth knowing."""
        table, gone = rows.model._meta.db_table, 0
        for pk, name in _names(let_go(rows, CARRIED_OUT), field):
            gone += 1
            if name in on_disk:
                said = _("The file %(name)s is still there, but a register says that it is gone.")
                yield self.found(table, pk, said % {"name": name})
        if gone:
            said = _("%(count)s files are gone by registers of disposal.") % {"count": gone}
            yield self.found(table, "", said, note=True)


class FilesAreUnchanged(Check):
    """Each file is, byte for byte, what its row says it was."""

    name = "file hashes"
    reads_files = True

    def findings(self):
        for model, field, hashed in kept():
            if hashed:
                yield from self._field(model, field, hashed)

    def _field(self, model, field, hashed):
        rows = still_there(model._default_manager.exclude(**{field.name: ""}).order_by("pk"))
        for pk, name, wanted in rows.values_list("pk", field.name, hashed).iterator(NAMES_AT_ONCE):
            place = Path(field.storage.path(name)) if name else None
            if place and place.is_file() and sha256(place) != wanted:
                said = _("The file %(name)s is not the one that was kept. Bring it back.")
                yield self.found(model._meta.db_table, pk, said % {"name": name})


def _names(rows, field):
    found = rows.values_list("pk", field.name).iterator(NAMES_AT_ONCE)
    return ((pk, name) for pk, name in found if name)


def _on_disk():
    root = settings.MEDIA_ROOT
    found = (Path(base) / name for base, _folders, names in os.walk(root) for name in names)
    return {path.relative_to(root).as_posix() for path in found}
