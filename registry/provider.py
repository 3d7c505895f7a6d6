"""The identity provider (OpenID Connect): where it sends people, and what may be believed of them.

Authorization code with PKCE. Only the issuer is asked, without redirects, and not for ever.
"""

import logging
import secrets
import time
from urllib.parse import urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from django.conf import settings
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests import RequestException

from project.kernel.guards import Refused

logger = logging.getLogger(__name__)
# Only what the provider alone can make: no shared secret, no signature left out.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
PUBLIC = {"RSA", "EC", "OKP"}
SECONDS = 5
KNOWN_FOR = 10 * 60
CLOCKS_DIFFER = 60
WRONG = (JoseError, AuthlibBaseError, ValueError, TypeError, KeyError, AttributeError)


class Unbelievable(Exception):
    """Something the provider said, or somebody in its name, that does not hold."""


def is_there():
    """Whether a provider is set up."""
    return bool(settings.OIDC_ISSUER and settings.OIDC_CLIENT)


def ask(back):
    """Where to send somebody, and what to remember of it until they come back to `back`."""
    kept = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    with _session(back) as session:
        where = _described(session)["authorization_endpoint"]
        wanted = {"acr_values": " ".join(settings.OIDC_ACR)} if settings.OIDC_ACR else {}
        url, _state = session.create_authorization_url(
            where,
            state=kept["state"],
            nonce=kept["nonce"],
            code_verifier=kept["verifier"],
            **wanted,
        )
    return url, kept


def heard(kept, said, back):
    """The claims about whoever came back, once all of them hold; else a sentence."""
    try:
        _same_errand(kept, said)
        with _session(back) as session:
            return _claims(session, kept, said["code"])
    except (Unbelievable, *WRONG) as wrong:
        logger.warning("The identity provider's answer was refused: %s", type(wrong).__name__)
        raise Refused(
            _("The answer of the identity provider does not hold. Begin again.")
        ) from wrong


def by_second_factor(claims):
    """Whether the provider says, in the words agreed with it, that it asked for a second factor."""
    amr = claims.get("amr")
    methods = [claims.get("acr"), *(amr if isinstance(amr, list) else [])]
    return any(method in settings.OIDC_ACR for method in methods if isinstance(method, str))


def _session(back):
    """Asks the issuer and nobody else: no proxy of the environment, no redirect."""
    session = OAuth2Session(
        settings.OIDC_CLIENT,
        settings.OIDC_SECRET,
        scope="openid profile",
        redirect_uri=back,
        code_challenge_method="S256",
        default_timeout=SECONDS,
    )
    session.trust_env = False
    return session


_known: dict = {}


def _described(session):
    """What the provider says of itself, so that strangers at our door do not make us ask it."""
    until, found = _known.get(settings.OIDC_ISSUER, (0, None))
    if time.monotonic() >= until:
        found = _self_description(session)
        _known[settings.OIDC_ISSUER] = time.monotonic() + KNOWN_FOR, found
    return found


def _self_description(session):
    """What we ask lies where the issuer lies."""
    found = _read(session, f"{settings.OIDC_ISSUER}/.well-known/openid-configuration")
    if found.get("issuer") != settings.OIDC_ISSUER:
        raise Refused(_("The identity provider calls itself something else. Tell the county."))
    for name in ("token_endpoint", "jwks_uri", "authorization_endpoint"):
        if _origin(found.get(name) or "") != _origin(settings.OIDC_ISSUER):
            raise Refused(_("The identity provider sends us elsewhere. Tell the county."))
    return found


def _read(session, url):
    try:
        answer = session.get(url, withhold_token=True, allow_redirects=False)
        found = answer.json() if answer.status_code == 200 else None
    except (RequestException, ValueError) as away:
        raise _no_answer() from away
    if not isinstance(found, dict):
        raise _no_answer()
    return found


def _no_answer():
    said = _("The identity provider does not answer. Try again later, or use your password.")
    return Refused(said)


def _same_errand(kept, said):
    """Whoever comes back was sent by this browser, and by this provider."""
    if not kept or not constant_time_compare(said.get("state", ""), kept["state"]):
        raise Unbelievable("state")
    if said.get("iss", settings.OIDC_ISSUER).rstrip("/") != settings.OIDC_ISSUER:
        raise Unbelievable("iss")
    if not said.get("code"):
        raise Unbelievable("code")


def _claims(session, kept, code):
    known = _described(session)
    try:
        token = session.fetch_token(
            known["token_endpoint"],
            grant_type="authorization_code",
            code=code,
            code_verifier=kept["verifier"],
            allow_redirects=False,
        )
    except RequestException as away:
        raise _no_answer() from away
    keys = _read(session, known["jwks_uri"])["keys"]
    signed = jwt.decode(token["id_token"], _public(keys), algorithms=ALGORITHMS)
    claims = CodeIDToken(
        signed.claims,
        signed.header,
        options={
            "iss": {"essential": True, "value": settings.OIDC_ISSUER},
            "aud": {"essential": True, "value": settings.OIDC_CLIENT},
        },
        params={
            "nonce": kept["nonce"],
            "client_id": settings.OIDC_CLIENT,
            "access_token": token.get("access_token"),
        },
    )
    claims.validate(leeway=CLOCKS_DIFFER)
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
        raise Unbelievable("sub")
    return claims


def _public(keys):
    """The provider's public keys for signatures; a shared one would let anybody sign."""
    wanted = [k for k in keys if k.get("kty") in PUBLIC and k.get("use", "sig") == "sig"]
    return KeySet.import_key_set({"keys": wanted})


def _origin(url):
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port
