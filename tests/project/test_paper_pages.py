"""Papers are opened by those who see the record, and by nobody else."""

import pytest
from django.urls import reverse

from project.kernel.models import Event
from project.site import papers_for
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return given.scene(holders=3)


def test_a_form_opens_and_leaves_an_event(client, scene):
    run = given.pay_run(scene)
    client.force_login(scene.staff.township_officer)

    answer = client.get(papers_for(run)[0].url)

    event = Event.objects.of(run).latest("pk")
    assert answer["Content-Type"] == "application/pdf" and answer.content[:5] == b"%PDF-"
    assert (event.verb, event.data["form"]) == ("print", "F-11")


def test_every_link_of_every_record_opens(client, scene):
    run = given.pay_run(scene)
    (sheet,) = given.Sheet.objects.all()
    client.force_login(scene.staff.township_officer)
    found = [
        *papers_for(run),
        *papers_for(run.lines.first()),
        *papers_for(sheet),
        *papers_for(scene.place.town),
    ]

    assert len(found) == 8
    assert {client.get(paper.url).status_code for paper in found} == {200}
    assert {client.get(paper.workbook).status_code for paper in found} == {200}


def test_another_township_finds_nothing(client, scene):
    run = given.pay_run(scene)
    (sheet,) = given.Sheet.objects.all()
    client.force_login(given.user("township_officer", at=given.township("990123101000").town))

    for kind, pk, code in [
        ("payrun", run.pk, "F-14"),
        ("payline", run.lines.first().pk, "F-33"),
        ("sheet", sheet.pk, "F-09"),
        ("area", scene.place.town.pk, "F-07"),
    ]:
        for name in ("paper", "paper-workbook"):
            assert client.get(reverse(name, args=[kind, pk, code])).status_code == 404


@pytest.mark.parametrize("path", ["/papers/payrun/1/F-33.pdf", "/papers/person/1/F-07.pdf"])
def test_a_form_the_record_does_not_have_is_not_found(client, scene, path):
    client.force_login(scene.staff.township_officer)

    assert client.get(path).status_code == 404


def test_a_month_that_is_none_is_not_found(client, scene):
    client.force_login(scene.staff.township_officer)
    address = reverse("paper", args=["area", scene.place.town.pk, "F-07"])

    assert client.get(address, {"month": "2026-13"}).status_code == 404


def test_who_is_not_signed_in_is_asked_to(client, scene):
    (sheet,) = given.sheets(scene, "open")

    answer = client.get(reverse("paper", args=["sheet", sheet.pk, "F-09"]))

    assert answer.status_code == 302
