"""What a worker's own phone asks: to be let in, whose it is, and to hand over pictures."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from django.http import Http404
from ninja import Router, Schema
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer
from pydantic import Field

from attendance import devices, photos
from attendance.phone import day_so_far, month_so_far
from contracts.models import HOLDING, Contract
from policy.selectors import rule
from project.kernel.months import Month, today

router = Router(tags=["phones"])
Words = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]


class PhoneEntry(HttpBearer):
    """A worker's phone, known by the secret that it got when it was let in."""

    openapi_scheme = "device"

    def __call__(self, request):
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        return self.authenticate(request, secret) if scheme.lower() == "device" else None

    def authenticate(self, request, token):
        found = devices.behind(token)
        if found is None:
            raise AuthenticationError
        return found


class PhoneShape(Schema):
    """A phone that wants to be let in: the pass on the card, its own key, what it is."""

    secret: Annotated[str, Field(max_length=100, pattern=r"^[\w-]+$")]
    public_key: Annotated[str, Field(max_length=400, pattern=r"^[A-Za-z0-9+/=]+$")]
    label: Words = ""
    fingerprint: Annotated[str, Field(pattern=r"^[0-9a-f]{0,64}$")] = ""


class LetInShape(Schema):
    """The secret that the phone keeps from now on; it is never shown again."""

    secret: str
    name: str


class PhoneContractShape(Schema):
    """One of the worker's contracts, as the phone shows it."""

    id: int
    title: str
    village: str
    starts_on: date
    ends_on: date
    days: str
    today: list[str]


class WorkerShape(Schema):
    """Whose phone it is, and what it needs to know while it is out of reach."""

    name: str
    today: date
    now: datetime
    second_after_hours: int
    contracts: list[PhoneContractShape]


class PictureShape(Schema):
    """A picture that was kept."""

    client_id: UUID
    sha256: str


@router.post("", response=LetInShape, auth=None)
def let_in(request, phone: PhoneShape):
    """Let a phone in by the one-time link or card that a clerk handed out."""
    device, secret = devices.register(
        phone.secret,
        public_key=phone.public_key,
        label=phone.label,
        fingerprint=phone.fingerprint,
    )
    return {"secret": secret, "name": device.person.name}


@router.get("/me", response=WorkerShape, auth=PhoneEntry())
def me(request):
    """Whose phone it is, the contracts that hold today, and the days of the month so far."""
    person, day = request.auth.person, today()
    held = Contract.objects.filter(person=person, state__in=HOLDING).select_related("area")
    current = held.filter(starts_on__lte=day, ends_on__gte=day).order_by("pk")
    return {
        "name": person.name,
        "today": day,
        "now": datetime.now().astimezone(),
        "second_after_hours": rule("photo.second_after_hours", on=day, area=person.area_id),
        "contracts": [_contract(contract, day) for contract in current],
    }


def _contract(contract, day):
    return PhoneContractShape(
        id=contract.pk,
        title=contract.title,
        village=contract.area.name,
        starts_on=contract.starts_on,
        ends_on=contract.ends_on,
        days=str(month_so_far(contract, Month.of(day))),
        today=day_so_far(contract, day),
    )


@router.put("/photos/{client_id}", response=PictureShape, auth=PhoneEntry())
def picture(request, client_id: UUID):
    """Hand over the picture of a check-in, as the body of the request; twice is once."""
    check_in = photos.of_client(client_id, phone=request.auth)
    if check_in is None:
        raise Http404
    kept = photos.keep(check_in, request.body)
    return {"client_id": client_id, "sha256": kept.sha256}
