"""Nobody learns from who looked that somebody is being looked into, until the person was heard."""

from datetime import timedelta

import pymupdf
import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from project.kernel.looks import look, looks_at
from project.kernel.models import Look
from project.kernel.months import today
from project.kernel.steps import do
from registry import look_papers
from registry.lookers import told
from tests import given, given_cases, given_doubts

pytestmark = pytest.mark.django_db
ROUTINE, BEFORE = "核对银行账号", "九月抽查"


def opened(user, address):
    client = Client()
    client.force_login(user)
    return client.get(address)


def shown(user, person, query=""):
    """What a reader finds on the page of who looked."""
    answer = opened(user, reverse("registry:looks", args=[person.pk]) + query)
    assert answer.status_code == 200
    return {one.what for one in answer.context["looks"]} if not query else answer


def learnt(person, officer):
    """What the person is told on the phone and on paper."""
    phone = {one.what for one in told(person)}
    printed = pymupdf.open("pdf", look_papers.pdf_of("F-35", person, officer))[0].get_text()
    assert ("案卷" in "".join(printed.split())) == ("案卷" in phone)
    return phone


def test_looks_of_an_inquiry_wait_until_the_person_was_heard_and_then_are_told():
    scene = given_cases.with_inspectors(given.scene(holders=2, days=[8]))
    person, other = (one.person for one in scene.contracts)
    clerk, officer = scene.staff.village_clerk, scene.staff.township_officer
    with time_machine.travel(timezone.now() - timedelta(days=40)):  # before any doubt
        look(scene.inspector, Look.What.NUMBER, [person.pk], purpose=BEFORE)
    case = given_cases.case(scene)
    file = reverse("inspections:case-file", args=[case.pk])
    assert opened(scene.inspector, file).status_code == 200
    look(scene.inspector, Look.What.PHOTO, [person.pk])
    look(scene.inspector, Look.What.PHOTO, [other.pk])
    look(officer, Look.What.NUMBER, [person.pk], purpose=ROUTINE)

    assert shown(clerk, person) == {"number"}
    assert learnt(person, officer) == {"完整身份证号或账号"}
    assert {one.purpose for one in told(person)} == {BEFORE, ROUTINE}
    assert shown(clerk, other) == {"photo"}  # nobody looks into the other
    for reader in (scene.inspector, officer):  # whoever sees the case
        assert shown(reader, person) == {"number", "photo", "case"}

    case = do(case, "investigate", by=scene.inspector, finding=given_cases.FINDING)
    assert looks_at(person).count() == 2
    do(case, "hear", by=officer, statement=given_cases.SAID, on=today())
    assert shown(clerk, person) == {"number", "photo", "case"}
    assert "案卷" in learnt(person, officer)


def test_looks_for_a_doubt_wait_for_each_of_its_people_until_it_says_what_they_say():
    scene = given_cases.with_inspectors(given.scene(holders=2, days=[8]))
    first, second = (one.person for one in scene.contracts)
    doubt = given_doubts.doubt(scene.contracts[0], scene.inspector, people=[first.pk, second.pk])
    for person in (first, second):
        file = reverse("inspections:doubt-file", args=[doubt.pk, person.pk])
        assert opened(scene.inspector, file).status_code == 200
        assert shown(scene.staff.village_clerk, person) == set()
    looked_into = {"statement": "两人合用一部手机", "finding": "属实"}
    do(doubt, "verify", by=scene.inspector, **looked_into)
    assert shown(scene.staff.village_clerk, second) == {"case"}
    assert told(first)[0].what == "案卷"
