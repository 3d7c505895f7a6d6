"""The papers of a contract in the office: listed with their hashes, opened, made anew."""

from io import BytesIO

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from contracts.documents import reissue
from contracts.documents.papers import OPEN
from contracts.models import Contract, ContractPaper
from contracts.signatures import newest_file, untouched
from project.kernel import pages
from project.kernel.forms import ReasonForm
from project.kernel.guards import log
from project.kernel.looks import look
from project.kernel.models import Look
from project.kernel.roles import Permission


def signed_by_how_many(paper):
    return paper.signatures.count()


PAPERS = (
    pages.Column(_("Version"), "number", link=True),
    pages.Column(_("Verification code"), "code"),
    pages.Column(_("Signatures"), signed_by_how_many, align="end"),
    pages.Column(_("Content hash"), "content_hash"),
    pages.Column(_("Made at"), "made_at"),
    pages.Column(_("Made by"), "made_by"),
)


def paper_tables(contract):
    """Every version of a contract's paper; the highest number is the one that counts."""
    return [(_("Papers"), PAPERS, contract.papers.select_related("made_by").order_by("-number"))]


def paper_links(contract):
    """The way to make the paper anew while nobody has concluded the contract."""
    if contract.state not in OPEN:
        return []
    url = reverse("contracts:paper-anew", args=[contract.pk])
    return [pages.Link(translate("Make the paper anew"), url, Permission.CONTRACT_OFFER)]


@login_required
@never_cache
@require_safe
def paper(request, pk):
    """The newest PDF of one version, for those who see the contract."""
    seen = Contract.objects.visible_to(request.user)
    asked = get_object_or_404(ContractPaper, pk=pk, contract__in=seen)
    return opened(asked, by=request.user)


def opened(asked, *, by):
    """The PDF of a paper as it is kept; who took it out of the house is noted."""
    kept = newest_file(asked)
    content = untouched(kept)
    log(asked.contract, "print", by=by, form="F-05", sha256=kept.sha256)
    shown = [asked.contract.person_id]
    look(by, Look.What.PAPER, shown, record=asked.contract, purpose="F-05")
    name = f"{asked.terms['number']}-{asked.number}.pdf"
    return FileResponse(BytesIO(content), content_type="application/pdf", filename=name)


class MakeAnew(pages.EntryPage):
    """Make the paper of a contract anew, with the reason."""

    permission = Permission.CONTRACT_OFFER
    form_class = ReasonForm
    title = label = _("Make the paper anew")
    crumb = Contract._meta.verbose_name_plural
    help = _(
        "The terms are taken again from the person, the post and the rules. The paper before "
        "counts no more, and whoever signed it signs again."
    )

    @property
    def contract(self):
        seen = Contract.objects.visible_to(self.request.user)
        found = get_object_or_404(seen, pk=self.kwargs["pk"])
        if not self.request.user.has_perm(self.permission, found.area_id):
            raise PermissionDenied(translate("This page belongs to another role."))
        return found

    @property
    def back_url(self):
        return pages.url_of(self.contract)

    def get_form_kwargs(self):
        asked = super().get_form_kwargs()
        del asked["user"]
        return asked

    def enter(self, *, by, note):
        reissue(self.contract, by=by, note=note)
        messages.success(self.request, translate("The paper is made anew."))
        return self.back_url


document_paths = [
    path("papers/<int:pk>/", paper, name="contractpaper"),
    path("<int:pk>/paper-anew/", MakeAnew.as_view(), name="paper-anew"),
]
