"""Signing without an account: whoever holds the link and knows the ID number's end is let in."""

from datetime import timedelta
from io import BytesIO

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from contracts import flows, signing
from contracts.documents import clauses_of, summary_of
from contracts.kept_papers import newest_file, untouched
from contracts.models import PaperVisit, Signature
from contracts.signing_forms import SignatureForm
from notices.pace import within_pace
from project.kernel.guards import Refused
from project.kernel.months import today

LET_IN_FOR = timedelta(hours=1)
STRANGERS_AN_HOUR = 30
REQUESTS_AN_HOUR = 200
OPENED, VIEWED = PaperVisit.Act.OPENED, PaperVisit.Act.VIEWED


def masked(name):
    """The surname, and a star for every other character."""
    return name[:1] + "*" * (len(name) - 1)


@method_decorator([login_not_required, never_cache], name="dispatch")
class ByPass(View):
    """A page behind a link that a clerk handed out; strangers are told so, slowly."""

    needs_name = True

    def dispatch(self, request, *args, secret):
        self.secret, self.let_in = secret, signing.let_in_by(secret)
        self.address = request.META.get("REMOTE_ADDR", "")
        if self.let_in is None:
            return self.stranger()
        if not within_pace(f"sign-{self.let_in.pk}", REQUESTS_AN_HOUR):
            return self.over([_("This link was opened very often; try again in an hour.")], 429)
        self.paper = signing.paper_for(self.let_in)
        if self.needs_name and not self.is_known():
            return redirect("sign-by-phone", secret)
        return super().dispatch(request, *args)

    def stranger(self):
        if not within_pace(f"sign-stranger-{self.address}", STRANGERS_AN_HOUR):
            return self.over([_("Too many wrong links came from here; try again in an hour.")], 429)
        return self.over([_("This link is not known. Ask the clerk of your village for one.")], 404)

    def over(self, reasons, status, **context):
        context |= {"reasons": reasons}
        return render(self.request, "contracts/sign_over.html", context, status=status)

    @property
    def key(self):
        return f"sign-{self.let_in.pk}"

    def is_known(self):
        """Whether this browser has given the end of the ID number within the hour."""
        since = self.request.session.get(self.key, 0)
        return timezone.now().timestamp() - since < LET_IN_FOR.total_seconds()

    @property
    def device(self):
        return self.request.headers.get("user-agent", "")

    def url(self, name):
        return reverse(name, args=[self.secret])


class SignByPhone(ByPass):
    """The contract to read and to sign; before that, the question who is there."""

    needs_name = False

    def get(self, request):
        if self.is_known():
            return self.finished() if self.let_in.used_at else self.reading()
        if reasons := signing.shut(self.let_in):
            return self.over(reasons, 410)
        return self.ask()

    def post(self, request):
        """The end of the ID number; five wrong ones close the link."""
        if signing.is_who(self.let_in, request.POST.get("tail", "")):
            request.session[self.key] = timezone.now().timestamp()
            return redirect("sign-by-phone", self.secret)
        self.let_in.refresh_from_db()
        if reasons := signing.shut(self.let_in):
            return self.over(reasons, 410)
        return self.ask([_("These are not the last six characters; look at your ID card.")])

    def ask(self, wrong=()):
        context = {"masked": masked(self.let_in.person.name), "wrong": wrong}
        return render(
            self.request, "contracts/sign_who.html", context, status=422 if wrong else 200
        )

    def reading(self):
        reasons = signing.against(self.let_in, self.paper, self.paper.contract)
        if reasons:
            return self.over(reasons, 410)
        signing.visit(self.let_in, OPENED, device=self.device)
        return to_sign(self)

    def finished(self):
        """What came of it, and the worker's copy."""
        sides = {one.side: one for one in self.paper.signatures.all()}
        signed = sides.get(Signature.Side.WORKER)
        heading = _("You have signed") if signed else _("You have declined")
        said = _("Thank you. Keep your copy.") if signed else _("The village is told your reason.")
        context = {
            "heading": heading,
            "sentence": said,
            "signed": signed,
            "sealed": sides.get(Signature.Side.OFFICE),
            "paper": self.paper,
            "copy": self.url("sign-copy"),
        }
        return render(self.request, "contracts/sign_done.html", context)


def to_sign(view, reasons=(), status=200, **said):
    """The reading and signing page, with what was wrong the last time."""
    contract = view.paper.contract
    context = {
        "paper": view.paper,
        "contract": contract,
        "summary": summary_of(view.paper),
        "clauses": clauses_of(view.paper),
        "reasons": list(reasons),
        "late": _late(contract),
        "urls": {
            "read": view.url("sign-read"),
            "copy": view.url("sign-copy"),
            "sign": view.url("sign-send"),
            "decline": view.url("sign-decline"),
        },
        "witness": said.get("witness", ""),
        "reason": said.get("reason", ""),
    }
    return render(view.request, "contracts/sign.html", context, status=status)


def _late(contract):
    """After the first day one may sign, but earlier days are lost; the worker is told before."""
    if contract.starts_on >= today():
        return []
    return [
        _("The first day, %(day)s, has passed. Days before you sign are not paid.")
        % {"day": contract.starts_on}
    ]


class ReadToEnd(ByPass):
    """The phone says that the end of the text was on the screen."""

    def post(self, request):
        signing.visit(self.let_in, VIEWED, device=self.device)
        return HttpResponse(status=204)


class SendSignature(ByPass):
    """The drawn signature arrives."""

    def post(self, request):
        form = SignatureForm(request.POST)
        if not form.is_valid():
            return to_sign(self, form.sentences(), 422, **request.POST.dict())
        said = form.cleaned_data
        if said.pop("read"):
            signing.visit(self.let_in, VIEWED, device=self.device)
        del said["agreed"]
        try:
            flows.sign_on_phone(
                self.let_in, picture_png=said.pop("picture"), device=self.device, **said
            )
        except Refused as refused:
            return self.over(refused.messages, 409, copy=self.url("sign-copy"))
        return redirect("sign-by-phone", self.secret)


class SendRefusal(ByPass):
    """The worker's no arrives with its reason."""

    def post(self, request):
        reason = request.POST.get("reason", "")
        if not reason.strip():
            return to_sign(self, [_("Say why you do not sign.")], 422)
        try:
            signing.decline(self.let_in, reason=reason, device=self.device)
        except Refused as refused:
            return self.over(refused.messages, 409)
        return redirect("sign-by-phone", self.secret)


class Copy(ByPass):
    """The contract as a PDF, with whatever signatures it bears by now."""

    def get(self, request):
        kept = newest_file(self.paper)
        name = f"{self.paper.code}.pdf"
        return FileResponse(BytesIO(untouched(kept)), filename=name, content_type="application/pdf")


urlpatterns = [
    path("<slug:secret>/", SignByPhone.as_view(), name="sign-by-phone"),
    path("<slug:secret>/read", ReadToEnd.as_view(), name="sign-read"),
    path("<slug:secret>/sign", SendSignature.as_view(), name="sign-send"),
    path("<slug:secret>/decline", SendRefusal.as_view(), name="sign-decline"),
    path("<slug:secret>/contract.pdf", Copy.as_view(), name="sign-copy"),
]
