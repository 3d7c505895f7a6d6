"""The phone page is small, plain enough for an old browser, and bears nobody's facts."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from project.phone_pages import ICONS, LATER, SCRIPTS, SHEETS, WORKER, source_of

MOST = 60_000
STATIC = Path(settings.BASE_DIR) / "static"
# Later than ES2017, or later than the browsers of 2019's cheap phones (Chrome 70) know.
TOO_NEW = {
    "optional chaining": r"\?\.(?!\d)",
    "nullish": r"\?\?",
    "private names": r"(?<![\w\"'`&])#[a-zA-Z_]",
    "spread in objects": r"[{,]\s*\.\.\.\w+[^\])]*\}\s*[;)]",
    "catch without a name": r"catch\s*\{",
    "modules": r"^\s*(import|export)\b",
    "numbers with marks": r"\b\d+_\d|\b\d+n\b",
    "logical assignment": r"(\|\||&&)=",
    "async iteration": r"for\s+await|async\s*\*",
    "finally of promises": r"\)\.finally\(",
    "late functions": (
        r"\b(fromEntries|allSettled|replaceAll|flatMap|globalThis|randomUUID|structuredClone"
        r"|queueMicrotask|replaceChildren|trimStart|trimEnd)\b|\.(at|flat)\(|(?<!clients)\.matchAll\(|Promise\.any"
        r"|(?<!\))\.arrayBuffer\(\)|AbortSignal\.timeout"
    ),
    "late patterns": r"\(\?<|/[gimuy]*s[gimuy]*(?=[.,;)\s])(?<=[\]\w]/s)",
}
TOP_AWAIT = re.compile(r"^(?:const .*=\s*)?await\b", re.MULTILINE)


def bare(script):
    """A script without its comments and texts, in which anything may be said."""
    texts = r"//[^\n]*|/\*.*?\*/|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
    return re.sub(texts, lambda found: '""' if found[0][0] in "\"'" else "", script, flags=re.S)


class Elements(HTMLParser):
    """The elements of a page with their attributes, and the text inside scripts and styles."""

    def __init__(self):
        super().__init__()
        self.found, self.inside = [], []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        if self.found and self.found[-1][0] in ("script", "style") and data.strip():
            self.inside.append(data)


@pytest.fixture
def shell():
    return Client().get("/m/")


def test_script_and_style_weigh_less_than_sixty_kilobytes():
    weight = {name: len(source_of(name)) for name in (*SCRIPTS, *SHEETS, WORKER)}

    assert sum(weight.values()) < MOST, weight


@pytest.mark.parametrize("name", [*SCRIPTS, LATER, WORKER])
@pytest.mark.parametrize("feature", TOO_NEW)
def test_a_browser_of_2019_reads_every_script(name, feature):
    script = bare(source_of(name).decode())

    found = re.search(TOO_NEW[feature], script, flags=re.M)
    assert not found, f"{name}: {feature} in “{script[max(found.start() - 30, 0) :][:60]}”"
    assert not TOP_AWAIT.search(script)


@pytest.mark.parametrize(
    ("feature", "script"),
    [
        ("optional chaining", "a?.b"),
        ("nullish", "a ?? b"),
        ("private names", "class A { #b = 1; }"),
        ("spread in objects", "f({...a, b: 1});"),
        ("catch without a name", "try { a(); } catch { b(); }"),
        ("late functions", "Object.fromEntries(a)"),
        ("late functions", "blob.arrayBuffer()"),
        ("logical assignment", "a ||= b"),
    ],
)
def test_the_look_for_what_is_too_new_finds_it(feature, script):
    assert re.search(TOO_NEW[feature], bare(script), flags=re.M)


def test_every_file_of_the_page_is_weighed():
    kept = {f"phone/{file.name}" for file in (STATIC / "phone").iterdir()}

    assert kept == {*SCRIPTS, LATER, WORKER, "phone/phone.css", *ICONS}


def test_the_shell_has_no_script_or_style_of_its_own_and_nobodys_facts(shell):
    page = Elements()
    page.feed(shell.content.decode())
    policy = shell.headers["Content-Security-Policy"]

    assert page.inside == []
    assert not [a for _tag, a in page.found if "style" in a or any(k.startswith("on") for k in a)]
    assert "unsafe" not in policy
    assert not shell.cookies


@pytest.mark.django_db
def test_opening_a_card_is_the_same_shell_and_asks_the_database_nothing(
    shell, django_assert_num_queries
):
    with django_assert_num_queries(0):
        opened = Client().get("/m/in/abcdefghijklmnopqrstuv/")

    assert opened.content == shell.content


def test_the_worker_keeps_every_file_that_the_shell_asks_for(shell):
    worker = Client().get("/m/worker.js")
    files = json.loads(re.search(r"const FILES = (.*);", worker.text)[1])

    asked = re.findall(r'(?:href|src)="(/static/[^"]+\?v=[^"]+)"', shell.text)
    assert asked == files
    assert worker.headers["Content-Type"].startswith("text/javascript")
    assert 'const SHELL = "/m/"' in worker.text


def test_the_manifest_lets_the_page_stand_on_the_desktop():
    said = json.loads(Client().get("/m/manifest.webmanifest").content)

    assert (said["scope"], said["start_url"], said["display"]) == ("/m/", "/m/", "standalone")
    assert {icon["sizes"] for icon in said["icons"]} == {"192x192", "512x512"}


def test_every_word_that_is_asked_for_stands_in_the_table():
    words = source_of("phone/words.js").decode()
    known = set(re.findall(r"^\s+(\w+):|(?<=, )(\w+): \"", words, flags=re.M))
    known = {one for pair in known for one in pair if one}
    scripts = "".join(source_of(name).decode() for name in (*SCRIPTS, WORKER))

    asked = set(re.findall(r"\bwords\.(\w+)|\bsay\(\"(\w+)\"", scripts))
    asked = {one for pair in asked for one in pair if one}
    assert asked <= known
