"""Previews of a month and what-ifs, as programs ask for them: nothing is written."""

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status

from payroll.forms import PrepareForm
from payroll.preview_shapes import Preview, WhatIf, revived
from payroll.previews import is_large, preview
from payroll.services import may_prepare
from payroll.tasks import PREVIEW, WHAT_IF, ask_to_preview
from payroll.what_if import what_if, wish_of
from project.api.answers import Unusable
from project.api.days import Quantity
from project.api.jobs import JobShape
from project.api.shapes import Amount, AreaAsked, Days, MonthAsked
from project.kernel.models import Job

router = Router(tags=["pay-previews"])


class PreviewAsked(Schema):
    """A month and an area; rules by their code, standards by post or in percent make a what-if."""

    month: MonthAsked
    area: AreaAsked
    rules: dict = {}
    percent: str | None = None
    standards: dict[str, str] = {}


class HeldSumShape(Schema):
    words: str
    count: int


class RunSumShape(Schema):
    """The run of a township and a fund, as it would be, beside the month before."""

    area: str
    town: str
    fund: str
    people: int
    lines: int
    sum: Amount
    payable: int
    payable_sum: Amount
    held: int
    held_sum: Amount
    nothing: int
    holds: list[HeldSumShape]
    before: Amount
    difference: Amount
    new: int
    gone: int


class BalanceShape(Schema):
    """A fund's year after this month."""

    fund: str
    where: str
    given: Amount
    bound: Amount
    planned: Amount
    left: Amount
    short: bool


class DifferenceShape(Schema):
    """What differs for one person: `kind` is new, gone, more or less."""

    name: str
    id_number: str
    village: str
    post: str
    town: str
    fund: str
    before: Amount
    after: Amount
    difference: Amount
    kind: str


class PreviewLineShape(Schema):
    """What one contract would earn."""

    contract: int
    name: str
    item: str
    days: Days
    quantity: Quantity | None
    required: int
    amount: Amount
    before: Amount
    state: str
    holds: list[str]


class PreviewShape(Schema):
    """What a month would pay; `refusals` stop preparing it, `stands` confirming it."""

    month: str
    area: str
    refusals: list[str]
    stands: list[str]
    asks: list[str]
    runs: list[RunSumShape]
    balances: list[BalanceShape]
    changes: list[DifferenceShape]
    lines: list[PreviewLineShape]


class EffectShape(Schema):
    """What other values make of the run of a township and a fund."""

    area: str
    town: str
    fund: str
    people: int
    before: Amount
    after: Amount
    difference: Amount
    more: int
    less: int


class WhatIfShape(Schema):
    """What a month would pay under other values; `year` is for the `months` left of its year."""

    month: str
    area: str
    said: list[str]
    refusals: list[str]
    runs: list[EffectShape]
    changes: list[DifferenceShape]
    months: int
    year: Amount


class FoundShape(Schema):
    """Either of the two; what the workers found has no lines, ask for a township alone."""

    preview: PreviewShape | None = None
    what_if: WhatIfShape | None = None


@router.post("", response={200: FoundShape, 202: JobShape}, url_name="ask_to_preview")
def ask(request, body: PreviewAsked):
    """What the month would pay; more than one request computes becomes a job (202)."""
    may_prepare(body.area, request.user)
    form = PrepareForm({"month": body.month, "area": body.area}, user=request.user)
    if not form.is_valid():
        raise Unusable({name: [str(e) for e in found] for name, found in form.errors.items()})
    asked, wish = form.cleaned_data, _wish(body)
    if is_large(asked["month"], body.area):
        return Status(202, ask_to_preview(by=request.user, wish=wish, **asked))
    if wish:
        found = what_if(asked["month"], body.area, wish, by=request.user)
        return Status(200, {"what_if": found})
    return Status(200, {"preview": preview(asked["month"], body.area, by=request.user)})


def _wish(body):
    try:
        return wish_of(body.rules, body.percent, body.standards)
    except ValidationError as wrong:
        raise Unusable(wrong.message_dict) from wrong


@router.get("/{int:number}", response=FoundShape, url_name="read_preview")
def read(request, number: int):
    """What the workers found out for you, once the job is over."""
    jobs = Job.objects.filter(by=request.user, kind__in=[PREVIEW, WHAT_IF]).exclude(found={})
    job = get_object_or_404(jobs, pk=number)
    if job.kind == PREVIEW:
        return {"preview": revived(Preview, job.found)}
    return {"what_if": revived(WhatIf, job.found)}
