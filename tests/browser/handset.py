"""A worker's phone as a browser of its own: small, with a camera, a place and a clock."""

import time_machine
from playwright.sync_api import expect

from attendance import cards

SMALL = {"width": 320, "height": 640}
HERE = {"longitude": 104.065735, "latitude": 30.659462, "accuracy": 12}
SLOW = 20_000
# Asked and not polled: the page's own policy forbids a test to compile what it polls.
CONTROLLED = """() => navigator.serviceWorker.controller ? true : new Promise((done) =>
  navigator.serviceWorker.addEventListener("controllerchange", () => done(true)))"""
# A page that is closed sends through its worker, which no test can take off the network.
NO_BACKGROUND = "delete self.SyncManager;"


class Handset:
    """One worker's phone. What fails in its scripts fails the test."""

    def __init__(self, browser, site, *, background=False, **settings):
        settings = {"permissions": ["geolocation", "camera"], "geolocation": HERE} | settings
        self.context = browser.new_context(locale="zh-CN", viewport=SMALL, **settings)
        if not background:
            self.context.add_init_script(NO_BACKGROUND)
        self.site, self.troubles = site, []
        self.page = self.opened()

    def opened(self):
        page = self.context.new_page()
        page.set_default_timeout(SLOW)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("console", self._heard)
        return page

    def _heard(self, said):
        if "Content Security Policy" in said.text:
            self.troubles.append(said.text)

    def enter(self, person, clerk):
        """Scan a card; then wait until the phone keeps the page by itself."""
        _pass, secret = cards.hand_out(person, by=clerk)
        return self.scan(secret)

    def scan(self, secret):
        self.page.goto(f"{self.site}/m/in/{secret}/")
        self.shows(f"{self.site}/m/")
        return self

    def shows(self, address):
        self.page.wait_for_url(address)
        self.page.get_by_role("button", name="下班打卡").wait_for()
        assert self.page.evaluate(CONTROLLED)

    def reopened(self):
        """The tab is closed; the page is opened anew, as from the phone's desktop."""
        self.page.close()
        self.page = self.opened()
        self.page.goto(f"{self.site}/m/")
        self.shows(f"{self.site}/m/")

    def check_in(self, words, *, picture=True):
        """One press, one picture, and the page says that it is kept."""
        self.page.get_by_role("button", name=words).click()
        act = "拍照打卡" if picture else "不拍照，直接打卡"
        self.page.get_by_role("button", name=act).click()
        expect(self.page.locator(".note.good").first).to_contain_text("已记下", timeout=SLOW)

    def says(self, words, where="#content"):
        expect(self.page.locator(where)).to_contain_text(words, timeout=SLOW)

    def offline(self, out=True):
        self.context.set_offline(out)

    def left(self):
        """How much waits in the queue, by what it waits for."""
        return self.page.evaluate("phone.sending.unsent()")

    def fits(self):
        """Nothing is wider than the phone."""
        return self.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


class Day:
    """The hour, for the office and for the phones; a phone's own clock may be wrong."""

    def __init__(self):
        self.travels, self.handsets = None, []

    def at(self, moment, *, ahead=""):
        """Move the office to a moment, and the phones there too or to one of their own."""
        self.stop()
        self.travels = time_machine.travel(f"{moment}+08:00", tick=True)
        self.travels.start()
        for one in self.handsets:
            one.context.clock.set_fixed_time(f"{ahead or moment}+08:00")

    def stop(self):
        if self.travels:
            self.travels.stop()
        self.travels = None
