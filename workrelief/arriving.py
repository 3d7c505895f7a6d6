"""Whether a month's wages have arrived: the one place that says when a line is no longer open."""

from django.db.models import Exists, OuterRef, Subquery

from payroll.models import LineState, PayLine

SETTLED = [
    LineState.PAID,
    LineState.REISSUED,
    LineState.EXCLUDED,
    LineState.CARRIED,
    LineState.WRITTEN_BACK,
]


def open_lines(**only):
    """The standing pay lines whose money has neither arrived nor been settled otherwise."""
    lines = PayLine.objects.filter(standing=True, **only).with_state()
    return lines.exclude(state__in=SETTLED)


def _of_wage_line():
    return {"contract": OuterRef("contract"), "month": OuterRef("batch__month")}


def missing():
    """A condition on a wage line: payroll has no line for it, or one that is still open."""
    paid = PayLine.objects.filter(standing=True, amount__gt=0, **_of_wage_line())
    return ~Exists(paid) | Exists(open_lines(**_of_wage_line()))


def last_credit():
    """Of a wage line, the day on which the bank last credited something for it."""
    paid = PayLine.objects.filter(standing=True, sent__results__outcome="success")
    found = paid.filter(**_of_wage_line()).order_by("-sent__results__credited_on")
    return Subquery(found.values("sent__results__credited_on")[:1])
