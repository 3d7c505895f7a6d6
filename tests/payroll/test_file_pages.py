"""Taking, checking and opening bank files from pages, programs and commands."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import translation

from payroll.models import FileCheck, LockedFile
from project.inbox import lines
from project.kernel.sealing import seal_file
from tests import given, given_files
from tests.once import arranged

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


def sent():
    scene = given.scene(holders=2)
    scene.run = given.pay_run(scene, "sent")
    scene.file, scene.by = scene.run.files.get(), scene.staff.finance_officer
    return scene


kept, scene = arranged(sent)


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def page(name, record):
    return reverse(f"payroll:{name}", args=[record.pk])


def body(response):
    return b"".join(response) if response.streaming else response.content


def brought(content, name="x.csv"):
    return SimpleUploadedFile(name, content)


def test_finance_takes_the_file_and_the_page_shows_the_taking(scene):
    client = client_of(scene.by)
    assert (
        page("file-take", scene.file) in client.get(page("bankfile", scene.file)).content.decode()
    )

    taken = client.post(page("file-take", scene.file), {"form": "X-07"})

    assert taken.headers["Content-Disposition"].endswith(f'"{scene.file.number}_X-07.csv"')
    assert "no-store" in taken.headers["Cache-Control"]
    handover = scene.file.handovers.get()
    assert handover.sha256 == seal_file(body(taken))
    assert (handover.way, handover.address) == ("page", "127.0.0.1")
    shown = client.get(page("bankfile", scene.file)).content.decode()
    assert handover.sha256 in shown and "127.0.0.1" in shown


def test_who_does_not_send_files_is_shown_no_way_and_gets_none(scene):
    client = client_of(scene.staff.township_officer)

    shown = client.get(page("bankfile", scene.file)).content.decode()

    assert page("file-take", scene.file) not in shown and page("file-check", scene.file) in shown
    assert client.post(page("file-take", scene.file), {"form": "X-07"}).status_code == 403
    assert not scene.file.handovers.exists()


def test_the_password_waits_in_the_inbox_of_another_and_is_shown_there_once(scene):
    given_files.lock_them(scene)
    finance, officer = scene.by, scene.staff.department_officer
    asked = client_of(finance).get(page("file-take", scene.file)).content.decode()
    assert "leaves locked (AES-256)" in asked

    taken = body(client_of(finance).post(page("file-take", scene.file), {"form": "X-06"}))

    kept = LockedFile.objects.get()
    address = page("file-password", kept)
    assert address not in [line.url for line in lines(finance)]
    assert address in [line.url for line in lines(officer)]
    before = client_of(officer).get(address)
    assert kept.password not in before.content.decode()
    refused = client_of(finance).post(address).content.decode()
    assert "another person reads its password" in refused and kept.password not in refused

    shown = client_of(officer).post(address)

    assert kept.password in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    assert len(given_files.opened(taken, kept.password)) == 1
    again = client_of(officer).post(address).content.decode()
    assert kept.password not in again and "has read this password" in again
    assert address not in [line.url for line in lines(officer)]
    assert officer.name in client_of(finance).get(page("bankfile", scene.file)).content.decode()


def test_a_file_nobody_else_could_open_is_refused_on_the_page(scene):
    given_files.lock_them(scene)
    scene.staff.department_officer.is_active = False
    scene.staff.department_officer.save()

    answer = client_of(scene.by).post(page("file-take", scene.file), {"form": "X-06"})

    assert "Nobody but you may read the password" in answer.content.decode()


def test_an_unchanged_file_is_noted_and_a_changed_one_named_line_by_line(scene):
    made = given_files.taken(scene.run, scene.by)
    client, address = client_of(scene.by), page("file-check", scene.file)

    changed = client.post(address, {"file": brought(made.content.replace(b"600.00", b"900.00"))})
    same = client.post(address, {"file": brought(made.content), "hand_over": "on"}, follow=True)

    said = changed.content.decode()
    assert "Row 1 (李四0, 600.00 yuan), 金额: given out “600.00”" in said
    assert "2 rows and 1200.00 yuan were given out; this file holds 2 rows and 1800.00" in said
    assert "noted as handed over to the bank" in same.content.decode()
    again = client.post(address, {"file": brought(made.content), "hand_over": "on"})
    assert "it might be paid twice" in again.content.decode()
    kept = FileCheck.objects.order_by("pk").values_list("differences", "handed_over")
    assert list(kept) == [(4, False), (0, True)]


def test_an_inspector_is_not_asked_whether_they_upload(scene):
    made = given_files.taken(scene.run, scene.by)
    client = client_of(given.user("inspector", scene.place.county))
    address = page("file-check", scene.file)

    assert b'name="hand_over"' not in client.get(address).content
    client.post(address, {"file": brought(made.content), "hand_over": "on"})

    assert FileCheck.objects.get().handed_over is False


def test_a_program_takes_and_checks_a_file(scene):
    client = client_of(scene.by)
    where = f"/api/v1/bank-files/{scene.file.pk}"

    taken = client.post(f"{where}/take", {"format": "x07"}, content_type="application/json")
    unknown = client.post(f"{where}/take", {"format": "y"}, content_type="application/json")
    content = body(taken)
    same = client.post(f"{where}/check", {"file": brought(content), "hand_over": "true"})
    changed = client.post(f"{where}/check", {"file": brought(content + b"x")})

    assert (taken.status_code, unknown.status_code) == (200, 422)
    assert scene.file.handovers.get().way == "program"
    assert same.json() == {"name": "x.csv", "sha256": seal_file(content), "handed_over": True}
    assert changed.status_code == 409
    assert "it was changed. Do not upload it" in changed.json()["refusals"][0]
    stranger = given.user("finance_officer", given.area("990200000000", "他县"))
    hidden = client_of(stranger).post(
        f"{where}/take", {"format": "x07"}, content_type="application/json"
    )
    assert hidden.status_code == 404


def test_the_command_writes_a_locked_file_and_never_its_password(scene, tmp_path):
    given_files.lock_them(scene)
    out, err = io.StringIO(), io.StringIO()
    where = ("--format", "X-07", "--out", str(tmp_path), "--as", scene.by.username)

    call_command("payroll", "export", str(scene.run.pk), *where, stdout=out, stderr=err)

    kept = LockedFile.objects.get()
    content = (tmp_path / kept.name).read_bytes()
    assert seal_file(content) == kept.sha256 and kept.sha256 in out.getvalue()
    assert kept.password not in out.getvalue() + err.getvalue()
    assert "waits in the inbox of another person" in err.getvalue()
    assert given_files.opened(content, kept.password)


def test_the_command_refuses_a_changed_file_and_keeps_the_attempt(scene, tmp_path):
    made = given_files.taken(scene.run, scene.by)
    path = made.save(tmp_path)
    said = (scene.file.number, str(path), "--as", scene.by.username, "--json")
    out = io.StringIO()

    call_command("payroll", "check", *said, "--hand-over", stdout=out, stderr=io.StringIO())
    path.write_bytes(made.content.replace(b"600.00", b"900.00"))
    with pytest.raises(CommandError) as refused:
        call_command("payroll", "check", *said, stdout=io.StringIO(), stderr=io.StringIO())

    assert json.loads(out.getvalue())["handed_over"] is True
    assert refused.value.returncode == 1 and "it was changed" in str(refused.value)
    assert FileCheck.objects.filter(differences=4).exists()
    with pytest.raises(CommandError) as unknown:
        call_command("payroll", "check", "none", str(path), stdout=io.StringIO())
    assert unknown.value.returncode == 2
    with pytest.raises(CommandError) as nothing:
        call_command("payroll", "check", *said[:1], str(tmp_path / "no"), *said[2:], stdout=out)
    assert nothing.value.returncode == 2
