"""Every door of the house, found in its URLconf, its flows and its API's own document."""

import re
from dataclasses import dataclass

from django.urls import Resolver404, URLPattern, get_resolver, resolve

from payroll.models import Hold
from project.api.kinds import KINDS
from project.api.urls import api
from project.kernel.pages.addresses import address_of
from project.kernel.steps import FLOWS
from tests.pages import house
from tests.trust.bodies import NO_PICTURE

ROOT = "/api/v1"
API = ROOT.removeprefix("/")
PAGE = ("get", "post")
PLACE = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Door:
    """Where to ask and how: its name in the tables, and whether it leads to one record."""

    name: str
    methods: tuple
    url: str
    asks: bool


def routes():
    """Every (address as the URLconf has it, its name), the API's too."""
    return {(route, name) for route, name in _routes(get_resolver().url_patterns)}


def _routes(patterns, before="", space=""):
    for pattern in patterns:
        route = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            yield route, f"{space}{pattern.name}"
        else:
            inside = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _routes(pattern.url_patterns, route, inside)


def page_names():
    """The names of all addresses that are not the API's."""
    return {name for route, name in routes() if not route.startswith(API)}


def pages(scene):
    """Every page, filled in with a record of the scene."""
    found = house.addresses(scene)
    return [Door(page.name, PAGE, page.url, page.asks) for page in found]


def step_name(model, verb):
    return f"{model._meta.label_lower}.{verb}"


def step_names():
    return {step_name(model, verb) for model, flow in FLOWS.items() for verb in flow.verbs}


def steps(scene):
    """The page of every step of every flow."""
    known = house.records(scene)
    return [
        Door(step_name(model, verb), PAGE, address_of(model, "step", record, verb), True)
        for model, flow in FLOWS.items()
        for record in [_number(model, known, "step")]
        for verb in flow.verbs
    ]


def bulk_steps(scene):
    """(door, record) of every step at which many records of a list are taken at once."""
    known = house.records(scene)
    for model, flow in FLOWS.items():
        record = _number(model, known, "step")
        for verb in flow.verbs:
            url = address_of(model, "bulk", verb)
            if _leads_somewhere(url):
                yield Door(step_name(model, verb), ("post",), url, False), record


def _leads_somewhere(url):
    try:
        return bool(resolve(url))
    except Resolver404:
        return False


def _number(model, known, ending=""):
    """The record of a model that the house's pages show."""
    sample = address_of(model, ending, 1, "x") if ending else address_of(model, ending, 1)
    return known[resolve(sample).view_name]["pk"]


def operations():
    """{"METHOD /path": the step it takes, or nothing} of every operation in the document."""
    taken = {
        f"POST /{kind.name}/{{number}}/{verb}": step_name(kind.model, verb)
        for kind in KINDS
        if kind.model in FLOWS
        for verb in FLOWS[kind.model].verbs
    }
    found = {}
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method in methods:
            name = f"{method.upper()} {path.removeprefix(ROOT)}"
            found[name] = taken.get(name, "")
    return found | dict.fromkeys(_undocumented(found), "")


def _undocumented(documented):
    """Addresses below the API's that its document does not name: they are asked too."""
    known = {name.split()[1] for name in documented}
    below = {route.removeprefix(API) for route, _name in routes() if route.startswith(API)}
    return {
        f"GET {path}" for path in (PLACE.sub(r"{\1}", one) for one in below) if path not in known
    }


def call_names():
    """The operations that are no step of a flow."""
    return {name for name, step in operations().items() if not step}


def numbers(scene):
    """{first word of a path: the number of the scene's record}."""
    known = house.records(scene)
    found = {kind.name: _number(kind.model, known) for kind in KINDS}
    return found | {
        "jobs": scene.job.pk,
        "pay-previews": scene.job.pk,
        "pay-lines": Hold.objects.earliest("pk").line_id,
        "bank-files": known["payroll:bankfile"]["pk"],
        "field": scene.round.pk,
        "phones": scene.sheet.pk,
    }


def calls(scene):
    """Every operation of the API; one that takes a step bears the step's name."""
    known = numbers(scene)
    drawn = scene.round.drawn.first()
    of_record = {"client_id": NO_PICTURE, "person": drawn.number, "code": drawn.area_id}
    of_record |= {"rest": "nowhere", "username": scene.delegation.absent.username}
    found = []
    for name, step in operations().items():
        method, path = name.split()
        number = str(known.get(path.split("/")[1], ""))
        url = path.replace("{number}", number).format_map(of_record)
        url += "?month=2026-10&year=2026" if path.startswith("/reports/") else ""
        found.append(Door(step or name, (method.lower(),), ROOT + url, "{" in path))
    return found
