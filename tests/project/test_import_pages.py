"""The wizard: choose a file, see every fault, take it in; nothing of it is anybody else's."""

import os
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from contracts.models import Contract
from project.kernel import tables
from tests import given
from tests.project.ledgers import holder_row, sheet

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def place(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return given.township()


@pytest.fixture
def officer(place):
    return given.user("township_officer", place.town)


@pytest.fixture
def desk(client, officer):
    client.force_login(officer)
    return client


def upload(client, content, name="台账.xlsx", kind="holders"):
    return client.post(reverse(f"import-{kind}"), {"file": SimpleUploadedFile(name, content)})


def kept(folder):
    return list((folder / "staging").glob("*/*/*/content"))


def test_the_index_names_the_kinds_the_person_may_take_in(desk):
    answer = desk.get(reverse("imports"))

    urls = [url for _name, url in answer.context["links"]]
    assert reverse("import-holders") in urls
    assert reverse("import-bank-results") not in urls


def test_a_good_file_is_shown_and_then_taken_in(desk, tmp_path):
    preview = upload(desk, sheet(holder_row()))
    shown = desk.get(preview.url)
    assert not Contract.objects.exists()

    done = desk.post(preview.url, follow=True)

    assert "No faults" in shown.content.decode() or "没有" in shown.content.decode()
    assert done.context["preview"].committed
    assert Contract.objects.count() == 1
    assert kept(tmp_path) == []


def test_the_preview_masks_numbers(desk):
    row = holder_row()

    shown = desk.get(upload(desk, sheet(row)).url).content.decode()

    assert "张三" in shown
    assert row["身份证号码"] not in shown
    assert row["社保卡银行账号"] not in shown


def test_faults_are_shown_kept_from_commit_and_taken_home(desk):
    preview = upload(desk, sheet(holder_row(), holder_row(资金来源="无")))

    refused = desk.post(preview.url)
    home = desk.get(f"{preview.url}faults.xlsx")

    assert refused.status_code == 409
    assert [fault.row for fault in refused.context["faults"]] == [3]
    assert tables.read(home.content).pages[0].rows[2][-1]
    assert not Contract.objects.exists()


@pytest.mark.parametrize("content", [b"\xff\xd8\xff\xe0\0\x10JFIF", b"", b"x" * (30 * 1024 * 1024)])
def test_what_cannot_be_used_is_refused_in_one_sentence_and_not_kept(desk, tmp_path, content):
    answer = upload(desk, content)

    assert len(answer.context["form"].errors["file"]) == 1
    assert kept(tmp_path) == []


def test_a_file_taken_in_already_is_refused(desk):
    content = sheet(holder_row())
    desk.post(upload(desk, content).url)

    answer = upload(desk, content)

    assert "2026-11-22" in answer.context["form"].errors["file"][0]


def test_a_file_taken_in_by_another_meanwhile_is_not_written_twice(desk, client, place):
    content = sheet(holder_row())
    mine = upload(desk, content).url
    colleague = given.user("township_officer", place.town)
    desk.force_login(colleague)
    desk.post(upload(desk, content).url)
    desk.force_login(given.User.objects.exclude(pk=colleague.pk).get())

    answer = desk.post(mine)

    assert answer.status_code == 409
    assert Contract.objects.count() == 1


def test_somebody_elses_upload_does_not_exist(desk, place):
    preview = upload(desk, sheet(holder_row())).url
    desk.force_login(given.user("township_officer", place.town))

    assert [desk.get(preview).status_code, desk.post(preview).status_code] == [404, 404]
    assert desk.get(f"{preview}faults.xlsx").status_code == 404


def test_a_role_without_the_permission_reaches_no_upload(desk, place):
    desk.force_login(given.user("inspector", place.county))

    assert desk.get(reverse("import-holders")).status_code == 403


def test_a_forgotten_upload_is_gone_after_a_day(desk, tmp_path):
    upload(desk, sheet(holder_row()))
    (old,) = kept(tmp_path)
    long_ago = time.time() - 2 * 24 * 60 * 60
    os.utime(old, (long_ago, long_ago))

    upload(desk, sheet(holder_row()))

    assert old not in kept(tmp_path)
    assert len(kept(tmp_path)) == 1
