"""The PDF of a contract, for whoever may see the contract."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Router

from contracts.document_pages import opened
from contracts.models import Contract

router = Router(tags=["contracts"])


@router.get("/{int:number}/document.pdf", response={200: bytes})
def document(request, number: int):
    """The newest file of the paper that counts, as it is kept; its SHA-256 is in the record."""
    contract = get_object_or_404(Contract.objects.visible_to(request.user), pk=number)
    paper = contract.papers.order_by("-number").first()
    if paper is None:
        raise Http404(_("This contract has no paper; its terms have not been offered yet."))
    return opened(paper, by=request.user)
