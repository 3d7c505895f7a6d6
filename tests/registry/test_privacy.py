"""Protected data is read with a purpose, every look is kept, and the person can be shown each."""

from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.test import Client

from project.kernel.guards import Refused
from project.kernel.models import Look
from project.kernel.months import today
from registry import portraits
from registry.models import Consent, Portrait
from tests import given, given_phones

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return given.scene(holders=1)


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def address(person, page):
    return f"/registry/{person.pk}/{page}/"


def test_whole_numbers_are_shown_with_a_purpose_to_few_and_each_look_is_kept(scene):
    person = scene.contracts[0].person
    account = person.accounts.get()
    officer = browser(scene.staff.township_officer)
    page = address(person, "numbers")
    before = officer.get(page).content.decode()
    assert person.id_number not in before
    assert person.id_number not in officer.post(page, {"purpose": " "}).content.decode()
    assert not Look.objects.exists()
    shown = officer.post(page, {"purpose": "银行要求核对身份证号"})
    assert person.id_number in shown.content.decode()
    assert account.number in shown.content.decode()
    assert shown.headers["Cache-Control"] == "no-store"
    noted = Look.objects.get()
    assert (noted.by, noted.people, noted.what) == (
        scene.staff.township_officer,
        [person.pk],
        "number",
    )
    assert browser(scene.staff.village_clerk).post(page, {"purpose": "看看"}).status_code == 403
    stranger = given.user("township_officer", at=given.township("990124100000").town)
    assert browser(stranger).post(page, {"purpose": "看看"}).status_code == 404
    assert Look.objects.count() == 1


def test_the_person_can_be_shown_who_looked_and_nobody_takes_a_line_out(scene):
    person = scene.contracts[0].person
    officer = browser(scene.staff.township_officer)
    officer.post(address(person, "numbers"), {"purpose": "核对银行卡"})
    shown = browser(scene.staff.village_clerk).get(address(person, "looks")).content.decode()
    assert "核对银行卡" in shown and str(scene.staff.township_officer) in shown
    excel = officer.get(address(person, "looks") + "?format=xlsx")
    assert excel.content.startswith(b"PK")
    with pytest.raises(DatabaseError), transaction.atomic():
        Look.objects.update(purpose="无")


def test_an_enrolment_picture_is_kept_once_and_each_look_at_it_is_written_down(scene):
    person = scene.contracts[0].person
    officer = browser(scene.staff.township_officer)
    page = address(person, "portraits/add")

    def sent(seed):
        picture = BytesIO(given_phones.picture(seed))
        picture.name = "p.jpg"
        return {"picture": picture, "taken_on": str(today())}

    assert officer.post(page, sent("face")).status_code == 302
    assert officer.post(page, sent("face")).status_code == 422
    made = Portrait.objects.get()
    served = officer.get(address(person, f"portraits/{made.pk}"))
    assert served.headers["Content-Type"] == "image/jpeg"
    assert Look.objects.get().people == [person.pk]
    assert browser(scene.staff.village_head).post(page, sent("other")).status_code == 403
    with pytest.raises(DatabaseError), transaction.atomic():
        Portrait.objects.update(taken_on=today())


def test_consent_is_given_in_writing_once_and_can_be_taken_back(scene):
    person, officer = scene.contracts[0].person, scene.staff.township_officer
    said = {"kind": Consent.Kind.FACE, "given_on": today(), "paper": "知情同意书 2026-11"}
    portraits.consent(person, by=officer, **said)
    with pytest.raises(Refused), transaction.atomic():
        portraits.consent(person, by=officer, **said)
    with pytest.raises(PermissionDenied), transaction.atomic():
        portraits.withdraw(person, by=scene.staff.village_head, kind=Consent.Kind.FACE)
    done = browser(officer).post(address(person, "consents/withdraw"), {"kind": "face"})
    assert done.status_code == 302
    assert Consent.objects.get().withdrawn_by == officer
    with pytest.raises(Refused), transaction.atomic():
        portraits.withdraw(person, by=officer, kind=Consent.Kind.FACE)
