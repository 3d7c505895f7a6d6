"""Photos of an attendance machine beside its file: matched, bounded, drawn anew, all or nothing."""

import io
import json
import zipfile
from datetime import date, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone, translation
from PIL import Image

from attendance import judging
from attendance.models import CheckIn, Flag, Photo
from attendance.selectors import masks
from project import photos as beside
from project.kernel.months import Month
from project.kernel.tables import Unreadable
from project.photos import Photos
from registry.models import NATION, ImportedFile
from tests import given
from tests.given_phones import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return given.scene(holders=2, days=[])


@pytest.fixture
def take_in(scene, tmp_path):
    """Take a machine's file in: its rows, and the photos beside them as a folder or a zip."""

    def act(rows, photos=None, packed=False, **options):
        file = tmp_path / "考勤.csv"
        file.write_text("\n".join(["身份证号,日期,设备号,照片文件名", *rows]))
        if photos is not None:
            options["photos"] = str(zipped(tmp_path, photos) if packed else laid(tmp_path, photos))
        out, status = io.StringIO(), 0
        options |= {"username": scene.staff.village_clerk.username, "json": True, "stdout": out}
        try:
            with translation.override("en"):
                call_command("import_file", "attendance", str(file), **options)
        except CommandError as error:
            status = error.returncode
        return status, json.loads(out.getvalue())

    return act


def laid(folder, photos):
    for name, content in photos.items():
        place = folder / "照片" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return folder / "照片"


def zipped(folder, photos):
    with zipfile.ZipFile(folder / "照片.zip", "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in photos.items():
            package.writestr(name, content)
    return folder / "照片.zip"


def row(contract, day, name):
    return f"{contract.person.id_number},2026-11-{day},KQ1,{name}"


@pytest.mark.parametrize("packed", [False, True])
def test_each_row_keeps_its_photo_drawn_anew_and_seen_like_every_other(scene, take_in, packed):
    first, second = scene.contracts
    rows = [row(first, 18, "张三.jpg"), row(second, 18, "B.JPG"), row(second, 19, "")]
    photos = {"十一月/张三.jpg": picture("a", size=(3000, 2250)), "b.jpg": picture("b")}

    status, answer = take_in(rows, photos, packed)

    assert (status, answer["written"], answer["errors"]) == (0, True, [])
    kept = {photo.check_in.contract: photo for photo in Photo.objects.all()}
    assert set(kept) == {first, second}
    with kept[first].file.open() as file, Image.open(file) as image:
        assert (image.format, max(image.size)) == ("JPEG", 2400)
    assert {(c.source, c.level) for c in CheckIn.objects.all()} == {("machine", 2)}
    assert CheckIn.objects.filter(file=ImportedFile.objects.get()).count() == 3


def test_a_machine_with_a_photo_is_no_own_check_in(scene, take_in):
    take_in([row(scene.contracts[0], 18, "a.jpg")], {"a.jpg": picture("a")})

    shown = [len(masks(Month(2026, 11), NATION, level)) for level in (1, 2, 3)]
    assert shown == [1, 1, 0]


def test_every_wrong_photo_is_named_by_row_and_column_and_nothing_is_written(scene, take_in):
    names = ["there.jpg", "missing.jpg", "text.jpg", "huge.jpg", "twice.jpg"]
    rows = [row(scene.contracts[0], 11 + n, name) for n, name in enumerate(names)]
    photos = {
        "there.jpg": picture("a"),
        "text.jpg": b"not a picture",
        "huge.jpg": b"\xff\xd8\xff" + bytes(10 * 1024 * 1024),
        "one/twice.jpg": picture("b"),
        "two/twice.jpg": picture("c"),
    }

    status, answer = take_in(rows, photos)

    assert status == 1
    assert [(fault["row"], fault["column"]) for fault in answer["errors"]] == [
        (number, "照片") for number in (3, 4, 5, 6)
    ]
    said = " ".join(fault["sentence"] for fault in answer["errors"])
    for words in ("Add it", "take it again", "larger than 10 MB", "its own name"):
        assert words in said
    assert not CheckIn.objects.exists()
    assert not Photo.objects.exists()


def test_the_same_file_twice_is_refused(scene, take_in):
    rows = [row(scene.contracts[0], 18, "a.jpg")]
    take_in(rows, {"a.jpg": picture("a")})

    status, answer = take_in(rows, {"a.jpg": picture("a")})

    assert (status, len(answer["refusals"])) == (1, 1)
    assert Photo.objects.count() == 1


def test_photos_that_come_with_a_later_file_find_their_days(scene, take_in):
    rows = [row(scene.contracts[0], 18, "a.jpg")]
    status, answer = take_in(rows)
    assert (status, answer["warnings"][0]["column"]) == (0, "照片")

    rows.append(row(scene.contracts[1], 18, "b.jpg"))
    take_in(rows, {"a.jpg": picture("a"), "b.jpg": picture("b")})

    assert CheckIn.objects.count() == Photo.objects.count() == 2
    assert doubts_two_hours_later() == []


def test_a_photo_that_is_named_and_never_comes_is_a_doubt(scene, take_in):
    take_in([row(scene.contracts[0], 18, "a.jpg")])

    assert doubts_two_hours_later() == ["no_photo"]


def doubts_two_hours_later():
    since = timezone.now() - timedelta(hours=1)
    with time_machine.travel("2026-11-22T12:00:00+08:00"):
        judging.judge(since, timezone.now())
    return list(Flag.objects.values_list("code", flat=True))


def test_a_photo_of_two_people_and_a_day_to_come_are_doubts(scene, take_in):
    first, second = scene.contracts
    rows = [row(first, 18, "a.jpg"), row(second, 18, "b.jpg"), row(second, 30, "")]

    take_in(rows, {"a.jpg": picture("a"), "b.jpg": picture("a", quality=50)})

    judging.judge(timezone.now() - timedelta(days=1), timezone.now() + timedelta(hours=1))
    found = Flag.objects.order_by("check_in__day").values_list("check_in__day", "code")
    assert list(found) == [
        (date(2026, 11, 18), "same_photo"),
        (date(2026, 11, 30), "future_day"),
    ]


def test_names_written_by_chinese_windows_are_read(tmp_path):
    package = tmp_path / "photos.zip"
    with zipfile.ZipFile(package, "w") as made:
        made.writestr("张三.jpg".encode("gb18030").decode("cp437"), picture("a"))
    plain = package.read_bytes()
    package.write_bytes(as_windows_writes(plain))

    assert "张三.jpg" in Photos(package)


def as_windows_writes(content):
    """The same zip with its names in GB18030, and no mark that says so."""
    utf8 = "张三.jpg".encode("gb18030").decode("cp437").encode()
    bare = "张三.jpg".encode("gb18030")
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as package, zipfile.ZipFile(out, "w") as made:
        info = zipfile.ZipInfo("x" * len(bare))
        made.writestr(info, package.read(package.namelist()[0]))
    assert utf8 in content
    return out.getvalue().replace(b"x" * len(bare), bare)


@pytest.mark.parametrize("content", [b"no zip", b"PK\x03\x04 cut off"])
def test_what_is_no_zip_is_unusable(tmp_path, content):
    (tmp_path / "photos.zip").write_bytes(content)

    with pytest.raises(Unreadable):
        Photos(tmp_path / "photos.zip")
    with pytest.raises(Unreadable):
        Photos(tmp_path / "nothing.zip")


def test_a_zip_that_swells_is_read_no_further_than_a_photo_may_be_long(scene, take_in):
    rows = [row(scene.contracts[0], 18, "a.jpg")]

    status, answer = take_in(rows, {"a.jpg": b"\xff\xd8\xff" + bytes(15 << 20)}, packed=True)

    assert status == 1
    assert "10 MB" in answer["errors"][0]["sentence"]


def test_too_many_photos_and_too_large_a_zip_are_unusable(tmp_path, monkeypatch):
    package = zipped(tmp_path, {"a.jpg": b"1", "b.jpg": b"2"})
    monkeypatch.setattr(beside, "MOST", 1)
    with pytest.raises(Unreadable):
        Photos(package)
    monkeypatch.setattr(beside, "LARGEST_ZIP", 10)
    with pytest.raises(Unreadable):
        Photos(package)


def test_a_locked_zip_is_a_fault_of_the_row(tmp_path):
    package = zipped(tmp_path, {"a.jpg": picture("a")})
    content = bytearray(package.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    package.write_bytes(bytes(content))

    with pytest.raises(beside.Refused):
        Photos(package).read("a.jpg")


def test_the_page_takes_the_zip_along(scene, client, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    client.force_login(scene.staff.village_clerk)
    rows = ["身份证号,日期,照片", f"{scene.contracts[0].person.id_number},2026-11-18,a.jpg"]
    package = zipped(tmp_path, {"a.jpg": picture("a")}).read_bytes()
    sent = {
        "file": SimpleUploadedFile("考勤.csv", "\n".join(rows).encode()),
        "photos": SimpleUploadedFile("照片.zip", package),
    }

    preview = client.post(reverse("import-attendance"), sent)
    assert not client.get(preview.url).context["preview"].faults
    done = client.post(preview.url, follow=True)

    assert done.context["preview"].committed
    assert Photo.objects.get().check_in.contract == scene.contracts[0]
    assert not list((tmp_path / "staging").glob("*/*/*"))


def test_the_page_says_in_a_sentence_that_the_zip_is_none(scene, client, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    client.force_login(scene.staff.village_clerk)
    sent = {
        "file": SimpleUploadedFile("考勤.csv", "身份证号,日期\n".encode()),
        "photos": SimpleUploadedFile("照片.zip", b"no zip"),
    }

    answer = client.post(reverse("import-attendance"), sent)

    assert len(answer.context["form"].errors["file"]) == 1
    assert not list((tmp_path / "staging").glob("*/*/*"))
