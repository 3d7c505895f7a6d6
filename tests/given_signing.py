"""Contracts offered and ready to be signed: certificates in the house, a link in the hand."""

from types import SimpleNamespace

from django.core.files.base import ContentFile
from django.utils import timezone

from contracts import flows, signing
from contracts.documents import issue
from contracts.models import BatchLine, Contract, ContractBatch, Signature
from project.kernel.steps import do
from registry import certificates, passes
from registry.models import Certificate, Pass
from tests import given, given_posts
from tests.given_signed import handwriting

PHONE = "Mozilla/5.0 (Linux; Android 9; MI 8) AppleWebKit/537.36 Chrome/74.0"
Purpose = Certificate.Purpose


def house(place):
    """A root, a clock and the township's seal, issued by the system administrator."""
    by = given.user("sysadmin", at=place.county)
    certificates.issue(Purpose.ROOT, place.county, by=by)
    certificates.issue(Purpose.TIME_STAMP, place.county, by=by)
    certificates.issue(Purpose.SEAL, place.town, by=by)
    return by


def office(villages=1):
    """A township with its staff and its certificates."""
    scene = given_posts.office(villages=villages, money="900000.00")
    scene.sysadmin = house(scene.place)
    return scene


def drafts(scene, count, terms=None):
    """Contracts of one post that nobody has offered yet."""
    terms = terms or given_posts.post(scene, headcount=count)
    return [
        given_posts.contract(scene, terms=terms, who=given_posts.worker(scene, name=f"赵六{n}"))
        for n in range(count)
    ]


def offered(scene=None, name="赵小六", **post):
    """One offered contract with its paper, and a link that the clerk handed out."""
    scene = scene or office()
    terms, who = given_posts.post(scene, **post), given_posts.worker(scene, name)
    return with_link(scene, given_posts.contract(scene, "offered", terms=terms, who=who))


def with_link(scene, contract):
    let_in, secret = signing.hand_out(contract, by=scene.staff.village_clerk)
    paper = contract.papers.get()
    return SimpleNamespace(
        scene=scene,
        contract=contract,
        paper=paper,
        let_in=let_in,
        secret=secret,
        url=f"/m/sign/{secret}/",
        tail=contract.person.id_number[-6:],
    )


def sign(held, **said):
    """The worker signs on a phone."""
    said = {
        "picture_png": handwriting(),
        "paper_hash": held.paper.content_hash,
        "device": PHONE,
    } | said
    return flows.sign_on_phone(Pass.objects.get(pk=held.let_in.pk), **said)


def seal(held):
    """The township puts its seal."""
    contract = Contract.objects.get(pk=held.contract.pk)
    return do(contract, "seal", by=held.scene.staff.township_leader)


def signed(scene=None):
    """Signed by the worker and then sealed."""
    held = offered(scene)
    sign(held)
    seal(held)
    return held


def content(held, number=None):
    """The bytes of a stored file, the last one if not told."""
    files = held.paper.files.order_by("number")
    kept = files.get(number=number) if number is not None else files.last()
    with kept.file.open() as file:
        return file.read()


def one_of_each(scene):
    """A link, a drawn signature and a batch for the roll-call of pages."""
    contract, by = scene.contracts[0], scene.staff.township_officer
    paper = issue(contract, by=by)
    let_in, secret = passes.issue(
        contract.person, by=by, purpose="sign", hours=1, subject=paper.code
    )
    drawn = Signature.objects.create(
        paper=paper,
        side="worker",
        means="phone",
        signed_at=timezone.now(),
        let_in_by=let_in,
        picture=ContentFile(handwriting(), name="drawn.png"),
        certificate="0",
    )
    batch = ContractBatch.objects.create(
        area=contract.area,
        asked_by=by,
        file=ContentFile(b"PK", name="package.zip"),
        sha256="0" * 64,
    )
    BatchLine.objects.create(batch=batch, contract=contract, paper=paper)
    return SimpleNamespace(contract=contract, paper=paper, secret=secret, drawn=drawn, batch=batch)


def addresses(made):
    """The arguments of every address about signing."""
    secret, batch = {"secret": made.secret}, {"pk": made.batch.pk}
    return {
        "sign-by-phone": secret,
        "sign-read": secret,
        "sign-send": secret,
        "sign-decline": secret,
        "sign-copy": secret,
        "verify": {"code": made.paper.code},
        "contracts:sign-link": {"pk": made.contract.pk},
        "contracts:signature-drawing": {"pk": made.drawn.pk},
        "contracts:contractbatch": batch,
        "contracts:batch-cancel": batch,
        "contracts:batch-package": batch,
    }
