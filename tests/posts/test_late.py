"""Coming late opens no way round: a start in the past, a renewal after the end, an objection."""

from datetime import date

import pytest
from django.utils import translation

from contracts.models import Contract
from posts.models import Hire
from posts.renewals import renew
from project.kernel.guards import NotThisPerson, Refused
from project.kernel.steps import do
from tests import given, given_hires, given_notices

pytestmark = pytest.mark.django_db
TAKEN = "All 1 places of the post are taken; keep the person in reserve."
ENDED = date(2026, 11, 15)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def held_until_a_week_ago():
    """A post of one place and the worker whose contract has run out."""
    scene = given_hires.scene(headcount=1)
    contract = given.holder(scene.village, scene.staff.township_officer, ends_on=ENDED)
    scene.before = Hire.objects.create(
        state=Hire.State.PLACED,
        area=scene.village,
        post=scene.post,
        person=contract.person,
        contract=contract,
        applied_on=contract.starts_on,
    )
    return scene


def followed(state, first):
    """Somebody else on the way to the same place, to begin on a day."""
    scene = held_until_a_week_ago()
    given.contracts.end(scene.before.contract, by=scene.staff.township_officer, on=ENDED)
    scene.hire = given_hires.hire(scene, state)
    Hire.objects.filter(pk=scene.hire.pk).update(starts_on=first)
    return scene


class TestAStartInThePast:
    def test_the_approval_meets_whoever_held_the_place_on_that_day(self):
        scene = followed("cleared", first=ENDED)

        with pytest.raises(Refused) as refused:
            do(scene.hire, "approve", by=scene.staff.department_officer)

        assert refused.value.messages == [TAKEN]

    def test_the_approval_goes_on_from_the_day_after(self):
        scene = followed("cleared", first=date(2026, 11, 16))

        assert do(scene.hire, "approve", by=scene.staff.department_officer).state == "approved"

    def test_the_contract_does_not_begin_earlier_than_was_approved_for(self):
        """The first day may be put right when the contract is drafted, but not into held days."""
        scene = followed("trained", first=date(2026, 12, 1))
        officer = scene.staff.township_officer

        with pytest.raises(Refused) as refused:
            do(scene.hire, "place", by=officer, starts_on=ENDED)
        placed = do(scene.hire, "place", by=officer, starts_on=date(2026, 11, 20))

        assert refused.value.messages == [TAKEN]
        assert placed.contract.starts_on == date(2026, 11, 20)


class TestALateRenewal:
    def test_it_follows_the_day_after_the_old_contract_while_the_place_is_free(self):
        scene = held_until_a_week_ago()

        made = renew(scene.before, by=scene.staff.township_officer)

        assert made.contract.starts_on == date(2026, 11, 16)

    def test_it_is_refused_once_the_place_went_to_another(self):
        scene = held_until_a_week_ago()
        given_hires.hire(scene, "approved")

        with pytest.raises(Refused) as refused:
            renew(scene.before, by=scene.staff.township_officer)

        assert refused.value.messages == [TAKEN]
        assert not Contract.objects.filter(renews__isnull=False).exists()


def test_whoever_screened_a_person_does_not_overrule_the_objection_to_them():
    scene = given_hires.scene()
    hire = given_hires.hire(scene, "on_notice")
    given_hires.photograph(scene, hire.notice)
    made = given_notices.objection(hire.notice, line=hire.notice_line)
    do(hire, "hold_up", by=scene.staff.village_supervisor)
    given_notices.answered(made, scene.staff)
    screened = given.appoint(scene.staff.township_officer, "village_supervisor", scene.village)

    with pytest.raises(NotThisPerson) as barred:
        do(hire, "overrule", by=screened)
    went_on = do(hire, "overrule", by=scene.staff.village_supervisor)

    assert "Check papers and eligibility" in barred.value.messages[0]
    assert went_on.state == "cleared"
