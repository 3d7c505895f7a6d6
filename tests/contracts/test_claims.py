"""An accident is reported in time, claimed with its papers, and tied to the day it happened."""

from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import translation

from contracts import claims
from contracts.models import Claim
from project.kernel.guards import NeedsReason, NotThisPerson, Refused
from project.kernel.steps import do, turn_of
from registry.models import Kinship
from tests import given, given_insurance

pytestmark = pytest.mark.django_db
ALL = dict.fromkeys(Claim.Paper.values, True)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def scene():
    return given.scene(holders=1)


@pytest.fixture
def clerk(scene):
    return scene.staff.village_clerk


def accident(scene, **facts):
    return given_insurance.accident(scene.contracts[0], scene.staff.village_clerk, **facts)


def walked(scene, **facts):
    """A claim that is with the insurer."""
    claim, officer = accident(scene, **facts), scene.staff.township_officer
    claim = do(claim, "collect", by=officer, **ALL)
    return do(claim, "submit", by=officer, on=date(2026, 11, 22), asked=Decimal("3000.00"))


def test_an_accident_goes_from_the_village_to_the_insurers_payment(scene):
    claim = accident(scene)
    assert (claim.state, turn_of(claim)) == ("reported", ["Collect the papers"])
    assert claim.cover == scene.contracts[0].person.covers.get()

    claim = do(
        walked(scene, happened_on=date(2026, 11, 20), note="补报"),
        "settle",
        by=scene.staff.township_leader,
        on=date(2026, 11, 22),
        paid=Decimal("2800.00"),
    )

    assert (claim.state, claim.paid, turn_of(claim)) == (
        "settled",
        Decimal("2800.00"),
        ["Nobody's"],
    )


def test_a_report_after_forty_eight_hours_says_why(scene):
    """It is 10:00 on 22 November; at 09:59 on the 20th the hours are just over."""
    late = {"happened_on": date(2026, 11, 20)}

    with pytest.raises(NeedsReason, match="to be reported by 2026-11-22 09:59"):
        accident(scene, happened_at=time(9, 59), **late)
    assert not accident(scene, happened_at=time(10, 1), **late).is_late
    assert accident(scene, happened_on=date(2026, 11, 3), note="家属在外地").is_late


def test_the_hours_follow_the_rule(scene):
    given.rule(scene.place.county, "claim.report_hours", 24, scene.place.document)

    claim = accident(scene, happened_at=time(18, 0))

    due = datetime(2026, 11, 22, 18, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert claim.due_at == due


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"happened_on": date(2026, 11, 23)}, "has not come yet"),
        ({"happened_on": date(2025, 12, 31)}, "outside the contract"),
        ({"place": " "}, "Write where it happened"),
    ],
)
def test_an_impossible_report_is_refused(scene, facts, why):
    with pytest.raises(Refused, match=why):
        accident(scene, **facts)


def test_one_accident_a_day_is_reported_once(scene):
    accident(scene)

    with pytest.raises(Refused, match="reported already"):
        accident(scene)


def test_missing_papers_are_named_each(scene):
    officer = scene.staff.township_officer
    claim = do(accident(scene), "collect", by=officer, id_card=True, diagnosis=True)
    claim = do(claim, "collect", by=officer, case_notes=True, invoice=True, account=True)

    with pytest.raises(Refused) as refused:
        do(claim, "submit", by=officer, on=date(2026, 11, 22))

    assert refused.value.messages == [
        "Still missing: Proof of being at work.",
        "Still missing: Bank card.",
    ]


def test_a_day_without_cover_is_not_claimed(scene):
    person = scene.contracts[0].person
    given_insurance.covered_until(person, date(2026, 11, 20), scene.staff.township_officer)
    claim = do(accident(scene), "collect", by=scene.staff.township_officer, **ALL)

    with pytest.raises(Refused, match="No insurance covers the day"):
        do(claim, "submit", by=scene.staff.township_officer, on=date(2026, 11, 22))

    claim = do(claim, "reject", by=scene.staff.township_leader, note="当日未投保")
    assert (claim.state, claim.answer) == ("rejected", "当日未投保")


def test_who_sent_the_claim_does_not_sign_off_its_payment(scene):
    claim = walked(scene)
    both = given.appoint(scene.staff.township_officer, "township_leader", scene.place.town)

    with pytest.raises(NotThisPerson):
        do(claim, "settle", by=both, on=date(2026, 11, 22), paid=Decimal("1.00"))


def test_nobody_decides_the_claim_of_a_relative(scene):
    claim = walked(scene)
    leader = scene.staff.township_leader
    Kinship.objects.create(
        user=leader, person=scene.contracts[0].person, relation="兄弟", declared_on=date(2026, 1, 1)
    )

    with pytest.raises(NotThisPerson):
        do(claim, "settle", by=leader, on=date(2026, 11, 22), paid=Decimal("1.00"))


def test_the_village_reports_and_the_township_works_on_it(scene):
    outsider = given.user("village_clerk", given.township("990456100000").villages[0])
    with pytest.raises(PermissionDenied):
        claims.report(
            by=outsider,
            contract=scene.contracts[0],
            happened_on=date(2026, 11, 21),
            place="村道",
            account="滑倒",
        )
    with pytest.raises(PermissionDenied):
        do(accident(scene), "collect", by=scene.staff.village_clerk, **ALL)


def test_the_page_shows_whether_the_person_was_at_work_that_day(scene):
    given.sheets(scene)
    there = accident(scene, happened_on=date(2026, 10, 9), note="补报")
    away = accident(scene, happened_on=date(2026, 10, 30), note="补报")
    client = Client(headers={"accept-language": "en"})
    client.force_login(scene.staff.township_officer)

    def page(claim):
        return client.get(f"/contracts/claims/{claim.pk}/").content.decode()

    assert "A whole day at work" in page(there) and "Attendance machine" in page(there)
    assert "No day of work" in page(away) and "Attendance machine" not in page(away)


def test_a_clerk_reports_from_the_contracts_page(scene, clerk):
    client = Client(headers={"accept-language": "en"})
    client.force_login(clerk)
    contract = scene.contracts[0]
    assert "Report an accident" in client.get(f"/contracts/{contract.pk}/").content.decode()

    answer = client.post(
        f"/contracts/claims/report/?contract={contract.pk}",
        {
            "contract": contract.pk,
            "happened_on": "2026-11-21",
            "happened_at": "15:30",
            "place": "青石村村道",
            "account": "清运垃圾时滑倒",
            "injury": "左腕骨折",
        },
    )

    claim = Claim.objects.get()
    assert answer.url == f"/contracts/claims/{claim.pk}/"
    assert claim.reported_by == clerk
