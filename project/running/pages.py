"""Three addresses for whoever watches the house: does it live, may it be asked, how is it."""

import hmac
from ipaddress import ip_address

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseForbidden, JsonResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from project.running import standing
from project.running.figures import exposed


@login_not_required
@never_cache
@require_safe
def healthz(request):
    """The process lives; the database is not asked."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@login_not_required
@never_cache
@require_safe
def readyz(request):
    """Whether this server may be asked; the details are for those who run it."""
    found = standing.checks()
    ready = all(check.fine for check in found if check.needed)
    told = {"ready": ready}
    if _trusted(request):
        told["checks"] = {check.name: {"fine": check.fine, "said": check.said} for check in found}
    words = {"ensure_ascii": False}
    return JsonResponse(told, status=200 if ready else 503, json_dumps_params=words)


@login_not_required
@never_cache
@require_safe
def metrics(request):
    """Figures for Prometheus, from this machine or with the token."""
    if not _trusted(request):
        return HttpResponseForbidden("Ask from this machine, or with GYG_METRICS_TOKEN.\n")
    return HttpResponse(exposed(), content_type=CONTENT_TYPE_LATEST)


def _trusted(request):
    """What a proxy forwards comes from this machine too, and is from somebody else."""
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    wanted = settings.METRICS_TOKEN
    if wanted and scheme.lower() == "bearer":
        return hmac.compare_digest(secret.encode(), wanted.encode())
    forwarded = {"X-Forwarded-For", "Forwarded", "X-Real-Ip"} & set(request.headers)
    return not forwarded and _is_here(request.META.get("REMOTE_ADDR", ""))


def _is_here(address):
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
]
