"""Keep personal numbers unreadable in the database, yet findable by whoever holds the keys."""

import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models
from django.db.models.lookups import IsNull
from django.utils.translation import gettext as _

FORMAT = b"\x01"
NONCE = 12
BLOCK = 64  # the bytes SHA-256 takes at a time, and so the length of an HMAC key


class Unopenable(ValueError):
    """A sealed value that the keys at hand cannot open, or that was tampered with."""


def digest(text):
    """The keyed fingerprint of a number, 64 hex characters: equal numbers, equal fingerprints."""
    return hmac.digest(settings.HMAC_KEY, text.encode(), "sha256").hex()


def digester():
    """A `digest` for very many numbers: the same fingerprints, with the key prepared once."""
    key = settings.HMAC_KEY
    key = (hashlib.sha256(key).digest() if len(key) > BLOCK else key).ljust(BLOCK, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in key))
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in key))

    def fingerprint(text):
        within, around = inner.copy(), outer.copy()
        within.update(text.encode())
        around.update(within.digest())
        return around.hexdigest()

    return fingerprint


def seal(text):
    """Encrypt a text with the first data key: format, key id, nonce, then the sealed text."""
    if not text:
        return b""
    key_name, key = next(iter(settings.DATA_KEYS.items()))
    name = key_name.encode()
    head = FORMAT + bytes([len(name)]) + name
    nonce = os.urandom(NONCE)
    return head + nonce + _cipher(key).encrypt(nonce, text.encode(), head)


def unseal(sealed):
    """Decrypt what `seal` made, under whichever known key it was made; else raise Unopenable."""
    sealed = bytes(sealed)
    if not sealed:
        return ""
    start = 2 + sealed[1] if len(sealed) > 1 else 0
    if sealed[:1] != FORMAT or len(sealed) < start + NONCE:
        raise Unopenable(_("This value was not sealed by this system."))
    head, nonce, body = sealed[:start], sealed[start : start + NONCE], sealed[start + NONCE :]
    try:
        return _cipher(_key(head[2:].decode(errors="replace"))).decrypt(nonce, body, head).decode()
    except InvalidTag as error:
        raise Unopenable(_("A sealed value was changed, or its data key is wrong.")) from error


def key_id(sealed):
    """Which data key a sealed value needs, so old keys can be retired when none is left."""
    sealed = bytes(sealed)
    return sealed[2 : 2 + sealed[1]].decode() if sealed else ""


def _key(name):
    try:
        return settings.DATA_KEYS[name]
    except KeyError as error:
        message = _("The data key “%(name)s” is not among the configured keys.")
        raise Unopenable(message % {"name": name}) from error


@lru_cache(maxsize=16)
def _cipher(key):
    return AESGCM(key)


class Read(str):
    """A text as it was read: written back unchanged it stays sealed as it was."""

    def __new__(cls, text, sealed=b""):
        made = super().__new__(cls, text)
        made.sealed = sealed
        return made


class EncryptedTextField(models.Field):
    """A text sealed at rest. It can be read, never searched: compare its digest instead."""

    def get_internal_type(self):
        return "BinaryField"

    def get_lookup(self, lookup_name):
        return IsNull if lookup_name == "isnull" else None

    def get_transform(self, lookup_name):
        return None

    def to_python(self, value):
        return value if value is None else str(value)

    def from_db_value(self, value, expression, connection):
        return None if value is None else Read(unseal(value), bytes(value))

    def get_db_prep_value(self, value, connection, prepared=False):
        value = super().get_db_prep_value(value, connection, prepared)
        return None if value is None else connection.Database.Binary(_sealed(value))


def _sealed(value):
    """What is unchanged is not sealed anew, unless under a key that is no longer the first."""
    known = getattr(value, "sealed", b"")
    first = next(iter(settings.DATA_KEYS))
    return known if known and key_id(known) == first else seal(str(value))
