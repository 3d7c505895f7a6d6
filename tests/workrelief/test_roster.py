"""Who may stand on a project's roster, as what, and what the database refuses besides."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import translation

from contracts.allowance import allowance_in_words
from contracts.models import Contract
from posts.cases import Wish
from posts.eligibility import failures
from project.kernel.guards import Refused
from tests import given, given_relief
from workrelief import flows, roster, services
from workrelief.models import Member, Team

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def made():
    return given_relief.scene()


def enlist(made, **listed):
    (member,) = given_relief.enlist(made, 1, **listed)
    return member


def lead(made, foreman, name="一组"):
    by = made.staff.relief_contractor
    return roster.lead(made.project, by=by, name=name, foreman=foreman)


class TestForemen:
    def test_a_foreman_is_not_listed_as_labour(self, made):
        foreman = given.person(made.place.villages[0], name="工头")
        lead(made, foreman)

        with pytest.raises(Refused, match="a foreman is management and never counts as labour"):
            enlist(made, person=foreman)
        listed = enlist(made, person=foreman, labour_class="management")
        with pytest.raises(Refused, match="never counts as labour"):
            roster.reclassify(listed, by=made.staff.ndrc_officer, labour_class="mass", note="更正")

    def test_who_is_listed_as_labour_does_not_lead_a_team(self, made):
        member = enlist(made)

        with pytest.raises(Refused, match="change the class first"):
            lead(made, member.person)
        by, said = made.staff.relief_engineer, {"labour_class": "management", "note": "任班组长"}
        roster.reclassify(member, by=by, **said)
        assert lead(made, member.person).foreman == member.person

    def test_the_database_keeps_foremen_and_labour_apart_in_both_directions(self, made):
        member = enlist(made)
        foreman = given.person(made.place.villages[0], name="工头")
        lead(made, foreman)
        with pytest.raises(DatabaseError, match="a foreman is management"), transaction.atomic():
            Team.objects.create(project=made.project, name="二组", foreman=member.person)
        listed = enlist(made, person=foreman, labour_class="management")

        with pytest.raises(DatabaseError, match="a foreman is management"), transaction.atomic():
            Member.objects.filter(pk=listed.pk).update(labour_class="mass")


class TestOneRosterADay:
    def test_another_roster_on_the_same_days_is_named(self, made):
        member = enlist(made)
        other = given_relief.project(made, name="引水渠以工代赈项目")

        (told,) = roster.against_listing(
            Member(
                project=other,
                person=member.person,
                area=member.area,
                fund_line=services.add_fund_line(
                    other,
                    by=made.staff.ndrc_officer,
                    fund=given_relief.fund_("linking_relief"),
                    year=2026,
                    amount=Decimal(1000),
                    issued_on=date(2026, 8, 10),
                ),
                starts_on=member.ends_on,
                ends_on=member.ends_on,
                rate=Decimal(100),
            )
        )[1:]

        assert told == (
            f"{member.person.name} stands on the roster of “{made.project.name}” from 2026-09-01"
            " to 2026-12-20."
        )

    def test_the_database_knows_one_roster_a_person_and_day(self, made):
        member = enlist(made, ends_on=date(2026, 10, 31))
        twin = {"project": made.project, "person": member.person, "area": member.area}
        twin |= {"fund_line": member.fund_line, "trade": "瓦工", "rate": Decimal(200)}
        twin |= {"category": "lifted", "listed_by": made.staff.relief_contractor}

        overlaps = {"starts_on": member.ends_on, "ends_on": date(2026, 11, 30)}
        with pytest.raises(IntegrityError, match="one_roster"), transaction.atomic():
            Member.objects.create(**twin, **overlaps)
        follows = {"starts_on": member.ends_on + timedelta(days=1), "ends_on": date(2026, 11, 30)}
        assert Member.objects.create(**twin, **follows).pk

    def test_who_was_struck_off_is_free_again(self, made):
        member = enlist(made)
        by = made.staff.relief_contractor
        with pytest.raises(Refused, match="Say why"):
            roster.strike_off(member, by=by, note=" ")
        roster.strike_off(member, by=by, note="未到场")

        assert enlist(made, person=member.person).pk != member.pk

    def test_who_left_early_is_free_from_the_day_after(self, made):
        member = enlist(made)
        given_relief.placed(made, [member])
        by = made.staff.relief_contractor
        with pytest.raises(Refused, match="has not ended"):
            roster.leave(member, by=by)
        Contract.objects.filter(pk=member.contract_id).update(
            state="ended", ends_on=date(2026, 10, 15)
        )

        roster.leave(member, by=by)

        again = enlist(made, person=member.person, starts_on=date(2026, 10, 16))
        assert again.starts_on == date(2026, 10, 16)

    def test_a_holder_of_a_post_is_not_offered_a_place_on_the_same_days(self, made):
        village, by = made.place.villages[0], made.staff.township_officer
        holder = given.holder(village, by)
        member = enlist(made, person=holder.person)

        with pytest.raises(Refused, match="already holds “保洁员”"):
            flows.place(member, by=by)
        contract = given.contract(village, by, person=holder.person, attested=True)
        fields = {"state": "signed", "signed_on": date(2026, 9, 1)}
        with pytest.raises(IntegrityError, match="one_contract_a_person"), transaction.atomic():
            Contract.objects.filter(pk=contract.pk).update(**fields)


class TestListing:
    def test_nobody_under_sixteen_is_listed(self, made):
        child = given.person(made.place.villages[0], name="小明", born=date(2010, 11, 1))

        with pytest.raises(Refused, match="小明 is younger than 16 on the first day"):
            enlist(made, person=child)

    def test_nobody_is_listed_before_the_preparation(self):
        made = given_relief.scene(state="plan_issued")

        with pytest.raises(Refused, match="is not at that point"):
            enlist(made)

    @pytest.mark.parametrize(
        ("listed", "words"),
        [
            ({"rate": Decimal(0)}, "a rate of more than zero"),
            ({"ends_on": date(2026, 8, 1)}, "the last day lies before the first day"),
        ],
    )
    def test_rate_and_days_must_make_sense(self, made, listed, words):
        with pytest.raises(Refused, match=words):
            enlist(made, **listed)

    def test_the_roster_is_kept_by_the_site(self, made):
        said = {"by": made.staff.relief_engineer, "project": made.project}
        with pytest.raises(PermissionDenied, match="kept by the site"):
            roster.enlist(**said, person=given.person(made.place.villages[0]))

    def test_a_fund_line_of_another_project_pays_nobody_here(self, made):
        other = given_relief.scene("990124100000")
        with pytest.raises(Refused, match="belongs to another project"):
            enlist(made, line=other.lines[0])
        member = enlist(made)
        with (
            pytest.raises(DatabaseError, match="line of the own project"),
            transaction.atomic(),
        ):
            Member.objects.filter(pk=member.pk).update(fund_line=other.lines[0])

    def test_a_listed_person_is_corrected_until_the_contract_is_drafted(self, made):
        member = enlist(made)
        by = made.staff.relief_contractor
        member = roster.correct(member, by=by, rate=Decimal(150), trade="瓦工")
        placed = flows.place(member, by=made.staff.township_officer)

        assert (placed.contract.standard, placed.contract.title[-2:]) == (150, "瓦工")
        with pytest.raises(Refused, match="change by an amendment"):
            roster.correct(placed, by=by, rate=Decimal(160))
        with pytest.raises(Refused, match="end it, and the roster follows"):
            roster.strike_off(placed, by=by, note="未到场")


class TestContracts:
    def test_a_place_is_a_contract_on_the_fund_of_the_own_line_and_attested(self, made):
        member = enlist(made)
        contract = flows.place(member, by=made.staff.township_officer).contract

        assert (contract.attested, contract.fund_id) == (True, "central_investment")
        assert (contract.pay_basis, contract.standard) == ("day", 120)
        with pytest.raises(PermissionDenied, match="belongs to the township"):
            flows.place(member, by=made.staff.relief_contractor)

    def test_a_place_under_a_strangers_contract_is_no_place(self, made):
        member = enlist(made)
        village, by = made.place.villages[0], made.staff.township_officer
        stranger = given.contract(village, by, attested=True, fund_id="central_investment")

        with pytest.raises(DatabaseError, match="placed by an own contract"), transaction.atomic():
            Member.objects.filter(pk=member.pk).update(contract=stranger)

    def test_wages_count_neither_as_subsidised_months_nor_as_a_place_of_the_household(self, made):
        place = made.place
        given.rule(place.town, "subsidy.max_months", 12, place.document)
        given.rule(place.town, "placement.max", 1, place.document)
        given.rule(place.town, "household.max_active", 1, place.document)
        member = enlist(made)
        given_relief.placed(made, [member])
        wife = given.person(place.villages[0], name="配偶", household=member.person.household)

        def against(person, first):
            asked = {"fund_id": "employment", "post_type": "保洁保绿"}
            asked |= {"area_id": place.villages[0].pk, "person": person, "first": first}
            return failures([Wish(**asked, last=date(first.year, 12, 31))])[0]

        next_year, now = date(2027, 1, 1), date(2026, 11, 1)
        assert not [told for told in against(member.person, next_year) if "R-46" in told]
        assert not [told for told in against(wife, now) if "V-06" in told]
        assert [told for told in against(member.person, now) if "V-05" in told]
        later = given.contract(
            place.villages[0],
            made.staff.township_officer,
            person=member.person,
            starts_on=date(2027, 1, 1),
            ends_on=date(2027, 6, 30),
        )
        assert "6 of 12 months" in allowance_in_words(later)
