"""A project's archive as one zip that anybody can check: kept for good once it is closed (R-72).

Same records, same bytes: files stand in order, papers bear the time of the last thing done.
"""

import json
from dataclasses import replace
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from project.kernel.guards import Refused, log, take
from project.kernel.looks import look, people_of
from project.kernel.models import Event, Look, User
from project.kernel.months import SHANGHAI
from project.kernel.printing import paper
from project.kernel.roles import Permission
from project.kernel.sealing import seal, seal_file
from workrelief import archive_records, papers, wage_papers
from workrelief.models import Project, ProjectPaper
from workrelief.services import locked, may

FORMAT = "gongyigang-project-archive/1"
MANIFEST = "manifest.json"
TAKE, KEEP = "take_archive", "keep_archive"
# Who only looked changed nothing: looking does not make another archive.
LOOKED = ("print", "export", TAKE, KEEP)
LISTS = ("F-23", "F-24", "F-25", "F-29", "F-30")
MONTHLY = ("F-26", "F-27", "F-28")


@transaction.atomic
def close(project, *, by, note=""):
    """Close the archive: from now on the zip that is kept here is the project's archive."""
    project = take(locked(project).archive, by=by, note=note)
    content, sealed = pack(project)
    sha256 = seal_file(content)
    made = ProjectPaper(
        project=project,
        kind=ProjectPaper.Kind.OTHER,
        name=name_of(project),
        sha256=sha256,
        added_by=by,
    )
    made.file.save(f"{sha256}.zip", ContentFile(content))
    log(project, KEEP, by=by, sha256=sha256, seal=sealed)
    return project


@transaction.atomic
def taken(project, *, by, purpose):
    """Hand the archive out, full numbers and all, for a purpose that stays on record."""
    sentence = _("A project's archive is handed out by the county's department of development.")
    may(by, Permission.RELIEF_PLAN, project.area_id, sentence)
    if not purpose.strip():
        raise Refused(_("Say what the archive is taken for."))
    project = locked(project)
    content, sealed = _kept(project) or pack(project)
    log(project, TAKE, by=by, note=purpose, sha256=seal_file(content), seal=sealed)
    shown = people_of(project.members.all())
    look(by, Look.What.EXPORT, shown, record=project, purpose=purpose[:200], rows=len(shown))
    return content


def _kept(project):
    """The zip that was kept when the archive was closed, which is handed out from then on."""
    event = Event.objects.of(project).filter(verb=KEEP).last()
    if project.state != Project.State.ARCHIVED or event is None:
        return None
    with project.papers.get(sha256=event.data["sha256"]).file.open() as file:
        content = file.read()
    if seal_file(content) != event.data["sha256"]:
        raise Refused(_("The archive that was kept is no longer the same file; tell the county."))
    return content, event.data["seal"]


def name_of(project):
    """The name under which the archive leaves the house."""
    return f"archive-{project.pk}.zip"


def given_out(sealed):
    """When this house kept or handed out an archive with this seal, the newest first."""
    events = Event.objects.filter(verb__in=(TAKE, KEEP), data__seal=sealed)
    return events.select_related("by").order_by("-pk")


def pack(project):
    """The zip and the seal of its manifest."""
    deeds = Event.objects.of(project).exclude(verb__in=LOOKED)
    last = deeds.last()
    files = dict(sorted({**_records(project), **_papers(project), **_lists(project, last)}.items()))
    manifest = {
        "format": FORMAT,
        "project": project.number,
        "name": project.name,
        "state": project.state,
        "as_of": last.at.isoformat() if last else "",
        "files": [
            {"path": path, "bytes": len(content), "sha256": seal_file(content)}
            for path, content in files.items()
        ],
    }
    manifest["sha256"] = seal(manifest)
    return _zipped({MANIFEST: _json(manifest), **files}), manifest["sha256"]


def _records(project):
    found = archive_records.of(project, LOOKED)
    return {f"records/{name}.json": _json(rows) for name, rows in found.items()}


def _json(content):
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1, default=str).encode()


def _papers(project):
    """Papers and signed lists as they came; an archive does not hold another."""
    own = Event.objects.of(project).filter(verb=KEEP).values_list("data__sha256", flat=True)
    found = {
        f"papers/{kept.kind}/{_named(kept)}": kept.file
        for kept in project.papers.exclude(sha256__in=list(own))
    }
    for batch in project.batches.order_by("pk"):
        for scan in batch.scans.order_by("pk"):
            found[f"wages/{batch.month}-{batch.pk}/{_named(scan)}"] = scan.file
    return {path: _read(file) for path, file in found.items()}


def _named(kept):
    """A name no two files share, whatever people called them."""
    return f"{kept.pk}-{kept.name.replace('/', '_')}"


def _read(file):
    with file.open() as opened:
        return opened.read()


def _lists(project, last):
    """The printed lists, as of the last thing that was done to the project."""
    found = {f"lists/{code}.pdf": _printed(papers, code, project, last) for code in LISTS}
    for batch in project.batches.exclude(state="voided").select_related("project", "area"):
        done = Event.objects.of(batch).exclude(verb__in=LOOKED).last() or last
        for code in MONTHLY:
            path = f"wages/{batch.month}-{batch.pk}/{code}.pdf"
            found[path] = _printed(wage_papers, code, batch, done)
    return found


def _printed(forms, code, record, last):
    """One form that says neither who printed it nor on which day: it is the record's alone."""
    filled = forms.FILL[code](record, User())
    at = last.at
    if "filled_on" in filled.head:
        filled = replace(filled, head={**filled.head, "filled_on": at.astimezone(SHANGHAI).date()})
    return paper(filled, at=at)


def _zipped(files):
    """A zip without times of its own, so that equal contents are equal bytes."""
    zipped = BytesIO()
    with ZipFile(zipped, "w", ZIP_DEFLATED) as archive:
        for path, content in files.items():
            entry = ZipInfo(path)
            entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, content)
    return zipped.getvalue()
