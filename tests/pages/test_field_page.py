"""The inspectors' page is small, plain enough for an old browser, and bears nobody's facts."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from project.field_pages import SCRIPTS, SHEETS, WORKER, source_of
from tests.pages.test_phone_page import MOST, TOO_NEW, TOP_AWAIT, Elements, bare

FIELD = Path(settings.BASE_DIR) / "static" / "field"


def test_script_and_style_weigh_less_than_sixty_kilobytes_and_nothing_is_left_out():
    weight = {name: len(source_of(name)) for name in (*SCRIPTS, *SHEETS, WORKER)}

    assert sum(weight.values()) < MOST, weight
    assert {f"field/{file.name}" for file in FIELD.iterdir()} <= weight.keys()


@pytest.mark.parametrize("name", [*SCRIPTS, WORKER])
def test_a_browser_of_2019_reads_every_script(name):
    script = bare(source_of(name).decode())

    found = {feature: re.search(late, script, flags=re.M) for feature, late in TOO_NEW.items()}
    assert {feature: hit[0] for feature, hit in found.items() if hit} == {}
    assert not TOP_AWAIT.search(script)


def test_the_shell_bears_no_script_and_no_facts_and_the_worker_keeps_what_it_asks_for():
    shell, worker = Client().get("/field/"), Client().get("/field/worker.js")
    page = Elements()
    page.feed(shell.content.decode())
    asked = re.findall(r'(?:href|src)="(/static/[^"]+\?v=[^"]+)"', shell.text)

    assert page.inside == []
    assert not [a for _tag, a in page.found if "style" in a or any(k.startswith("on") for k in a)]
    assert not shell.cookies
    assert asked == json.loads(re.search(r"const FILES = (.*);", worker.text)[1])
    assert 'const SHELL = "/field/"' in worker.text
    assert Client().get("/field/manifest.webmanifest").json()["scope"] == "/field/"


def test_every_word_that_is_asked_for_stands_in_the_table():
    words = source_of("field/words.js").decode()
    known = {
        one
        for pair in re.findall(r"^\s+(\w+):|(?<=, )(\w+): \"", words, flags=re.M)
        for one in pair
    }
    scripts = "".join(source_of(name).decode() for name in (*SCRIPTS, WORKER))

    asked = {
        one for pair in re.findall(r"\bwords\.(\w+)|\bsay\(\"(\w+)\"", scripts) for one in pair
    }
    assert asked <= known
