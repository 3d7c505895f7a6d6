"""Keys that live in a PKCS#11 token: a smart card, a USB key, a hardware module."""

import hashlib
import threading
from functools import cached_property
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key
from django.utils.translation import gettext as _

from project.kernel.signing.keys import RSA_SHA256, Signer, UnusableKey

try:  # the optional extra `pkcs11`
    import pkcs11
    from pkcs11.util.ec import encode_ec_public_key
    from pkcs11.util.rsa import encode_rsa_public_key
except ImportError:
    pkcs11 = None


class Slot(NamedTuple):
    """Where a token is: the driver's library, the token's label and its PIN."""

    library: str
    token: str
    pin: str


class TokenSigner(Signer):
    """Signs with a key that never leaves its token; the session opens at the first signature."""

    def __init__(self, slot: Slot, label: str, certificate, issuers=()):
        super().__init__(certificate, issuers)
        if pkcs11 is None:
            raise UnusableKey(_absent())
        self._slot, self._label = slot, label
        self._turn = threading.Lock()  # A session serves one caller at a time.

    def signature(self, data: bytes) -> bytes:
        try:
            with self._turn:
                return self._signed(data)
        except pkcs11.PKCS11Error as error:
            raise UnusableKey(_cannot(self._slot, self._label, error)) from error

    def _signed(self, data):
        if self.algorithm == RSA_SHA256:
            return self._key.sign(data, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS)
        digest = hashlib.sha256(data).digest()
        pair = self._key.sign(digest, mechanism=pkcs11.Mechanism.ECDSA)
        half = len(pair) // 2
        return encode_dss_signature(
            int.from_bytes(pair[:half], "big"), int.from_bytes(pair[half:], "big")
        )

    @cached_property
    def _key(self):
        session = _session(self._slot)
        return session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=self._label)


def public_key(slot: Slot, label: str):
    """The public half of an EC or RSA key in a token."""
    if pkcs11 is None:
        raise UnusableKey(_absent())
    try:
        session = _session(slot)
        found = session.get_key(object_class=pkcs11.ObjectClass.PUBLIC_KEY, label=label)
    except pkcs11.PKCS11Error as error:
        raise UnusableKey(_cannot(slot, label, error)) from error
    is_rsa = found.key_type == pkcs11.KeyType.RSA
    written = encode_rsa_public_key(found) if is_rsa else encode_ec_public_key(found)
    return load_der_public_key(written)


def _session(slot):
    token = pkcs11.lib(slot.library).get_token(token_label=slot.token)
    try:
        return token.open(user_pin=slot.pin)
    except pkcs11.UserAlreadyLoggedIn:  # One sign-in holds for the whole process.
        return token.open()


def _absent():
    return _("Keys in a token need the package python-pkcs11: install the extra “pkcs11”.")


def _cannot(slot, label, error):
    words = {"token": slot.token, "label": label, "why": type(error).__name__}
    return (
        _(
            "The token “%(token)s” did not sign with the key “%(label)s” (%(why)s). "
            "Check that it is plugged in and that its PIN is right."
        )
        % words
    )
