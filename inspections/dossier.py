"""What the records say of a contract in some months, as one document that can be frozen."""

from payroll.models import PayLine
from project.kernel.months import Month


def snapshot(contract, first, last):
    """Days with their sources, pay, terms and earlier findings of a contract from month to month.

    Plain values only: the same records give the same document, and the same hash.
    """
    return {
        "contract": _terms(contract),
        "months": [str(first), str(last)],
        "days": _days(contract, first, last),
        "pay": _pay(contract, first, last),
        "earlier": _earlier(contract),
    }


def _terms(contract):
    return {
        "id": contract.pk,
        "person": contract.person.name,
        "id_tail": contract.person.id_tail,
        "village": contract.area.name,
        "title": contract.title,
        "state": contract.state,
        "standard": contract.standard,
        "from": contract.starts_on,
        "to": contract.ends_on,
    }


def _days(contract, first, last):
    found = contract.check_ins.filter(
        day__range=(first.first, last.last), voids__isnull=True, voided_by__isnull=True
    )
    columns = ("id", "day", "worth", "in_at", "out_at", "source", "level", "device", "phone_id")
    columns += ("longitude", "latitude", "at", "received_at")
    return list(found.order_by("day", "pk").values(*columns))


def _pay(contract, first, last):
    lines = PayLine.objects.filter(contract=contract, month__gte=first, month__lte=last)
    return [
        {
            "id": line.pk,
            "month": str(line.month),
            "item": line.item,
            "days": line.days_worked,
            "amount": line.amount,
            "state": line.state,
        }
        for line in lines.with_state().order_by("month", "pk")
    ]


def _earlier(contract):
    """Doubts and cases about the person that are on record."""
    doubts = contract.person.doubts.order_by("pk").values("id", "pattern", "month", "state")
    cases = contract.person.cases.order_by("pk").values("number", "violation", "state")
    return {
        "doubts": [row | {"month": str(Month.of(row["month"]))} for row in doubts],
        "cases": list(cases),
    }
