"""How banks want to be told whom to pay: each format is a description, not a program."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from payroll.pain001 import credit_transfer
from project.kernel.guards import Refused
from project.kernel.tables.text import is_active, write_text

FORBIDDEN = {chr(code) for code in range(32)} | {chr(127), "\ufffe", "\uffff"}


@dataclass(frozen=True)
class Payment:
    """One row of a bank file: a payee, an account and an amount."""

    number: int
    name: str
    id_number: str
    account: str
    holder: str
    bank: str
    amount: Decimal
    area: str
    province: str = ""
    city: str = ""
    phone: str = ""
    note: str = ""


@dataclass(frozen=True)
class Batch:
    """What every row of a bank file has in common."""

    number: str
    month: str
    item_code: str
    purpose: str
    payer_name: str
    payer_account: str
    payer_bank: str
    made_at: datetime
    payments: list = field(default_factory=list)

    @property
    def total(self):
        return sum((payment.amount for payment in self.payments), Decimal("0.00"))


@dataclass(frozen=True)
class Field:
    """One column: its heading, where its value comes from, how long it may be, whether it must be.

    The value is a name such as `payment.account` or `batch.number`, or a fixed text.
    """

    heading: str
    value: str
    longest: int = 200
    required: bool = False

    def text(self, batch, payment):
        """The value of the column for one row; what the bank could not read is refused."""
        text = str(read(self.value, batch, payment))
        if self.required and not text:
            raise ValueError(_("it is empty"))
        if len(text) > self.longest:
            raise ValueError(_("it is longer than %(count)s characters") % {"count": self.longest})
        if is_active(text):
            raise ValueError(_("it begins with a sign that a spreadsheet program would run"))
        if FORBIDDEN.intersection(text):
            raise ValueError(_("it holds a character that cannot be printed"))
        return text


def read(value, batch, payment):
    """Follow `batch.x` or `payment.x`; anything else is a fixed text."""
    source, _dot, name = value.partition(".")
    if source not in ("batch", "payment"):
        return value
    return getattr(batch if source == "batch" else payment, name)


@dataclass(frozen=True)
class BankFileFormat:
    """A format of bank file: what it is called and how a batch of payments becomes bytes."""

    code: str
    title: str
    suffix: str
    fields: tuple
    encoding: str = "gb18030"
    delimiter: str = ","
    newline: str = "\r\n"
    headings: bool = True
    header: tuple = ()
    trailer: tuple = ()
    most_rows: int | None = None
    most_total: Decimal | None = None
    body: Callable | None = None

    def written(self, batch):
        """The bytes of one file; refused with the row and the column when a cell does not fit."""
        rows = self._rows(batch)
        if self.body:
            return self.body(batch)
        lines = [self._control(self.header, batch)] if self.header else []
        lines += [[column.heading for column in self.fields]] if self.headings else []
        lines += rows
        lines += [self._control(self.trailer, batch)] if self.trailer else []
        # What a program could run was refused cell by cell: the bank must get each as it is.
        return write_text(
            lines,
            encoding=self.encoding,
            delimiter=self.delimiter,
            newline=self.newline,
            inert=False,
        )

    def _rows(self, batch):
        problems, rows = [], []
        for payment in batch.payments:
            cells = [self._cell(column, batch, payment, problems) for column in self.fields]
            rows.append(cells)
        if problems:
            raise Refused(problems)
        return rows

    def _cell(self, column, batch, payment, problems):
        try:
            text = column.text(batch, payment)
            text.encode(self.encoding)
        except UnicodeEncodeError as error:
            problems.append(self._unwritable(column, payment, error.object[error.start]))
        except ValueError as error:
            problems.append(self._unfit(column, payment, error))
        else:
            return text
        return ""

    def _unwritable(self, column, payment, character):
        return _(
            "Row %(row)s (%(name)s), %(column)s: the bank's file cannot hold the character "
            "“%(character)s”. Ask the bank how it writes this name, or choose another format."
        ) % {
            "row": payment.number,
            "name": payment.name,
            "column": column.heading,
            "character": character.encode("utf-8", "replace").decode(),
        }

    def _unfit(self, column, payment, error):
        return _("Row %(row)s (%(name)s), %(column)s: %(fault)s. Correct it first.") % {
            "row": payment.number,
            "name": payment.name,
            "column": column.heading,
            "fault": error,
        }

    def _control(self, template, batch):
        """A line before or after the rows, with what it says filled in: count, total, batch."""
        said = {"rows": len(batch.payments), "total": batch.total, "batch": batch.number}
        return [cell.format(**said) for cell in template]


X06 = BankFileFormat(
    code="X-06",
    title="补贴发放清册（一卡通）",
    suffix="csv",
    encoding="utf-8-sig",
    fields=(
        Field("批次号", "batch.number", required=True),
        Field("补贴项目编码", "batch.item_code", longest=40),
        Field("行政区划代码", "payment.area", longest=12, required=True),
        Field("姓名", "payment.name", longest=60, required=True),
        Field("身份证号", "payment.id_number", longest=18, required=True),
        Field("社保卡号", ""),
        Field("银行账号", "payment.account", longest=40, required=True),
        Field("开户行", "payment.bank", longest=60),
        Field("金额", "payment.amount", required=True),
        Field("所属期", "batch.month", longest=6, required=True),
        Field("联系电话", "payment.phone", longest=20),
        Field("备注", "payment.note", longest=100),
    ),
    trailer=("合计", "", "", "{rows}人", "", "", "", "", "{total}", "", "", ""),
)
X07 = BankFileFormat(
    code="X-07",
    title="银行批量代发文件",
    suffix="csv",
    encoding="gb18030",
    fields=(
        Field("付款账号", "batch.payer_account", longest=40),
        Field("付款账号名称", "batch.payer_name", longest=60, required=True),
        Field("收款账号", "payment.account", longest=40, required=True),
        Field("收款账号名称", "payment.holder", longest=60, required=True),
        Field("开户行", "payment.bank", longest=60),
        Field("省", "payment.province", longest=20),
        Field("市", "payment.city", longest=20),
        Field("金额", "payment.amount", required=True),
        Field("汇款用途", "batch.purpose", longest=20, required=True),
        Field("备注", "payment.note", longest=100),
        Field("短信手机号", "payment.phone", longest=20),
    ),
    most_rows=5000,
)
X07T = BankFileFormat(
    code="X-07T",
    title="银行批量代发文本",
    suffix="txt",
    encoding="gb18030",
    delimiter="|",
    headings=False,
    header=("H", "{batch}", "{rows}", "{total}", "CNY"),
    fields=(
        Field("行标识", "D"),
        Field("序号", "payment.number", longest=9, required=True),
        Field("收款账号", "payment.account", longest=32, required=True),
        Field("收款账号名称", "payment.holder", longest=60, required=True),
        Field("金额", "payment.amount", required=True),
        Field("币种", "CNY"),
        Field("汇款用途", "batch.purpose", longest=20, required=True),
    ),
    trailer=("T", "{rows}", "{total}"),
    most_rows=10000,
    most_total=Decimal("5000000.00"),
)
PAIN001 = BankFileFormat(
    code="pain.001",
    title="ISO 20022 pain.001.001.03",
    suffix="xml",
    encoding="utf-8",
    fields=(
        Field("Cdtr/Nm", "payment.holder", longest=140, required=True),
        Field("CdtrAcct", "payment.account", longest=34, required=True),
        Field("CdtrAgt/Nm", "payment.bank", longest=140),
        Field("InstdAmt", "payment.amount", required=True),
        Field("Ustrd", "batch.purpose", longest=140, required=True),
        Field("MsgId", "batch.number", longest=35, required=True),
        Field("Dbtr/Nm", "batch.payer_name", longest=140, required=True),
        Field("DbtrAcct", "batch.payer_account", longest=34),
        Field("DbtrAgt/Nm", "batch.payer_bank", longest=140),
    ),
    body=credit_transfer,
)
FORMATS = {known.code: known for known in (X06, X07, X07T, PAIN001)}


def format_named(text):
    """The format somebody asked for: X-06, x06 and pain001 are all understood."""
    wanted = _key(text)
    for code, known in FORMATS.items():
        if _key(code) == wanted:
            return known
    raise ValueError(
        _("There is no bank file format “%(text)s”. Choose one of: %(codes)s.")
        % {"text": text, "codes": ", ".join(FORMATS)}
    )


def _key(text):
    return "".join(letter for letter in text.lower() if letter.isalnum())
