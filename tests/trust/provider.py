"""A small identity provider that really answers, over HTTP on this machine, and can lie."""

import base64
import hashlib
import json
import secrets
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "gongyigang", "a-secret-of-the-provider"
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
STRANGE = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})


class Provider:
    """Knows who signs in; `claims`, `head` and `sign` say how what it tells is wrong."""

    def __init__(self, url):
        self.issuer = url
        self.codes, self.asked, self.tokens = {}, [], 0
        self.claims, self.head, self.sign, self.described = {}, {}, None, {}

    def description(self):
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        } | self.described

    def sign_in(self, url):
        """What a browser brings back from the provider: state and code."""
        said = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert said["response_type"] == "code" and said["code_challenge_method"] == "S256"
        self.asked.append(said)
        code = secrets.token_urlsafe(8)
        self.codes[code] = said
        return {"state": said["state"], "code": code, "iss": self.issuer}

    def token(self, form, authorization):
        """A code buys one token, for who knows the secret and what the challenge was made of."""
        known = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        said = self.codes.pop(form.get("code"), None)
        hashed = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(hashed).decode().rstrip("=")
        if authorization != f"Basic {known}" or not said or said["code_challenge"] != challenge:
            return 400, {"error": "invalid_grant"}
        if said["redirect_uri"] != form.get("redirect_uri"):
            return 400, {"error": "invalid_grant"}
        self.tokens += 1
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": "person-1",
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": said["nonce"],
        } | self.claims
        claims = {name: value for name, value in claims.items() if value is not None}
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self.signed(claims)}

    def signed(self, claims):
        if self.sign:
            return self.sign(claims)
        return jwt.encode({"alg": "RS256", "kid": "one"} | self.head, claims, KEY)


def unsigned(claims):
    parts = (
        base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=")
        for p in ({"alg": "none"}, claims)
    )
    return ".".join([*parts, ""])


def with_the_public_key(claims):
    """The oldest trick: what everybody knows, used as a shared secret."""
    shared = OctKey.import_key(KEY.as_pem(private=False))
    return jwt.encode({"alg": "HS256", "kid": "one"}, claims, shared)


def by_a_stranger(claims):
    return jwt.encode({"alg": "RS256", "kid": "one"}, claims, STRANGE)


class Door(BaseHTTPRequestHandler):
    """Where the provider is asked."""

    def do_GET(self):  # noqa: N802 - the server's own spelling
        found = {
            "/.well-known/openid-configuration": self.provider.description,
            "/keys": lambda: {"keys": [KEY.as_dict(private=False)]},
        }[self.path]
        self.answer(200, found())

    def do_POST(self):  # noqa: N802
        length = int(self.headers["Content-Length"])
        form = {name: v[0] for name, v in parse_qs(self.rfile.read(length).decode()).items()}
        self.answer(*self.provider.token(form, self.headers.get("Authorization")))

    def answer(self, status, found):
        body = json.dumps(found).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_said):
        """The tests' screen is for the tests."""


@contextmanager
def provider():
    """A provider that listens until the test is over."""
    door = type("OwnDoor", (Door,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), door)
    door.provider = Provider(f"http://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield door.provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
