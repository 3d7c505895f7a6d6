"""The case file: one page, within what the reader may see, and every opening is written down."""

import uuid
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance.models import CheckIn, Device, Photo, WorkPlace
from inspections import case_map
from project.kernel.models import Look
from tests import given, given_cases, given_doubts, given_notices
from tests.given_phones import Phone

pytestmark = pytest.mark.django_db
HOME = ("104.000000", "30.000000")


@pytest.fixture
def scene():
    return given_cases.with_inspectors(given.scene(holders=3, days=[8, 9]))


def reported(scene, contract, day, place=HOME):
    """A day as the person's own registration of one shared telephone reported it."""
    phone = Device.objects.filter(person=contract.person).first()
    if phone is None:
        Phone(contract.person, clerk=scene.staff.village_clerk, fingerprint="ab" * 32)
        phone = Device.objects.get(person=contract.person)
    return CheckIn.objects.create(
        client_id=uuid.uuid4(),
        contract=contract,
        day=date(2026, 10, day),
        source="phone",
        level=3,
        phone=phone,
        longitude=place[0],
        latitude=place[1],
    )


def pictured(entry):
    """The picture of a check-in."""
    made = Photo(check_in=entry, sha256=uuid.uuid4().hex * 2, look=0, mirrored=0, size=10)
    made.file.save("p.jpg", given_notices.picture())
    return made


def opened(user, address):
    client = Client()
    client.force_login(user)
    return client.get(address)


def test_the_file_shows_days_places_phones_pictures_and_who_opened_it(scene):
    ours, other, _third = scene.contracts
    WorkPlace.objects.create(
        area=ours.area,
        name="村委会",
        longitude=HOME[0],
        latitude=HOME[1],
        radius=200,
        starts_on=date(2026, 1, 1),
        added_by=scene.inspector,
    )
    first = reported(scene, ours, 12)
    reported(scene, ours, 13, ("104.020000", "30.000000"))
    reported(scene, other, 12)
    photo = pictured(first)
    case = given_cases.case(scene)
    answer = opened(scene.inspector, reverse("inspections:case-file", args=[case.pk]))
    shown, page = answer.context, answer.content.decode()
    (phone,) = shown["phones"]
    assert phone["days"] == [date(2026, 10, 12), date(2026, 10, 13)]
    assert phone["others"] == [{"name": "李四1", "days": [date(2026, 10, 12)]}]
    levels = [cell["level"] for cell in shown["grid"][0]["cells"]]
    assert (levels[7], levels[11], levels[13]) == (2, 3, "")
    near, far = shown["distances"]
    assert (near["metres"], near["fence"]) == (0, "村委会")
    assert 1900 < far["metres"] < 1960
    assert reverse("attendance:photo", args=[photo.pk]) in page and "<svg" in page
    looks = Look.objects.filter(by=scene.inspector, what=Look.What.CASE, people=[case.person_id])
    assert looks.count() == 1
    assert case.number in page and ours.title in page


def test_the_file_of_a_doubt_is_of_its_people_only_and_limited_to_what_one_sees(scene):
    doubt = given_doubts.doubt(scene.contracts[0], scene.inspector)
    address = reverse("inspections:doubt-file", args=[doubt.pk, doubt.person_id])
    wrong = reverse("inspections:doubt-file", args=[doubt.pk, scene.contracts[1].person_id])
    assert opened(scene.inspector, address).status_code == 200
    assert opened(scene.inspector, wrong).status_code == 404
    stranger = given.user("inspector", at=given.township("990456100000").county)
    assert opened(stranger, address).status_code == 404
    assert opened(scene.staff.village_head, address).status_code == 403
    assert Look.objects.filter(what=Look.What.CASE).count() == 1


def test_the_file_asks_as_often_for_many_days_as_for_few(scene):
    case, counts = given_cases.case(scene), []
    client = Client()
    client.force_login(scene.inspector)
    address = reverse("inspections:case-file", args=[case.pk])
    for days in ([1, 2], range(10, 30)):
        for day in days:
            pictured(reported(scene, scene.contracts[0], day))
            reported(scene, scene.contracts[1], day)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_drawing_keeps_everything_inside_its_frame_and_draws_nothing_of_nothing():
    assert case_map.drawing([]) is None
    fence = case_map.Spot("fence", "村委会", 104.0, 30.0, 500)
    away = case_map.Spot("check_in", "外地", 116.4, 39.9)
    for spots in ([fence], [away], [fence, away]):
        drawn = case_map.drawing(spots)
        for circle in drawn["circles"]:
            assert circle["r"] <= circle["x"] <= drawn["width"] - circle["r"]
            assert circle["r"] <= circle["y"] <= drawn["height"] - circle["r"]
        assert drawn["from"] < drawn["bar_ends"] < drawn["width"]
    assert [one["kind"] for one in case_map.drawing([away, fence])["circles"]] == [
        *("check_in", "fence")
    ]
