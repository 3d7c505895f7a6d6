"""A contract from its offer to its first day, and what each step is refused for (W-3)."""

import hashlib
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from contracts import flows, services
from contracts.models import Contract
from project.kernel.guards import NeedsReason, NotThisPerson, Refused
from project.kernel.models import Event
from project.kernel.steps import do, turn_of
from registry.models import Kinship
from tests import given, given_posts

pytestmark = pytest.mark.django_db
SIGNED = date(2026, 11, 20)
PDF = b"%PDF-1.7 signed"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def scene():
    return given_posts.office()


def refused(call, *args, **kwargs):
    with pytest.raises(Refused) as error:
        call(*args, **kwargs)
    return " ".join(error.value.messages)


@pytest.mark.parametrize(
    ("state", "turn"),
    [
        ("draft", "Offer the terms"),
        ("offered", "Have it signed"),
        ("signed", "Put in force"),
        ("in_force", "Nobody's"),
    ],
)
def test_the_flow_says_whose_turn_it_is(scene, state, turn):
    made = given_posts.contract(scene, state)

    assert (made.state, turn_of(made)) == (state, [turn])


def test_without_an_account_nothing_is_offered(scene):
    who = given_posts.worker(scene, paid=False)
    made = given_posts.contract(scene, who=who)

    assert "no current bank account" in refused(do, made, "offer", by=scene.staff.township_officer)


def test_a_labour_contract_past_retirement_is_not_offered(scene):
    who = given_posts.worker(scene, born=date(1960, 1, 1))
    made = given_posts.contract(scene, who=who)
    Contract.objects.filter(pk=made.pk).update(kind="labour")

    said = refused(do, made, "offer", by=scene.staff.township_officer)

    assert said == "From the retirement age on there is only a service agreement (W-3)."


def test_the_day_of_signing_has_come(scene):
    made = given_posts.contract(scene, "offered")

    said = refused(do, made, "sign", by=scene.staff.village_clerk, on=date(2026, 11, 23))

    assert said == "The day of signing has not come yet."


def test_the_signed_paper_is_kept_with_its_hash(scene, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    made = given_posts.contract(scene, "offered")
    scan = SimpleUploadedFile("协议书.pdf", PDF)

    made = do(made, "sign", by=scene.staff.village_clerk, on=SIGNED, scan=scan)

    kept = made.scans.get()
    assert kept.sha256 == hashlib.sha256(PDF).hexdigest()
    with kept.file.open() as file:
        assert (kept.name, file.read()) == ("协议书.pdf", PDF)
    assert Event.objects.of(made).filter(verb="scan").count() == 1


def test_a_scan_is_a_document_or_a_picture(scene):
    made = given_posts.contract(scene, "offered")
    scan = SimpleUploadedFile("run.exe", b"MZ")

    said = refused(do, made, "sign", by=scene.staff.village_clerk, on=SIGNED, scan=scan)

    made.refresh_from_db()
    assert said == "The file must be a PDF, JPEG or PNG file."
    assert made.state == "offered"


def test_nobody_starts_without_insurance_from_the_first_day(scene):
    made = given_posts.contract(scene, "signed")
    given_posts.insured(scene, made.person, first=date(2027, 1, 2))

    said = refused(do, made, "start", by=scene.staff.township_leader)

    assert said == "No accident insurance covers the first day; enrol the worker first."


def test_where_insurance_is_not_mandatory_a_contract_starts_without(scene):
    given.rule(scene.place.county, "insurance.mandatory", False, scene.place.document)
    made = given_posts.contract(scene, "signed")

    assert do(made, "start", by=scene.staff.township_leader).state == "in_force"


def test_an_account_taken_away_stops_the_start(scene):
    made = given_posts.contract(scene, "signed")
    given_posts.insured(scene, made.person)
    made.person.accounts.update(current=False)

    assert "bank account" in refused(do, made, "start", by=scene.staff.township_leader)


def test_a_contract_signed_late_starts_with_a_written_reason(scene):
    made = given_posts.contract(scene, "offered", first=date(2026, 11, 1), last=date(2027, 10, 31))
    given_posts.insured(scene, made.person, date(2026, 11, 1), date(2027, 10, 31))
    made = do(made, "sign", by=scene.staff.village_clerk, on=SIGNED)

    with pytest.raises(NeedsReason):
        do(made, "start", by=scene.staff.township_leader)
    made = do(made, "start", by=scene.staff.township_leader, note="山洪断路，补签")

    assert made.state == "in_force"


def test_who_drafted_may_offer_but_not_start(scene):
    made = given_posts.contract(scene, "signed")
    given_posts.insured(scene, made.person)
    officer = given.appoint(scene.staff.township_officer, "township_leader", scene.place.town)

    with pytest.raises(NotThisPerson):
        do(made, "start", by=officer)
    assert do(made, "start", by=scene.staff.township_leader).state == "in_force"


def test_nobody_starts_the_contract_of_their_own_household(scene):
    made = given_posts.contract(scene, "signed")
    given_posts.insured(scene, made.person)
    own = given_posts.worker(scene, name="钱七", household=made.person.household)
    own.user = scene.staff.township_leader
    own.save()

    with pytest.raises(NotThisPerson) as barred:
        do(made, "start", by=scene.staff.township_leader)
    other = given.user("township_leader", scene.place.town)

    assert "belongs to your household" in barred.value.messages[0]
    assert Event.objects.of(made).last().after == "refused"
    assert do(made, "start", by=other).state == "in_force"


def test_nobody_offers_a_contract_to_a_declared_relative(scene):
    made = given_posts.contract(scene)
    Kinship.objects.create(
        user=scene.staff.township_officer,
        person=made.person,
        relation="舅甥",
        declared_on=date(2026, 1, 1),
    )

    with pytest.raises(NotThisPerson) as barred:
        do(made, "offer", by=scene.staff.township_officer)

    assert "declared relative" in barred.value.messages[0]


def two_drafts(scene):
    """Two offers to one person for the same days, drafted before either was signed."""
    first = given_posts.contract(scene, "offered")
    other = given_posts.post(scene, title="护林员")
    second = given_posts.contract(scene, "offered", terms=other, who=first.person)
    return first, second


def test_of_two_offers_for_the_same_days_one_is_signed(scene):
    first, second = two_drafts(scene)
    do(first, "sign", by=scene.staff.village_clerk, on=SIGNED)

    said = refused(do, second, "sign", by=scene.staff.village_clerk, on=SIGNED)

    assert "赵六 already holds “保洁员”" in said


def test_what_the_database_refuses_is_answered_with_the_other_contract(scene):
    """The guard looks before the step; at the same moment only the constraint sees both."""
    first, second = two_drafts(scene)
    do(first, "sign", by=scene.staff.village_clerk, on=SIGNED)
    rows = Contract.objects.filter(pk=second.pk)

    said = refused(services.alone, second, lambda: rows.update(state="signed", signed_on=SIGNED))

    assert "赵六 already holds “保洁员”" in said


@pytest.mark.parametrize("state", ["draft", "offered", "signed"])
def test_a_contract_nobody_worked_under_is_thrown_away(scene, state):
    made = given_posts.contract(scene, state)

    made = do(made, "void", by=scene.staff.township_leader, note="本人放弃")

    assert (made.state, turn_of(made)) == ("void", ["Nobody's"])


def test_a_contract_in_force_is_ended_by_an_exit_alone(scene):
    made = given_posts.contract(scene, "in_force")

    assert "end" not in flows.ContractFlow.verbs
    assert "Not possible while" in refused(
        do, made, "void", by=scene.staff.township_leader, note="撤"
    )
