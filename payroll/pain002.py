"""ISO 20022 payment status reports (pain.002): what the bank says of each transfer of a batch.

Only final words count: settled or credited, rejected or cancelled. What the bank has merely
received or is still working on stays without an answer until a later report.
"""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from xml.etree import ElementTree

from django.utils.translation import gettext as _

from payroll.models import BankResult
from project.kernel.months import SHANGHAI
from project.kernel.tables.columns import Row, RowError
from project.kernel.tables.read import Unreadable
from project.kernel.tables.stream import chunks_of
from registry.names import normalise_name

SPACE = "urn:iso:std:iso:20022:tech:xsd:pain.002."
HEAD = 4096
# Elements between two transfers; a report that has more is built to fill the memory.
MOST_STRAYS = 10_000
FINAL = {
    **dict.fromkeys(("ACSC", "ACCC"), BankResult.Outcome.SUCCESS),
    **dict.fromkeys(("RJCT", "CANC"), BankResult.Outcome.FAILURE),
}
# The reasons rural banks give most, in the words of the office.
REASONS = {
    "AC01": "账号有误",
    "AC04": "账户已销户",
    "AC06": "账户冻结或止付",
    "AC13": "账户类型不符",
    "AG01": "不允许的交易",
    "AM05": "重复支付",
    "BE01": "户名与账号不符",
    "MD07": "收款人已故",
    "RC01": "行号有误",
}


def is_report(source):
    """Whether a file is such a report, judged by its content."""
    return SPACE.encode() in next(chunks_of(source), b"")[:HEAD]


def lines_of(source, reading):
    """The lines of every transfer with a final word; the rest is left with the reading."""
    for row in rows_of(source, reading):
        yield reading.take(row, [])


def rows_of(source, reading):
    """Each transfer as a row, numbered as if under a heading; memory does not grow with them."""
    number = 1
    for number, (element, batch, made_on) in enumerate(_transfers(source), 2):
        row, faults = _row(number, element, batch, made_on, reading)
        if faults:
            reading.take(None, faults)
        elif row:
            yield row
    if number == 1:
        raise Unreadable(
            _("The report names no transfer. Ask the bank for a report of every line.")
        )


def _transfers(source):
    """Every transfer with its batch and the day of the report; read ones are let go."""
    made_on, batch, holder, strays = None, "", None, 0
    for event, element in _events(source):
        name = element.tag.rpartition("}")[2]
        strays += 1
        if strays > MOST_STRAYS:
            raise Unreadable(_damaged())
        if event == "start":
            holder = element if name == "OrgnlPmtInfAndSts" else holder
        elif name == "CreDtTm":
            made_on = _day(element.text)
        elif name in ("OrgnlMsgId", "OrgnlPmtInfId"):
            batch = (element.text or "").strip()
        elif name == "TxInfAndSts":
            yield element, batch, made_on
            strays = 0
            (element if holder is None else holder).clear()


def _events(source):
    if b"<!DOCTYPE" in next(chunks_of(source), b""):
        raise Unreadable(_("The report declares a document type, which none needs. Refused."))
    parser = ElementTree.XMLPullParser(["start", "end"])
    try:
        for chunk in chunks_of(source):
            parser.feed(chunk)
            yield from parser.read_events()
        parser.close()
    except ElementTree.ParseError as error:
        raise Unreadable(_damaged()) from error


def _damaged():
    return _("The report is damaged. Ask the bank for it again.")


def _row(number, element, batch, made_on, reading):
    """One transfer as a row; nothing while the bank has not decided; faults it cannot pass."""
    said = _texts(element)
    status = said.get("TxSts", "")
    if status not in FINAL:
        sentence = _("The bank has not decided on this line yet (%(status)s); it stays open.")
        fault = RowError(number, "TxSts", sentence % {"status": status or "—"})
        if len(reading.undecided) < reading.most_faults:
            reading.undecided.append(fault)
        return None, []
    line, amount = _line_number(said), _amount(said)
    if line is None:
        sentence = _("The line number is missing. Ask the bank to repeat the end-to-end number.")
        return None, [RowError(number, "OrgnlEndToEndId", sentence)]
    values = {
        "batch": batch,
        "number": line,
        "account": said.get("CdtrAcct", "").replace(" ", ""),
        "name": normalise_name(said.get("Cdtr", "")),
        "amount": amount,
        "outcome": FINAL[status],
        "reason": _reason(said)[:120],
        "credited_on": _day(said.get("AccptncDtTm")) or made_on,
        "serial": (said.get("AcctSvcrRef") or "")[:60],
    }
    return Row(number, values), []


PLACES = {
    "TxSts": "TxSts",
    "OrgnlInstrId": "OrgnlInstrId",
    "OrgnlEndToEndId": "OrgnlEndToEndId",
    "AccptncDtTm": "AccptncDtTm",
    "AcctSvcrRef": "AcctSvcrRef",
    "Rsn/Cd": "StsRsnInf/Rsn/Cd",
    "AddtlInf": "StsRsnInf/AddtlInf",
    "InstdAmt": "OrgnlTxRef/Amt/InstdAmt",
    "CdtrAcct": "OrgnlTxRef/CdtrAcct/Id/Othr/Id",
    "Cdtr": "OrgnlTxRef/Cdtr/Nm",
}


def _texts(element):
    """The texts of a transfer by their place, whatever the version of the report."""
    found = {}
    for name, path in PLACES.items():
        text = element.findtext("/".join(f"{{*}}{part}" for part in path.split("/")))
        if text:
            found[name] = text.strip()
    return found


def _line_number(said):
    """Our own number of the line, as the transfer carried it."""
    tail = said.get("OrgnlEndToEndId", "").rpartition("/")[2]
    written = said.get("OrgnlInstrId") or tail
    return int(written) if written.isascii() and written.isdigit() else None


def _amount(said):
    try:
        amount = Decimal(said["InstdAmt"])
    except (KeyError, InvalidOperation):
        return None
    return amount if amount.is_finite() else None


def _reason(said):
    code = said.get("Rsn/Cd", "")
    words = [REASONS.get(code, code), said.get("AddtlInf", "")]
    return " ".join(word for word in words if word)


def _day(text):
    """The day in China of a moment, or the day itself."""
    if not text:
        return None
    try:
        if len(text.strip()) == len("2026-11-22"):
            return date.fromisoformat(text.strip())
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return (moment.astimezone(SHANGHAI) if moment.tzinfo else moment).date()
