"""Where a request comes from: our own proxies are believed, nobody before them is."""

from ipaddress import ip_address

from django.conf import settings


def address(request):
    """The address that the outermost of our own proxies saw; without proxies, who called.

    Each proxy adds whom it saw at the right, so as many are counted from there as we have
    ourselves; what stands further left, anybody may have written.
    """
    called = _whole(request.META.get("REMOTE_ADDR", ""))
    if not settings.PROXIES:
        return called
    seen = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if len(seen) < settings.PROXIES:
        return called
    return _whole(seen[-settings.PROXIES]) or called


def _whole(said):
    """An address as it is kept, or None for anything else."""
    try:
        return str(ip_address(said.strip()))
    except ValueError:
        return None
