"""A bank file holds what was sent, in the bank's own form, byte for byte the same."""

import csv
import hashlib
import io
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from payroll import bankfiles
from payroll.formats import PAIN001, X06, X07, X07T, Batch, Payment, format_named
from payroll.models import BankFile
from project.kernel.guards import Refused
from project.kernel.models import Event
from tests import given

PAIN = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"}


def payment(number=1, name="张三", **fields):
    facts = {
        "id_number": "990123197001010122",
        "account": "6217000010000000001",
        "holder": name,
        "bank": "示例县农商行",
        "amount": Decimal("600.00"),
        "area": "990123100201",
    }
    return Payment(number=number, name=name, **(facts | fields))


def batch(*payments):
    return Batch(
        number="990123100-202610-1-1",
        month="202610",
        item_code="0101",
        purpose="202610公益岗补贴",
        payer_name="示例县财政局",
        payer_account="105000001",
        payer_bank="示例县农商行",
        made_at=datetime(2026, 11, 20, 1, 2, 3, 456, tzinfo=UTC),
        payments=list(payments),
    )


def rows_of(form, content):
    return list(csv.reader(io.StringIO(content.decode(form.encoding))))


def test_the_card_register_has_its_columns_in_order_and_a_total():
    content = X06.written(batch(payment(1), payment(2, "朱军𬱖", amount=Decimal("746.67"))))

    head, first, second, total = rows_of(X06, content)

    assert content.startswith(b"\xef\xbb\xbf") and content.endswith(b"\r\n")
    assert "|".join(head) == (
        "批次号|补贴项目编码|行政区划代码|姓名|身份证号|社保卡号|"
        "银行账号|开户行|金额|所属期|联系电话|备注"
    )
    assert first[3:5] == ["张三", "990123197001010122"]
    assert (second[3], second[8], second[9]) == ("朱军𬱖", "746.67", "202610")
    assert (total[0], total[3], total[8]) == ("合计", "2人", "1346.67")


def test_the_bank_list_is_read_by_bank_tools_with_rare_characters_whole():
    content = X07.written(batch(payment(1, "朱军𬱖")))

    head, row = rows_of(X07, content)

    assert not content.startswith(b"\xef\xbb\xbf")
    assert "|".join(head) == (
        "付款账号|付款账号名称|收款账号|收款账号名称|开户行|省|市|金额|汇款用途|备注|短信手机号"
    )
    assert row[:4] == ["105000001", "示例县财政局", "6217000010000000001", "朱军𬱖"]


def test_another_bank_is_another_description():
    plain = replace(
        X07,
        fields=X07.fields[2:4] + X07.fields[7:8],
        delimiter="|",
        headings=False,
        header=("{batch}", "{rows}", "{total}"),
        newline="\n",
    )

    content = plain.written(batch(payment()))

    assert content.decode("gb18030") == (
        "990123100-202610-1-1|1|600.00\n6217000010000000001|张三|600.00\n"
    )


def test_every_name_the_encoding_cannot_hold_is_named_with_its_row():
    narrow = replace(X07, encoding="gbk")

    with translation.override("en"), pytest.raises(Refused) as refused:
        narrow.written(batch(payment(1), payment(2, "朱军𬱖"), payment(3, "张㛃平")))

    assert [m.split(":")[0] for m in refused.value.messages] == [
        "Row 2 (朱军𬱖), 收款账号名称",
        "Row 3 (张㛃平), 收款账号名称",
    ]
    assert "𬱖" in refused.value.messages[0]


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"account": ""}, "it is empty"),
        ({"name": "张" * 61}, "longer than 60"),
        ({"name": "张\n三"}, "cannot be printed"),
    ],
)
def test_a_cell_that_does_not_fit_is_refused(fields, fault):
    with translation.override("en"), pytest.raises(Refused) as refused:
        X07.written(batch(payment(7, **fields)))

    assert refused.value.messages[0].startswith("Row 7 ") and fault in refused.value.messages[0]


def test_the_credit_transfer_counts_sums_and_names_every_payee():
    content = PAIN001.written(batch(payment(1), payment(2, "李四", amount=Decimal("0.55"))))

    document = ElementTree.fromstring(content)
    header = document.find("p:CstmrCdtTrfInitn/p:GrpHdr", PAIN)
    transfers = document.findall(".//p:CdtTrfTxInf", PAIN)

    assert header.findtext("p:NbOfTxs", None, PAIN) == "2"
    assert header.findtext("p:CtrlSum", None, PAIN) == "600.55"
    assert header.findtext("p:CreDtTm", None, PAIN) == "2026-11-20T09:02:03+08:00"
    assert [t.findtext("p:Cdtr/p:Nm", None, PAIN) for t in transfers] == ["张三", "李四"]
    assert transfers[1].find("p:Amt/p:InstdAmt", PAIN).attrib == {"Ccy": "CNY"}


def test_the_credit_transfer_keeps_the_order_of_the_standard():
    document = ElementTree.fromstring(PAIN001.written(batch(payment())))

    def order(path):
        return " ".join(child.tag.partition("}")[2] for child in document.find(path, PAIN))

    assert order(".//p:GrpHdr") == "MsgId CreDtTm NbOfTxs CtrlSum InitgPty"
    assert order(".//p:PmtInf") == (
        "PmtInfId PmtMtd BtchBookg NbOfTxs CtrlSum ReqdExctnDt Dbtr DbtrAcct DbtrAgt CdtTrfTxInf"
    )
    assert order(".//p:CdtTrfTxInf") == "PmtId Amt CdtrAgt Cdtr CdtrAcct RmtInf"


def test_every_end_to_end_number_fits_and_differs():
    long = replace(batch(), number="9" * 35, payments=[payment(n) for n in (1, 12345)])

    document = ElementTree.fromstring(PAIN001.written(long))
    ids = [element.text for element in document.findall(".//p:EndToEndId", PAIN)]

    assert len(set(ids)) == 2 and max(map(len, ids)) <= 35


@pytest.mark.parametrize("text", ["x06", "X-06", "X06", "x-06"])
def test_a_format_is_known_by_every_spelling(text):
    assert format_named(text) is X06


def test_an_unknown_format_is_answered_with_those_there_are():
    with pytest.raises(ValueError, match="X-06, X-07, X-07T, pain.001"):
        format_named("X-99")


@pytest.mark.django_db
class TestExport:
    def test_only_sent_lines_go_out_and_the_export_is_logged(self):
        scene = given.scene(holders=3)
        given.fact(scene.contracts[0].person, scene.staff.township_officer)
        run = given.pay_run(scene, "sent")

        (made,) = bankfiles.export(run, X06, by=scene.staff.finance_officer)

        rows = rows_of(X06, made.content)[1:-1]
        assert [row[3] for row in rows] == ["李四1", "李四2"]
        assert made.sha256 == hashlib.sha256(made.content).hexdigest()
        event = Event.objects.of(run).latest("pk")
        assert (event.verb, event.by) == ("export", scene.staff.finance_officer)
        assert event.data | {"format": "X-06", "sha256": made.sha256, "rows": 2} == event.data

    @pytest.mark.parametrize("form", [X06, X07, X07T, PAIN001], ids=lambda form: form.code)
    def test_the_same_bytes_every_time(self, form):
        scene = given.scene(holders=2)
        run = given.pay_run(scene, "sent")

        one, two = (bankfiles.export(run, form, by=scene.staff.finance_officer) for _ in "ab")

        assert one == two

    def test_a_run_that_was_not_sent_has_no_file(self):
        scene = given.scene()
        run = given.pay_run(scene, "finance_approved")

        with pytest.raises(Refused):
            bankfiles.export(run, X06, by=scene.staff.finance_officer)

        assert not BankFile.objects.exists()

    def test_only_who_sends_takes_the_file(self):
        scene = given.scene()
        run = given.pay_run(scene, "sent")

        with pytest.raises(PermissionDenied):
            bankfiles.export(run, X06, by=scene.staff.township_officer)

    def test_a_long_batch_is_handed_over_in_parts_that_sum_up(self):
        scene = given.scene(holders=3)
        run = given.pay_run(scene, "sent")

        parts = bankfiles.export(run, replace(X07, most_rows=2), by=scene.staff.finance_officer)

        assert [part.rows for part in parts] == [2, 1]
        assert sum(part.total for part in parts) == BankFile.objects.get().total
        assert len({part.name for part in parts}) == 2

    def test_a_batch_is_cut_where_it_would_hold_too_much(self):
        scene = given.scene(holders=3)
        run = given.pay_run(scene, "sent")
        small = replace(X07T, most_total=Decimal("1300.00"))

        parts = bankfiles.export(run, small, by=scene.staff.finance_officer)

        assert [part.rows for part in parts] == [2, 1]
        first = parts[0].content.decode("gb18030").splitlines()
        assert first[0] == f"H|{run.files.get().number}-1|2|1200.00|CNY"
        assert first[-1] == "T|2|1200.00"

    def test_the_paying_account_comes_from_the_rules(self):
        scene = given.scene(holders=1)
        payer = {"account": "105000001", "name": "示例县财政局", "bank": "示例县农商行"}
        run = given.pay_run(scene, "sent")
        assert len(bankfiles.gaps(run)) == 2

        given.rule(scene.place.county, "payroll.payer", payer, scene.place.document)
        (made,) = bankfiles.export(run, X07, by=scene.staff.finance_officer)

        assert rows_of(X07, made.content)[1][:2] == ["105000001", "示例县财政局"]
        assert len(bankfiles.gaps(run)) == 1

    def test_a_saved_file_has_its_hash_beside_it_and_is_never_overwritten(self, tmp_path):
        scene = given.scene(holders=1)
        run = given.pay_run(scene, "sent")
        (made,) = bankfiles.export(run, X06, by=scene.staff.finance_officer)

        path = made.save(tmp_path / "out")

        assert (path.parent / f"{path.name}.sha256").read_text() == f"{made.sha256}  {path.name}\n"
        path.write_bytes(b"other")
        with pytest.raises(Refused):
            made.save(path.parent)
