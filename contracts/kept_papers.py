"""The files of a paper as they are kept: read back whole, stored once, found again by anybody."""

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from contracts.documents import code_in, file_of
from contracts.models import ContractPaper, PaperFile
from project.kernel.guards import Refused
from project.kernel.sealing import seal_file
from registry.kept_files import Kept, keeper

JOINS = ("contract__person", "contract__area", "template")


def newest_file(paper):
    """The file with the most signatures; before the first one it is made from the paper."""
    return paper.files.order_by("-number").first() or file_of(paper)


def untouched(kept):
    """The bytes of a stored file, refused when they are not those that were stored."""
    try:
        with kept.file.open() as file:
            content = file.read()
    except FileNotFoundError as missing:
        raise Refused(
            _("The stored file of %(code)s is missing; tell the system administrator.")
            % {"code": kept.paper.code}
        ) from missing
    if seal_file(content) != kept.sha256:
        raise Refused(
            _("The stored file of %(code)s was altered; tell the system administrator.")
            % {"code": kept.paper.code}
        )
    return content


def keep(paper, content, *, number, signature=None):
    """Store a file of a paper under its hash, once for each stage."""
    made = PaperFile(
        paper=paper,
        number=number,
        signature=signature,
        sha256=seal_file(content),
        size=len(content),
    )
    made.file.save(f"{paper.code}-{number}-{made.sha256[:8]}.pdf", ContentFile(content), save=False)
    made.save()
    return made


def sides_of(kept):
    """The sides that had signed when a file was made, which are also the names of the places."""
    files = kept.paper.files.filter(number__lte=kept.number, number__gt=0)
    return tuple(files.order_by("number").values_list("signature__side", flat=True))


def record_of(pdf):
    """The paper a PDF was made from: by the file's hash, else by the code it carries; or None."""
    joined = ContractPaper.objects.select_related(*JOINS)
    found = joined.filter(files__sha256=seal_file(pdf)).first()
    if found is None and (code := code_in(pdf)):
        found = joined.filter(code=code).first()
    return found


@keeper
def kept_file(pdf):
    """The file that this one is, or says it is; where it is none of ours as it stands, the last."""
    paper = record_of(pdf)
    if paper is None:
        return None
    files = paper.files.order_by("number")
    same = files.filter(sha256=seal_file(pdf)).first() or files.last()
    return Kept(same.sha256, sides_of(same)) if same else None
