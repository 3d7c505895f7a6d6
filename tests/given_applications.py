"""People who apply on their own phone, and the browsers that are open."""

from datetime import date, datetime

from django.test import Client

from posts import application_flows
from posts.models import Application
from project.kernel.months import SHANGHAI
from project.kernel.secrets import digest
from tests import given, given_hires

PHONE = "13912345678"


def scene(villages=1):
    """A township with an open call, and somebody of the register who reads it."""
    made = given_hires.scene(villages=villages)
    made.call = made.post.recruitments.get()
    made.person = given_hires.person(made, name="赵六", at=made.place.villages[-1])
    return made


def received(scene_, **fields):
    """An application as it lies before the village."""
    sent = {"name": "赵六", "id_number": scene_.person.id_number, "phone": PHONE, "agrees": True}
    application_flows.receive(scene_.call, **(sent | fields))
    return Application.objects.get(id_tail=(sent | fields)["id_number"][-4:])


def sent(call, **fields):
    """An application to any call as it lies in the database, whatever its day."""
    number = fields.pop("id_number", None) or given.id_number()
    fields = {
        "name": "李四",
        "phone": PHONE,
        "code": number[-10:],
        "received_at": datetime(2026, 10, 3, 10, tzinfo=SHANGHAI),
        "due_on": date(2026, 10, 12),
    } | fields
    return Application.objects.create(
        area=call.area,
        post=call.post,
        recruitment=call,
        id_number=number,
        id_digest=digest(number),
        id_tail=number[-4:],
        agrees=True,
        **fields,
    )


def browser(user=None, **fields):
    """A browser that reads English; without a person, somebody in the street."""
    client = Client(headers={"accept-language": "en"}, **fields)
    if user:
        client.force_login(user)
    return client


def text(response):
    return response.content.decode()
