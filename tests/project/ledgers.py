"""Ledgers written for a test, and the way they go in."""

from datetime import date

from project.imports import commit, stage
from project.kernel import tables
from registry.models import BankAccount
from tests import given

HOLDER = {
    "村(社区)": "青石村0",
    "姓名": "张三",
    "身份证号码": None,
    "户编号": "",
    "岗位名称": "保洁员",
    "岗位类别": "保洁保绿",
    "主管部门": "农业农村局",
    "协议起": date(2026, 1, 1),
    "协议止": date(2026, 12, 31),
    "补贴标准": "400.00",
    "资金来源": "就业补助资金",
    "保险单号": "",
    "社保卡银行账号": None,
    "开户行": "示例县农商行",
}


def sheet(*rows):
    """A workbook of rows given by their headings."""
    headings = list(rows[0])
    columns = [tables.Column(str(place), heading) for place, heading in enumerate(headings)]
    return tables.write(columns, [[row[heading] for heading in headings] for row in rows])


def holder_row(**cells):
    """A good row of a ledger, with a person and an account of its own."""
    n = next(given.number)
    fresh = {"身份证号码": given.id_number(order=n), "社保卡银行账号": f"62172240{n:011d}"}
    return HOLDER | fresh | cells


def staged(kind, *rows, by, **options):
    return stage(kind, sheet(*rows), by=by, name=f"{kind}.xlsx", **options)


def taken_in(kind, *rows, by, **options):
    return commit(staged(kind, *rows, by=by, **options), by=by)


def faults(found):
    return [(error.row, error.column) for error in found.errors]


def account_of(person):
    return BankAccount.objects.get(person=person, current=True)
