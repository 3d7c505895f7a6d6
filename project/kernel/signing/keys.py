"""Who signs: a certificate and a key that answers for it, wherever that key lives."""

from abc import ABC, abstractmethod
from functools import cached_property

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from django.utils.translation import gettext as _

from project.kernel.signing.der import NULL, oid, sequence

ECDSA_SHA256 = sequence(oid("1.2.840.10045.4.3.2"))
RSA_SHA256 = sequence(oid("1.2.840.113549.1.1.11"), NULL)
SHA256 = hashes.SHA256()


class UnusableKey(ValueError):
    """A key or a token that cannot sign under the certificate it is given with."""


class Signer(ABC):
    """Signs bytes with SHA-256 under one certificate; nobody who calls it sees the key."""

    def __init__(self, certificate: x509.Certificate, issuers=()):
        self.certificate = certificate
        self.issuers = tuple(issuers)
        self.der = certificate.public_bytes(serialization.Encoding.DER)

    @abstractmethod
    def signature(self, data: bytes) -> bytes:
        """The signature over the SHA-256 of `data`; ECDSA as DER, RSA as PKCS#1 v1.5."""

    @cached_property
    def algorithm(self) -> bytes:
        """The AlgorithmIdentifier of what `signature` answers."""
        return RSA_SHA256 if _is_rsa(self.certificate.public_key()) else ECDSA_SHA256

    @cached_property
    def chain(self) -> tuple[bytes, ...]:
        """The signer's certificate and its issuers up to the root, as DER."""
        above = (one.public_bytes(serialization.Encoding.DER) for one in self.issuers)
        return (self.der, *above)


class SoftwareSigner(Signer):
    """Signs with a key in memory: EC P-256 unless somebody has a reason for RSA."""

    def __init__(self, key, certificate, issuers=()):
        super().__init__(certificate, issuers)
        if key.public_key() != certificate.public_key():
            raise UnusableKey(_("This key does not belong to this certificate."))
        self._key = key

    def signature(self, data: bytes) -> bytes:
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), SHA256)
        return self._key.sign(data, ec.ECDSA(SHA256))


def new_key():
    """A fresh EC P-256 key."""
    return ec.generate_private_key(ec.SECP256R1())


def key_pem(key) -> str:
    """A private key as PKCS#8 text, to be sealed before it is stored."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def key_from(pem: str):
    return serialization.load_pem_private_key(pem.encode(), password=None)


def certificate_pem(certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def certificate_from(pem: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pem.encode())


def _is_rsa(public_key):
    return isinstance(public_key, rsa.RSAPublicKey)
