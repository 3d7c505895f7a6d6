"""From an amount on two people of an office sign: page, program and bulk say so with one voice."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from payroll import flows
from payroll.countersigning import CODE
from payroll.models import Countersignature, PayRun
from payroll.papers import FILL
from project.inbox import inbox
from project.kernel.guards import NotThisPerson, Refused
from project.kernel.models import Event
from project.kernel.steps import do, turn_of
from tests import given, given_notices

pytestmark = pytest.mark.django_db
SENTENCE = "From 1,800.00 yuan on a second person of the %s signs first"
OFFICES = [
    ("township", "on_notice", "township_leader"),
    ("department", "township_approved", "department_officer"),
    ("finance", "department_approved", "finance_officer"),
]


@pytest.fixture(autouse=True)
def english():
    """Read sentences as the code writes them."""
    with translation.override("en"):
        yield


def asked(scene, **amounts):
    """A rule that asks for second signatures, and the people who can give them."""
    given.rule(scene.place.county, CODE, amounts, scene.place.document)
    town, county = scene.place.town, scene.place.county
    scene.second = SimpleNamespace(
        township=given.user("township_leader", at=town),
        department=given.user("department_officer", at=county),
        finance=given.user("finance_officer", at=county),
    )
    return scene


@pytest.fixture
def scene():
    """Three lines of 600 yuan, and a department of which two people sign from 1,800 yuan on."""
    return asked(given.scene(holders=3), department="1800.00")


def waits_for(user):
    return [waiting.step for waiting in inbox(user)]


@pytest.mark.parametrize(("office", "state", "role"), OFFICES)
def test_from_the_amount_on_an_office_approves_after_its_second_person(office, state, role):
    scene = asked(given.scene(holders=3), **{office: "1800.00"})
    run, first = given.pay_run(scene, state), getattr(scene.staff, role)
    second = getattr(scene.second, office)

    with pytest.raises(Refused, match="From 1,800.00 yuan on a second person of .* signs first"):
        do(run, f"{office}_approve", by=first)
    assert waits_for(first) == waits_for(second) == [f"{office}_countersign"]
    run = do(run, f"{office}_countersign", by=second, note="已复核")
    assert (run.state, waits_for(first)) == (state, [f"{office}_approve"])
    run = do(run, f"{office}_approve", by=first, note="同意")

    (one,) = run.countersignatures.all()
    assert (one.office, one.by, one.note) == (office, second, "已复核")
    assert one.sha256 == run.sha256 and run.state != state


@pytest.mark.parametrize("amounts", [{}, {"department": "1800.01"}])
def test_below_the_amount_nobody_is_asked(amounts):
    scene = asked(given.scene(holders=3), **amounts)

    run = given.pay_run(scene, "sent")

    assert run.state == "sent" and not Countersignature.objects.exists()


def test_a_fund_may_have_an_amount_of_its_own():
    scene = asked(given.scene(holders=3), department="5000.00")
    own = {"department": "600.00"}
    given.rule(scene.place.county, CODE, own, scene.place.document, fund_id="employment")

    run = given.pay_run(scene, "township_approved")

    assert turn_of(run) == ["Countersign for the department"]


def test_an_objected_line_counts_for_it_may_still_be_paid(scene):
    run = given.pay_run(scene, "on_notice")
    given_notices.objection(run.notice, line=1)

    run = given.walk(scene, run, "township_approved")

    assert turn_of(run) == ["Countersign for the department"]


def test_a_held_line_does_not_count_for_a_later_run_pays_it(scene):
    given.fact(scene.contracts[0].person, scene.staff.township_officer)

    run = given.pay_run(scene, "department_approved")

    assert not run.countersignatures.exists()


def test_who_stands_in_the_chain_does_not_sign_a_second_time(scene):
    run = given.pay_run(scene, "township_approved")
    county = scene.place.county
    leader = given.appoint(scene.staff.township_leader, "department_officer", county)

    with pytest.raises(NotThisPerson, match="Approve for the township"):
        do(run, "department_countersign", by=leader)
    do(run, "department_countersign", by=scene.second.department)
    with pytest.raises(NotThisPerson, match="Countersign for the department"):
        do(run, "department_approve", by=scene.second.department)
    with pytest.raises(Refused, match="has signed as the second person already"):
        do(run, "department_countersign", by=scene.staff.department_officer)
    with pytest.raises(PermissionDenied):
        do(run, "department_countersign", by=scene.second.finance)


def signature(run, by, **fields):
    fields = {"office": "department", "sha256": run.sha256, "note": ""} | fields
    return Countersignature.objects.create(run=run, by=by, **fields)


def test_the_database_refuses_a_second_signature_that_does_not_bear(scene):
    run = given.pay_run(scene, "township_approved")
    second = scene.second.department
    wrong = [
        {"by": scene.staff.township_reviewer},
        {"by": second, "sha256": "0" * 64},
        {"by": second, "office": "finance"},
        {"by": second, "office": "village"},
    ]

    for fields in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            signature(run, **fields)
    signature(run, second)
    with pytest.raises(IntegrityError), transaction.atomic():
        signature(run, scene.staff.department_officer)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE payroll_countersignature SET note = 'x'",
        "DELETE FROM payroll_countersignature",
        "UPDATE payroll_payrun SET department_approved_at = now(), department_approved_by_id = "
        "(SELECT by_id FROM payroll_countersignature)",
    ],
)
def test_the_database_keeps_a_second_signature_and_its_person_apart(scene, change):
    run = given.pay_run(scene, "township_approved")
    do(run, "department_countersign", by=scene.second.department)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)

    assert PayRun.objects.get(department_approved_by=None).countersignatures.get().note == ""


def test_a_run_sent_back_is_signed_anew(scene):
    run = given.pay_run(scene, "township_approved")
    run = do(run, "department_countersign", by=scene.second.department)

    do(run, "send_back", by=scene.staff.township_leader, note="人数有误")
    (fresh,) = flows.prepare(scene.month, scene.place.town.code, by=scene.staff.township_officer)
    fresh = given.walk(scene, fresh, "township_approved")

    assert fresh.sha256 == run.sha256
    with pytest.raises(Refused, match="second person of the department"):
        do(fresh, "department_approve", by=scene.staff.department_officer)


def signed_in(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def test_page_and_bulk_say_the_sentence_and_show_what_is_signed(scene):
    run = given.pay_run(scene, "township_approved")
    office, second = (
        signed_in(who) for who in (scene.staff.department_officer, scene.second.department)
    )
    at = reverse("payroll:payrun-step", args=[run.pk, "department_approve"])

    page = office.get(at).content.decode()
    assert SENTENCE % "department" in page and run.sha256 in page
    bulk = reverse("payroll:payrun-bulk", args=["department_approve"])
    said = office.post(bulk, {"pk": [run.pk], "confirmed": "1"})
    assert SENTENCE % "department" in said.content.decode()
    sign = reverse("payroll:payrun-step", args=[run.pk, "department_countersign"])
    assert run.sha256 in second.get(sign).content.decode()
    assert second.post(sign, {"note": "两人审批"}).status_code == 302
    assert office.post(at, {"note": ""}).status_code == 302

    page = office.get(reverse("payroll:payrun", args=[run.pk])).content.decode()
    assert PayRun.objects.get().state == "department_approved"
    assert "Second signatures" in page and str(scene.second.department) in page


def test_where_no_rule_names_an_amount_no_page_speaks_of_it():
    run = given.pay_run(given.scene(holders=1), "on_notice")
    leader = signed_in(given.user("township_leader", at=run.area))

    page = leader.get(reverse("payroll:payrun", args=[run.pk])).content.decode()

    assert "Countersign" not in page and "Second signatures" not in page


def test_every_approval_keeps_the_hash_it_was_given_under(scene):
    run = given.pay_run(scene, "township_approved")
    do(run, "department_countersign", by=scene.second.department)
    run = given.walk(scene, run, "sent")

    kept = {
        event.verb: event.data.get("sha256")
        for event in Event.objects.of(run).exclude(verb="prepare")
    }

    verbs = {step for step, _who, _details in given.RUN_WALK} | {"department_countersign"}
    assert kept == dict.fromkeys(verbs, run.sha256) and len(run.sha256) == 64


def test_the_approval_sheet_carries_both_names_of_an_office(scene):
    run = given.pay_run(scene, "township_approved")
    do(run, "department_countersign", by=scene.second.department, note="金额较大，已复核")
    run = given.walk(scene, run, "department_approved")

    made = FILL["F-13"](run, scene.staff.township_officer)

    assert [(row["office"], row["opinion"], row["name"]) for row in made.rows[2:4]] == [
        ("主管部门第二人复签", "金额较大，已复核", str(scene.second.department)),
        ("主管部门意见", "同意发放。", str(scene.staff.department_officer)),
    ]
    assert made.hash == run.sha256
