"""Policy documents as programs see them, and the one thing done to them: saying what follows."""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from policy.forms import SuccessorForm
from policy.models import PolicyDocument
from policy.services import link_successor
from project.api.shapes import RecordShape, Whole
from project.kernel.months import today
from project.kernel.roles import Permission
from project.kernel.steps import Verb


class DocumentShape(RecordShape):
    """A policy document; in force as long as it, or the chain of what follows it, is valid."""

    title: str
    document_number: str
    valid_from: date
    valid_to: date | None
    successor_id: int | None

    @staticmethod
    def resolve_document_number(document):
        return document.number

    @staticmethod
    def resolve_state(document):
        return "in_force" if document.covers(today()) else "ended"

    @staticmethod
    def resolve_state_title(document):
        return _("In force") if document.covers(today()) else _("Ended")


class WholeDocument(Whole, DocumentShape):
    """A document with what was done to it."""


def valid_in(month):
    """Documents that are valid on at least one day of a month."""
    still = Q(valid_to__isnull=True) | Q(valid_to__gte=month.first)
    return Q(still, valid_from__lte=month.last)


DOCUMENTS = ("policy-documents", PolicyDocument, DocumentShape, WholeDocument)
LINK = Verb(
    link_successor,
    _("Link the document that follows"),
    SuccessorForm,
    "link_successor",
    Permission.POLICY_EDIT,
)
