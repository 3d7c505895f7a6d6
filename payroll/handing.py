"""Bank files leave the house: every taking is a row, and where the rule says so they are locked."""

import io
import os
import zipfile
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from django.utils.translation import gettext as _

from payroll.locking import lock, must_lock
from payroll.models import BankFile, Handover, LockedFile
from payroll.models.custody import FromSomewhere
from project.kernel.guards import Refused, log
from project.kernel.looks import look, people_of
from project.kernel.models import Look
from project.kernel.sealing import seal_file

Way = FromSomewhere.Way


@dataclass(frozen=True)
class Origin:
    """By which way somebody comes for a file or brings one, and from which machine."""

    way: str = Way.COMMAND
    address: str | None = None

    @classmethod
    def of(cls, request, way=Way.PAGE):
        """The machine at the other end of a request; a socket on this machine has no address."""
        return cls(way, request.META.get("REMOTE_ADDR") or None)


@dataclass(frozen=True)
class WrittenFile:
    """A bank file ready to be handed over, with the hash that proves it unchanged."""

    name: str
    content: bytes
    sha256: str
    rows: int
    total: Decimal
    file: BankFile
    number: str
    locked: LockedFile | None = None

    def save(self, folder):
        """Put the file and its hash beside it; a file of that name must hold the same bytes."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / self.name
        if path.exists() and path.read_bytes() != self.content:
            raise Refused(
                _("%(path)s already exists with other content. Choose another directory.")
                % {"path": path}
            )
        _put(path, self.content)
        _put(folder / f"{self.name}.sha256", f"{self.sha256}  {self.name}\n".encode())
        return path


def _put(path, content):
    """A file bears its name only once it is whole on the disk, wherever the power fails."""
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def hand_out(run, written, form, *, by, origin):
    """Log who takes which bytes; what leaves is the files, or one locked zip that holds them."""
    leaving = [_locked(run, written, form, by)] if must_lock(run) else written
    Handover.objects.bulk_create(
        Handover(
            file=made.file,
            number=made.number,
            form=form.code,
            name=made.name,
            rows=made.rows,
            total=made.total,
            sha256=made.sha256,
            locked=leaving[0].locked,
            way=origin.way,
            address=origin.address,
            taken_by=by,
        )
        for made in written
    )
    for made in leaving:
        log(
            run,
            "export",
            by=by,
            format=form.code,
            file=made.name,
            sha256=made.sha256,
            rows=made.rows,
            total=str(made.total),
        )
    shown = people_of(run.lines.filter(sent__file__in=[made.file for made in written]))
    rows = sum(made.rows for made in written)
    look(by, Look.What.EXPORT, shown, record=run, purpose=leaving[0].name, rows=rows)
    return leaving


def as_one(leaving):
    """What leaves as one file to save: parts in the clear go into a zip in the clear."""
    if len(leaving) == 1:
        return leaving[0]
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression=zipfile.ZIP_DEFLATED) as made:
        for part in leaving:
            made.writestr(part.name, part.content)
    return _together(leaving, f"{Path(leaving[0].name).stem}.zip", content.getvalue())


def _locked(run, written, form, by):
    """The files as one locked zip."""
    first = written[0].file
    name = f"{first.number}_{form.code}.zip"
    files = [(made.name, made.content) for made in written]
    kept, content = lock(run, files, name=name, by=by, at=first.made_at)
    return replace(_together(written, name, content), locked=kept)


def _together(parts, name, content):
    """Several files as one, which says of itself what they say together."""
    return replace(
        parts[0],
        name=name,
        content=content,
        sha256=seal_file(content),
        rows=sum(part.rows for part in parts),
        total=sum((part.total for part in parts), Decimal("0.00")),
        number=parts[0].file.number,
    )
