"""Lists, records and steps: the same addresses for every kind."""

import json
from types import GenericAlias
from typing import Annotated

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field, create_model

from project.api.answers import Unusable
from project.api.jobs import JobShape
from project.api.kinds import KINDS
from project.api.shapes import AreaAsked, MonthAsked, month_asked
from project.kernel.guards import permits
from project.kernel.steps import FLOWS, do


class Asked(Schema):
    """How a list is narrowed and continued."""

    area: AreaAsked | None = None
    state: str | None = None
    month: MonthAsked | None = None
    after: Annotated[str, Field(pattern=r"^\d{12},\d{1,18}$")] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


def router_of(kind):
    """The addresses of one kind."""
    router, page = Router(tags=[kind.name]), _page_of(kind)

    @router.get("", response=page, operation_id=f"list_{kind.name}")
    def listing(request, asked: Query[Asked]):
        """The records you may see, by area and number; `next` goes into `after`."""
        return _page(_narrowed(kind, kind.seen(request.user), asked), asked)

    @router.get("/{int:number}", response=kind.whole, operation_id=f"read_{kind.name}")
    def record(request, number: int):
        """The record, the steps that are yours with what stands in their way, and its events."""
        return get_object_or_404(kind.seen(request.user), pk=number)

    if kind.entry:
        _mount_entry(router, kind)
    if kind.start:
        _mount_start(router, kind)
    for deed in kind.deeds:
        _mount_deed(router, kind, deed)
    for verb in _verbs(kind).values():
        _mount(router, kind, verb)
    return router


def _page_of(kind):
    """The shape of a page; its name, like those of all shapes, must be unlike any other."""
    return create_model(
        f"{kind.shape.__name__}Page",
        __base__=Schema,
        items=(GenericAlias(list, (kind.shape,)), ...),
        next=(str | None, None),
    )


def _narrowed(kind, records, asked):
    if asked.area:
        records = records.inside(asked.area)
    if asked.state:
        if asked.state not in kind.states:
            raise Unusable({"state": [_("There is no such state.")]})
        records = records.filter(state=asked.state)
    if asked.month:
        records = records.filter(kind.by_month(month_asked(asked.month)))
    return records


def _page(records, asked):
    if asked.after:
        code, _comma, number = asked.after.partition(",")
        further = Q(area__gt=code) | Q(area=code, pk__gt=int(number))
        records = records.filter(further, area__gte=code)
    rows = list(records.order_by("area", "pk")[: asked.limit + 1])
    items, more = rows[: asked.limit], len(rows) > asked.limit
    return {"items": items, "next": f"{items[-1].area_id},{items[-1].pk}" if more else None}


def _verbs(kind):
    return FLOWS[kind.model].verbs if kind.model in FLOWS else {}


def _mount_entry(router, kind):
    """The address at which a new record is asked for, with the form of its page."""
    verb = kind.entry

    @router.post(
        "",
        response={201: kind.whole},
        operation_id=f"{verb.name}_{kind.name}",
        summary=str(verb.title),
        openapi_extra={"requestBody": _described(verb.form)},
    )
    def enter(request):
        made = _asked_for(verb, request)
        return Status(201, kind.seen(request.user).get(pk=made.pk))


def _mount_start(router, kind):
    """The address at which the workers are asked to make records; the job says how far they are."""
    verb = kind.start

    @router.post(
        "",
        response={202: JobShape},
        operation_id=f"{verb.name}_{kind.name}",
        summary=str(verb.title),
        openapi_extra={"requestBody": _described(verb.form)},
    )
    def start(request):
        return Status(202, _asked_for(verb, request))


def _asked_for(verb, request):
    """What the service makes of the body; the form is that of the page."""
    if not request.user.has_perm(verb.permission):
        raise PermissionDenied(_("This step belongs to another role or another area."))
    body = _body(request)
    form = verb.form(data=_texts(body), files=request.FILES, user=request.user)
    fields = _checked(form, body)
    return verb.service(by=request.user, **fields)


def _mount_deed(router, kind, verb):
    """What may be done to a record of which no state machine speaks; its service says who may."""

    @router.post(
        f"/{{int:number}}/{verb.name}",
        response=kind.whole,
        operation_id=f"{verb.name}_{kind.name}",
        summary=str(verb.title),
        openapi_extra={"requestBody": _described(verb.form)},
    )
    def act(request, number: int):
        record = get_object_or_404(kind.seen(request.user), pk=number)
        if not request.user.has_perm(verb.permission):
            raise PermissionDenied(_("This step belongs to another role or another area."))
        body = _body(request)
        files = request.FILES
        form = verb.form(data=_texts(body), files=files, user=request.user, record=record)
        verb.service(record, by=request.user, **_checked(form, body))
        return kind.seen(request.user).get(pk=number)


def _mount(router, kind, verb):
    """One address for one step, described by the fields of its form."""

    @router.post(
        f"/{{int:number}}/{verb.name}",
        response=kind.whole,
        operation_id=f"{verb.name}_{kind.name}",
        summary=str(verb.title),
        openapi_extra={"requestBody": _described(verb.form)},
    )
    def take(request, number: int):
        record = get_object_or_404(kind.seen(request.user), pk=number)
        if not permits(getattr(record, verb.name), request.user):
            raise PermissionDenied(_("This step belongs to another role or another area."))
        do(record, verb.name, by=request.user, **_details(verb, _body(request)))
        return kind.seen(request.user).get(pk=number)


def _described(form):
    """The fields as JSON; where files are among them, as a form with its files too."""
    fields = form().fields if form else {}
    shape = {
        "type": "object",
        "properties": {
            name: {"type": "string", "title": str(field.label or name)}
            for name, field in fields.items()
        },
        "required": [name for name, field in fields.items() if field.required],
    }
    kinds = ["application/json"]
    if any(isinstance(field, forms.FileField) for field in fields.values()):
        kinds.append("multipart/form-data")
    return {"required": False, "content": {kind: {"schema": shape} for kind in kinds}}


def _body(request):
    """The fields that were sent: a JSON object, or a form with files beside it."""
    if request.content_type == "multipart/form-data":
        return dict(request.POST.lists())
    try:
        body = json.loads(request.body or b"{}")
        # Half of a pair of signs is a text that nobody can keep: an error of value as well.
        json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as wrong:
        raise Unusable({"body": [_("The body is not a JSON document.")]}) from wrong
    if not isinstance(body, dict):
        raise Unusable({"body": [_("The body must be a JSON object with the step's fields.")]})
    return body


def _details(verb, body):
    """What the step's own form makes of the body; a reason may come with every step."""
    form = (verb.form or forms.Form)(data=_texts(body))
    if body.get("note"):
        form.fields.setdefault("note", forms.CharField(max_length=500))
    return _checked(form, body)


def _checked(form, body):
    """The fields of a form filled in from a body, or every field that cannot be used."""
    fields = {name: [_("This step has no such field.")] for name in body if name not in form.fields}
    if not form.is_valid():
        fields |= {name: [str(e) for e in errors] for name, errors in form.errors.items()}
    if fields:
        raise Unusable(fields)
    return form.cleaned_data


def _texts(body):
    """JSON values as a form sends them: texts, and lists of texts."""
    texts = MultiValueDict()
    for name, value in body.items():
        values = value if isinstance(value, list) else [value]
        if any(isinstance(one, dict | list) for one in values):
            raise Unusable({name: [_("This field takes one value or a plain list.")]})
        texts.setlist(name, [str(one) for one in values if one is not None])
    return texts


ROUTERS = {kind.name: router_of(kind) for kind in KINDS}
