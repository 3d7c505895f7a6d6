"""Pictures are looked through by people, the riskiest first; every look is on record."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from attendance.models import CheckIn, Photo
from attendance.photos import keep
from inspections import photo_flows, photo_queue
from inspections.models import Doubt, PhotoReview
from project.kernel.guards import NotThisPerson, Refused
from project.kernel.models import Look
from project.kernel.months import today
from project.kernel.steps import turn_of
from tests import given, given_cases, given_doubts, given_phones

pytestmark = pytest.mark.django_db
QUEUE = "/inspections/photos/"


@pytest.fixture
def scene():
    """Three holders with a picture each; the third is under a doubt."""
    scene = given_cases.unpaid(holders=3)
    for number, contract in enumerate(scene.contracts):
        entry = CheckIn.objects.filter(contract=contract).order_by("day").first()
        keep(entry, given_phones.picture(number))
    given_doubts.doubt(scene.contracts[2], scene.inspector)
    return scene


def waiting(user, area):
    return [photo.check_in.contract for photo, _why in photo_queue.waiting(user, area)]


def everything(scene, value="1.00"):
    document = scene.place.document
    shares = dict.fromkeys(("village", "township", "county", "above"), value)
    given.rule(scene.place.county, photo_queue.SHARE, shares, document)


def test_the_riskiest_come_first_and_say_why_then_those_drawn_by_lot(scene):
    everything(scene)
    found = photo_queue.waiting(scene.inspector, scene.place.county.pk)
    assert [photo.check_in.contract for photo, _why in found][0] == scene.contracts[2]
    assert "10" in found[0][1]
    assert len(found) == 3


def test_who_is_drawn_by_lot_stays_drawn_and_nothing_is_drawn_of_a_share_of_nothing(scene):
    everything(scene, "0.00")
    assert waiting(scene.inspector, scene.place.county.pk) == [scene.contracts[2]]
    assert photo_queue.left(scene.inspector, scene.place.county.pk) == 0


def test_about_the_share_is_drawn_by_lot(scene):
    made = [
        Photo(check_in=None, sha256=f"{n:064x}", look=n, mirrored=n, size=1) for n in range(400)
    ]
    call = given.user("village_clerk", at=scene.place.villages[0])
    muster = scene.place.villages[0].roll_calls.create(
        client_id="3f0f5a3e-7f7e-4f9e-8f5e-0f5a3e7f7e4f",
        kind="in",
        day=today(),
        at=timezone.now(),
        by=call,
    )
    for photo in made:
        photo.roll_call = muster
    Photo.objects.bulk_create(made)
    everything(scene, "0.25")
    assert 60 < photo_queue.left(scene.inspector, scene.place.county.pk) < 145


def test_a_picture_of_somebody_else_becomes_a_doubt_that_waits_and_nothing_more(scene):
    photo = Photo.objects.get(check_in__contract=scene.contracts[0])
    with pytest.raises(Refused), transaction.atomic():
        photo_flows.review(photo, outcome="other", by=scene.inspector)
    made = photo_flows.review(
        photo, outcome="other", note="照片中是一名年轻男子", by=scene.inspector
    )
    doubt = Doubt.objects.get(pattern="V-01.seen")
    assert (doubt.person, doubt.found_by) == (scene.contracts[0].person, scene.inspector)
    assert doubt.evidence[0]["id"] == photo.pk
    assert turn_of(doubt) == ["核查"]
    assert scene.contracts[0] not in waiting(scene.inspector, scene.place.county.pk)
    with pytest.raises(Refused), transaction.atomic():
        photo_flows.review(photo, outcome="fine", by=scene.inspector)
    with pytest.raises(DatabaseError), transaction.atomic():
        PhotoReview.objects.filter(pk=made.pk).update(outcome="fine")


def test_a_picture_that_shows_the_person_raises_nothing(scene):
    photo = Photo.objects.get(check_in__contract=scene.contracts[0])
    photo_flows.review(photo, outcome="fine", by=scene.inspector)
    assert Doubt.objects.count() == 1


def test_villages_kin_and_other_areas_review_no_picture(scene):
    photo = Photo.objects.get(check_in__contract=scene.contracts[0])
    stranger = given.user("inspector", at=given.township("990124100000").county)
    for who in (scene.staff.village_head, stranger):
        with pytest.raises(PermissionDenied), transaction.atomic():
            photo_flows.review(photo, outcome="fine", by=who)
    scene.other.kin.create(person=scene.contracts[0].person, relation="叔侄", declared_on=today())
    with pytest.raises(NotThisPerson), transaction.atomic():
        photo_flows.review(photo, outcome="fine", by=scene.other)


def test_the_page_shows_four_takes_an_answer_and_writes_down_every_look(scene):
    everything(scene)
    browser = Client()
    browser.force_login(scene.inspector)
    shown = browser.get(QUEUE)
    people = {contract.person_id for contract in scene.contracts}
    noted = Look.objects.get()
    assert (noted.by, set(noted.people), noted.rows) == (scene.inspector, people, 3)
    photo = Photo.objects.get(check_in__contract=scene.contracts[0])
    assert f"/attendance/pictures/{photo.pk}/" in shown.content.decode()
    picture = browser.get(f"/attendance/pictures/{photo.pk}/")
    assert picture.headers["Content-Type"] == "image/jpeg"
    assert Look.objects.last().people == [scene.contracts[0].person_id]
    refused = browser.post(QUEUE, {"photo": photo.pk, "outcome": "screen"})
    assert refused.status_code == 409
    kept = browser.post(QUEUE, {"photo": photo.pk, "outcome": "screen", "note": "拍的屏幕"})
    assert kept.status_code == 302
    assert PhotoReview.objects.get().outcome == "screen"
    village = Client()
    village.force_login(scene.staff.village_head)
    assert village.get(QUEUE).status_code == 403
    with pytest.raises(DatabaseError), transaction.atomic():
        Look.objects.all().delete()


def test_what_is_older_than_the_days_of_the_rule_waits_no_more(scene):
    everything(scene)
    with time_machine.travel(timezone.now() + timedelta(days=40)):
        assert not waiting(scene.inspector, scene.place.county.pk)
