"""Photos show where a notice hung; each is looked at, drawn anew, and used once."""

import io
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from PIL import Image

from notices.models import NoticePhoto
from project.kernel.guards import Refused
from project.kernel.models import Event
from project.kernel.uploads import pictures
from tests import given, given_notices

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice(place, staff):
    return given_notices.notice(place.villages[0], staff.village_supervisor, title="青石村公示")


def refused_add(notice, by, **fields):
    with pytest.raises(Refused) as refused:
        given_notices.photo(notice, by, **fields)
    return refused.value.messages


def test_a_photo_is_kept_without_what_hid_in_it(notice, staff):
    exif = Image.Exif()
    exif[0x010F] = "SecretPhone"
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(drawn, "JPEG", exif=exif)

    kept = given_notices.photo(
        notice, staff.village_supervisor, image=SimpleUploadedFile("a.png", drawn.getvalue())
    )

    with kept.image.open() as file:
        data = file.read()
    assert b"SecretPhone" in drawn.getvalue() and b"SecretPhone" not in data
    assert Image.open(io.BytesIO(data)).format == "JPEG"
    assert Event.objects.of(notice).latest("pk").data["hash"] == kept.sha256


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_photo_is_known_by_what_it_holds_not_by_its_name(notice, staff, kind):
    kept = given_notices.photo(
        notice, staff.village_supervisor, image=given_notices.picture(kind=kind, name="x.txt")
    )

    assert kept.image.name.endswith(".jpg")


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg onload='x'/>", b"%PDF-1.7", b"GIF89a" + b"\0" * 40, b"\xff\xd8\xffab"],
)
def test_what_is_no_photo_is_refused(notice, staff, content):
    said = refused_add(notice, staff.village_supervisor, image=SimpleUploadedFile("a.jpg", content))

    assert said == ["The file is not a whole photo. Send a photo as JPEG, PNG or WebP."]


def test_half_a_photo_is_refused(notice, staff):
    whole = given_notices.picture(size=(800, 600)).read()
    part = SimpleUploadedFile("a.jpg", whole[: len(whole) // 2])

    said = refused_add(notice, staff.village_supervisor, image=part)

    assert "not a whole photo" in said[0]


def test_a_photo_too_large_is_refused(notice, staff, monkeypatch):
    monkeypatch.setattr(pictures, "LARGEST", 100)

    said = refused_add(notice, staff.village_supervisor)

    assert "is larger than" in said[0]


def test_a_photo_of_too_many_pixels_is_refused(notice, staff, monkeypatch):
    monkeypatch.setattr(pictures, "MOST_PIXELS", 100)

    assert "pixels" in refused_add(notice, staff.village_supervisor)[0]


def test_a_photo_of_another_notice_is_refused_by_its_name(notice, place, staff, page):
    other = given_notices.notice(place.villages[0], staff.village_supervisor)
    given_notices.photo(notice, staff.village_supervisor, image=given_notices.picture((9, 9, 9)))
    sentence = "This photo was already used for the notice “青石村公示”; take one of this board."

    again = given_notices.picture((9, 9, 9), kind="JPEG", name="new.jpg")
    said = refused_add(other, staff.village_supervisor, image=again)
    shown = page(staff.village_supervisor).post(
        f"/board/{other.pk}/photos/add/",
        {
            "moment": "start",
            "image": given_notices.picture((9, 9, 9)),
            "taken_on": str(other.posted_on),
            "place": "村口",
        },
    )

    assert said == [sentence]
    assert sentence in shown.content.decode()
    assert not other.photos.exists()


def test_one_photo_does_not_show_both_moments(notice, staff):
    given_notices.photo(notice, staff.village_supervisor, image=given_notices.picture((8, 8, 8)))

    said = refused_add(
        notice, staff.village_supervisor, moment="end", image=given_notices.picture((8, 8, 8))
    )

    assert said == ["This photo already shows the other moment of this notice."]


def test_a_photo_is_added_on_the_page_of_its_notice(notice, staff, page):
    browser = page(staff.village_supervisor)
    sent = {"moment": "start", "image": given_notices.picture(), "taken_on": "2026-11-06"}

    answer = browser.post(f"/board/{notice.pk}/photos/add/", sent | {"place": "村委会门口"})
    photo = NoticePhoto.objects.get()
    seen = browser.get(f"/board/photos/{photo.pk}/")

    assert answer.status_code == 302
    assert "村委会门口" in browser.get(f"/board/{notice.pk}/").content.decode()
    assert seen.content.startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    ("moment", "day"),
    [("start", date(2026, 11, 5)), ("start", date(2026, 11, 14)), ("end", date(2026, 11, 12))],
)
def test_a_photo_shows_the_moment_it_says(notice, staff, moment, day):
    said = refused_add(notice, staff.village_supervisor, moment=moment, taken_on=day)

    assert said[0].startswith("This photo must have been taken between")


def test_a_photo_is_never_replaced(notice, staff):
    photo = given_notices.photo(notice, staff.village_supervisor)

    said = refused_add(notice, staff.village_supervisor)

    assert said == ["There is already a photo of this moment; photos are never replaced."]
    with pytest.raises(DatabaseError), transaction.atomic():
        photo.delete()


def test_photos_are_added_by_those_who_hang_notices_up(notice, staff):
    with pytest.raises(PermissionDenied):
        given_notices.photo(notice, staff.village_head)

    assert not notice.photos.exists()


def test_a_photo_is_not_seen_from_another_township(notice, staff, page):
    photo = given_notices.photo(notice, staff.village_supervisor)
    stranger = given.user("village_supervisor", at=given.township("990123101000").town)

    assert page(stranger).get(f"/board/photos/{photo.pk}/").status_code == 404
