"""What a hand does at a page, and what it waits for before it goes on; never a span of time."""

import time
from contextlib import contextmanager

from playwright.sync_api import expect

# What the slowest machine may need for one thing, in milliseconds; whatever is there is not
# waited for.
PATIENCE = 60_000
LOOKS_AGAIN = 50
TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"


@contextmanager
def another_page(page):
    """What is pressed inside opens another page; afterwards that one is there, styles and all."""
    with page.expect_navigation():
        yield


def until(page, true, words):
    """Let the browser go on until something is true that no locator can show."""
    ends = time.monotonic() + PATIENCE / 1000
    while not true():
        assert time.monotonic() < ends, words
        page.wait_for_timeout(LOOKS_AGAIN)


def fits(page):
    """Nothing is wider than the screen, once everything has its place."""
    until(page, lambda: page.evaluate(TOO_WIDE) <= 0, f"{page.url} is wider than the screen")


def choose(page, name, words="", value=None):
    """Open a list and take one of it, by its words or its value, as soon as the list listens."""
    box = page.locator(f"vf-field-select[name={name}]")
    expect(box.locator("li[tabindex]").first).to_be_attached()
    box.locator(".mdc-select__anchor").click()
    taken = box.locator("li" if value is None else f"li[data-value='{value}']")
    taken = taken.filter(has_text=words).first
    said = taken.get_attribute("data-value")
    taken.click()
    expect(box.locator("input[type=hidden]")).to_have_value(said)
