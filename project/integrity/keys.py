"""The key that signs the seals: made from the key of the house that is never changed."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"gongyigang seal chain"


def public_key():
    """The public half as hexadecimal: whoever has it can judge a seal without this house."""
    return _key().public_key().public_bytes_raw().hex()


def sign(text):
    return _key().sign(text.encode()).hex()


def is_signed(text, signature, key):
    """Whether a signature is over this text by this public key."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(
            bytes.fromhex(signature), text.encode()
        )
    except (InvalidSignature, ValueError):
        return False
    return True


def _key():
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE)
    return Ed25519PrivateKey.from_private_bytes(derived.derive(settings.HMAC_KEY))
