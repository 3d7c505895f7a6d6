"""Roll calls on site: kept whole, doubted like every check-in, corrected and never deleted."""

import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from attendance import judging, plans, reviews
from attendance.models import CheckIn, Flag, Photo, RollCall
from attendance.selectors import grid, masks
from project.kernel.guards import Refused
from project.kernel.months import Month
from project.kernel.steps import do
from tests import given, given_changes, given_days
from tests.given_phones import picture
from tests.given_roll_calls import MORNING, corrected, held, shot

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
TODAY = date(2026, 11, 20)
BIT = 1 << 19
NOVEMBER = Month(2026, 11)
OCTOBER = MORNING.replace(month=10)


@pytest.fixture
def scene():
    found = given.scene(holders=3, days=[])
    found.month = NOVEMBER
    return found


@pytest.fixture
def officer(scene):
    return scene.staff.township_officer


def days(contract, level=1):
    row = next(iter(masks(NOVEMBER, contract.area_id, level).filter(contract_id=contract.pk)), None)
    return (row["full"] or 0) if row else 0


def refused(act, *args, **kwargs):
    with pytest.raises(Refused) as said, transaction.atomic():
        act(*args, **kwargs)
    return " ".join(said.value.messages)


def looked_at():
    judging.judge(timezone.now() - timedelta(days=1), timezone.now() + timedelta(minutes=1))
    return set(Flag.objects.values_list("check_in__contract", "code"))


def test_who_is_there_has_a_day_of_the_second_level_and_who_is_not_has_none(scene):
    there, _unnamed, away = scene.contracts

    call = held(scene, [there], [away])

    entry = CheckIn.objects.get()
    assert (entry.contract, entry.day, entry.source, entry.level) == (there, TODAY, "roll_call", 2)
    assert (entry.received_by, str(entry.in_at)) == (scene.staff.village_clerk, "08:30:00")
    assert [days(one) for one in scene.contracts] == [BIT, 0, 0]
    assert days(there, level=3) == 0
    lines = call.lines.order_by("contract").values_list("contract", "present", "check_in")
    assert list(lines) == [(there.pk, True, entry.pk), (away.pk, False, None)]
    assert not Flag.objects.exclude(code="no_place").exists()


def test_a_muster_at_noon_or_in_the_evening_shows_no_day_by_itself(scene):
    for kind in ("again", "out"):
        held(scene, scene.contracts[:1], kind=kind, photos=[shot(kind)])

    assert days(scene.contracts[0]) == 0
    assert set(CheckIn.objects.values_list("kind", flat=True)) == {"again", "out"}


def test_sent_five_times_it_is_kept_once(scene):
    number = uuid.uuid4()

    calls = {held(scene, scene.contracts, client_id=number).pk for _time in range(5)}

    assert len(calls) == 1
    assert CheckIn.objects.count() == 3
    assert Photo.objects.count() == 1


def test_the_number_of_another_roll_call_is_refused(scene):
    number = uuid.uuid4()
    held(scene, scene.contracts[:1], client_id=number)

    said = refused(held, scene, scene.contracts[:2], client_id=number)

    assert "another roll call" in said
    assert CheckIn.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"photos": []}, "sign-in book"),
        ({"photos": [shot(str(n)) for n in range(7)]}, "at most 6"),
        ({"photos": [given_days.file()]}, "not a whole photo"),
    ],
)
def test_nothing_is_kept_without_a_usable_picture(scene, fields, words):
    assert words in refused(held, scene, scene.contracts, **fields)

    assert not RollCall.objects.exists()
    assert not CheckIn.objects.exists()


def test_that_nobody_came_needs_no_picture(scene):
    call = held(scene, [], scene.contracts)

    assert call.lines.filter(present=False).count() == 3


def test_nobody_is_marked_twice_or_at_all_from_elsewhere(scene):
    one, other = scene.contracts[0], given.scene(holders=1, villages=1, days=[]).contracts[0]
    far = given.contract(given.township("990124100000").villages[0], scene.staff.township_officer)

    assert "at least one" in refused(held, scene)
    assert "both" in refused(held, scene, [one], [one])
    assert "1 of the people marked hold no contract" in refused(held, scene, [one, other, far])


def test_another_village_and_another_role_are_not_theirs(scene):
    stranger = given.user("village_clerk", at=given.township("990124100000").villages[0])
    for by in (stranger, scene.staff.village_head):
        with pytest.raises(PermissionDenied):
            held(scene, scene.contracts, by=by)


def test_pictures_are_drawn_anew_and_say_nothing_of_the_camera(scene):
    loud = picture("square", size=(4000, 3000))

    call = held(scene, scene.contracts, photos=[given_days.file(loud), given_days.file(loud)])

    kept = call.pictures.get()
    with kept.file.open() as file, Image.open(file) as image:
        assert (image.format, max(image.size)) == ("JPEG", 2400)
        assert not image.getexif()


def test_a_picture_used_at_two_roll_calls_is_a_doubt_about_everybody_of_the_second(scene):
    held(scene, scene.contracts[:2])
    held(scene, scene.contracts[1:], at=MORNING + timedelta(days=1), photos=[shot(quality=60)])

    found = looked_at()

    doubted = {pk for pk, code in found if code == "same_photo"}
    assert doubted == {one.pk for one in scene.contracts[1:]}
    flags = Flag.objects.filter(code="same_photo", check_in__day=TODAY + timedelta(days=1))
    assert flags.filter(waits=True).count() == 2
    assert [days(one) for one in scene.contracts] == [BIT, BIT, 0]


def test_a_phones_picture_shown_as_the_groups_is_a_doubt_and_the_other_way_round(scene):
    first, second, _third = scene.contracts
    own = given_days.pictured(first, scene.staff.village_clerk)
    held(scene, [second], photos=[shot("one")])
    assert (second.pk, "same_photo") in looked_at()
    assert not own.flags.filter(code="same_photo").exists()

    held(scene, [first], at=MORNING + timedelta(days=1), photos=[shot("later")])
    (late,) = given.worked(second, scene.staff.village_clerk, [20], month=NOVEMBER)
    given_days.keep(late, picture("later"))

    assert late.flags.filter(code="same_photo").count() == 0
    looked_at()
    assert late.flags.get(code="same_photo").evidence["roll_call"]


def test_place_clock_lateness_and_suspension_are_doubts_as_with_every_check_in(scene):
    village, officer = scene.place.villages[0], scene.staff.township_officer
    given_changes.suspended(scene, scene.contracts[0], on=TODAY - timedelta(days=5))
    plans.add_place(
        by=officer,
        area=village,
        name="村委会",
        longitude=Decimal("104.1"),
        latitude=Decimal("30.6"),
        radius=200,
        starts_on=date(2026, 1, 1),
    )

    held(
        scene,
        scene.contracts[:2],
        longitude=Decimal("104.2"),
        latitude=Decimal("30.6"),
        accuracy=9999,
        sent_at=timezone.now() + timedelta(hours=2),
        at=MORNING - timedelta(days=2),
    )

    both = {"outside_fence", "poor_accuracy", "clock_drift", "late"}
    codes = {
        one.pk: set(Flag.objects.filter(check_in__contract=one).values_list("code", flat=True))
        for one in scene.contracts[:2]
    }
    assert list(codes.values()) == [both | {"suspended"}, both]


def test_somebody_called_at_two_posts_on_one_day_is_a_doubt(scene, officer):
    ends = {"starts_on": date(2025, 1, 1), "ends_on": date(2025, 12, 31)}
    person = scene.contracts[0].person
    twice = given.holder(scene.place.villages[0], officer, person=person, **ends)

    held(scene, [scene.contracts[0], twice])

    assert {(scene.contracts[0].pk, "two_programmes"), (twice.pk, "two_programmes")} <= looked_at()


def test_a_confirmed_sheet_takes_no_roll_call_and_no_correction(scene):
    call = held(scene, scene.contracts, at=OCTOBER)
    scene.month = given.OCTOBER
    (sheet,) = given.sheets(scene, "open")
    for flag in Flag.objects.filter(waits=True):
        reviews.decide(flag, by=scene.staff.township_reviewer, decision="counts", reason="属实")
    do(sheet, "confirm", by=scene.staff.village_head)

    said = refused(held, scene, scene.contracts, at=OCTOBER, photos=[shot("two")])

    assert "sheet of 2026-10 is confirmed" in said
    assert "is confirmed" in refused(corrected, scene, call, absent=scene.contracts[:1])


def test_who_called_the_roll_does_not_confirm_the_sheet(scene):
    given.appoint(scene.staff.village_clerk, "village_head", scene.place.town)
    held(scene, scene.contracts)
    (sheet,) = given.sheets(scene, "open")

    assert "another person" in refused(do, sheet, "confirm", by=scene.staff.village_clerk)


def test_a_correction_takes_back_by_counter_entry_and_adds_with_the_same_pictures(scene):
    first, second, third = scene.contracts
    call = held(scene, [first, second], [third])

    made = corrected(scene, call, [third], [second])

    assert [days(one) for one in scene.contracts] == [BIT, 0, BIT]
    assert CheckIn.objects.filter(voids__isnull=True).count() == 3
    assert CheckIn.objects.get(voids__isnull=False).voids.contract == second
    assert [line.present for line in made.lines.order_by("contract")] == [True, False, True]
    assert (made.corrects, made.first, made.pictures.count()) == (call, call, 0)
    kept = call.lines.get(contract=first).check_in
    assert made.lines.get(contract=first).check_in == kept


def test_a_correction_is_sent_twice_and_kept_once_and_made_once(scene):
    call, number = held(scene, scene.contracts), uuid.uuid4()
    made = corrected(scene, call, absent=scene.contracts[:1], client_id=number)

    assert corrected(scene, call, absent=scene.contracts[:1], client_id=number) == made
    assert "newest" in refused(corrected, scene, call, absent=scene.contracts[:2])
    again = corrected(scene, made, scene.contracts[:1], photos=[shot("more")])
    assert (again.first, call.pictures.count()) == (call, 2)
    assert days(scene.contracts[0]) == BIT


def test_a_correction_says_why_and_what(scene):
    call = held(scene, scene.contracts[:2])
    nobody = held(scene, [], scene.contracts, kind="out")

    assert "Say why" in refused(corrected, scene, call, absent=scene.contracts[:1], reason=" ")
    assert "otherwise" in refused(corrected, scene, call, scene.contracts[:1])
    assert "sign-in book" in refused(corrected, scene, nobody, scene.contracts[:1])


def test_what_the_township_decided_is_not_washed_away_by_a_correction(scene):
    call = held(scene, scene.contracts)
    doubt = given_days.doubt(call.lines.first().check_in, "photo_of_screen", False)
    reviews.decide(doubt, by=scene.staff.township_reviewer, decision="does_not", reason="不在")
    given_days.granted(scene, scene.contracts[1], day=TODAY, wanted="0")

    said = [refused(corrected, scene, call, absent=[one]) for one in scene.contracts[:2]]

    assert ["李四0" in said[0], "李四1" in said[1]] == [True, True]
    corrected(scene, call, absent=scene.contracts[2:])
    assert [days(one) for one in scene.contracts] == [0, 0, 0]


def test_a_doubt_outlives_a_correction_of_somebody_else(scene):
    held(scene, scene.contracts[:1], at=MORNING - timedelta(days=1))
    call = held(scene, scene.contracts[:2])
    looked_at()

    corrected(scene, call, scene.contracts[2:])

    assert {(one.pk, "same_photo") for one in scene.contracts} <= looked_at()


def test_nothing_of_a_roll_call_is_changed_or_deleted(scene):
    call = held(scene, scene.contracts)

    for row in (call, call.lines.first(), call.pictures.get()):
        with pytest.raises(ProgrammingError), transaction.atomic():
            row.save()
        with pytest.raises(ProgrammingError), transaction.atomic():
            type(row).objects.filter(pk=row.pk)._raw_delete("default")


def test_the_days_stand_on_the_sheet_as_evidence_the_book_does_not_touch(scene):
    held(scene, scene.contracts[:1])
    (sheet,) = given.sheets(scene, "open")

    marks = {line.contract_id: symbols[19] for line, symbols, _days in grid(sheet)}

    assert marks == {one.pk: sign for one, sign in zip(scene.contracts, ["√", "", ""], strict=True)}


def test_a_hundred_people_cost_as_many_queries_as_three(scene, officer):
    held(scene, scene.contracts, photos=[shot("warm")], at=MORNING - timedelta(days=3))
    village, found = scene.place.villages[0], []
    for count in (3, 100):
        people = [given.holder(village, officer, insured=False) for _n in range(count)]
        with CaptureQueriesContext(connection) as queries:
            held(scene, people, at=MORNING + timedelta(hours=1), photos=[shot(str(count))])
        found.append(len(queries))

    assert found[0] == found[1] <= 25
    assert CheckIn.objects.filter(source="roll_call").count() == 106
