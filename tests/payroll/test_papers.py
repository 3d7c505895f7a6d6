"""What is asked for, shown, approved and paid is one and the same, on every paper of a run."""

import io
from decimal import Decimal

import openpyxl
import pymupdf
import pytest

import payroll.papers
from payroll.models import PayLine
from policy.models import Allocation
from tests import given

pytestmark = pytest.mark.django_db
F11_13_14 = ("F-11", "F-13", "F-14")


def text_of(pdf):
    return "".join(page.get_text() for page in pymupdf.open(stream=pdf))


def table_of(workbook):
    sheet = openpyxl.load_workbook(io.BytesIO(workbook)).active
    return [list(row) for row in sheet.iter_rows(values_only=True)]


@pytest.fixture
def scene():
    return given.scene(holders=3)


def test_asked_approved_and_paid_come_to_the_same(scene):
    given.fact(scene.contracts[0].person, scene.staff.township_officer)
    run = given.pay_run(scene, "sent")
    by = scene.staff.township_officer

    asked, approved, paid = (payroll.papers.FILL[code](run, by) for code in F11_13_14)

    assert asked.foot["amount"] == paid.foot["amount"] == Decimal("1200.00")
    assert (approved.head["people"], approved.head["amount"]) == (2, Decimal("1200.00"))
    assert asked.hash == approved.hash == paid.hash == run.sha256


def test_the_notice_is_printed_as_it_was_frozen(scene):
    run = given.pay_run(scene, "on_notice")

    printed = text_of(payroll.papers.pdf_of("F-12", run, scene.staff.township_officer))

    id_number = scene.contracts[0].person.id_number
    assert id_number not in printed and f"{id_number[:6]}********{id_number[14:]}" in printed
    assert "2026年11月6日起至2026年11月13日止（共7天）" in printed
    assert run.sha256 in printed


def test_before_it_hangs_the_notice_has_no_days(scene):
    run = given.pay_run(scene)

    made = payroll.papers.FILL["F-12"](run, scene.staff.township_officer)

    assert made.head["posted_on"] is None and len(made.rows) == 3
    assert "*" in made.rows[0]["id_number"]


def test_the_approval_shows_who_signed_and_what_is_left(scene):
    run = given.pay_run(scene, "department_approved")
    Allocation.objects.create(
        fund=run.fund,
        area=scene.place.county,
        year=2026,
        amount=Decimal("10000.00"),
        document="示财农〔2026〕1号",
        added_by=scene.staff.finance_officer,
    )

    made = payroll.papers.FILL["F-13"](run, scene.staff.township_officer)

    assert [row["name"] for row in made.rows] == [
        str(scene.staff.township_reviewer),
        str(scene.staff.township_leader),
        str(scene.staff.department_officer),
        "",
    ]
    assert made.rows[3]["opinion"] == "" and made.rows[3]["signed_on"] is None
    assert made.head["budget_left"] == Decimal("8200.00")
    assert made.head["notice_words"].endswith("共7日。公示期满，已核验。")


def test_every_form_of_a_run_is_printed_and_tabled(scene):
    run = given.pay_run(scene, "sent")
    by = scene.staff.finance_officer

    for code in ("F-11", "F-13", "F-14"):
        assert "人民币壹仟捌佰元整" in text_of(payroll.papers.pdf_of(code, run, by))
        assert len(table_of(payroll.papers.workbook_of(code, run, by))) in (4, 5)


def test_the_slip_tells_the_worker_everything(scene):
    line = PayLine.objects.get(run=given.pay_run(scene, "sent"), number=2)

    printed = text_of(payroll.papers.pdf_of("F-33", line, scene.staff.township_officer))

    assert "李四1" in printed and "人民币陆佰元整" in printed
    assert f"尾号 {line.account.number[-4:]}" in printed
    assert line.account.number not in printed


def test_the_slip_shows_what_the_cap_takes(scene):
    given.rule(scene.place.county, "subsidy.cap", "500.00", scene.place.document)
    line = given.pay_run(scene).lines.first()

    made = payroll.papers.FILL["F-33"](line, scene.staff.township_officer)

    assert [row["amount"] for row in made.rows] == [Decimal("600.00"), Decimal("-100.00")]
