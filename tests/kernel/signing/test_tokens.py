"""Keys in a token, on a token in software that behaves like the real ones."""

import subprocess

import pkcs11
import pytest
from cryptography.hazmat.primitives.serialization import load_der_public_key
from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters
from pkcs11.util.rsa import encode_rsa_public_key

from project.kernel.signing.authority import subject
from project.kernel.signing.keys import UnusableKey
from project.kernel.signing.tokens import Slot, TokenSigner
from project.kernel.signing.verdict import judged
from tests import given_signed

PINS = ["--so-pin", "8765", "--pin", "4321"]
LIBRARY = "/usr/lib/softhsm/libsofthsm2.so"
pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture(scope="module")
def slot(tmp_path_factory):
    """A token with an EC key named “seal” and an RSA key named “old”."""
    folder = tmp_path_factory.mktemp("token")
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
        subprocess.run(
            ["softhsm2-util", "--init-token", "--free", "--label", "office", *PINS],
            check=True,
            capture_output=True,
        )
        made = Slot(LIBRARY, "office", "4321")
        pkcs11.lib(LIBRARY).reinitialize()
        yield made


@pytest.fixture(scope="module")
def public_keys(slot):
    token = pkcs11.lib(LIBRARY).get_token(token_label=slot.token)
    with token.open(rw=True, user_pin=slot.pin) as session:
        curve = session.create_domain_parameters(
            pkcs11.KeyType.EC,
            {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")},
            local=True,
        )
        seal, _key = curve.generate_keypair(store=True, label="seal")
        old, _key = session.generate_keypair(pkcs11.KeyType.RSA, 2048, store=True, label="old")
        return {"seal": encode_ec_public_key(seal), "old": encode_rsa_public_key(old)}


def certificate(public_key):
    root = given_signed.house().root
    since, until = given_signed.SINCE, given_signed.UNTIL
    return root.issue(subject("云岭镇人民政府"), public_key, at=since, until=until)


def test_a_seal_in_a_token_signs_a_paper(slot, public_keys):
    signer = TokenSigner(slot, "seal", certificate(load_der_public_key(public_keys["seal"])))

    pdf = given_signed.signed_by(given_signed.half(), "township", signer)

    said = judged(pdf, roots=given_signed.house().roots)
    assert said.sound
    assert said.signatures[1].signer == "云岭镇人民政府"


def test_a_key_that_is_not_in_the_token_is_named(slot, public_keys):
    signer = TokenSigner(slot, "lost", certificate(load_der_public_key(public_keys["seal"])))

    with pytest.raises(UnusableKey) as refused:
        signer.signature(b"paper")

    assert str(refused.value).startswith(
        "The token “office” did not sign with the key “lost” (NoSuchKey)."
    )
