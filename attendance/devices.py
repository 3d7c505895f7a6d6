"""Phones of workers: let in once by a pass, known by a secret, believed by their signature."""

import base64
import binascii
from datetime import timedelta
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from attendance.models import Device
from project.kernel.guards import Refused, log
from project.kernel.roles import Permission
from registry import passes
from registry.models import Pass
from registry.tokens import digest_of

P256_BYTES = 64
# A phone whose answer was lost on the way asks again with the same card and the same key.
ASKS_AGAIN_FOR = timedelta(hours=1)
UNREADABLE = (binascii.Error, ValueError, UnsupportedAlgorithm)


@transaction.atomic
def register(secret, *, public_key, label="", fingerprint=""):
    """Let a phone in by its pass and return it with the secret that it keeps from now on.

    `public_key` is the P-256 key of the phone, SubjectPublicKeyInfo in base64. Asked twice by the
    same phone within the hour, it is let in once and answered alike.
    """
    own = _own_secret(secret, public_key)
    if known := _let_in_before(secret, own):
        return known, own
    found = passes.behind(secret, purpose=Pass.Purpose.ENTER)
    if found is None:
        raise Refused(_("This link was used already or has run out; ask the clerk for a new one."))
    if _key(public_key) is None:
        raise Refused(_("This browser cannot make a key; open the link in another browser."))
    passes.use(found)
    device = Device.objects.create(
        person=found.person,
        let_in_by=found,
        digest=digest_of(own),
        public_key=public_key,
        label=label[:200],
        fingerprint=fingerprint[:64],
    )
    log(device, "register", by=found.issued_by, after="open", note=device.label)
    return device, own


def _own_secret(card, public_key):
    """The secret of a phone: the same for the same card and key, and known to nobody else."""
    return salted_hmac("attendance.devices", f"{card} {public_key}", algorithm="sha256").hexdigest()


def _let_in_before(card, own):
    lately = timezone.now() - ASKS_AGAIN_FOR
    phones = Device.objects.filter(let_in_by__digest=digest_of(card), digest=digest_of(own))
    return phones.filter(ended_at__isnull=True, registered_at__gte=lately).first()


@transaction.atomic
def end(device, *, by, note=""):
    """Let a phone in no more, such as one that was lost; what it sent stays."""
    device = Device.objects.select_for_update(of=("self",)).get(pk=device.pk)
    if not by.has_perm(Permission.PASS_ISSUE, device.person.area_id):
        raise PermissionDenied(_("Phones are let in and out by the clerk of the worker's village."))
    if device.ended_at:
        raise Refused(_("This phone is let in no more already."))
    device.ended_at, device.ended_by = timezone.now(), by
    device.save(update_fields=["ended_at", "ended_by"])
    log(device, "end", by=by, before="open", after="ended", note=note)
    return device


def behind(secret):
    """The phone that a secret belongs to, or None for a stranger or one that is let in no more."""
    found = Device.objects.filter(digest=digest_of(secret), ended_at__isnull=True)
    return found.select_related("person__area").first()


@lru_cache(maxsize=20_000)
def public_key_of(digest):
    """The key that a phone was let in with, by its secret's digest; it never changes.

    Whether the phone is still let in is for those to ask who store what it sends.
    """
    return Device.objects.values_list("public_key", flat=True).get(digest=digest)


def signed(public_key, text, signature):
    """Whether a phone's key made a signature (r and s, 64 bytes in base64) over a text."""
    key = _key(public_key)
    try:
        raw = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return False
    if key is None or len(raw) != P256_BYTES:
        return False
    half = P256_BYTES // 2
    der = encode_dss_signature(int.from_bytes(raw[:half]), int.from_bytes(raw[half:]))
    try:
        key.verify(der, text.encode(), ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=20_000)
def _key(public_key):
    """The key behind its text; None for anything but a P-256 key."""
    try:
        key = load_der_public_key(base64.b64decode(public_key, validate=True))
    except UNREADABLE:
        return None
    fits = isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == "secp256r1"
    return key if fits else None
