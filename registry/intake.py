"""Take a file in: read it, name every fault, show what it would do, then write all or nothing."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from project.kernel import tables
from project.kernel.guards import Refused, log
from project.kernel.models import Event
from project.kernel.months import SHANGHAI
from project.kernel.roles import Permission
from project.kernel.tables.read import content_of
from project.kernel.uploads.entrance import FORM_AT_MOST
from registry.access import areas, contains
from registry.models import ImportedFile

IMPORT_LOCK = 20260701  # Names the lock of imports among those of this database.


class Importer:
    """One kind of file: its columns, what is wrong with its rows, and what becomes of them.

    `check` names the faults of rows that could be read; `commit` writes rows without a fault.
    Both ask the database a number of questions that does not grow with the file.
    """

    kind = ""
    title = ""
    permission: Permission
    columns: Sequence[tables.Column] = ()
    accept = ".xlsx,.xls,.csv"
    with_photos = False
    upload_at_most = FORM_AT_MOST

    def __init__(self, *, by, area=None, photos=None):
        self.by, self.area, self.photos = by, area, photos
        self.warnings, self.counts = [], []

    @cached_property
    def reach(self):
        """The codes of the areas into which this file may write."""
        return [self.area.pk] if self.area else areas(self.by, self.permission)

    def reaches(self, code):
        return any(contains(held, code) for held in self.reach)

    def stage(self, source, name):
        """A file read and judged; a kind of a million rows stages them in its own way."""
        content = content_of(source)
        sha256 = hashlib.sha256(content).hexdigest()
        refuse_known(self.kind, sha256)
        sheet, rows, errors = self.read(content, name)
        errors = sorted([*errors, *self.check(rows)])
        return Staged(self, name, sha256, sheet, rows, errors)

    def read(self, content, name):
        """The file as it came, its rows that can be read, and the faults of the rest."""
        sheet = tables.read(content, name)
        return sheet, *tables.parse(sheet, self.columns)

    def check(self, rows):
        return []

    def commit(self, rows, *, file):
        raise NotImplementedError

    def fault(self, row, column, sentence):
        """A fault of one cell, under the heading of the column named."""
        return tables.RowError(row.number, self._heading(column), str(sentence), row.page)

    def warn(self, row, column, sentence):
        """Something to look at that stops nothing."""
        self.warnings.append(self.fault(row, column, sentence))

    def repeats(self, rows, column, key, sentence):
        """A fault for every row that says again what an earlier row says; it names that row."""
        first, faults = {}, []
        for row in rows:
            earlier = first.setdefault(key(row), row)
            if earlier is not row:
                faults.append(self.fault(row, column, sentence % {"row": earlier.number}))
        return faults

    def _heading(self, name):
        return next(column.heading for column in self.columns if column.name == name)


@dataclass(frozen=True)
class Staged:
    """A file read and judged, of which nothing has been written."""

    importer: Importer
    name: str
    sha256: str
    sheet: tables.Sheet
    rows: list
    errors: list

    @property
    def warnings(self):
        return sorted(self.importer.warnings)

    @property
    def summary(self):
        """What the file would do, as pairs of words and numbers."""
        return [
            (_("Rows without a fault"), len(self.rows) - len(self._checked)),
            (_("Faults"), len(self.errors)),
            (_("Warnings"), len(self.importer.warnings)),
            *([] if self.errors else self.importer.counts),
        ]

    @property
    def _checked(self):
        return {row.number for row in self.rows} & {error.row for error in self.errors}


def stage(importer, source, name=""):
    """Read and judge a file; Unreadable names one that cannot be used, Refused one that may not."""
    _refuse_strangers(importer)
    return importer.stage(source, name)


def refuse_known(kind, sha256):
    """A file goes in once; the second time says who brought it, and when."""
    if known := ImportedFile.objects.filter(kind=kind, sha256=sha256).first():
        raise Refused(_already_in(known))


@transaction.atomic
def commit(staged, *, by):
    """Write a staged file whole; what has changed since it was staged is judged again first."""
    old = staged.importer
    importer = type(old)(by=by, area=old.area, photos=old.photos)
    _refuse_strangers(importer)
    if staged.errors:
        raise Refused([str(error) for error in staged.errors])
    file = _entered(staged, importer)
    _take_turns()
    if errors := importer.check(staged.rows):
        raise Refused([str(error) for error in errors])
    importer.commit(staged.rows, file=file)
    counts = {str(words): number for words, number in importer.counts}
    log(file, "import", by=by, rows=file.rows, sha256=file.sha256, counts=counts)
    return file


def log_all(records, verb, *, by, note=""):
    """One line of the business log for each of many new records, in one statement."""
    if not records:
        return
    record_type = ContentType.objects.get_for_model(records[0])
    Event.objects.bulk_create(
        Event(
            record_type=record_type,
            record_id=record.pk,
            verb=verb,
            by=by,
            after=record.state,
            note=note,
        )
        for record in records
    )


def at_most(size):
    """A rule of a text column: no longer than the record can keep."""

    def rule(text):
        if len(text) > size:
            raise ValueError(
                _("The text is longer than %(size)s characters. Shorten it.") % {"size": size}
            )
        return text

    return rule


def _refuse_strangers(importer):
    """Whoever brings a file needs its permission, in the area named if one is."""
    where = importer.area.pk if importer.area else None
    if not importer.by.has_perm(importer.permission, where):
        raise PermissionDenied(
            _("Taking in this kind of file belongs to another role or another area.")
        )


def _entered(staged, importer):
    """The file's own row comes first: of two who bring the same file at once, one waits."""
    reach = importer.reach
    try:
        with transaction.atomic():
            return ImportedFile.objects.create(
                kind=importer.kind,
                name=staged.name[:200],
                sha256=staged.sha256,
                rows=len(staged.rows),
                area_id=reach[0] if len(reach) == 1 else None,
                imported_by=importer.by,
            )
    except IntegrityError as error:
        known = ImportedFile.objects.get(kind=importer.kind, sha256=staged.sha256)
        raise Refused(_already_in(known)) from error


def _already_in(file):
    moment = timezone.localtime(file.imported_at, SHANGHAI)
    return _("This file was already taken in on %(moment)s by %(who)s. Nothing was written.") % {
        "moment": f"{moment:%Y-%m-%d %H:%M}",
        "who": file.imported_by,
    }


def _take_turns():
    """Imports write one after another, so that what was checked still holds when it is written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])
