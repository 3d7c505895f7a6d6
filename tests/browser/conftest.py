"""A real browser on the real pages, with Chinese fonts and without a network."""

import os
import threading
from pathlib import Path

import pylopdf_fonts_zh_cn
import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from tests.browser.hands import PATIENCE, fits
from tests.browser.handset import Day, Handset

FLAGS = """
    --no-sandbox --disable-gpu --disable-dev-shm-usage --disable-quic --no-first-run
    --disable-background-networking --disable-component-update --disable-sync
    --lang=zh-CN --use-fake-ui-for-media-stream --use-fake-device-for-media-stream
"""
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>"""
# The one without windows draws the same pages for less; where it is not packaged, the whole one.
BROWSERS = [Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium")]
SHOTS = Path(__file__).resolve().parents[2] / "docs" / "screenshots"


@pytest.fixture(scope="session")
def base_url():
    """Every test has its own server; the plugin's own fixture is of a kind that pytest gives up."""
    return ""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args, tmp_path_factory):
    """Debian's Chromium, with the fonts of the wheel that prints the forms."""
    home = tmp_path_factory.mktemp("fonts")
    fonts = Path(pylopdf_fonts_zh_cn.__file__).parent
    (home / "fonts.conf").write_text(FONTS.format(fonts=fonts, cache=home / "cache"))
    return browser_type_launch_args | {
        "executable_path": next(path for path in BROWSERS if path.exists()),
        "args": FLAGS.split(),
        "env": os.environ
        | {"FONTCONFIG_FILE": str(home / "fonts.conf"), "LANG": "zh_CN.UTF-8", "LANGUAGE": "zh_CN"},
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    size = {"width": 1366, "height": 768}
    return browser_context_args | {"viewport": size, "locale": "zh-CN"}


@pytest.fixture(autouse=True, scope="session")
def patience():
    """A machine may be slow; what a page has to show it shows at last."""
    expect.set_options(timeout=PATIENCE)


@pytest.fixture
def context(context):
    context.set_default_timeout(PATIENCE)
    return context


@pytest.fixture
def browsers(browser):
    """Browsers of other people, which know nothing of each other."""
    made = []

    def make(**settings):
        one = browser.new_context(locale="zh-CN", **settings)
        one.set_default_timeout(PATIENCE)
        made.append(one)
        return one

    yield make
    for one in made:
        one.close()


@pytest.fixture(autouse=True)
def answered(_django_db_marker, _live_server_helper):
    """What browsers that are closed by now had asked for is done before the tables are emptied."""
    yield
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(PATIENCE / 1000)


def refused(said):
    """The components write style attributes, which the policy drops and our sheets make up for."""
    return "Content Security Policy" in said and "inline style" not in said


@pytest.fixture
def page(page):
    """A page on which no script fails and none is refused by our own policy."""
    troubles = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text) if refused(said.text) else None)
    yield page
    assert not troubles


@pytest.fixture
def visit(page, live_server):
    """Open an address as somebody; without anybody named, as whoever is signed in."""

    def go(address, as_=None):
        if as_ is not None:
            client = Client()
            client.force_login(as_)
            name = settings.SESSION_COOKIE_NAME
            value = client.cookies[name].value
            page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
        page.goto(f"{live_server.url}{address}")
        return page

    return go


@pytest.fixture
def shot(page, tmp_path):
    """Keep a picture of the page: among the documents when they are renewed, else for a look."""

    def keep(name):
        kept = SHOTS if os.environ.get("SCREENSHOTS") == "1" else tmp_path
        kept.mkdir(parents=True, exist_ok=True)
        page.wait_for_load_state("networkidle")
        page.evaluate("document.fonts.ready")
        page.screenshot(path=kept / f"{name}.png", animations="disabled")
        assert (kept / f"{name}.png").stat().st_size > 10_000
        fits(page)

    return keep


@pytest.fixture
def day():
    """The hour that it is, until the test moves it."""
    made = Day()
    yield made
    made.stop()


@pytest.fixture
def handset(browsers, live_server, day):
    """Phones, each a browser of its own, whose scripts may not fail."""
    made = []

    def make(**settings):
        one = Handset(browsers, live_server.url, **settings)
        made.append(one)
        day.handsets.append(one)
        return one

    yield make
    assert not [trouble for one in made for trouble in one.troubles]
