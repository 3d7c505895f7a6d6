"""Answers as banks send them: reports, parts, long files, other encodings; each read the same."""

import csv
import io

import pytest
from django.core.management import call_command
from django.urls import reverse

from payroll import bankfiles
from payroll.formats import X07
from payroll.models import BankResult
from project.imports import commit, stage
from project.kernel.guards import Refused
from project.kernel.secrets import digest, digester
from project.kernel.tables import Unreadable
from tests import given, given_results
from tests.project.ledgers import faults, staged

pytestmark = pytest.mark.django_db
REPORT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt>
<GrpHdr><MsgId>R1</MsgId><CreDtTm>2026-11-20T18:00:00+08:00</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>{batch}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.03</OrgnlMsgNmId>
</OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>{batch}</OrgnlPmtInfId>{transfers}
</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"""
TRANSFER = """<TxInfAndSts><OrgnlEndToEndId>{batch}/{number}</OrgnlEndToEndId>
<TxSts>{status}</TxSts><StsRsnInf><Rsn><Cd>{code}</Cd></Rsn></StsRsnInf>
<OrgnlTxRef><Amt><InstdAmt Ccy="CNY">{amount}</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts>"""


@pytest.fixture
def scene():
    return given.scene(holders=3)


@pytest.fixture
def sent(scene):
    return given_results.sent_lines(given.pay_run(scene, "sent"))


def report(sent, *statuses, amount="600.00"):
    batch = sent[0].file.number
    said = [
        TRANSFER.format(batch=batch, number=n, status=status, amount=amount, code="AC04")
        for n, status in enumerate(statuses, 1)
    ]
    return REPORT.format(batch=batch, transfers="".join(said)).encode()


def text_of(rows, encoding):
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def test_a_status_report_answers_for_its_lines(scene, sent):
    by = scene.staff.finance_officer

    found = stage("bank-results", report(sent, "ACSC", "RJCT", "PDNG"), by=by, name="r.xml")
    commit(found, by=by)

    said = BankResult.objects.order_by("row").values_list("sent__number", "outcome", "reason")
    assert [tuple(one) for one in said] == [
        (1, "success", "账户已销户"),
        (2, "failure", "账户已销户"),
    ]
    assert BankResult.objects.first().credited_on.isoformat() == "2026-11-20"
    assert [warning.row for warning in found.warnings] == [4]


def test_a_report_of_another_amount_is_named(scene, sent):
    content = report(sent, "ACSC", amount="599.99")

    found = stage("bank-results", content, by=scene.staff.finance_officer, name="r.xml")

    assert faults(found) == [(2, "金额")]


@pytest.mark.parametrize("content", [b"<!DOCTYPE a [", b""])
def test_a_report_that_is_damaged_or_declares_a_type_is_refused(scene, sent, content):
    whole = content + report(sent, "ACSC")[: -20 if not content else None]

    with pytest.raises(Unreadable):
        stage("bank-results", whole, by=scene.staff.finance_officer, name="r.xml")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_long_text_is_read_like_a_workbook(scene, sent, encoding):
    """Rows beyond those shown take the quick way; a row that is odd takes the careful one."""
    by, rows = scene.staff.finance_officer, []
    for place in range(40):
        rows.append(
            given_results.answer(sent[place % 3], **({"金额": "1.00"} if place > 2 else {}))
        )
    rows[30]["金额"] = " 1,000.00 "
    rows[31]["行号"] = "无"

    quick = stage("bank-results", text_of(rows, encoding), by=by, name="r.csv")
    careful = staged("bank-results", *rows, by=by)

    assert [(e.row, e.column, e.sentence) for e in quick.errors] == [
        (e.row, e.column, e.sentence) for e in careful.errors
    ]
    assert {row for row, _column in faults(quick)} == set(range(5, 42))


def test_the_same_file_goes_in_once(scene, sent):
    """S-13."""
    by = scene.staff.finance_officer
    content = text_of([given_results.answer(sent[0])], "utf-8")
    commit(stage("bank-results", content, by=by, name="a.csv"), by=by)

    with pytest.raises(Refused):
        stage("bank-results", content, by=by, name="b.csv")
    assert BankResult.objects.count() == 1


def test_what_was_answered_between_preview_and_commit_is_refused(scene, sent):
    by = scene.staff.finance_officer
    first = stage("bank-results", text_of([given_results.answer(sent[0])], "utf-8"), by=by)
    again = text_of([given_results.answer(sent[0], 流水号="S9")], "utf-8")
    commit(first, by=by)

    late = stage("bank-results", again, by=by)

    assert faults(late) == [(2, "行号")]
    with pytest.raises(Refused):
        commit(late, by=by)


def test_the_bank_may_speak_of_the_part_it_was_given(scene, sent):
    by = scene.staff.finance_officer
    cut = X07.__class__(**{**X07.__dict__, "most_rows": 2})
    parts = bankfiles.export(sent[0].file.run, cut, by=by)
    row = given_results.answer(sent[2], 批次号=parts[1].number)

    found = stage("bank-results", text_of([row], "utf-8"), by=by)

    assert parts[1].number.endswith("-2")
    assert faults(found) == []


def test_the_preview_masks_accounts_and_counts_what_is_open(
    scene, sent, client, settings, tmp_path
):
    settings.VAR_DIR = tmp_path
    path = tmp_path / "r.csv"
    path.write_bytes(text_of([given_results.answer(sent[0])], "utf-8"))
    client.force_login(scene.staff.finance_officer)

    with path.open("rb") as file:
        shown = client.get(client.post(reverse("import-bank-results"), {"file": file}).url)

    assert sent[0].line.account.number not in shown.content.decode()
    assert dict(shown.context["preview"].counts).popitem()[1] == 2


def test_faults_of_a_file_are_taken_home_from_the_command(scene, sent, tmp_path):
    path, home = tmp_path / "r.csv", tmp_path / "faults.xlsx"
    path.write_bytes(text_of([given_results.answer(sent[0], 金额="1.00")], "gb18030"))

    with pytest.raises(Exception, match="600.00"):
        call_command(
            "import_file",
            "bank-results",
            str(path),
            "--as",
            scene.staff.finance_officer.username,
            "--errors",
            str(home),
        )

    assert home.read_bytes().startswith(b"PK")


def test_many_fingerprints_are_those_of_one():
    numbers = ["6217000010000000001", "", "账号", "0" * 200]
    fingerprint = digester()
    assert [fingerprint(number) for number in numbers] == [digest(number) for number in numbers]
