"""The papers of a contract: made when the terms are offered, made anew by number, filed once."""

import json
import secrets
from io import BytesIO

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from contracts.documents.batch import filled
from contracts.documents.press import content_hash, pressed
from contracts.documents.terms import terms_of
from contracts.documents.wording import template_for
from contracts.models import Contract, ContractPaper, PaperFile
from project.kernel.guards import Refused, log
from project.kernel.roles import Permission
from project.kernel.sealing import seal_file

CLEAR = "ABCDEFGHJKMNPQRSTUVWXYZ"  # no letter that looks like another or like a digit
CODE = 12
JOINS = ("contract__person", "template")
UNSIGNED = 0
OPEN = (Contract.State.DRAFT, Contract.State.OFFERED)


def issue(contract, *, by):
    """Freeze the terms of a contract and the wording they stand in as one version of its paper."""
    template, terms = template_for(contract), terms_of(contract)
    return ContractPaper.objects.create(
        contract=contract,
        number=contract.papers.count() + 1,
        template=template,
        code="".join(secrets.choice(CLEAR) for _letter in range(CODE)),
        terms=terms,
        content_hash=content_hash(terms, template),
        made_by=by,
    )


@transaction.atomic
def reissue(contract, *, by, note):
    """Make the paper anew from the terms as they are now; the version before it counts no more."""
    contract = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    if not by.has_perm(Permission.CONTRACT_OFFER, contract.area_id):
        raise PermissionDenied(_("This step belongs to another role or another area."))
    if contract.state not in OPEN:
        raise Refused(_("Only the paper of a contract that nobody has concluded is made anew."))
    if not note.strip():
        raise Refused(_("Say why."))
    paper = issue(contract, by=by)
    log(contract, "reissue", by=by, note=note, code=paper.code, version=paper.number)
    return paper


@transaction.atomic
def file_of(paper):
    """The PDF of a paper as nobody has signed it yet, made when it is first asked for."""
    paper = (
        ContractPaper.objects.select_related(*JOINS)
        .select_for_update(of=("self",))
        .get(pk=paper.pk)
    )
    kept = paper.files.filter(number=UNSIGNED).first()
    return kept or _filed(paper, pressed(paper))


@transaction.atomic
def files_of(papers):
    """The PDFs of many papers; those that are missing are laid out once and filled many times."""
    asked = [paper.pk for paper in papers]
    rows = ContractPaper.objects.filter(pk__in=asked).select_related(*JOINS).order_by("pk")
    rows = list(rows.select_for_update(of=("self",)))
    kept = {file.paper_id: file for file in PaperFile.objects.filter(paper__in=rows, number=0)}
    missing = [paper for paper in rows if paper.pk not in kept]
    for paper, pdf in zip(missing, filled(missing), strict=True):
        kept[paper.pk] = _filed(paper, pdf)
    return [kept[pk] for pk in asked]


def _filed(paper, pdf):
    made = PaperFile(paper=paper, number=UNSIGNED, sha256=seal_file(pdf), size=len(pdf))
    made.file.save(f"{made.sha256}.pdf", ContentFile(pdf))
    return made


def is_as_sealed(paper):
    """Whether the terms and the wording are still those whose hash is printed on the paper."""
    return content_hash(paper.terms, paper.template) == paper.content_hash


def code_in(pdf):
    """The code that a PDF says it carries in its attached data; empty where it carries none."""
    try:
        names = PdfFileReader(BytesIO(pdf)).root["/Names"]["/EmbeddedFiles"]["/Names"]
        said = json.loads(names[1]["/EF"]["/F"].data)
    except (PdfError, KeyError, IndexError, TypeError, AttributeError, ValueError, OSError):
        return ""  # Whoever sends a file to be checked may send anything.
    code = said.get("code") if isinstance(said, dict) else ""
    return code if isinstance(code, str) else ""
