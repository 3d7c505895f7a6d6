"""Where hostile posts go: every page with a form, every call of the API that changes something."""

import re
from dataclasses import dataclass, field

from django import forms
from django.urls import reverse

from project.api.kinds import KINDS
from project.api.urls import api
from project.imports import KINDS as IMPORTS
from project.kernel.steps import FLOWS
from tests.pages import house

NAMED = re.compile(r"""<(?:input|select|textarea)\b[^>]*?\bname="([^"]+)"[^>]*>""")
FILE = re.compile(r"""<input\b[^>]*?\btype="file"[^>]*>""")
METHODS = ("post", "put", "patch", "delete")
# Where files are asked for; a page of imports asks for one too.
WITH_FILES = {
    *("verify", "notices:photo-add", "contracts:amendment-step", "contracts:contract-step"),
    *("attendance:correction-ask", "attendance:leave-ask", "attendance:sheet-scan-add"),
    *("attendance:roll-call", "payroll:file-check", "workrelief:wages-signatures"),
    *("workrelief:archive-check", "workrelief:projectpaper-add"),
}
# What they do needs nothing that could be wrong.
HARMLESS = {"set_language", "logout", "login"}


@dataclass
class Page:
    """A page with a form: the names of its fields, and which of them are files."""

    name: str
    url: str
    fields: tuple = ()
    files: tuple = ()
    # Whether there is a field in which any hostile text is a mistake.
    strict: bool = False
    texts: tuple = ()
    # Whether an empty form, which is what can be read of a cut one, is a mistake.
    demands: bool = False

    @property
    def is_import(self):
        return self.name.startswith("import-") and self.name[7:] in IMPORTS

    @property
    def takes_files(self):
        return self.name in WITH_FILES


@dataclass
class Call:
    """An address of the API with its method and the properties of its body."""

    name: str
    method: str
    path: str
    fields: tuple = field(default=())
    multipart: bool = False


def pages(scene):
    """The addresses of all pages, and of every step of the records among them."""
    found = {page.url: Page(page.name, page.url) for page in house.addresses(scene)}
    by_label = {model._meta.label_lower.replace(".", ":"): flow for model, flow in FLOWS.items()}
    for name, arguments in house.records(scene).items():
        flow = by_label.get(name.removesuffix("-step")) if name.endswith("-step") else None
        for verb in flow.verbs if flow else ():
            url = reverse(name, kwargs=arguments | {"step": verb})
            found[url] = Page(name, url)
    return [page for page in found.values() if page.name not in HARMLESS]


def looked_at(page, client):
    """A page with what its form asks, read as a browser reads it."""
    answer = client.get(page.url)
    if answer.status_code != 200 or answer.streaming:
        return page
    said = answer.content.decode("utf-8", "replace")
    form = (answer.context or {}).get("form") if answer.context else None
    known = dict(form.fields) if isinstance(form, forms.BaseForm) else {}
    inputs = {match[1] for match in NAMED.finditer(said)} - {
        "csrfmiddlewaretoken",
        "language",
        "next",
    }
    files = [match[1] for tag in FILE.findall(said) if (match := NAMED.search(tag))]
    files += [name for name, one in known.items() if isinstance(one, forms.FileField)]
    names = inputs | set(known)
    page.files = tuple(
        sorted(set(files) | ({"photos"} if page.name.endswith(":roll-call") else set()))
    )
    page.fields = tuple(sorted(names - set(files)))
    page.texts = tuple(name for name, one in known.items() if type(one) is forms.CharField)
    page.strict = any(_is_strict(one) for one in known.values())
    page.demands = any(one.required for one in known.values())
    return page


def _is_strict(one):
    loose = (forms.BooleanField, forms.FileField)
    return type(one) is not forms.CharField and not isinstance(one, loose)


def calls(scene):
    """Every operation of the API that changes something, at a record that is there."""
    numbers = {kind.name: _first(kind) for kind in KINDS}
    document = api.get_openapi_schema()
    found = []
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                found.append(_call(document, path, method, item[method], numbers))
    return found


def _first(kind):
    first = kind.model.objects.order_by("pk").first()
    return first.pk if first else 1


def _call(document, path, method, said, numbers):
    kind = path.removeprefix("/api/v1/").split("/")[0]
    filled = re.sub(r"\{[^}]+\}", str(numbers.get(kind, 1)), path)
    content = said.get("requestBody", {}).get("content", {})
    multipart = "multipart/form-data" in content and "application/json" not in content
    shape = next((one["schema"] for one in content.values()), {})
    shape = _resolved(document, shape)
    return Call(path, method, filled, tuple(shape.get("properties", ())), multipart)


def _resolved(document, shape):
    if "$ref" in shape:
        return document["components"]["schemas"][shape["$ref"].rpartition("/")[2]]
    return shape


def headings(kind):
    """The headings of a kind of file, in their order."""
    return [column.heading for column in IMPORTS[kind].columns]
