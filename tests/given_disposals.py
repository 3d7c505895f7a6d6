"""What expired years ago: check-ins with their pictures and places, and people only files know."""

import uuid
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import time_machine

from attendance import photos
from attendance.models import CheckIn, Photo, RollCall, RollCallLine
from contracts.models import Contract
from posts.models import Post
from project.disposals import flows, tasks
from project.kernel.steps import do
from registry.models import Household, Kinship
from tests import given
from tests.given_phones import picture

LONG_AGO = "2020-05-04T09:00:00+08:00"
DAY = date(2022, 10, 8)


def county():
    """A county with two who draw registers up and one who may approve them."""
    place = given.township(villages=1)
    people = {
        "officer": given.user("department_officer", at=place.county),
        "second": given.user("department_officer", at=place.county),
        "inspector": given.user("inspector", at=place.county),
    }
    return SimpleNamespace(place=place, village=place.villages[0], **people)


def worked(scene, name, on=DAY):
    """Somebody who worked in 2022: a check-in with its picture, its place and what a phone said."""
    contract = given.contract(
        scene.village,
        scene.officer,
        name=name,
        starts_on=date(2022, 1, 1),
        ends_on=date(2022, 12, 31),
    )
    ended = {"state": Contract.State.ENDED, "signed_on": date(2021, 12, 20)}
    Contract.objects.filter(pk=contract.pk).update(**ended)
    entry = CheckIn.objects.create(
        client_id=uuid.uuid4(),
        contract=contract,
        day=on,
        source=CheckIn.Source.MACHINE,
        level=2,
        longitude=Decimal("104.1"),
        latitude=Decimal("30.6"),
        accuracy=20,
        device="考勤机一号",
        said='{"at": "2022-10-08T08:00"}',
        signature="abc",
        received_by=scene.officer,
    )
    photos.keep(entry, picture(name))
    return entry


def mustered(scene, entry):
    """A roll call at which somebody was, with its place."""
    call = RollCall.objects.create(
        client_id=uuid.uuid4(),
        area=scene.village,
        kind=CheckIn.Kind.IN,
        day=entry.day,
        at=f"{entry.day}T08:00+08:00",
        longitude=Decimal("104.1"),
        latitude=Decimal("30.6"),
        by=scene.officer,
    )
    RollCallLine.objects.create(
        roll_call=call, contract=entry.contract, present=True, check_in=entry
    )
    return call


def file_of(entry):
    return Photo.objects.get(check_in=entry).file


def stranger(scene, name="王五"):
    """Somebody whom only a file of 2020 knows, with an account, a relative and a phone."""
    with time_machine.travel(LONG_AGO):
        house = Household.objects.create(
            area=scene.village, number=f"户{name}", head_name=name, address="青石村8号"
        )
        person = given.person(
            scene.village, name=name, name_key="wangwu", phone="13900001111", household=house
        )
        given.account(person, scene.officer)
        given.fact(person, scene.officer, since=date(2020, 1, 1))
    Kinship.objects.create(
        user=scene.second, person=person, relation="兄", declared_on=date(2020, 5, 4)
    )
    return person


def post_of(contract):
    """A post for which somebody once applied."""
    same = {name: getattr(contract, name) for name in ("area", "title", "department", "fund")}
    facts = {"number": "P-1", "post_type": "保洁保绿", "standard": 600, "starts_on": DAY}
    return Post.objects.create(**same, **facts)


def drawn_up(scene, kind="evidence"):
    return flows.draw_up(by=scene.officer, area=scene.place.county, kind=kind)


def carried_out(scene, disposal):
    """Approved by the inspector, begun by who drew it up, and worked through."""
    do(disposal, "approve", by=scene.inspector)
    do(disposal, "carry_out", by=scene.officer, witness="周监销")
    return worked_through(scene, disposal)


def worked_through(scene, disposal):
    """What a worker does with the job."""
    job = tasks.ask_to_work_through(disposal, by=scene.officer)
    tasks.work_through(job_id=job.pk, disposal=disposal.pk)
    job.refresh_from_db()
    disposal = type(disposal).objects.get(pk=disposal.pk)
    return disposal, job


def on_file(place):
    """A register of a county that waits for approval, in a scene of something else."""
    officer = given.user("department_officer", at=place.county)
    scene = SimpleNamespace(place=place, village=place.villages[0], officer=officer, second=officer)
    stranger(scene)
    return drawn_up(scene, "people")


def addresses(made):
    """The pages of a register."""
    return {
        "registry:disposal": {"pk": made.pk},
        "registry:disposal-step": {"pk": made.pk, "step": "approve"},
        "registry:disposal-bulk": {"step": "approve"},
    }
