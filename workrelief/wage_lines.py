"""The lines of a month's wages as people see them: signatures, measures, and their pay."""

from decimal import Decimal

from django.db.models import Count, Q, Sum

from payroll.models import PayLine
from payroll.models.lines import LineState
from project.kernel import pages
from project.kernel.money import capitals
from project.kernel.roles import Permission
from workrelief.wage_checks import agreed_by_phone

WAGES = (PayLine.Item.POST_SUBSIDY, PayLine.Item.UNINSURED_DAYS)


def sums(batch):
    """How many lines the batch has and what they come to."""
    found = batch.lines.aggregate(count=Count("pk"), amount=Sum("amount"))
    return found["count"], found["amount"] or Decimal(0)


def count_of(batch):
    return sums(batch)[0]


def amount_of(batch):
    return sums(batch)[1]


def capitals_of(batch):
    """The whole amount in capitals, as the paper says it (R-95)."""
    return capitals(sums(batch)[1])


def lines_of(batch, user):
    """Every line in its order, with the state of its pay and the way to it for those who see it."""
    lines = batch.lines.select_related("member__person", "contract").order_by("number")
    lines = lines.annotate(agreed=agreed_by_phone())
    paid = pay_of(batch)
    sees = user.has_perm(Permission.PAY_VIEW, batch.area_id)
    rows = []
    for line in lines:
        own = paid.get(line.contract_id, [])
        row = {"line": line, "member": line.member, "pay": "、".join(_words(own))}
        rows.append(row | {"pay_url": pages.url_of(own[-1]) if own and sees else ""})
    return rows


def _words(lines):
    """The states of a contract's lines, each once; a line carried on is said by its successor."""
    known = [line for line in lines if line.state != LineState.CARRIED] or lines
    return list(dict.fromkeys(str(line.state_words) for line in known))


def pay_of(batch):
    """The lines of pay for the batch's contracts and month, by contract, in one query."""
    found = PayLine.objects.filter(
        Q(standing=True) | Q(sent__isnull=False),
        contract__in=batch.lines.values("contract"),
        month=batch.month,
        item__in=WAGES,
    )
    by_contract = {}
    for line in found.with_state().order_by("pk"):
        by_contract.setdefault(line.contract_id, []).append(line)
    return by_contract
