"""Contracts, posts and insurance: what is found, and the honest that look like it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from contracts.models import Contract, Cover
from posts.models import Hire
from project.kernel.models import User
from project.kernel.months import Month
from tests import given, given_changes, given_hires
from tests.given_detection import found, scene, stood

pytestmark = pytest.mark.django_db
WORKED = range(8, 23)


def working(made, **fields):
    """Somebody on a post for whom the days of the month are recorded."""
    by = made.staff.township_officer
    contract = given.holder(made.place.villages[0], by, **fields)
    given.worked(contract, by, WORKED)
    return contract


def paid(holders=2):
    """A month drawn up for payment, and somebody who looks."""
    made = given.scene(holders=holders)
    made.inspector = given.user("inspector", at=made.place.county)
    made.run = given.pay_run(made)
    return made


def test_pay_for_days_after_the_last_day_of_a_contract_is_doubted():
    made = paid(holders=3)
    assert not found(made, "V-18.outside")
    short, gone = made.contracts[:2]
    Contract.objects.filter(pk=short.pk).update(ends_on=date(2026, 10, 20))
    Contract.objects.filter(pk=gone.pk).update(ends_on=date(2026, 9, 20))
    doubts = {doubt.contract: doubt.shows["days"] for doubt in found(made, "V-18.outside")}

    assert doubts == {short: 2, gone: 15}


def test_days_before_the_signature_are_doubted_and_a_short_delay_is_not():
    made = scene(holders=2)
    late, soon = working(made, name="陈迟"), working(made, name="陈早")
    Contract.objects.filter(pk=late.pk).update(signed_on=date(2026, 10, 15))
    Contract.objects.filter(pk=soon.pk).update(signed_on=date(2026, 10, 10))
    (doubt,) = found(made, "V-18.unsigned")

    assert doubt.contract == late and doubt.shows == {"days": 7, "signed": "2026-10-15"}


def test_contracts_longer_than_the_rule_are_one_doubt_of_their_village():
    made = scene(holders=2)
    given.rule(made.place.county, "contract.max_term_months", 6, made.place.document)
    half = working(made, starts_on=date(2026, 7, 1), ends_on=date(2026, 12, 31))
    (doubt,) = found(made, "V-18.term")

    assert doubt.area == half.area and doubt.people == [] and doubt.contract is None
    assert {one["id"] for one in doubt.evidence} == {one.pk for one in made.contracts}
    assert doubt.shows == {
        "contracts": 2,
        "months": 6,
        "first": str(made.contracts[0].starts_on),
        "last": str(made.contracts[0].ends_on),
    }


def test_days_without_cover_are_doubted_from_the_day_it_ended():
    made = scene(holders=2)
    covered, bare = working(made, name="陈保"), working(made, name="陈缺", insured=False)
    cover = Cover.objects.get(person=covered.person)
    Cover.objects.create(
        policy=cover.policy,
        person=bare.person,
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 10, 18),
    )
    (doubt,) = found(made, "V-19.gap")

    assert doubt.contract == bare
    assert doubt.shows == {"days": 4, "first": "2026-10-19", "last": "2026-10-22"}


def test_two_covers_in_a_row_are_no_gap_and_nothing_is_asked_where_it_is_not_mandatory():
    made = scene(holders=2)
    worker = working(made, name="陈接", insured=False)
    cover = Cover.objects.first()
    for first, last in [((10, 1), (10, 12)), ((10, 13), (10, 31))]:
        Cover.objects.create(
            policy=cover.policy,
            person=worker.person,
            starts_on=date(2026, *first),
            ends_on=date(2026, *last),
        )
    assert not found(made, "V-19.gap")

    working(made, name="陈缺", insured=False)
    given.rule(made.place.county, "insurance.mandatory", False, made.place.document)
    assert not found(made, "V-19.gap")


def years(made, who, first, last, **fields):
    """Contracts of a person from year to year, each to the year's end."""
    by = made.staff.township_officer
    for year in range(first, last + 1):
        terms = {"starts_on": date(year, 1, 1), "ends_on": date(year, 12, 31)} | fields
        given.holder(made.place.villages[0], by, person=who, **terms)


def test_the_fourth_subsidised_year_is_doubted_unless_retirement_is_near():
    made = scene(holders=1)
    village = made.place.villages[0]
    long = given.person(village, "陈久", date(1980, 5, 5))
    old = given.person(village, "陈老", date(1967, 5, 5))
    short = given.person(village, "陈短", date(1980, 6, 5))
    years(made, long, 2023, 2026)
    years(made, old, 2023, 2026)
    years(made, short, 2024, 2026)
    (doubt,) = found(made, "V-22.months")

    assert doubt.person == long and doubt.shows == {"months": 46, "most": 36}


def test_the_third_placement_is_doubted_and_contracts_in_a_row_are_one():
    made = scene(holders=1)
    village = made.place.villages[0]
    often = given.person(village, "陈频", date(1980, 5, 5))
    steady = given.person(village, "陈稳", date(1980, 6, 5))
    for year in (2022, 2024):
        years(made, often, year, year)
    years(made, often, 2026, 2026)
    years(made, steady, 2024, 2026)
    (doubt,) = found(made, "V-22.places")

    assert doubt.person == often and doubt.shows == {"times": 3, "most": 2}


def hired(made, post, contract):
    return Hire.objects.create(
        area=post.area,
        post=post,
        person=contract.person,
        contract=contract,
        applied_on=date(2025, 12, 1),
        state="placed",
    )


def test_a_post_that_came_after_its_holder_is_doubted():
    made = scene(holders=2)
    village = made.place.villages[0]
    hired(made, given_hires.post(village, starts_on=date(2026, 6, 1)), made.contracts[0])
    hired(made, given_hires.post(village), made.contracts[1])
    (doubt,) = found(made, "V-24.after")

    assert doubt.contract == made.contracts[0] and doubt.shows["since"] == "2026-06-01"


def test_posts_without_duties_or_workload_are_one_doubt_of_their_village():
    made = scene(holders=4)
    village = made.place.villages[0]
    empty = [given_hires.post(village, title=title, duties=" ") for title in ("河道", "道路")]
    for post, contract in zip([*empty, empty[0]], made.contracts, strict=False):
        hired(made, post, contract)
    hired(made, given_hires.post(village), made.contracts[3])
    (doubt,) = found(made, "V-24.empty")

    assert doubt.area == village and doubt.people == [] and doubt.person is None
    assert {one["id"] for one in doubt.evidence} == {post.pk for post in empty}
    assert doubt.shows == {"posts": 2, "people": 3}


def test_one_high_standard_among_like_posts_is_doubted():
    made = scene(holders=9)
    high = working(made, standard=Decimal(900), name="陈高")
    (doubt,) = found(made, "V-25.unequal")

    assert doubt.people == [high.person_id]
    assert doubt.shows == {"people": 1, "all": 10, "kind": "保洁保绿", "usual": 600.00}


def test_standards_that_differ_all_over_are_no_doubt():
    made = scene(holders=5)
    for n in range(5):
        working(made, standard=Decimal(900 + 100 * n), name=f"陈{n}")

    assert not found(made, "V-25.unequal")


def two_months(holders=4):
    """September on its sheet and October as it comes, but for the first holder."""
    made = scene(holders=holders)
    stood(made.contracts[1:], WORKED, Month(2026, 9))
    stood(made.contracts[:1], (), Month(2026, 9))
    for contract in made.contracts[1:]:
        given.worked(contract, made.staff.township_officer, WORKED)
    return made


def test_two_months_in_force_without_a_day_are_doubted():
    made = two_months()
    (doubt,) = found(made, "V-36.nothing")

    assert doubt.contract == made.contracts[0]


def test_who_is_suspended_has_a_reason_for_no_day():
    made = two_months()
    given_changes.suspended(made, made.contracts[0], on=date(2026, 10, 1))

    assert not found(made, "V-36.nothing")


def test_a_month_that_still_runs_shows_nothing_yet():
    made = scene(holders=2)
    november = Month(2026, 11)
    stood(made.contracts[1:], WORKED)
    stood(made.contracts[:1], ())
    given.worked(made.contracts[1], made.staff.township_officer, [2, 3], november)

    assert User.objects.exists() and november.last > date(2026, 11, 22) + timedelta(days=1)
    assert not found(made, "V-36.nothing", november)
