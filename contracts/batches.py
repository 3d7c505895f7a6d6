"""A village's contracts in one go: each offered, sealed where the asker may, and all packed."""

import logging
import tempfile
import zipfile

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts.documents import files_of
from contracts.kept_papers import newest_file, untouched
from contracts.models import BatchLine, Contract, ContractBatch
from contracts.signing_checks import newest_paper
from project.kernel import jobs, tables
from project.kernel.guards import Refused, log
from project.kernel.roles import Permission
from project.kernel.sealing import seal_file
from project.kernel.steps import do
from registry.access import areas, in_areas

AT_MOST = 5000
AT_A_TIME = 10
PACK = 0  # the last part of a batch, after the numbers of its lines
LOG = logging.getLogger(__name__)
State = Contract.State


def may_be_made(user):
    """The contracts a person may offer, or seal: drafts, and offers that wait for the seal."""
    offer = in_areas(areas(user, Permission.CONTRACT_OFFER))
    seal = in_areas(areas(user, Permission.CONTRACT_SEAL))
    drafts = Contract.objects.filter(offer, state=State.DRAFT)
    unsealed = Contract.objects.filter(seal, state=State.OFFERED, papers__isnull=False)
    return drafts | unsealed.exclude(papers__signatures__side="office")


@transaction.atomic
def ask(contracts, *, by, area, task):
    """Keep which contracts are to be made, and ask for the work that makes them."""
    numbers = list(contracts.order_by("area_id", "pk").values_list("pk", flat=True)[:AT_MOST])
    if not numbers:
        raise Refused(_("Choose at least one contract."))
    batch = ContractBatch.objects.create(area=area, asked_by=by)
    BatchLine.objects.bulk_create(BatchLine(batch=batch, contract_id=pk) for pk in numbers)
    title = _("Make %(count)s contracts in %(area)s") % {"count": len(numbers), "area": area.name}
    batch.job = jobs.ask(task, title=title, by=by, batch=batch.pk)
    batch.save(update_fields=["job"])
    log(batch, "begin", by=by, count=len(numbers))
    return batch


@transaction.atomic
def cancel(batch, *, by):
    """Stop before the next contract; what is made stays made."""
    batch = ContractBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if batch.asked_by_id != by.pk:
        raise PermissionDenied(_("Whoever asked for the batch cancels it."))
    if batch.file or batch.cancelled_at:
        raise Refused(_("The batch is over; there is nothing to cancel."))
    batch.cancelled_at = timezone.now()
    batch.save(update_fields=["cancelled_at"])
    log(batch, "cancel", by=by)
    return batch


def open_parts(batch):
    """The lines not done yet, some at a time: after a worker died, the next takes up here."""
    lines = BatchLine.objects.filter(batch=batch, done_at=None).order_by("pk")
    numbers = list(lines.values_list("pk", flat=True))
    return [numbers[at : at + AT_A_TIME] for at in range(0, len(numbers), AT_A_TIME)]


def do_part(batch, part, *, by):
    """Make some of the contracts, or at the end pack them all."""
    batch = ContractBatch.objects.get(pk=batch)
    if part == PACK:
        _pack(batch, by=by)
    elif batch.cancelled_at is None:
        _make(part, by=by)


@transaction.atomic
def _make(numbers, *, by):
    """Some lines in one transaction: their contracts are made and they say so, or nothing is."""
    lines = BatchLine.objects.select_for_update(of=("self",)).filter(pk__in=numbers, done_at=None)
    lines = list(lines.order_by("pk").select_related("contract__area", "contract__person"))
    for line in lines:
        _try(line, _offer, by=by)
    _lay_out([line.paper for line in lines if line.paper and not line.reasons])
    for line in lines:
        if not line.reasons:
            _try(line, _seal, by=by)
        line.done_at = timezone.now()
        line.save(update_fields=["paper", "reasons", "done_at"])


def _try(line, act, *, by):
    """Do it, or write down why not; what one line is refused does not stop the others."""
    try:
        with transaction.atomic():
            act(line, by=by)
    except Refused as refused:
        line.reasons = [str(sentence) for sentence in refused.messages]
    except PermissionDenied as refused:
        line.reasons = [str(refused)]


def _offer(line, *, by):
    if line.contract.state != State.OFFERED:
        line.contract = do(line.contract, "offer", by=by)
    line.paper = newest_paper(line.contract)


def _seal(line, *, by):
    """The seal, where it is this person's to put; the file of the paper in any case."""
    if by.has_perm(Permission.CONTRACT_SEAL, line.contract.area_id):
        line.contract = do(line.contract, "seal", by=by)
    elif line.paper:
        newest_file(line.paper)


def _lay_out(papers):
    """All files at once, which is much faster; what cannot be made is refused line by line."""
    try:
        with transaction.atomic():
            files_of(papers)
    except Refused as refused:
        LOG.info("Papers are made one by one: %s", refused.messages)


@transaction.atomic
def _pack(batch, *, by):
    """A list of names, the contracts as PDF and a list of their hashes, in one package."""
    batch = ContractBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if batch.file:
        return
    with tempfile.TemporaryFile() as package:
        with zipfile.ZipFile(package, "w", zipfile.ZIP_STORED) as packed:
            _fill(packed, batch)
        package.seek(0)
        batch.sha256 = seal_file(package.read())
        package.seek(0)
        batch.file.save(f"{batch.pk}-{batch.sha256[:12]}.zip", File(package), save=False)
    batch.save(update_fields=["file", "sha256"])
    log(batch, "pack", by=by, sha256=batch.sha256)


LISTED = ("序号", "姓名", "岗位", "村", "核验码", "文件", "SHA-256", "未办理原因")


def _fill(packed, batch):
    rows = []
    lines = batch.lines.select_related("contract__person", "contract__area", "paper")
    for place, line in enumerate(lines.order_by("pk"), start=1):
        kept, content, reasons = _content(line)
        contract, name = line.contract, ""
        if content:
            name = f"{place:04d}-{contract.person.name}-{line.paper.code}.pdf"
            packed.writestr(name, content)
        who = [place, contract.person.name, contract.title, contract.area.name]
        code, sha256 = (line.paper.code, kept.sha256) if content else ("", "")
        rows.append([*who, code, name, sha256, "；".join(reasons)])
    packed.writestr("名单.csv", _table(rows))


def _content(line):
    """The file of a line that was made; else nothing, and why."""
    if line.done_at is None:
        return None, b"", ["批次已取消，未办理"]
    if line.reasons:
        return None, b"", line.reasons
    kept = newest_file(line.paper)
    try:
        return kept, untouched(kept), []
    except Refused as refused:
        return None, b"", refused.messages


def _table(rows):
    """A table that spreadsheets open as Chinese."""
    return tables.write_text([LISTED, *rows])
