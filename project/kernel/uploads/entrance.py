"""Where requests come in: too long ones are refused unread, and files are scanned."""

from django.conf import settings
from django.http import JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from project.kernel.uploads import scanner

MEGABYTE = 1024 * 1024
# Files that are a little too long are refused by their form, in its own words.
FORM_AT_MOST = 64 * MEGABYTE


def takes(view, most):
    """A view that takes more, or less, than others do."""
    view.upload_at_most = most
    return view


class Bounds:
    """A request that says it is longer than its page takes is answered before it is read."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        length = request.META.get("CONTENT_LENGTH") or ""
        if not length and "HTTP_TRANSFER_ENCODING" in request.META:
            said = _("The request does not say how long it is. Send it with its length.")
            return refused(request, 411, said)
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if request.content_type == "multipart/form-data":
            most = getattr(view, "upload_at_most", FORM_AT_MOST)
        if length.isdecimal() and int(length) > most:
            said = _("More was sent than is taken here: %(most)s MB is the most. Split it.")
            return refused(request, 413, said % {"most": most // MEGABYTE})
        return None


class Scanning:
    """Every file that comes with a form is scanned before a page sees it, where there is clamd."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not settings.CLAMD or request.content_type != "multipart/form-data":
            return None
        try:
            for name in request.FILES:
                for file in request.FILES.getlist(name):
                    if found := scanner.finding(file):
                        return refused(request, 422, scanner.harmful(found))
                    file.seek(0)
        except scanner.Unscanned as silent:
            return refused(request, 503, silent.messages[0])
        return None


def refused(request, status, sentence):
    """The sentence as a page, or as the API says it; nothing more of the request is read."""
    if request.path.startswith("/api/"):
        body = {"detail": sentence, "refusals": [], "fields": {}}
        answer = JsonResponse(body, status=status)
    else:
        answer = render(request, "413.html", {"sentence": sentence}, status=status)
    return answer
