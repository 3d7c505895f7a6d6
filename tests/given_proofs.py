"""Second factors: a phone that shows codes, and browsers that have given one or both."""

import base64
import html
import re

from django.test import Client
from django_otp.oath import TOTP

from project.kernel import second_factor
from tests import given

PASSWORD = "old-words-of-2026"


def person(role=None, at=None, **fields):
    """Somebody with a password."""
    made = given.user(role, at=at, **fields)
    made.set_password(PASSWORD)
    made.save()
    return made


class Authenticator:
    """The program on a phone: it knows one secret and the time."""

    def __init__(self, secret):
        self.secret = secret

    def code(self, steps=0):
        clock = TOTP(base64.b32decode(self.secret), drift=steps)
        return f"{clock.token():06d}"


def authenticator(user):
    """A person's authenticator, set up a while ago, and its recovery codes."""
    secret, _offer = second_factor.offer(user)
    phone = Authenticator(secret)
    codes = second_factor.set_up(user, secret, phone.code(-1))
    return phone, codes


def half(user):
    """A browser in which the password was given, and nothing else."""
    client = Client(headers={"accept-language": "en"})
    said = {"username": user.username, "password": PASSWORD}
    assert client.post("/login/", said).status_code == 302
    return client


def whole(user, phone):
    """A browser in which password and code were given."""
    client = half(user)
    assert client.post("/login/code/", {"code": phone.code()}).status_code == 302
    return client


def scanned(client):
    """What a phone reads off the page that sets an authenticator up."""
    page = client.get("/login/set-up/").content.decode()
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page).group(1).replace(" ", "")
    offer = html.unescape(re.search(r'name="offer"[^>]*value="([^"]+)"', page).group(1))
    return Authenticator(secret), offer
