"""Somebody at a browser or with a program: plain HTTP, cookies, and what may befall them."""

import http.client
import json
import re
import threading
import time
import uuid
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.trust.year.telling import LOST
from tests.trust.year.world import PASSWORD

SECONDS, IDLE = 120, 4
FORM = "application/x-www-form-urlencoded"
HIDDEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Answer:
    """What came back; a connection that ended before is status 0."""

    status: int
    body: bytes = b""
    headers: dict = field(default_factory=dict)

    @property
    def fine(self):
        return 200 <= self.status < 400

    def json(self):
        return json.loads(self.body)

    def told(self):
        return self.body[:300].decode(errors="replace")

    def says_why(self):
        """A refusal has a sentence: in the API as `detail`, on a page as text."""
        if "json" in self.headers.get("content-type", ""):
            return len(self.json().get("detail", "")) > 5
        return len(self.body) > 20


class Visitor:
    """One line to the site. Lines break, and some things are clicked twice at once."""

    def __init__(self, house, diary, chance, *, who, username="", scheme="", secret="", rate=1.0):
        self.house, self.diary, self.chance, self.who = house, diary, chance, who
        self.username, self.scheme, self.secret = username, scheme, secret
        self.cookies, self.link, self.used, self.rate = {}, None, 0.0, rate

    def get(self, path):
        return self.ask("GET", path)

    def post(self, path, body=None):
        """A step of the API; now and then clicked twice, or cut before its answer comes."""
        text = json.dumps({} if body is None else body).encode()
        return self._said("POST", path, text, "application/json")

    def enter(self, path, **fields):
        """A form of a page, filled in and sent."""
        page = self.get(path)
        found = HIDDEN.search(page.body.decode(errors="replace"))
        if not found:
            return page
        fields = {"csrfmiddlewaretoken": found[1]} | fields
        return self._said("POST", path, urlencode(fields).encode(), FORM)

    def upload(self, path, name, content):
        """A file chosen on a page, and the preview that the page leads to confirmed."""
        shown = self.hand_in(path, "file", name, content)
        return self.enter(shown.headers["location"]) if shown.status == 302 else shown

    def hand_in(self, path, field_, name, content, **fields):
        """A form of a page with a file in it."""
        page = self.get(path)
        found = HIDDEN.search(page.body.decode(errors="replace"))
        if not found:
            return page
        edge = uuid.uuid4().hex
        said = {"csrfmiddlewaretoken": found[1]} | fields
        head = "".join(
            f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in said.items()
        )
        head += (
            f'--{edge}\r\nContent-Disposition: form-data; name="{field_}"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        body = head.encode() + content + f"\r\n--{edge}--\r\n".encode()
        return self.ask("POST", path, body, f"multipart/form-data; boundary={edge}")

    def sign_in(self):
        """By the page, with the password, as people do."""
        self.cookies.clear()
        page = self.enter("/login/", username=self.username, password=PASSWORD)
        return page.status == 302 and "sessionid" in self.cookies

    def ask(self, method, path, body=None, kind=""):
        """One request; where nobody is known yet, or the session ran out, they sign in first."""
        if not self.secret and path != "/login/" and "sessionid" not in self.cookies:
            self.sign_in()
        answer = self._ask(method, path, body, kind)
        if self.username and path != "/login/" and _is_stranger(answer):
            self.secret = ""  # a program's token runs out after a year: they go to the page
            if self.sign_in():
                answer = self._ask(method, path, body, kind)
        return answer

    def _said(self, method, path, body, kind):
        luck = self.chance.random()
        if luck < 0.05 * self.rate:
            return self._twice(method, path, body, kind)
        if luck < 0.06 * self.rate:
            return self._cut(method, path, body, kind)
        return self.ask(method, path, body, kind)

    def _twice(self, method, path, body, kind):
        """A double click: both arrive at once; one answer is read after the other."""
        self.diary.fault("double click")
        other = Visitor(self.house, self.diary, self.chance, who=self.who)
        other.cookies, other.scheme, other.secret = dict(self.cookies), self.scheme, self.secret
        second = []
        thread = threading.Thread(
            target=lambda: second.append(other._ask(method, path, body, kind))
        )
        thread.start()
        first = self.ask(method, path, body, kind)
        thread.join()
        other.close()
        return first if first.fine or not second else second[0]

    def _cut(self, method, path, body, kind):
        """The line breaks after the request has left: nobody knows what came of it."""
        self.diary.fault("dropped connection")
        try:
            self._line().request(method, path, body, self._head(kind))
            time.sleep(self.chance.random() * 0.05)
        except (OSError, http.client.HTTPException):
            pass
        self.close()
        return Answer(LOST)

    def _ask(self, method, path, body, kind):
        began = time.monotonic()
        answer = self._answer(method, path, body, kind)
        if answer.status == LOST:
            self.diary.retries += 1
            time.sleep(0.3)
        self.diary.answered(self.who, f"{method} {path}", answer, began)
        return answer

    def _answer(self, method, path, body, kind):
        """The answer, over the line kept open if it was used just now."""
        if time.monotonic() - self.used > IDLE:
            self.close()
        try:
            line = self._line()
            line.request(method, path, body, self._head(kind))
            reply = line.getresponse()
            answer = Answer(reply.status, reply.read(), _lower(reply.getheaders()))
        except (OSError, http.client.HTTPException) as error:
            self.close()
            return Answer(LOST, f"{type(error).__name__}: {error}".encode())
        self.used = time.monotonic()
        self._keep(reply)
        return answer

    def _line(self):
        if self.link is None:
            self.link = http.client.HTTPConnection("127.0.0.1", self.house.port, timeout=SECONDS)
        return self.link

    def close(self):
        if self.link is not None:
            self.link.close()
            self.link = None

    def _head(self, kind):
        head = {"Accept-Language": "en"}
        if kind:
            head["Content-Type"] = kind
        if self.secret:
            return head | {"Authorization": f"{self.scheme} {self.secret}"}
        if self.cookies:
            head["Cookie"] = "; ".join(f"{name}={said}" for name, said in self.cookies.items())
            head["X-CSRFToken"] = self.cookies.get("csrftoken", "")
        return head

    def _keep(self, reply):
        for said in reply.headers.get_all("Set-Cookie") or ():
            name, _equals, rest = said.partition("=")
            value = rest.split(";", 1)[0]
            self.cookies.pop(name, None)
            if value.strip('"'):
                self.cookies[name] = value


def _lower(headers):
    return {name.lower(): said for name, said in headers}


def _is_stranger(answer):
    """Whether the site asks who this is: 401 of the API, or the way to the page of signing in."""
    return answer.status == 401 or (
        answer.status == 302 and answer.headers.get("location", "").startswith("/login/")
    )
