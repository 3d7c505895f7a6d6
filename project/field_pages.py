"""The inspectors' page for the field: one shell without names, kept by the phone itself."""

import hashlib
import json

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from project.phone_pages import ICONS, addresses, source_of

SHEETS = ("css/phone.css", "phone/phone.css", "field/field.css")
# In the order in which they need each other; the worker sends with the first of them.
SENDS = ("field/store.js", "field/sending.js")
SCRIPTS = (
    "field/words.js",
    "phone/parts.js",
    "phone/senses.js",
    "field/store.js",
    "field/sending.js",
    "field/drawing.js",
    "field/visit.js",
    "field/lists.js",
    "field/queue.js",
    "field/field.js",
)
WORKER = "field/worker.js"


@login_not_required
@require_safe
@never_cache
def shell(request):
    """The page without anybody's facts: all of them come by API, to whoever is signed in."""
    context = {"sheets": addresses(SHEETS), "scripts": addresses(SCRIPTS)}
    return render(request, "field/shell.html", context)


@login_not_required
@require_safe
@never_cache
def worker(request):
    """The service worker, told which files to keep; another text as soon as one of them changes."""
    said = shell(request).content + source_of(WORKER)
    head = {
        "VERSION": hashlib.sha256(said).hexdigest()[:12],
        "SHELL": reverse("field"),
        "FILES": addresses(SHEETS + SCRIPTS),
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
        "name": "公益岗监督检查",
        "short_name": "监督检查",
        "lang": "zh-CN",
        "start_url": reverse("field"),
        "scope": reverse("field"),
        "display": "standalone",
        "background_color": "#f3f5f7",
        "theme_color": "#1d4f76",
        "icons": icons,
    }
    return JsonResponse(said, content_type="application/manifest+json")


urlpatterns = [
    path("", shell, name="field"),
    path("worker.js", worker, name="field-worker"),
    path("manifest.webmanifest", manifest, name="field-manifest"),
]
