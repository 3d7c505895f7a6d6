"""Every rule of eligibility, and the scenarios that ask them."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from contracts.models import Contract
from posts.cases import Wish
from posts.eligibility import failures
from registry.models import Area, Fact, Household, Person
from tests import given

FIRST, LAST = date(2027, 1, 1), date(2027, 12, 31)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def scene():
    place = given.township(villages=2)
    place.officer = given.user("township_officer", at=place.town)
    place.village = place.villages[0]
    return place


def wish(scene, who, first=FIRST, last=LAST, **fields):
    fields = {"fund_id": "employment", "post_type": "保洁保绿"} | fields
    fields = {"area_id": scene.village.pk} | fields
    return Wish(person=who, first=first, last=last, **fields)


def against(scene, who, *args, **fields):
    return failures([wish(scene, who, *args, **fields)])[0]


def rule(scene, code, value):
    given.rule(scene.town, code, value, scene.document)


def says(sentences, *words):
    return len(sentences) == 1 and all(word in sentences[0] for word in words)


@pytest.mark.django_db
class TestScenarios:
    def test_a_rangers_post_on_another_list_blocks_and_its_row_is_shown(self, scene):
        """S-02."""
        who = given.person(scene.village)
        Fact.objects.create(
            person=who,
            kind=Fact.Kind.OTHER_POST,
            starts_on=date(2026, 5, 1),
            source="林草局",
            batch="2026年第3批",
            basis="生态护林员名册第17行",
            received_by=scene.officer,
        )

        found = against(scene, who)

        assert says(found, "V-05", "林草局", "2026年第3批", "生态护林员名册第17行", "2026-05-01")

    def test_another_list_is_over_when_its_days_are(self, scene):
        who = given.person(scene.village)
        Fact.objects.create(
            person=who,
            kind=Fact.Kind.OTHER_POST,
            starts_on=date(2025, 1, 1),
            ends_on=date(2026, 12, 31),
            source="林草局",
            received_by=scene.officer,
        )

        assert against(scene, who) == []

    def test_a_household_has_one_holder_unless_the_rule_allows_two(self, scene):
        """S-03."""
        home = Household.objects.create(area=scene.village, number="S-03")
        first = given.person(scene.village, name="父", household=home)
        second = given.person(scene.village, name="子", household=home)
        given.contract(scene.village, scene.officer, person=first, starts_on=FIRST, ends_on=LAST)

        blocked = against(scene, second)
        rule(scene, "household.max_active", 2)

        assert says(blocked, "V-06", "父", "保洁员")
        assert against(scene, second) == []

    def test_another_list_counts_for_the_household_too(self, scene):
        home = Household.objects.create(area=scene.village, number="S-03b")
        ranger = given.person(scene.village, name="父", household=home)
        given.fact(ranger, scene.officer, Fact.Kind.OTHER_POST, date(2026, 1, 1))

        assert says(against(scene, given.person(scene.village, household=home)), "V-06", "父")

    @pytest.mark.parametrize(("age", "blocked"), [(52, True), (57, False)])
    def test_past_the_limit_only_those_near_retirement_go_on(self, scene, age, blocked):
        """S-27."""
        who = given.person(scene.village, born=date(2027 - age, 1, 1))
        held = three_years(scene, who)

        found = against(scene, who, instead_of=held[-1].pk)

        assert says(found, "R-46", "48") if blocked else found == []

    def test_where_the_rule_counts_from_the_first_approval_three_years_more_are_missing(
        self, scene
    ):
        rule(scene, "subsidy.near_retirement_at", "first")
        who = given.person(scene.village, born=date(1970, 1, 1))
        held = three_years(scene, who)

        assert says(against(scene, who, instead_of=held[-1].pk), "R-46")

    @pytest.mark.parametrize(
        ("born", "blocked"), [(date(1984, 1, 1), True), (date(1978, 1, 1), False)]
    )
    def test_women_retire_by_their_own_table(self, scene, born, blocked):
        who = given.person(scene.village, born=born)
        who.sex = Person.Sex.FEMALE
        three_years(scene, who)

        found = [line for line in against(scene, who) if "placed" not in line]

        assert bool(found) == blocked


def three_years(scene, who):
    held = []
    for year in (2024, 2025, 2026):
        held.append(
            given.contract(
                scene.village,
                scene.officer,
                person=who,
                starts_on=date(year, 1, 1),
                ends_on=date(year, 12, 31),
                renews=held[-1] if held else None,
            )
        )
    return held


@pytest.mark.django_db
class TestRules:
    def test_everything_wrong_is_said_at_once(self, scene):
        """An overaged pensioner from elsewhere with a post already."""
        who = given.person(scene.villages[1], born=date(1950, 1, 1))
        given.fact(who, scene.officer, Fact.Kind.PENSION)
        given.contract(scene.village, scene.officer, person=who, starts_on=FIRST, ends_on=LAST)

        found = " ".join(against(scene, who))

        assert all(code in found for code in ("R-11", "V-05", "V-07", "R-22"))

    @pytest.mark.parametrize(
        ("born", "fit", "code"),
        [
            (date(2011, 1, 2), False, "R-10"),
            (date(2011, 1, 1), False, None),
            (date(1967, 1, 1), False, None),
            (date(1966, 1, 1), False, "fitness"),
            (date(1966, 1, 1), True, None),
            (date(1962, 1, 1), True, None),
            (date(1961, 1, 1), True, "Over 65"),
        ],
    )
    def test_age_on_the_first_day_decides(self, scene, born, fit, code):
        rule(scene, "age.max", 60)
        rule(scene, "subsidy.max_months", 600)

        found = against(scene, given.person(scene.village, born=born), fit=fit)

        assert found == [] if code is None else says(found, code)

    def test_some_regions_let_women_go_earlier(self, scene):
        rule(scene, "age.max", {"m": 65, "f": 60})
        rule(scene, "age.max_relaxed", {"m": 65, "f": 60})
        who = given.person(scene.village, born=date(1965, 1, 1))
        assert against(scene, who) == []

        who.sex = Person.Sex.FEMALE

        assert says(against(scene, who), "Over 60")

    def test_some_funds_pay_for_some_people_only(self, scene):
        rule(scene, "fund.categories", {"pv_income": ["脱贫户", "边缘易致贫户"]})
        poor = given.person(scene.village, category="脱贫户")
        other = given.person(scene.village, category="一般户")

        assert against(scene, poor, fund_id="pv_income") == []
        assert says(against(scene, other, fund_id="pv_income"), "R-25", "边缘易致贫户")
        assert against(scene, other) == []

    @pytest.mark.parametrize("kind", [k for k in Fact.Kind if k not in ("其他岗位", "残疾")])
    def test_every_excluded_kind_of_fact_excludes_and_names_its_source(self, scene, kind):
        who = given.person(scene.village)
        given.fact(who, scene.officer, kind)

        assert says(against(scene, who), "V-07", "数据中心", "2026-09-12")

    def test_a_cadres_family_is_excluded_where_the_rule_says_so(self, scene):
        home = Household.objects.create(area=scene.village, number="R-18")
        cadre = given.person(scene.village, name="支书", household=home)
        given.fact(cadre, scene.officer, Fact.Kind.CADRE)
        who = given.person(scene.village, household=home)
        assert against(scene, who) == []

        rule(scene, "exclude.cadre_family", True)

        assert says(against(scene, who), "R-18", "支书")

    @pytest.mark.parametrize(
        ("post_type", "basis", "blocked"),
        [
            ("生态护林员", "肢体残疾二级", True),
            ("生态护林员", "三级", False),
            ("保洁保绿", "一级", False),
        ],
    )
    def test_rangers_have_no_severe_disability(self, scene, post_type, basis, blocked):
        who = given.person(scene.village)
        Fact.objects.create(
            person=who,
            kind=Fact.Kind.DISABLED,
            starts_on=date(2020, 1, 1),
            source="残联",
            basis=basis,
            received_by=scene.officer,
        )

        found = against(scene, who, post_type=post_type)

        assert says(found, "R-24", "残联") if blocked else found == []

    def test_the_register_decides_or_a_proof_where_the_rule_takes_one(self, scene):
        neighbour = given.person(scene.villages[1])
        assert says(against(scene, neighbour), "R-22", scene.villages[1].name)
        assert len(against(scene, neighbour, resident=True)) == 1

        rule(scene, "residence.min_months", 12)

        assert says(against(scene, neighbour), "R-22", "12 months")
        assert against(scene, neighbour, resident=True) == []

    def test_a_merged_villages_people_belong_to_the_new_one(self, scene):
        Area.objects.filter(pk=scene.villages[1].pk).update(merged_into=scene.village)

        assert against(scene, given.person(Area.objects.get(pk=scene.villages[1].pk))) == []

    def test_a_third_placement_is_one_too_many_but_renewals_do_not_count(self, scene):
        who = given.person(scene.village)
        for year in (2020, 2022):
            given.contract(
                scene.village,
                scene.officer,
                person=who,
                starts_on=date(year, 1, 1),
                ends_on=date(year, 6, 30),
            )

        assert says(against(scene, who), "Was placed 2 times")
        assert against(scene, who, instead_of=Contract.objects.last().pk) == []

    def test_a_thrown_away_contract_speaks_against_nobody(self, scene):
        who = given.person(scene.village)
        given.contract(
            scene.village,
            scene.officer,
            person=who,
            starts_on=FIRST,
            ends_on=LAST,
            state=Contract.State.VOID,
        )

        assert against(scene, who) == []

    def test_two_contracts_of_one_month_count_it_once(self, scene):
        rule(scene, "subsidy.max_months", 13)
        who = given.person(scene.village)
        for first, last in ((1, 10), (20, 30)):
            given.contract(
                scene.village,
                scene.officer,
                person=who,
                starts_on=date(2026, 6, first),
                ends_on=date(2026, 6, last),
            )
        rule(scene, "placement.max", 9)

        assert against(scene, who) == []

    def test_thirty_wishes_are_judged_in_as_many_queries_as_one(self, scene):
        people = [given.person(scene.village) for _ in range(30)]
        for who in people:
            given.fact(who, scene.officer, Fact.Kind.PENSION)
        wishes = [wish(scene, who) for who in Person.objects.select_related("area")]

        with CaptureQueriesContext(connection) as one:
            failures(wishes[:1])
        with CaptureQueriesContext(connection) as many:
            found = failures(wishes)

        assert len(found) == 30
        assert all(says(sentences, "V-07") for sentences in found)
        assert len(one) == len(many)

    def test_wishes_of_many_days_read_each_rule_once(self, scene):
        people = [given.person(scene.village) for _ in range(30)]
        days = [FIRST + timedelta(days=n) for n in range(30)]
        wishes = [wish(scene, who, first) for who, first in zip(people, days, strict=True)]

        with CaptureQueriesContext(connection) as few:
            failures(wishes[:2])
        with CaptureQueriesContext(connection) as many:
            failures(wishes)

        assert len(few) == len(many)
