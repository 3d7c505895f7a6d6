"""What the office sees of signing: links handed out, signatures, and what the phone told."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.generic import DetailView

from contracts import signing
from contracts.models import Contract, PaperVisit, Signature
from project.kernel import pages
from project.kernel.documents import qr_image
from project.kernel.guards import Refused
from project.kernel.looks import look
from project.kernel.models import Look
from project.kernel.roles import Permission
from project.kernel.uploads import served_drawing


def place_of(signature):
    if signature.latitude is None:
        return ""
    return f"{signature.latitude}, {signature.longitude}"


SIGNATURES = (
    pages.Column(_("Side"), "side"),
    pages.Column(_("Means"), "means"),
    pages.Column(_("Signed at"), "signed_at"),
    pages.Column(_("Signed by"), "signed_by"),
    pages.Column(_("Witness"), "witness"),
    pages.Column(_("Place"), place_of),
    pages.Column(_("Device"), "device"),
    pages.Column(_("Verification code"), "paper.code"),
)
VISITS = (
    pages.Column(_("At"), "at"),
    pages.Column(_("What"), "act", badge=True),
    pages.Column(_("Reason"), "reason"),
    pages.Column(_("Device"), "device"),
    pages.Column(_("Link handed out by"), "let_in_by.issued_by"),
)
DEEDS = {
    "hand_out": _("Link to sign handed out"),
    "sign_on_phone": _("Signed by the worker on a phone"),
    "decline": _("Declined by the worker on a phone"),
    "conclude": _("Signed by both sides"),
}


def signing_tables(contract):
    """The signatures under a contract's papers, and what the worker did on the phone."""
    signatures = Signature.objects.filter(paper__contract=contract)
    visits = PaperVisit.objects.filter(paper__contract=contract)
    return [
        (
            _("Signatures"),
            SIGNATURES,
            signatures.select_related("paper", "signed_by").order_by("pk"),
        ),
        (_("On the phone"), VISITS, visits.select_related("let_in_by__issued_by")),
    ]


def signing_links(contract):
    """The way to hand out a link while the worker may still sign."""
    if contract.state != Contract.State.OFFERED:
        return []
    title = translate("Let the worker sign on a phone")
    url = reverse("contracts:sign-link", args=[contract.pk])
    return [pages.Link(title, url, Permission.PASS_ISSUE)]


def _address_of(request, page):
    """Where a phone reaches a page: at the site's own address, or else as the clerk reached it."""
    if settings.CSRF_TRUSTED_ORIGINS:
        return settings.SITE_ADDRESS + page
    return request.build_absolute_uri(page)


@method_decorator(never_cache, name="dispatch")
class SignLink(pages.Permitted, DetailView):
    """One button that makes a link, and the link as text and as a QR code, shown once."""

    permission = Permission.PASS_ISSUE
    template_name = "contracts/sign_link.html"
    context_object_name = "record"

    def get_queryset(self):
        seen = Contract.objects.visible_to(self.request.user)
        return seen.select_related("area", "person__area")

    def post(self, request, *args, **kwargs):
        self.object = self.get_object()
        try:
            let_in, secret = signing.hand_out(self.object, by=request.user)
        except Refused as refused:
            return self.render_to_response(self.get_context_data(reasons=refused.messages))
        link = _address_of(request, reverse("sign-by-phone", args=[secret]))
        context = self.get_context_data(let_in=let_in, link=link, qr=qr_image(link))
        return self.render_to_response(context)

    def get_context_data(self, **kwargs):
        contract = self.object
        if not self.request.user.has_perm(self.permission, contract.person.area_id):
            raise PermissionDenied(translate("This page belongs to another role."))
        words = {
            "title": translate("Let the worker sign on a phone"),
            "crumb": str(contract),
            "record_url": reverse("contracts:contract", args=[contract.pk]),
            "summary": [(column.heading, column.text(contract)) for column in SUMMARY],
            "reasons": [],
            "link": "",
        }
        return super().get_context_data(**(words | kwargs))


SUMMARY = (
    pages.Column(_("Name"), "person.name"),
    pages.Column(_("Post"), "title"),
    pages.Column(_("Village"), "area.name"),
    pages.Column(_("First day"), "starts_on"),
    pages.Column(_("Last day"), "ends_on"),
    pages.Column(_("State"), "state"),
)


@login_required
@require_safe
def drawing(request, pk):
    """The drawn signature as it came from the phone, for those who see the contract."""
    seen = Contract.objects.visible_to(request.user)
    drawn = get_object_or_404(
        Signature.objects.exclude(picture=""), pk=pk, paper__contract__in=seen
    )
    contract, code = drawn.paper.contract, drawn.paper.code
    look(request.user, Look.What.PAPER, [contract.person_id], record=contract, purpose=code)
    return served_drawing(drawn.picture)


signing_paths = [
    path("<int:pk>/sign-link/", SignLink.as_view(), name="sign-link"),
    path("signatures/<int:pk>.png", drawing, name="signature-drawing"),
]
