"""Who loses cover when is known ninety days ahead; a day worked without cover waits (S-28)."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import translation

from contracts import insurance
from contracts.insurance_gaps import ahead, losing_cover
from contracts.insurance_reminders import lines
from contracts.models import Contract, Cover
from payroll import services as payroll
from payroll.explain import explain
from payroll.models import Hold
from project.kernel.guards import Refused
from project.kernel.months import Month
from project.kernel.steps import do
from tests import given, given_insurance

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def scene():
    return given.scene(holders=2)


def lost(until=TODAY + timedelta(days=90)):
    found = losing_cover(Contract.objects.all(), TODAY, until)
    return dict(found.values_list("person__name", "lost_on"))


def ends(scene, day, which=0):
    person = scene.contracts[which].person
    given_insurance.covered_until(person, day, scene.staff.township_officer)
    return person


def another(scene, person, first, last=date(2026, 12, 31)):
    """A policy that follows, on which one person is."""
    policy = insurance.add_policy(
        by=scene.staff.township_officer,
        area=scene.place.town,
        number=f"PICC-next-{first}",
        insurer="人保财险",
        starts_on=first,
        ends_on=last,
    )
    return Cover.objects.create(policy=policy, person=person, starts_on=first, ends_on=last)


def test_who_is_covered_to_the_end_of_the_contract_loses_nothing(scene):
    assert lost() == {}


def test_the_first_day_without_cover_is_the_day_after_the_last_one(scene):
    ends(scene, date(2026, 12, 5))

    assert lost() == {"李四0": date(2026, 12, 6)}
    assert lost(until=date(2026, 12, 5)) == {}


def test_a_cover_that_follows_the_next_day_leaves_no_gap(scene):
    person = ends(scene, date(2026, 12, 5))
    another(scene, person, date(2026, 12, 6))

    assert lost() == {}


def test_a_cover_that_follows_a_day_late_leaves_one(scene):
    person = ends(scene, date(2026, 12, 5))
    another(scene, person, date(2026, 12, 7))

    assert lost() == {"李四0": date(2026, 12, 6)}


def test_who_has_no_cover_now_is_lost_today(scene):
    ends(scene, date(2026, 11, 1))

    assert lost() == {"李四0": TODAY}


def test_the_inbox_says_it_thirty_and_seven_days_ahead_each_person_once(scene):
    ends(scene, date(2026, 11, 25))
    ends(scene, date(2026, 12, 15), which=1)

    found = ahead(scene.staff.township_officer)

    assert [(one.days, one.people, one.first) for one in found] == [
        (7, 1, date(2026, 11, 26)),
        (30, 2, date(2026, 12, 16)),
    ]
    told = [line.what for line in lines(scene.staff.township_officer)]
    assert told[0] == "1 people lose their cover within 7 days, the first on 2026-11-26"
    assert lines(scene.staff.village_clerk) == []


def test_the_list_is_narrowed_and_taken_out(scene):
    ends(scene, date(2026, 12, 15))
    client = Client(headers={"accept-language": "en"})
    client.force_login(scene.staff.township_officer)

    def rows(query):
        return len(client.get(f"/contracts/insurance/forecast/?{query}").context["rows"])

    assert (rows("within=90"), rows("within=30"), rows("within=7")) == (1, 1, 0)
    assert client.get("/contracts/insurance/forecast/?format=xlsx").status_code == 200


def held(run):
    return [(hold.code, hold.detail) for hold in Hold.objects.waiting().filter(line__run=run)]


def june():
    """A township in June whose one worker came every day; the policy ends on 15 June."""
    place = given.township()
    people = given.staff(place)
    worker = given.holder(place.villages[0], people.township_officer, insured=False, name="李四")
    policy = insurance.add_policy(
        by=people.township_officer,
        area=place.town,
        number="PICC-2026-6",
        insurer="人保财险",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 6, 15),
    )
    Cover.objects.create(
        policy=policy,
        person=worker.person,
        starts_on=policy.starts_on,
        ends_on=policy.ends_on,
    )
    month = Month(2026, 6)
    given.worked(worker, people.township_officer, range(1, 31), month=month)
    return SimpleNamespace(place=place, staff=people, contracts=[worker], month=month)


def sheets_of(scene):
    """June's sheet, final; the notice hung in July."""
    walk = dict(given.SHEET_WALK[3][2], on=date(2026, 7, 5))
    steps = [*given.SHEET_WALK[:3], ("publicise", "village_supervisor", walk), given.SHEET_WALK[4]]
    given.attendance.open_month(scene.month, scene.place.town.code, by=scene.staff.township_officer)
    (sheet,) = given.Sheet.objects.due(scene.month, scene.place.town.code)
    for step, who, details in steps:
        do(sheet, step, by=getattr(scene.staff, who), **details)


def prepared(scene):
    (run,) = payroll.prepare(scene.month, scene.place.town.code, by=scene.staff.township_officer)
    return run


def test_s28_days_after_the_policy_wait_until_an_endorsement_is_recorded():
    """S-28: insurance ends on 15 June; the days 16 to 30 of the June sheet are held (V-19)."""
    scene = june()
    officer, reviewer = scene.staff.township_officer, scene.staff.township_reviewer
    sheets_of(scene)

    run = prepared(scene)

    days = ",".join(map(str, range(16, 31)))
    covered, waiting = run.lines.with_state().order_by("number")
    assert held(run) == [("insurance", days)]
    assert (covered.state, covered.days_worked, covered.on_days) == ("payable", 15, 2**15 - 1)
    assert (waiting.state, waiting.days_worked, waiting.item) == ("held", 15, "uninsured_days")
    assert covered.amount + waiting.amount == scene.contracts[0].standard
    assert "16–30 (V-19)" in " ".join(explain(waiting).sentences)
    assert explain(covered).dates == [f"2026-06-{day:02}" for day in range(1, 16)]
    next_policy = insurance.add_policy(
        by=officer,
        area=scene.place.town,
        number="PICC-2026-7",
        insurer="人保财险",
        starts_on=date(2026, 6, 16),
        ends_on=date(2026, 12, 31),
    )
    insurance.enrol(
        next_policy, by=officer, starts_on=date(2026, 6, 16), person=scene.contracts[0].person
    )
    with pytest.raises(Refused, match="Prepare it again"):
        do(run, "confirm", by=reviewer)
    again = prepared(scene)
    assert held(again) == []
    whole = again.lines.payable().get()
    assert (whole.days_worked, whole.amount) == (30, scene.contracts[0].standard)
    assert do(again, "confirm", by=reviewer).state == "confirmed"


def test_where_insurance_is_not_mandatory_nothing_waits():
    scene = june()
    given.rule(scene.place.county, "insurance.mandatory", False, scene.place.document)
    sheets_of(scene)

    assert held(prepared(scene)) == []


def test_who_did_not_work_in_the_gap_does_not_wait(scene):
    """Check-ins are on days 8 to 22 of October; the gap is from the 23rd on."""
    ends(scene, date(2026, 10, 22))
    given.sheets(scene)

    assert held(prepared(scene)) == []


def test_two_policies_one_after_the_other_cover_the_month(scene):
    person = ends(scene, date(2026, 10, 15))
    another(scene, person, date(2026, 10, 16))
    given.sheets(scene)

    assert held(prepared(scene)) == []


def test_a_single_day_between_two_policies_is_named(scene):
    person = ends(scene, date(2026, 10, 15))
    another(scene, person, date(2026, 10, 17))
    given.sheets(scene)

    assert held(prepared(scene)) == [("insurance", "16")]
