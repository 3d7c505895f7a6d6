"""Two inspectors say what they saw; what alarms becomes a doubt and no verdict (W-9)."""

import uuid
from datetime import date, datetime
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from viewflow.workflow.models import Task

from inspections import evidence, visit_flows, visit_photos, visits
from inspections.models import Doubt, Visit, VisitPhoto
from inspections.words import title_of, why
from project.kernel.guards import Refused
from project.kernel.models import Look
from project.kernel.months import SHANGHAI
from registry.models import Kinship
from tests import given, given_days
from tests.given_roll_calls import shot

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 10, 19, 9, 0, tzinfo=SHANGHAI)
SIGNED = {"first": "M0 0L9 9", "second": "M9 0L0 9"}
MET = SIGNED | {"person": "M1 1L2 2"}


@pytest.fixture
def scene():
    made = given.scene(holders=2, days=[])
    made.first = given.user("inspector", at=made.place.county, name="督查甲")
    made.second = given.user("inspector", at=made.place.county, name="督查乙")
    return made


def shift(scene, **terms):
    """Work is due on Mondays from eight to eleven."""
    hours = {"opens_at": MONDAY.time().replace(hour=8), "closes_at": MONDAY.time().replace(hour=11)}
    return given_days.plan(scene, **{"weekdays": [1]} | hours | terms)


def told(scene, **fields):
    """A visit to the first holder as the services take it."""
    return {
        "client_id": uuid.uuid4(),
        "contract": scene.contracts[0],
        "way": "site",
        "at": MONDAY,
        "seen": "absent",
        "by": scene.first,
        "second": scene.second,
        "signatures": SIGNED,
    } | fields


def record(scene, **fields):
    return visit_flows.record(**told(scene, **fields))


def refused(scene, **fields):
    """Everything that speaks against a visit."""
    with pytest.raises(Refused) as found:
        record(scene, **fields)
    assert not Visit.objects.exists()
    return " ".join(found.value.messages)


def due(scene, moment=MONDAY):
    return record(scene, at=moment, seen="unreached").due


def test_whether_work_was_due_the_plan_of_that_hour_says_and_nobody_else(scene):
    ended = {"ended_by": scene.staff.township_officer}

    def on(month, day, hour=9):
        return due(scene, MONDAY.replace(month=month, day=day, hour=hour))

    assert on(10, 19) == "unknown"
    shift(scene, ends_on=date(2026, 10, 31), **ended)
    season = {"months": [4, 5]} | ended
    shift(scene, starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 8), **season)
    free = {"weekdays": [], "days": 15, "opens_at": None, "closes_at": None} | ended
    shift(scene, starts_on=date(2026, 11, 9), ends_on=date(2026, 11, 15), **free)
    shift(scene, starts_on=date(2026, 11, 16), opens_at=None, closes_at=None)
    given_days.on_leave(scene, scene.contracts[0], date(2026, 10, 26), date(2026, 10, 27))

    assert [on(10, 19), on(10, 20), on(10, 19, hour=12)] == ["yes", "no", "no"]
    assert on(10, 26) == "no", "on leave"
    assert on(11, 2) == "no", "outside the season"
    assert on(11, 9) == "unknown", "the days are free to choose"
    assert [on(11, 16), on(11, 17)] == ["unknown", "no"], "a plan without hours"


def test_who_is_not_there_while_no_plan_asks_for_it_has_done_nothing(scene):
    record(scene)
    shift(scene)
    record(scene, at=MONDAY.replace(hour=12))
    record(scene, seen="working", signatures=MET)
    record(scene, seen="unreached")

    assert not Doubt.objects.exists()


def test_absence_while_work_is_due_is_a_doubt_that_waits_and_twice_weighs_more(scene):
    shift(scene)
    first = record(scene)
    second = record(scene, at=MONDAY.replace(day=26))

    one, two = Doubt.objects.order_by("pk")
    assert (one.pattern, one.severity, one.found_by, one.person) == (
        "V-02.visit",
        "B",
        scene.first,
        scene.contracts[0].person,
    )
    assert one.subject == f"{scene.contracts[0].pk}:{first.pk}"
    assert {"kind": "visit", "id": second.pk} in two.evidence
    assert ("2026-10-19 09:00" in why(one), "2 次" in why(two)) == (True, True)
    assert title_of(one.pattern) != one.pattern
    tasks = Task.objects.filter(process__artifact_object_id=two.pk, status="NEW")
    assert tasks.get().owner_permission_obj_pk == two.area_id
    assert "督查乙" in evidence.pieces(two, scene.first)[0].what


def test_somebody_else_at_work_is_serious_and_its_pictures_are_the_evidence(scene):
    visit = record(scene, seen="other", other="李四的儿子", photos=[shot("a"), shot("b")])

    doubt = Doubt.objects.get()
    assert (doubt.pattern, doubt.severity) == ("V-01.visit", "A")
    assert "李四的儿子" in why(doubt)
    kinds = [piece["kind"] for piece in doubt.evidence]
    assert kinds == ["visit", "visit_photo", "visit_photo"]
    assert all(piece.url for piece in evidence.pieces(doubt, scene.first))
    assert {photo.visit for photo in VisitPhoto.objects.all()} == {visit}


def test_what_the_person_says_of_card_and_money_opens_doubts_of_their_own(scene):
    record(
        scene,
        seen="working",
        signatures=MET,
        answers={"card": "other", "returned": "yes", "pay": "500", "duties": "partly"},
    )

    assert sorted(Doubt.objects.values_list("pattern", flat=True)) == ["V-14.told", "V-16.told"]
    assert all("2026-10-19" in why(doubt) for doubt in Doubt.objects.all())


def test_a_visit_sent_twice_is_kept_once_and_its_number_takes_nothing_else(scene):
    shift(scene)
    said = told(scene)
    assert visit_flows.record(**said) == visit_flows.record(**said)
    with pytest.raises(Refused, match="另一次检查"):
        visit_flows.record(**said | {"seen": "working", "signatures": MET})

    assert (Visit.objects.count(), Doubt.objects.count()) == (1, 1)
    assert Visit.objects.get().seen == "absent"
    with pytest.raises(DatabaseError), transaction.atomic():
        Visit.objects.update(seen="working")


def test_two_inspectors_of_the_village_make_a_visit_and_no_kin_of_the_person(scene):
    person, clerk = scene.contracts[0].person, scene.staff.village_clerk
    assert "两人" in refused(scene, second=scene.first)
    assert clerk.name in refused(scene, second=clerk)
    elsewhere = given.user("inspector", at=given.township("990199100000").county)
    assert elsewhere.name in refused(scene, second=elsewhere)
    for by in (clerk, elsewhere):
        with pytest.raises(PermissionDenied):
            record(scene, by=by)
    Kinship.objects.create(
        person=person, user=scene.second, relation="堂兄", declared_on=date(2026, 1, 1)
    )
    assert "V-26" in refused(scene)
    assert "V-26" in refused(scene, by=scene.second, second=scene.first)


@pytest.mark.parametrize(
    ("said", "why_not"),
    [
        ({"signatures": {"first": "M0 0L1 1"}}, "两名检查人"),
        ({"seen": "working"}, "本人应当签名"),
        ({"signatures": SIGNED | {"first": "M0 0L1 1<script>"}}, "重新签"),
        ({"signatures": SIGNED | {"third": "M0 0"}}, "重新签"),
        ({"seen": "other"}, "谁在替岗"),
        ({"way": "phone"}, "打电话"),
        ({"way": "photo"}, "现场和电话"),
        ({"at": datetime(2036, 1, 1, tzinfo=SHANGHAI)}, "将来"),
        ({"at": datetime(2019, 1, 1, tzinfo=SHANGHAI)}, "没有在岗合同"),
        ({"longitude": 104}, "经纬度"),
        ({"answers": {"card": "bank", "colour": "red"}}, "不是“"),
        ({"because": "写错了"}, "只有更正"),
    ],
)
def test_a_visit_that_does_not_hold_together_is_refused_with_a_reason(scene, said, why_not):
    assert why_not in refused(scene, **said)


def test_a_mistake_is_corrected_by_another_visit_and_the_old_doubt_says_so(scene):
    shift(scene)
    wrong = record(scene)
    right = {"seen": "working", "signatures": MET, "corrects": wrong}
    with pytest.raises(Refused, match="更正的原因"):
        record(scene, **right)
    stranger = {"contract": scene.contracts[1], "because": "看错人了"}
    with pytest.raises(Refused, match="不是检查这个人"):
        record(scene, **right | stranger)
    record(scene, **right, because="她在桥的另一头")
    with pytest.raises(Refused, match="已经更正过"):
        record(scene, **right, because="再改")
    again = record(scene, at=MONDAY.replace(day=26))

    old, new = Doubt.objects.order_by("pk")
    assert (old.state, new.shows["times"], new.subject.split(":")[1]) == ("open", 1, str(again.pk))
    assert "她在桥的另一头" in evidence.pieces(old, scene.first)[0].what


def test_pictures_come_from_the_inspectors_once_and_not_without_end(scene):
    visit = record(scene)
    keep = SimpleNamespace(client_id=uuid.uuid4(), by=scene.second)
    first = visit_photos.keep(visit, **vars(keep), picture=shot("a"), shows="桥头")
    assert visit_photos.keep(visit, **vars(keep), picture=shot("a")) == first
    assert visit_photos.keep(visit, by=scene.first, picture=shot("a")) == first
    with pytest.raises(Refused, match="另一张照片"):
        visit_photos.keep(visit, **vars(keep), picture=shot("b"))
    with pytest.raises(PermissionDenied):
        visit_photos.keep(visit, by=scene.staff.township_officer, picture=shot("b"))
    with pytest.raises(Refused, match="不是能打开的照片"):
        visit_photos.keep(visit, by=scene.first, picture=given_days.file(b"no picture"))
    for seed in range(visit_photos.MOST - 1):
        visit_photos.keep(visit, by=scene.first, picture=shot(seed))
    with pytest.raises(Refused, match="最多"):
        visit_photos.keep(visit, by=scene.first, picture=shot("one more"))

    assert VisitPhoto.objects.filter(visit=visit).count() == visit_photos.MOST
    assert visits.times_absent(visit) == 0
    assert visit.at.date() == date(2026, 10, 19)


def test_a_signed_sheet_is_typed_in_and_corrected_at_the_desk_and_each_look_is_kept(scene, client):
    client.force_login(scene.first)
    contract, address = scene.contracts[0], "/inspections/visits/new/"
    body = {
        "client_id": uuid.uuid4(),
        "contract": contract.pk,
        "way": "site",
        "at": "2026-10-19 09:00",
        "second": scene.second.pk,
        "seen": "working",
        "photos": [shot("sheet")],
    }
    made = client.get(client.post(address, body).url)
    first = Visit.objects.get()
    assert (first.at, first.signatures["person"]) == (MONDAY, "paper")
    assert "纸质" in made.text
    again = f"{address}?contract={contract.pk}&corrects={first.pk}"
    assert 'name="because"' in client.get(again).text
    assert 'name="because"' not in client.get(address).text
    body |= {"client_id": uuid.uuid4(), "corrects": first.pk, "photos": [shot("anew")]}
    assert "请写明更正的原因" in client.post(address, body).text
    body |= {"photos": [shot("anew")], "because": "看错了人", "refused": "on"}
    assert client.post(address, body).status_code == 302
    assert first.corrected_by.because == "看错了人"

    picture = f"/inspections/visits/pictures/{first.photos.get().pk}/"
    assert client.get(picture).headers["Content-Type"] == "image/jpeg"
    seen = Look.objects.get()
    assert (seen.by, seen.people, seen.record) == (scene.first, [contract.person_id], first)
    client.force_login(scene.staff.village_clerk)
    assert client.get(picture).status_code == 403
