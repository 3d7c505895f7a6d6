"""Signing: the worker by a drawn signature on the phone, the township by its seal (W-3).

Whatever comes from a phone is let in by a pass, and whoever handed the pass out answers for it.
"""

from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts.checks import holds_no_other
from contracts.documents import terms_of
from contracts.models import Contract, ContractPaper, PaperVisit, Signature
from contracts.services import alone
from contracts.signatures import sign_drawn, sign_sealed
from contracts.signing_checks import is_not_over, newest_paper
from policy.selectors import rule
from project.kernel.guards import Refused, log, take
from project.kernel.models import Event
from project.kernel.months import SHANGHAI, today
from project.kernel.roles import Permission
from registry import passes
from registry.models import Pass
from registry.tokens import digest_of

TRIES = 5
SEAL = Permission.CONTRACT_SEAL
Side, Act = Signature.Side, PaperVisit.Act
DEVICE, WITNESS = 200, 60
# What was agreed; a corrected telephone number does not change a contract.
AGREED = ("name", "id_digest", "kind", "post", "term", "pay_basis", "standard", "fund")


@transaction.atomic
def hand_out(contract, *, by):
    """Give the worker a way to sign on a phone; returns the pass and its secret, shown once."""
    contract = _locked(contract)
    paper = newest_paper(contract)
    if reasons := _against_signing(contract, paper):
        raise Refused(reasons)
    hours = rule("contract.sign_link_hours", on=today(), area=contract.area_id)
    purpose = Pass.Purpose.SIGN
    made, secret = passes.issue(
        contract.person, by=by, purpose=purpose, hours=hours, subject=paper.code
    )
    log(contract, "hand_out", by=by, after=contract.state)
    return made, secret


def let_in_by(secret):
    """The pass a secret belongs to, open or over, or None for a stranger."""
    known = Pass.objects.filter(digest=digest_of(secret), purpose=Pass.Purpose.SIGN)
    return known.select_related("person__area", "issued_by").first()


def paper_for(let_in):
    """The paper that a pass leads to."""
    joined = ContractPaper.objects.select_related("contract__person", "contract__area", "template")
    return joined.get(code=let_in.subject)


@transaction.atomic
def is_who(let_in, tail):
    """Whether the last six characters are those of the worker; five wrong ones close the pass."""
    let_in = Pass.objects.select_for_update(of=("self",)).get(pk=let_in.pk)
    by = let_in.issued_by
    if shut(let_in):
        return False
    if tail.strip().upper() == let_in.person.id_number[-6:].upper():
        return True
    log(let_in, "mistake", by=by)
    if Event.objects.of(let_in).filter(verb="mistake").count() >= TRIES and not let_in.used_at:
        let_in.withdrawn_at = timezone.now()
        let_in.save(update_fields=["withdrawn_at"])
        log(let_in, "withdraw", by=by, before="open", after="withdrawn")
    return False


def closed(let_in):
    """Why a pass signs nothing any more; after it was used it still shows what came of it."""
    if let_in.used_at:
        return [_("This link was used already; it signs only once.")]
    return shut(let_in)


def shut(let_in):
    """Why a pass opens nothing any more."""
    again = _("Ask the clerk of your village for a new one.")
    if let_in.withdrawn_at:
        return [_("This link was closed.") + " " + again]
    if let_in.valid_until <= timezone.now():
        return [_("This link has run out.") + " " + again]
    return []


@transaction.atomic
def visit(let_in, act, *, device=""):
    """Note that the worker opened the paper, or read it to its end; each once for a pass."""
    paper = paper_for(let_in)
    known = PaperVisit.objects.filter(let_in_by=let_in, act=act)
    if closed(let_in) or known.exists():
        return None
    return PaperVisit.objects.create(paper=paper, act=act, let_in_by=let_in, device=device[:DEVICE])


def against(let_in, paper, contract, *, paper_hash=None):
    """Every reason why the holder of a pass cannot sign this paper now."""
    reasons = closed(let_in) + _against_signing(contract, newest_paper(contract))
    if newest_paper(contract) != paper:
        reasons.append(
            _("A newer version of this contract has been made. Ask the clerk for its link.")
        )
    if paper_hash not in (None, paper.content_hash):
        reasons.append(_("This is not the wording you have read. Open the link again and read."))
    return reasons


def _against_signing(contract, paper):
    """Why the worker cannot sign: not offered, over, changed, bound elsewhere, signed already."""
    if contract.state != Contract.State.OFFERED:
        state = contract.get_state_display()
        return [_("The contract is “%(state)s”; it cannot be signed.") % {"state": state}]
    if paper is None:
        return [_("The contract has no paper that could be signed; have it signed on paper.")]
    reasons = is_not_over.failures(contract) + holds_no_other.failures(contract)
    if changed_since(paper, contract):
        reasons.append(
            _("The contract was changed after its paper was made; it must be offered anew.")
        )
    if own := paper.signatures.filter(side=Side.WORKER).first():
        day = own.signed_at.astimezone(SHANGHAI).date()
        reasons.append(_("The worker signed this contract on %(day)s.") % {"day": day})
    return reasons


def changed_since(paper, contract):
    """Whether what was agreed is no longer what the paper says."""
    now = terms_of(contract)
    return any(paper.terms[name] != now[name] for name in AGREED)


def sign_on_phone(let_in, *, picture_png, paper_hash, device="", place=None, witness=""):
    """Put the worker's drawn signature under the paper that was read; of two at once, one."""
    try:
        with transaction.atomic():
            return _sign_on_phone(let_in, picture_png, paper_hash, device, place, witness)
    except IntegrityError as clash:
        if "each_side_signs_once" not in str(clash):
            raise
        raise Refused(_("This contract was signed a moment ago on another phone.")) from clash


def _sign_on_phone(let_in, picture_png, paper_hash, device, place, witness):
    contract, paper, let_in = _all_locked(let_in)
    if reasons := against(let_in, paper, contract, paper_hash=paper_hash):
        raise Refused(reasons)
    latitude, longitude = _point(place)
    at = timezone.now()
    signature = Signature(
        paper=paper,
        side=Side.WORKER,
        means=Signature.Means.PHONE,
        signed_at=at,
        let_in_by=let_in,
        device=device[:DEVICE],
        latitude=latitude,
        longitude=longitude,
        witness=witness.strip()[:WITNESS],
    )
    sign_drawn(signature, contract, picture_png)
    PaperVisit.objects.create(paper=paper, act=Act.SIGNED, let_in_by=let_in, device=device[:DEVICE])
    passes.use(let_in)
    log(contract, "sign_on_phone", by=let_in.issued_by, after=contract.state)
    return _concluded(contract, paper)


@transaction.atomic
def decline(let_in, *, reason, device=""):
    """Keep the worker's no with its reason; the contract stays offered, and the office is told."""
    contract, paper, let_in = _all_locked(let_in)
    reasons = closed(let_in)
    if contract.state != Contract.State.OFFERED:
        state = contract.get_state_display()
        reasons.append(_("The contract is “%(state)s”; it is not open.") % {"state": state})
    if not reason.strip():
        reasons.append(_("Say why you do not sign."))
    if reasons:
        raise Refused(reasons)
    PaperVisit.objects.create(
        paper=paper,
        act=Act.DECLINED,
        let_in_by=let_in,
        device=device[:DEVICE],
        reason=reason.strip()[:1000],
    )
    passes.use(let_in)
    log(contract, "decline", by=let_in.issued_by, after=contract.state, note=reason.strip()[:1000])
    return contract


@transaction.atomic
def seal(contract, *, by, note=""):
    """Put the township's seal under the paper; with the worker's signature there, it is signed."""
    contract = take(_locked(contract).seal, by=by, note=note)
    paper = newest_paper(contract)
    if changed_since(paper, contract):
        raise Refused(
            _("The contract was changed after its paper was made; it must be offered anew.")
        )
    if not paper.signatures.filter(side=Side.OFFICE).exists():
        signature = Signature(
            paper=paper,
            side=Side.OFFICE,
            means=Signature.Means.SEAL,
            signed_at=timezone.now(),
            signed_by=by,
        )
        sign_sealed(signature, contract)
        return _concluded(contract, paper)
    return _conclude(contract, paper, by=by)


def sealed_by(contract):
    """Who put the township's seal under the paper that counts, or None."""
    sealed = newest_paper(contract).signatures.filter(side=Side.OFFICE)
    signature = sealed.select_related("signed_by").first()
    return signature.signed_by if signature else None


def _concluded(contract, paper):
    """Take the contract as signed once both sides have, by whoever put the seal under it."""
    sealer = sealed_by(contract)
    # Who has left office since is not made to act; the next leader's seal step concludes.
    if paper.signatures.count() < 2 or not sealer.has_perm(SEAL, contract.area_id):
        return contract
    return _conclude(contract, paper, by=sealer)


def _conclude(contract, paper, *, by):
    later = max(paper.signatures.values_list("signed_at", flat=True))
    on = later.astimezone(SHANGHAI).date()
    return alone(contract, lambda: take(contract.conclude, by=by, on=on))


def _point(place):
    """Latitude and longitude as they are kept, or nothing where the phone gave none."""
    if place is None:
        return None, None
    return tuple(Decimal(number).quantize(Decimal("0.000001")) for number in place)


def _all_locked(let_in):
    """The contract, its paper and the pass as they are now, in one order for everybody."""
    found = paper_for(let_in)
    contract = _locked(found.contract)
    paper = ContractPaper.objects.select_for_update(of=("self",)).get(pk=found.pk)
    let_in = Pass.objects.select_for_update(of=("self",)).get(pk=let_in.pk)
    return contract, paper, let_in


def _locked(contract):
    return Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
