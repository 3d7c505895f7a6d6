"""An archive is whole or says what is not: every byte is under the manifest's seal."""

import json
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse

from project.kernel.guards import Refused
from project.kernel.models import Event
from project.kernel.steps import do
from tests import given_relief
from tests.conftest import TODAY
from workrelief import archive
from workrelief.archive_check import checked
from workrelief.models import Project

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return worked()


@pytest.fixture(scope="module")
def packed(django_db_setup, django_db_blocker):
    """An archive made once for the tests that only read it; its records are taken back."""
    with (
        django_db_blocker.unblock(),
        time_machine.travel(TODAY, tick=True),
        transaction.atomic(),
    ):
        content, _sealed = archive.pack(worked().project)
        transaction.set_rollback(True)
    return content


def worked():
    """A month of wages that the village has confirmed, with its signed list."""
    made = given_relief.scene()
    people = given_relief.placed(made, given_relief.enlist(made, 2))
    given_relief.worked(made, people)
    made.batch = given_relief.batch(made)
    return made


def changed(content, **how):
    """The zip with files changed, left out or added."""
    out = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(out, "w") as new:
        for name in old.namelist():
            if name not in how.get("without", ()):
                new.writestr(name, how.get("instead", {}).get(name, old.read(name)))
        for name, text in how.get("also", {}).items():
            new.writestr(name, text)
    out.seek(0)
    return out


def test_equal_records_are_equal_bytes_and_hold_everything(scene):
    content, sealed = archive.pack(scene.project)
    verdict = checked(BytesIO(content))

    assert archive.pack(scene.project) == (content, sealed)
    assert verdict.whole and verdict.seal == sealed and verdict.project == scene.project.number
    with ZipFile(BytesIO(content)) as opened:
        names = opened.namelist()
        roster = json.loads(opened.read("records/roster.json"))
        events = json.loads(opened.read("records/events.json"))
        (attested, _second) = json.loads(opened.read("records/attestations.json"))
    assert scene.members[-1].person.id_number in {row["id_number"] for row in roster}
    assert {"prepare", "start", "draft", "verify"} <= {event["verb"] for event in events}
    assert attested["days"] == "20.0"
    for wanted in ("lists/F-25.pdf", f"wages/2026-10-{scene.batch.pk}/F-27.pdf"):
        assert wanted in names
    assert len([name for name in names if name.startswith("papers/signboard/")]) == 1
    assert len([name for name in names if name.endswith("F-27.png")]) == 1


def test_whatever_is_changed_missing_or_added_is_named(packed):
    spoilt = changed(
        packed,
        instead={"records/roster.json": b"[]"},
        without={"lists/F-25.pdf"},
        also={"lists/F-99.pdf": b"more"},
    )

    verdict = checked(spoilt)

    assert not verdict.whole
    assert verdict.changed == ["records/roster.json"]
    assert (verdict.missing, verdict.added) == (["lists/F-25.pdf"], ["lists/F-99.pdf"])


def test_a_manifest_that_was_rewritten_no_longer_fits_its_seal(packed):
    with ZipFile(BytesIO(packed)) as opened:
        manifest = json.loads(opened.read(archive.MANIFEST))
    manifest["name"] = "另一个项目"

    verdict = checked(changed(packed, instead={archive.MANIFEST: json.dumps(manifest)}))

    assert not verdict.whole and verdict.faults and not verdict.changed


def test_no_damage_of_a_byte_is_more_than_it_can_say(packed):

    for place in range(0, len(packed), len(packed) // 40):
        spoilt = bytearray(packed)
        spoilt[place] ^= 0x5A
        verdict = checked(BytesIO(spoilt))
        assert verdict.whole or verdict.sentences


@pytest.mark.parametrize(
    "manifest", [[], {}, {"files": 3}, {"files": [1]}, {"files": [], "project": {}, "sha256": 1}]
)
def test_a_manifest_that_is_none_is_called_so(manifest):
    made = BytesIO()
    with ZipFile(made, "w") as opened:
        if isinstance(manifest, dict):
            manifest = {"format": archive.FORMAT, **manifest}
        opened.writestr(archive.MANIFEST, json.dumps(manifest))
        opened.writestr("records/x.json", "[]")

    assert checked(made).faults


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"%PDF-1.7"])
def test_what_is_no_archive_is_called_so(content):
    assert checked(BytesIO(content)).faults


def test_only_the_county_takes_it_and_each_taking_says_what_for(scene):
    with pytest.raises(PermissionDenied):
        archive.taken(scene.project, by=scene.staff.relief_owner, purpose="审计")
    with pytest.raises(Refused):
        archive.taken(scene.project, by=scene.staff.ndrc_officer, purpose=" ")

    content = archive.taken(scene.project, by=scene.staff.ndrc_officer, purpose="2026年审计")

    event = Event.objects.of(scene.project).get(verb="take_archive")
    assert (event.note, event.by) == ("2026年审计", scene.staff.ndrc_officer)
    assert checked(BytesIO(content)).given_out == [(event.at, str(event.by))]


def test_once_closed_the_very_same_file_is_handed_out_for_good(scene):
    Project.objects.filter(pk=scene.project.pk).update(
        state="handed_over", main_done_on="2026-11-10", accepted_on="2026-11-12"
    )
    for kind in [
        *("feasibility", "budget", "organisation", "works_contract", "training", "ledger"),
        *("wages", "notice", "bank_slip"),
    ]:
        given_relief.paper(scene, kind)
    scene.project = Project.objects.get(pk=scene.project.pk)

    done = do(scene.project, "archive", by=scene.staff.ndrc_officer)
    first = archive.taken(done, by=scene.staff.ndrc_officer, purpose="移交档案馆")

    assert done.state == "archived"
    assert archive.taken(done, by=scene.staff.ndrc_officer, purpose="复核") == first
    assert checked(BytesIO(first)).whole
    assert done.papers.filter(name=archive.name_of(done)).count() == 1
    assert archive.pack(done)[0] == first


def test_the_command_names_what_is_wrong_and_fails(packed, tmp_path):
    good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    good.write_bytes(packed)
    bad.write_bytes(changed(packed, without={"lists/F-25.pdf"}).read())
    said = StringIO()

    call_command("verify_archive", good, stdout=said)
    with pytest.raises(SystemExit):
        call_command("verify_archive", bad, stdout=said)

    assert checked(good).seal in said.getvalue() and "lists/F-25.pdf" in said.getvalue()


def test_the_page_asks_what_for_and_hands_the_zip_over(client, scene):
    client.force_login(scene.staff.ndrc_officer)
    address = reverse("workrelief:archive", args=[scene.project.pk])

    assert client.get(address).status_code == 200
    answer = client.post(address, {"purpose": "审计"})

    assert answer["Content-Type"] == "application/zip"
    assert checked(BytesIO(b"".join(answer))).whole
    client.force_login(scene.staff.relief_owner)
    assert client.get(address).status_code == 403


def test_the_page_that_checks_an_archive_names_what_is_missing(client, packed):
    at = given_relief.given.township().town
    client.force_login(given_relief.given.user("relief_owner", at=at))
    upload = changed(packed, without={"lists/F-25.pdf"})
    upload.name = "archive.zip"

    answer = client.post(reverse("workrelief:archive-check"), {"file": upload})

    assert "lists/F-25.pdf" in answer.content.decode()
