"""F-32: the card a worker carries: who this is, and on the back what is done, paid and when."""

from contracts.documents.press import address_of
from contracts.documents.terms import terms_of
from project.kernel.printing import Filled, head, paper, workbook

COLUMNS = (head("label", "项目"), head("value", "内容"))
BACK = (
    ("岗位职责", "duties"),
    ("工作时间", "hours"),
    ("补贴标准", "standard"),
    ("发放日", "pay_day"),
    ("收款账户", "account"),
    ("意外保险", "insurance"),
    ("合同期限", "term"),
)


def pdf_of(code, record, by):
    """The card on paper, to be cut out and folded."""
    return paper(FILL[code](record, by))


def workbook_of(code, record, by):
    """The same facts as a workbook."""
    return workbook(FILL[code](record, by), by)


def card(contract, by):
    """The card of one contract, in the words of the paper that counts."""
    printed = contract.papers.order_by("-number").first()
    terms = printed.terms if printed else terms_of(contract)
    return Filled(
        code="F-32",
        number=terms["number"],
        columns=COLUMNS,
        rows=[{"label": label, "value": terms[name]} for label, name in BACK],
        head={name: terms[name] for name in ("name", "post", "place", "unit", "employer")},
        foot={
            "manager": terms["manager"],
            "phone": terms["manager_phone"],
            "hotline": by.phone or "见村务公开栏",
        },
        address=address_of(printed) if printed else "",
    )


FILL = {"F-32": card}
