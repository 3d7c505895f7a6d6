"""From what was sent to the file a bank reads: only sent lines go in, and always the same bytes."""

from dataclasses import replace
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from payroll.formats import Batch, Payment
from payroll.handing import Origin, WrittenFile, hand_out
from policy.selectors import rulings
from project.kernel.guards import Refused
from project.kernel.roles import Permission
from project.kernel.sealing import seal_file
from registry.models import Area

JOINS = ("line__person", "line__account")
CODES = ["payroll.item_code", "payroll.payer"]
BY_COMMAND = Origin()


@transaction.atomic
def export(run, form, *, by, origin=BY_COMMAND):
    """Every bank file of a run in one format, locked where the rule says so; each is logged."""
    if not by.has_perm(Permission.PAY_SEND, run.area_id):
        raise PermissionDenied(_("Taking the bank file belongs to the finance officer."))
    written = list(rewritten(run, form))
    if not written:
        raise Refused(
            _("The run has not been sent: it stands at “%(state)s”. Only what was sent goes out.")
            % {"state": run.get_state_display()}
        )
    return hand_out(run, written, form, by=by, origin=origin)


def rewritten(run, form):
    """Every bank file of a run in one format, as often as it is asked for."""
    for file in run.files.order_by("pk"):
        yield from _written(run, file, form)


def gaps(run):
    """What the bank may ask for and nobody has recorded, one sentence each."""
    item_code, payer = _recorded(run)
    missing = []
    if not payer.get("account"):
        missing.append(
            _(
                "The account that pays is not recorded (rule “payroll.payer”), so its column is "
                "empty. Enter its account, name and bank as a rule."
            )
        )
    if not item_code:
        missing.append(
            _("The code of the subsidy is not recorded (rule “payroll.item_code”); it stays empty.")
        )
    return missing


def _written(run, file, form):
    batch = _batch(run, file)
    _agrees(file, batch)
    parts = list(cut(batch.payments, form))
    for part, rows in enumerate(parts, 1):
        number = batch.number if len(parts) == 1 else f"{batch.number}-{part}"
        content = form.written(replace(batch, number=number, payments=rows))
        yield WrittenFile(
            name=f"{number}_{form.code}.{form.suffix}",
            content=content,
            sha256=seal_file(content),
            rows=len(rows),
            total=sum((row.amount for row in rows), Decimal("0.00")),
            file=file,
            number=number,
        )


def cut(payments, form):
    """The rows in their order, cut wherever a file would hold too many or too much."""
    part, total = [], Decimal("0.00")
    for payment in payments:
        _fits_alone(payment, form)
        full = form.most_rows and len(part) == form.most_rows
        much = form.most_total and part and total + payment.amount > form.most_total
        if full or much:
            yield part
            part, total = [], Decimal("0.00")
        part.append(payment)
        total += payment.amount
    yield part


def _fits_alone(payment, form):
    """A row above the limit of a whole file fits into none, however the batch is cut."""
    if form.most_total and payment.amount > form.most_total:
        raise Refused(
            _(
                "Row %(row)s (%(name)s): %(amount)s yuan is more than a whole file of format "
                "%(form)s may hold. Choose another format."
            )
            % {
                "row": payment.number,
                "name": payment.name,
                "amount": payment.amount,
                "form": form.code,
            }
        )


def _agrees(file, batch):
    """The rows must come to what was recorded when the batch was made."""
    if (len(batch.payments), batch.total) != (file.rows, file.total):
        raise Refused(
            _("Batch %(number)s no longer comes to its recorded sum; do not hand it over.")
            % {"number": file.number}
        )


def _batch(run, file):
    item_code, payer = _recorded(run)
    names = Area.objects.in_bulk([run.area_id[:2] + "0" * 10, run.area_id[:4] + "0" * 8])
    where = {area.level: area.name for area in names.values()}
    lines = file.lines.select_related(*JOINS).order_by("number")
    return Batch(
        number=file.number,
        month=run.month.compact,
        item_code=item_code,
        purpose=f"{run.month.compact}{PURPOSE}",
        payer_name=payer.get("name") or f"{run.area.name}人民政府",
        payer_account=payer.get("account", ""),
        payer_bank=payer.get("bank", ""),
        made_at=file.made_at,
        payments=[_payment(sent, where) for sent in lines],
    )


# What the bank prints on the worker's statement: Chinese in every language of the screens.
PURPOSE = "公益岗补贴"


def _recorded(run):
    """The code of the subsidy and the paying account, where a rule says them."""
    areas = [run.area_id]
    found = rulings(CODES, on=run.month.first, areas=areas, fund=run.fund_id)[run.area_id]
    item_code, payer = (found.get(code) for code in CODES)
    return (item_code.value if item_code else ""), (payer.value if payer else {})


def _payment(sent, where):
    line = sent.line
    person, account = line.person, line.account
    return Payment(
        number=sent.number,
        name=person.name,
        id_number=person.id_number,
        account=account.number,
        holder=account.holder_name,
        bank=account.bank,
        amount=line.amount,
        area=line.area_id,
        province=where.get(Area.Level.PROVINCE, ""),
        city=where.get(Area.Level.CITY, ""),
        phone=person.phone,
    )
