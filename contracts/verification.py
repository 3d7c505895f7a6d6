"""What a code on a paper leads to: where it stands, who signed, and whether a file is the one."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.documents import is_as_sealed
from contracts.kept_papers import JOINS, sides_of
from contracts.models import Contract, ContractPaper, PaperFile, Signature
from contracts.signing_checks import newest_paper
from project.kernel.months import SHANGHAI, today
from project.kernel.sealing import seal_file
from project.kernel.signing.verdict import judged
from registry.certificates import revocation_lists, trusted_roots
from registry.models import Certificate

WRITTEN = re.compile(r"[^0-9A-Za-z-]")
LARGEST = 20 * 1024 * 1024
State = Contract.State
STANDINGS = {
    State.DRAFT: gettext_lazy("The contract has not been offered."),
    State.OFFERED: gettext_lazy("The contract is offered; it is not signed by both sides yet."),
    State.SIGNED: gettext_lazy("The contract is signed by both sides; it is not in force yet."),
    State.IN_FORCE: gettext_lazy("The contract is signed and in force until %(day)s."),
    State.SUSPENDED: gettext_lazy("The contract is signed; the work is suspended at present."),
    State.ENDED: gettext_lazy("The contract has ended; its last day was %(day)s."),
    State.VOID: gettext_lazy("The contract was thrown away; this paper is worth nothing."),
}


@dataclass(frozen=True)
class Signed:
    """One signature as the public may know it."""

    side: str
    who: str
    at: object
    certificate: str


@dataclass(frozen=True)
class Printed:
    """A printed paper as everybody may know it: no fact that is about one person alone."""

    code: str
    title: str
    sentence: str
    stands: bool
    facts: tuple
    sha256: str
    signatures: tuple = ()
    faults: tuple = ()
    compare: Callable | None = None


@dataclass(frozen=True)
class Comparison:
    """What became of a file since it left the house: nothing, or everything that is wrong."""

    untouched: bool
    sentence: str
    faults: tuple = ()
    notes: tuple = field(default=())
    sha256: str = ""


def masked(name):
    """The surname, and a star for every other character."""
    return name[:1] + "*" * (len(name) - 1)


def tidied(code):
    """A code as it is kept, however it was typed."""
    return WRITTEN.sub("", code).upper()


def found(code):
    """What a code leads to, or None; the finder is chosen by how the code begins."""
    code = tidied(code)
    beginnings = [begin for begin in FINDERS if code.startswith(begin)]
    return FINDERS[max(beginnings, key=len)](code) if beginnings else None


def contract_paper(code):
    """A contract's paper by its code."""
    paper = ContractPaper.objects.select_related(*JOINS).filter(code=code).first()
    return _printed(paper) if paper else None


# Other printed forms are found by the beginning of their codes.
FINDERS = {"": contract_paper}


def compared(paper, pdf):
    """Whether a file is one of those we keep under a paper's code; if not, all that is wrong."""
    sha256 = seal_file(pdf)
    kept = paper.files.filter(sha256=sha256).first()
    verdict = _judged(paper, pdf, kept)
    faults = [] if kept else [_unknown(paper, pdf)]
    faults += [_discreet(fault, paper) for fault in verdict.faults] if verdict else []
    if not faults:
        return Comparison(True, _same(paper, kept), notes=_notes(verdict, paper), sha256=sha256)
    said = _("This file must not be relied on.")
    return Comparison(False, said, tuple(faults), _notes(verdict, paper), sha256)


def stored_faults(paper):
    """Everything that is wrong with what we keep ourselves: rows and files, each by name."""
    faults = []
    if not is_as_sealed(paper):
        faults.append(_("The terms in the register are not those that were sealed."))
    for kept in paper.files.order_by("number"):
        faults += _stored_fault(kept)
    return faults


def _stored_fault(kept):
    name = {"number": kept.number}
    try:
        with kept.file.open() as file:
            content = file.read()
    except FileNotFoundError:
        return [_("The stored file with %(number)s signatures is missing.") % name]
    if seal_file(content) == kept.sha256:
        return []
    wrong = _("The stored file with %(number)s signatures was replaced or altered.") % name
    verdict = _judged(kept.paper, content, kept)
    return [wrong] + [_discreet(fault, kept.paper) for fault in verdict.faults]


def _judged(paper, pdf, kept):
    """The judgement of the signatures; the file before the first signature has none to judge."""
    if kept is not None and kept.number == 0 and seal_file(pdf) == kept.sha256:
        return None
    sides = None if kept is None else sides_of(kept)
    return judged(pdf, roots=trusted_roots(), fields=sides, revocations=revocation_lists())


def _unknown(paper, pdf):
    elsewhere = PaperFile.objects.filter(sha256=seal_file(pdf)).select_related("paper").first()
    if elsewhere is not None:
        return _("This file belongs to another paper, with the code %(code)s.") % {
            "code": elsewhere.paper.code
        }
    return _("This is none of the files kept under %(code)s: at least one byte is different.") % {
        "code": paper.code
    }


def _same(paper, kept):
    last = paper.files.order_by("-number").first()
    if kept.number == 0:
        return _("This is the paper as it was offered, untouched; nobody has signed this file.")
    if kept != last:
        return _("This file is untouched. Since then another signature has been put under it.")
    return _("This file is untouched: byte for byte the one that is kept.")


def _notes(verdict, paper):
    return tuple(_discreet(note, paper) for note in verdict.notes) if verdict else ()


def _discreet(sentence, paper):
    """Sentences about signatures name the signer; the worker's name is not told to strangers."""
    name = paper.contract.person.name
    return sentence.replace(name, masked(name))


def _printed(paper):
    contract = paper.contract
    faults = tuple(stored_faults(paper))
    last = paper.files.order_by("-number").first()
    return Printed(
        code=paper.code,
        title=paper.template.title,
        sentence=_standing(paper, contract),
        stands=not faults and newest_paper(contract) == paper and contract.state != State.VOID,
        facts=_facts(paper, contract),
        sha256=last.sha256 if last else "",
        signatures=tuple(_signed(one, paper) for one in paper.signatures.order_by("pk")),
        faults=faults,
        compare=lambda pdf: compared(paper, pdf),
    )


def _facts(paper, contract):
    """What stands on the paper, as it was frozen, and is nobody's secret."""
    return (
        (_("Worker"), masked(contract.person.name)),
        (_("Post"), contract.title),
        (_("Area"), contract.area.name),
        (_("First day"), f"{contract.starts_on:%Y-%m-%d}"),
        (_("Last day"), f"{contract.ends_on:%Y-%m-%d}"),
        (_("Paper made on"), f"{paper.made_at.astimezone(SHANGHAI):%Y-%m-%d}"),
        (_("Content hash"), paper.content_hash),
    )


def _signed(signature, paper):
    worker = signature.side == Signature.Side.WORKER
    who = masked(paper.contract.person.name) if worker else seal_holder(signature)
    return Signed(signature.get_side_display(), who, signature.signed_at, signature.certificate)


def seal_holder(signature):
    """The subject of the certificate under a seal."""
    found = Certificate.objects.filter(serial=signature.certificate).first()
    return found.subject if found else _("unknown")


def _standing(paper, contract):
    """Where the contract stands, in plain words."""
    if newest_paper(contract) != paper:
        return _("A newer version has taken the place of this paper; this one counts no more.")
    over = contract.ends_on < today()
    if contract.state in (State.IN_FORCE, State.SIGNED) and over:
        return _("The contract's term is over since %(day)s.") % {"day": contract.ends_on}
    return str(STANDINGS[contract.state]) % {"day": contract.ends_on}
