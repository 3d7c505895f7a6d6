"""Credit transfers and status reports hold against the schemas of ISO 20022 themselves."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation
from lxml import etree

from payroll.formats import PAIN001
from project.kernel.guards import Refused
from tests.payroll.test_formats import batch, payment
from tests.payroll.test_results_many import REPORT, TRANSFER

SCHEMAS = Path(__file__).resolve().parent.parent / "data" / "iso20022"
LONG = "买买提吐尔逊·阿不都热合曼·伊敏尼亚孜汗"
RARE = "朱军𬱖"


def schema(message):
    return etree.XMLSchema(etree.parse(SCHEMAS / f"{message}.xsd"))


def written(whole):
    return etree.fromstring(PAIN001.written(whole))


def reported(*statuses):
    """A report of a bank that says one word of each transfer."""
    said = [
        TRANSFER.format(
            batch="990123100-202610-1-1", number=n, status=s, amount="0.55", code="AC04"
        )
        for n, s in enumerate(statuses, 1)
    ]
    return REPORT.format(batch="990123100-202610-1-1", transfers="".join(said)).encode()


@pytest.mark.parametrize("name", ["张三", RARE, LONG, "Ng O'Brien & <Søn>"])
def test_every_name_of_the_country_is_valid(name):
    assert len(LONG) == 20

    document = written(batch(payment(1, name), payment(2, amount=Decimal("0.01"))))

    schema("pain.001.001.03").assertValid(document)
    assert document.findtext(".//{*}CdtTrfTxInf/{*}Cdtr/{*}Nm") == name


@pytest.mark.parametrize("rows", [1, 5000])
def test_a_batch_of_any_length_is_valid(rows):
    many = [payment(n, amount=Decimal("0.55")) for n in range(1, rows + 1)]

    document = written(batch(*many))

    schema("pain.001.001.03").assertValid(document)
    assert document.findtext(".//{*}GrpHdr/{*}CtrlSum") == str(Decimal("0.55") * rows)


def test_what_nobody_recorded_leaves_the_file_valid():
    bare = replace(batch(payment(bank="")), payer_bank="", payer_account="")

    schema("pain.001.001.03").assertValid(written(bare))


def test_values_as_long_as_they_may_be_are_valid():
    row = payment(99999, "张" * 140, account="6" * 34, bank="行" * 140)
    payer = {"payer_name": "政" * 140, "payer_account": "1" * 34, "payer_bank": "行" * 140}

    schema("pain.001.001.03").assertValid(written(replace(batch(row), number="9" * 35, **payer)))


@pytest.mark.parametrize(
    ("fields", "column"),
    [
        ({"payer_name": "政" * 141}, "Dbtr/Nm"),
        ({"payer_account": "1" * 35}, "DbtrAcct"),
        ({"payer_bank": "行" * 141}, "DbtrAgt/Nm"),
        ({"number": "9" * 36}, "MsgId"),
        ({"purpose": ""}, "Ustrd"),
    ],
)
def test_what_would_not_be_valid_is_refused_before_it_is_written(fields, column):
    with translation.override("en"), pytest.raises(Refused) as refused:
        PAIN001.written(replace(batch(payment()), **fields))

    assert f", {column}: " in refused.value.messages[0]


def test_the_schema_is_no_rubber_stamp():
    content = PAIN001.written(batch(payment())).replace(b"TRF", b"XYZ")

    assert not schema("pain.001.001.03").validate(etree.fromstring(content))


def test_the_reports_that_the_tests_read_are_valid():
    report = etree.fromstring(reported("ACSC", "RJCT", "PDNG"))

    schema("pain.002.001.03").assertValid(report)
