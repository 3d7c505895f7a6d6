"""The page behind the QR code of a printed paper, for everybody (interfaces: /v/<code>)."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from contracts import verification
from notices.pace import within_pace

LOOKS_AN_HOUR = 300
FILES_AN_HOUR = 60


@method_decorator([login_not_required, never_cache], name="dispatch")
class Slow(View):
    """A page for everybody, so many times an hour from one address."""

    def dispatch(self, request, *args, **kwargs):
        asked = "files" if request.method == "POST" else "looks"
        most = FILES_AN_HOUR if request.method == "POST" else LOOKS_AN_HOUR
        if not within_pace(f"verify-{asked}-{request.META.get('REMOTE_ADDR', '')}", most):
            said = _("Too much was asked from here; try again in an hour.")
            return render(request, "contracts/verify_ask.html", {"reasons": [said]}, status=429)
        return super().dispatch(request, *args, **kwargs)


class AskForCode(Slow):
    """The code typed by hand, where no camera reads it."""

    def get(self, request):
        if code := verification.tidied(request.GET.get("code", "")):
            return redirect("verify", code)
        return render(request, "contracts/verify_ask.html", {"reasons": []})


class Verify(Slow):
    """Where the paper stands, who signed it, and whether a file is the one we keep."""

    def get(self, request, code):
        return self.answer(code)

    def post(self, request, code):
        """Compare a file, which is not kept."""
        upload = request.FILES.get("file")
        if reasons := _against(upload):
            return self.answer(code, 422, reasons=reasons)
        printed = verification.found(code)
        if printed is None:
            return self.unknown(code)
        return self.answer(code, comparison=printed.compare(upload.read()))

    def answer(self, code, status=200, **context):
        printed = verification.found(code)
        if printed is None:
            return self.unknown(code)
        context = {"printed": printed, "comparison": None, "reasons": [], **context}
        return render(self.request, "contracts/verify.html", context, status=status)

    def unknown(self, code):
        said = _("There is no paper with the code %(code)s. Compare it with the paper again.")
        context = {"reasons": [said % {"code": verification.tidied(code)[:40]}]}
        return render(self.request, "contracts/verify_ask.html", context, status=404)


def _against(upload):
    """Why a file cannot be compared."""
    if upload is None:
        return [_("Choose the PDF file first.")]
    if upload.size > verification.LARGEST:
        return [_("The file is larger than 20 MB; contracts are much smaller.")]
    return []


urlpatterns = [
    path("", AskForCode.as_view(), name="verify-ask"),
    path("<slug:code>", Verify.as_view(), name="verify"),
]
