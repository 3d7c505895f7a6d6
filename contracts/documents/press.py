"""A contract's paper from the press, one by one: laid out, its data attached, its fields made."""

import json

import segno
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts.documents.layout import sheet
from contracts.documents.terms import LABELS
from contracts.models import Contract, ContractPaper, ContractTemplate
from project.kernel.documents import archived, filled_in
from project.kernel.guards import Refused
from project.kernel.months import SHANGHAI
from project.kernel.sealing import seal
from project.kernel.signing.fields import with_fields
from registry.models import Person

FORM = "print/f05_contract.html"
FIELDS = ("office", "worker")  # as Signature.Side names them


def pressed(paper):
    """The PDF of a paper that nobody has signed yet, with a field for each side."""
    terms = printed_terms(paper)
    html = filled_in(FORM, context_of(paper, sheet(paper, terms)[0]))
    return bound(html, data=data_of(paper, terms), made_at=paper.made_at)


def previewed(title, body):
    """A wording on paper before it is entered: each term stands as its own name."""
    terms = {name: f"〔{label}〕" for name, label in LABELS.items()} | {"id_digest": ""}
    template = ContractTemplate(title=title, body=body)
    return pressed(
        ContractPaper(
            contract=Contract(person=Person(id_number=terms["id_number"], id_digest="")),
            template=template,
            code="",
            terms=terms,
            content_hash=content_hash(terms, template),
            made_at=timezone.now(),
        )
    )


def bound(html, *, data, made_at, squeeze=True):
    """The sheet as a PDF/A-3a with both places to sign."""
    pdf, places = archived(html, data=data, made_at=made_at, squeeze=squeeze)
    return with_fields(pdf, {name: places[name] for name in FIELDS})


def context_of(paper, page, number=None):
    """What the form prints besides its lines; a blank sheet gives a mark as its number."""
    return {
        "sheet": page,
        "heading": paper.template.title,
        "title": title_of(paper, number),
        "moment": moment_of(paper),
        "code": code_of(paper).svg_data_uri(border=0, scale=4),
    }


def title_of(paper, number=None):
    """The title that a reader shows in its window."""
    return f"{paper.template.title} {number or paper.terms['number']}"


def moment_of(paper):
    """When the paper was made, to the second, as its metadata say it."""
    return paper.made_at.astimezone(SHANGHAI).replace(microsecond=0).isoformat()


def code_of(paper):
    """The QR code to the paper's address.

    All masks read equally well at this size; to look for the best one takes four times as long.
    """
    return segno.make(address_of(paper), error="m", micro=False, mask=3)


def printed_terms(paper):
    """The terms with the whole ID number, which is the worker's own and the one that was sealed."""
    person = paper.contract.person
    if person.id_digest != paper.terms["id_digest"]:
        raise Refused(
            _("The ID number of %(name)s was corrected after this paper was made; make it anew.")
            % {"name": person.name}
        )
    return paper.terms | {"id_number": person.id_number}


def address_of(paper):
    """Where anybody can check the paper; its QR code leads there."""
    return f"{settings.SITE_ADDRESS}/v/{paper.code}"


def data_of(paper, terms):
    """What a machine reads in place of the page: the terms under their names, code and hash."""
    said = {
        "form": "F-05",
        "code": paper.code,
        "version": paper.number,
        "contract": paper.contract_id,
        "template": {"id": paper.template_id, "title": paper.template.title},
        "made_at": paper.made_at.isoformat(),
        "address": address_of(paper),
        "content_hash": paper.content_hash,
        "labels": LABELS,
        "terms": {name: terms[name] for name in LABELS},
    }
    return json.dumps(said, ensure_ascii=False, indent=1)


def content_hash(terms, template):
    """The seal of what a paper says: its terms together with its wording."""
    return seal({"terms": terms, "title": template.title, "body": template.body})
