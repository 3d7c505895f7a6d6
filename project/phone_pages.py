"""The worker's phone page: one shell without names, kept by the phone itself; all facts by API."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

SHEETS = ("css/phone.css", "phone/phone.css")
# In the order in which they need each other; the worker sends with the first of them.
SENDS = ("phone/store.js", "phone/sending.js")
SCRIPTS = (
    "phone/words.js",
    "phone/store.js",
    "phone/signing.js",
    "phone/sending.js",
    "phone/senses.js",
    "phone/parts.js",
    "phone/asking.js",
    "phone/views.js",
    "phone/entry.js",
    "phone/today.js",
    "phone/phone.js",
)
LATER = "phone/looks.js"  # fetched when somebody asks for it
WORKER = "phone/worker.js"
ICONS = {"phone/icon-192.png": "192x192", "phone/icon-512.png": "512x512"}


def source_of(name):
    """The file behind a static name, as it is served."""
    return Path(finders.find(name)).read_bytes()


def address_of(name):
    """The address of a file, another one as soon as the file is another."""
    return f"{static(name)}?v={hashlib.sha256(source_of(name)).hexdigest()[:12]}"


def addresses(names):
    # While somebody works on the files they change; on a site they do not.
    return _addresses.__wrapped__(names) if settings.DEBUG else _addresses(names)


@lru_cache
def _addresses(names):
    return [address_of(name) for name in names]


@login_not_required
@require_safe
@never_cache
def shell(request, secret=""):
    """The page without anybody's facts; opening a card by it does not use the card up."""
    later = addresses((LATER,))[0]
    context = {"sheets": addresses(SHEETS), "scripts": addresses(SCRIPTS), "later": later}
    return render(request, "phone/shell.html", context)


@login_not_required
@require_safe
@never_cache
def worker(request):
    """The service worker, told which files to keep; another text as soon as one of them changes."""
    files = addresses(SHEETS + SCRIPTS)
    said = shell(request).content + source_of(WORKER)
    head = {
        "VERSION": hashlib.sha256(said).hexdigest()[:12],
        "SHELL": reverse("phone"),
        "FILES": files,
    }
    lines = ['"use strict";']
    lines += [f"const {name} = {json.dumps(value)};" for name, value in head.items()]
    lines += [f"importScripts({', '.join(json.dumps(one) for one in addresses(SENDS))});"]
    text = "\n".join([*lines, source_of(WORKER).decode()])
    return HttpResponse(text, content_type="text/javascript; charset=utf-8")


@login_not_required
@require_safe
def manifest(request):
    """What the phone needs to keep the page among its programs."""
    icons = [
        {"src": static(name), "sizes": sizes, "type": "image/png", "purpose": "any"}
        for name, sizes in ICONS.items()
    ]
    said = {
        "name": "公益岗打卡",
        "short_name": "打卡",
        "lang": "zh-CN",
        "start_url": reverse("phone"),
        "scope": reverse("phone"),
        "display": "standalone",
        "background_color": "#f3f5f7",
        "theme_color": "#1d4f76",
        "icons": icons,
    }
    return JsonResponse(said, content_type="application/manifest+json")


urlpatterns = [
    path("", shell, name="phone"),
    path("in/<slug:secret>/", shell, name="phone-in"),
    path("worker.js", worker, name="phone-worker"),
    path("manifest.webmanifest", manifest, name="phone-manifest"),
]
