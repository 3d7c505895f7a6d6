"""ISO 20022 customer credit transfer initiation, pain.001.001.03, in yuan.

Accounts in China have no IBAN and a rural bank often no BIC: accounts are given as other
identifications and banks by name. A bank that asks for its own codes gets a format of its own.
"""

from xml.etree import ElementTree

from project.kernel.months import SHANGHAI

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"
UNKNOWN = "NOTPROVIDED"


class Damaged(ValueError):
    """Bytes that are no credit transfer as we write it."""


def credit_transfer(batch):
    """One payment instruction of a batch, the same bytes however often it is written."""
    document = ElementTree.Element("Document", xmlns=NAMESPACE)
    initiation = _sub(document, "CstmrCdtTrfInitn")
    _group_header(initiation, batch)
    _payment_information(initiation, batch)
    ElementTree.indent(document)
    return ElementTree.tostring(document, encoding="utf-8", xml_declaration=True) + b"\n"


def _group_header(parent, batch):
    made_at = batch.made_at.astimezone(SHANGHAI).replace(microsecond=0)
    header = _sub(parent, "GrpHdr")
    _sub(header, "MsgId", batch.number)
    _sub(header, "CreDtTm", made_at.isoformat())
    _sums(header, batch)
    _sub(_sub(header, "InitgPty"), "Nm", batch.payer_name)


def _payment_information(parent, batch):
    payment = _sub(parent, "PmtInf")
    _sub(payment, "PmtInfId", batch.number)
    _sub(payment, "PmtMtd", "TRF")
    _sub(payment, "BtchBookg", "true")
    _sums(payment, batch)
    _sub(payment, "ReqdExctnDt", batch.made_at.astimezone(SHANGHAI).date().isoformat())
    _sub(_sub(payment, "Dbtr"), "Nm", batch.payer_name)
    account = _sub(payment, "DbtrAcct")
    _other(account, batch.payer_account)
    _sub(account, "Ccy", "CNY")
    _agent(payment, "DbtrAgt", batch.payer_bank)
    for row in batch.payments:
        _transfer(payment, batch, row)


def _transfer(parent, batch, row):
    transfer = _sub(parent, "CdtTrfTxInf")
    ids = _sub(transfer, "PmtId")
    _sub(ids, "InstrId", str(row.number))
    _sub(ids, "EndToEndId", _end_to_end(batch.number, row.number))
    _sub(_sub(transfer, "Amt"), "InstdAmt", str(row.amount), Ccy="CNY")
    _agent(transfer, "CdtrAgt", row.bank)
    _sub(_sub(transfer, "Cdtr"), "Nm", row.holder)
    _other(_sub(transfer, "CdtrAcct"), row.account)
    _sub(_sub(transfer, "RmtInf"), "Ustrd", batch.purpose)


def _end_to_end(batch, number):
    """Batch and row in the 35 characters there are; the row is what must not be cut."""
    tail = f"/{number}"
    return batch[: 35 - len(tail)] + tail


def _sums(parent, batch):
    _sub(parent, "NbOfTxs", str(len(batch.payments)))
    _sub(parent, "CtrlSum", str(batch.total))


def _agent(parent, tag, bank):
    institution = _sub(_sub(parent, tag), "FinInstnId")
    if bank:
        _sub(institution, "Nm", bank)
    else:
        _sub(_sub(institution, "Othr"), "Id", UNKNOWN)


def _other(parent, account):
    _sub(_sub(_sub(parent, "Id"), "Othr"), "Id", account or UNKNOWN)


def _sub(parent, tag, text=None, **attributes):
    element = ElementTree.SubElement(parent, tag, attributes)
    element.text = text
    return element


# Which cell of a transfer says what a column of other formats says.
SOURCES = {
    "Amt/InstdAmt": "payment.amount",
    "Cdtr/Nm": "payment.holder",
    "CdtrAcct/Id/Othr/Id": "payment.account",
    "CstmrCdtTrfInitn/PmtInf/DbtrAcct/Id/Othr/Id": "batch.payer_account",
}
TRANSFER = f"{{{NAMESPACE}}}CdtTrfTxInf"


def cells_of(content):
    """What a credit transfer says, as (row, cells): first of the whole, then of each transfer."""
    if b"<!DOCTYPE" in content:
        raise Damaged
    try:
        document = ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        raise Damaged from error
    if document.tag != f"{{{NAMESPACE}}}Document":
        raise Damaged
    yield None, tuple(_cells(document))
    for row, transfer in enumerate(document.iter(TRANSFER), 1):
        yield row, tuple(_cells(transfer))


def _cells(element, path=""):
    """Every attribute and text below an element by its path, but for transfers of their own."""
    for child in element:
        place = f"{path}/{child.tag.rpartition('}')[2]}".lstrip("/")
        for name, value in child.attrib.items():
            yield f"{place}@{name}", "", value
        if len(child):
            yield from _cells(child, place) if child.tag != TRANSFER else ()
        else:
            yield place, SOURCES.get(place, ""), child.text or ""
