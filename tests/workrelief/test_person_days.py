"""No person-day is paid twice over posts and projects, whatever people do (V-03, V-13)."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation
from hypothesis import HealthCheck, Phase, settings
from hypothesis import given as hypothesis_given
from hypothesis import strategies as some

from attendance import book
from attendance import flows as attendance
from attendance.models import Sheet
from contracts import services as contracts
from contracts.models import Attestation, Contract, Cover
from payroll.models import PayLine
from project.kernel.guards import Refused
from project.kernel.months import Month
from project.kernel.steps import do
from tests import given, given_days, given_relief
from workrelief import roster
from workrelief.models import Member

pytestmark = pytest.mark.django_db
FIRST = date(2026, 9, 1)
MONTHS = (Month(2026, 9), Month(2026, 10))
LAST_PLACE = 60
OVERLAPPING = """
    SELECT count(*) FROM contracts_contract a JOIN contracts_contract b
        ON b.person_id = a.person_id AND b.id > a.id AND b.state = ANY(%(held)s)
        AND daterange(a.starts_on, a.ends_on, '[]') && daterange(b.starts_on, b.ends_on, '[]')
    WHERE a.state = ANY(%(held)s)
"""
HELD = ["signed", "in_force", "suspended", "ended"]

# (person, where, first day, days, of which only the first so many or all)
ENGAGED = some.tuples(
    some.integers(0, 1),
    some.sampled_from(["post", "second", "site"]),
    some.integers(0, LAST_PLACE),
    some.integers(3, 45),
    some.sampled_from([0, 0, 2]),
)
# (person, day, whole or half, by whom it was told)
WORKED = some.tuples(
    some.integers(0, 1),
    some.integers(0, LAST_PLACE),
    some.sampled_from(["1", "0.5"]),
    some.sampled_from(["book", "machine"]),
)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def made():
    """A project under way, two people with cards and insurance, and three places for them."""
    scene = given_relief.scene()
    scene.people = [given.person(scene.place.villages[0], name=f"共用{n}") for n in (1, 2)]
    for who in scene.people:
        given_relief.card(who, scene.staff.township_officer)
        days = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
        Cover.objects.create(policy=scene.project.insurance, person=who, **days)
    return scene


def day_of(place):
    return FIRST + timedelta(days=place)


def engage(scene, person, where, first, days, kept):
    """Somebody engaged through the services; whether that was possible."""
    spell = {"starts_on": day_of(first), "ends_on": day_of(first + days)}
    try:
        with transaction.atomic():
            at_site = where == "site"
            held = (on_the_site if at_site else on_a_post)(scene, person, where, **spell)
            if kept:
                ended(scene, held, day_of(first + kept))
    except (Refused, IntegrityError) as clash:
        assert any(word in str(clash) for word in ("already", "one_contract_a_person", "roster"))
        return False
    return True


def on_a_post(scene, person, where, **spell):
    village = scene.place.villages[where == "second"]
    by = scene.staff.township_officer
    drafted = given.contract(village, by, person=person, **spell)
    return contracts.take_over(drafted, by=by, signed_on=spell["starts_on"])


def on_the_site(scene, person, _where, **spell):
    members = given_relief.enlist(scene, 1, person=person, **spell)
    (member,) = given_relief.placed(scene, members, insured=False)
    return member.contract


def ended(scene, contract, on):
    """The engagement ended early; a roster follows its contract."""
    Contract.objects.filter(pk=contract.pk).update(state="ended", ends_on=on)
    for member in Member.objects.filter(contract=contract):
        roster.leave(member, by=scene.staff.relief_contractor)


def tell(scene, person, place, worth, source):
    """A day told by the clerk's book or by a machine, for each place that the person ever had."""
    day = day_of(place)
    refused = 0
    for contract in Contract.objects.filter(person=person, state__in=HELD):
        if source == "machine":
            given.worked(contract, scene.staff.township_officer, [day.day], Month.of(day))
            continue
        sheet = Sheet.objects.filter(area=contract.area_id, month=Month.of(day)).first()
        if sheet is None:
            continue
        try:
            marks = {contract.pk: {day: Decimal(worth)}}
            book.record(sheet, by=scene.staff.village_clerk, marks=marks)
        except Refused:
            refused += 1
    return refused


def paid(scene, month):
    """The month's sheets confirmed where they may be, attested, prepared: the lines to be paid."""
    for sheet in Sheet.objects.filter(month=month):
        given_days.scanned(
            sheet, scene.staff.village_clerk, content=given_days.PAGE + b"%d" % sheet.pk
        )
        try:
            do(sheet, "confirm", by=scene.staff.village_head)
        except Refused:
            continue
        for line in Sheet.objects.get(pk=sheet.pk).lines.filter(contract__attested=True):
            Attestation.objects.create(
                contract=line.contract,
                month=month,
                days=line.days,
                basis=str(month),
                by=scene.staff.township_reviewer,
            )
    given.payroll.prepare(month, scene.place.town.code, by=scene.staff.township_officer)
    return PayLine.objects.payable().filter(month=month).select_related("sheet_line")


def person_days(lines):
    """{(person, month, day): what is paid of it}, read from the masks of the frozen sheets."""
    found = Counter()
    for line in lines:
        kept = line.sheet_line
        if kept is None:
            continue
        for place in range(31):
            whole, half = kept.full_days >> place & 1, kept.half_days >> place & 1
            if whole or half:
                found[line.person_id, line.month, place + 1] += 2 if whole else 1
    return found


def test_no_person_day_is_paid_twice_over_posts_and_projects(made):
    seen = Counter()

    @settings(
        max_examples=12,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis_given(
        engaged=some.lists(ENGAGED, min_size=2, max_size=6),
        worked=some.lists(WORKED, min_size=4, max_size=25),
    )
    def never_twice(engaged, worked):
        with transaction.atomic():
            walk(made, engaged, worked, seen)
            transaction.set_rollback(True)

    never_twice()

    assert seen["engaged"] and seen["not engaged"] and seen["day refused"] and seen["paid"], seen


def walk(scene, engaged, worked, seen):
    """One such year of two people, and what must be true of it."""
    for person, *terms in engaged:
        done = engage(scene, scene.people[person], *terms)
        seen["engaged" if done else "not engaged"] += 1
    by, town = scene.staff.township_officer, scene.place.town.code
    for month in MONTHS:
        attendance.open_month(month, town, by=by)
    for person, place, *said in worked:
        seen["day refused"] += tell(scene, scene.people[person], place, *said)
    for month in MONTHS:
        if not Sheet.objects.filter(month=month).exists():
            continue
        found = person_days(paid(scene, month))
        assert all(halves <= 2 for halves in found.values()), found
        seen["paid"] += len(found)
    with connection.cursor() as cursor:
        cursor.execute(OVERLAPPING, {"held": HELD})
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("programme", ["post", "site"])
def test_the_database_refuses_a_second_contract_over_a_day_of_the_first(made, programme):
    who, by = made.people[0], made.staff.township_officer
    spell = {"starts_on": FIRST, "ends_on": day_of(30)}
    (on_the_site if programme == "site" else on_a_post)(made, who, programme, **spell)
    later = {"starts_on": day_of(30), "ends_on": day_of(60)}
    twin = given.contract(made.place.villages[1], by, person=who, **later)

    with pytest.raises(IntegrityError, match="one_contract_a_person"), transaction.atomic():
        Contract.objects.filter(pk=twin.pk).update(state="in_force", signed_on=FIRST)
    Contract.objects.filter(pk=twin.pk).update(
        state="in_force", signed_on=FIRST, starts_on=day_of(31)
    )
    assert Contract.objects.overlapping(FIRST, day_of(60)).filter(person=who).count() == 2
