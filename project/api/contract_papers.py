"""The papers of a contract in the API: what was signed, by which side, when and how."""

from datetime import datetime

from ninja import Schema

from contracts.models import PaperVisit
from project.api.shapes import Whole


class SignatureShape(Schema):
    """One side's signature; the drawing and the place stay in the house."""

    side: str
    means: str
    signed_at: datetime
    signed_by: str | None
    witness: str
    certificate: str

    @staticmethod
    def resolve_signed_by(signature):
        return str(signature.signed_by) if signature.signed_by else None


class PaperFileShape(Schema):
    """The PDF after so many signatures, by its hash."""

    number: int
    sha256: str
    size: int
    made_at: datetime


class PaperShape(Schema):
    """One version of a contract's paper."""

    number: int
    code: str
    content_hash: str
    made_at: datetime
    signatures: list[SignatureShape]
    files: list[PaperFileShape]

    @staticmethod
    def resolve_signatures(paper):
        return list(paper.signatures.select_related("signed_by").order_by("pk"))

    @staticmethod
    def resolve_files(paper):
        return list(paper.files.order_by("number"))


class LinkVisitShape(Schema):
    """What the worker did with the paper on a phone."""

    act: str
    at: datetime
    reason: str


class WholePapers(Whole):
    """What a contract shows at its own address about its paper."""

    papers: list[PaperShape]
    visits: list[LinkVisitShape]

    @staticmethod
    def resolve_papers(contract):
        return list(contract.papers.order_by("number"))

    @staticmethod
    def resolve_visits(contract):
        return list(PaperVisit.objects.filter(paper__contract=contract))
