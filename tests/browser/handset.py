"""A worker's phone as a browser of its own: small, with a camera, a place and a clock."""

import time_machine
from playwright.sync_api import expect

from attendance import cards
from tests.browser.hands import fits, until

SMALL = {"width": 320, "height": 640}
HERE = {"longitude": 104.065735, "latitude": 30.659462, "accuracy": 12}
CONTROLLED = "Boolean(navigator.serviceWorker.controller)"
# A page that is closed sends through its worker, which no test can take off the network.
NO_BACKGROUND = "delete self.SyncManager;"
# A page looked at sends anew every half minute, on a slow machine in the middle of anything.
NOT_LOOKED_AT = """Object.defineProperty(Document.prototype, "hidden", { get: () => true });"""


class Handset:
    """One worker's phone. What fails in its scripts fails the test."""

    def __init__(self, browsers, site, *, background=False, looked_at=False, **settings):
        settings = {"permissions": ["geolocation", "camera"], "geolocation": HERE} | settings
        self.context = browsers(viewport=SMALL, **settings)
        if not background:
            self.context.add_init_script(NO_BACKGROUND)
        if not looked_at:
            self.context.add_init_script(NOT_LOOKED_AT)
        self.site, self.troubles = site, []
        self.page = self.opened()

    def opened(self):
        page = self.context.new_page()
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
        until(self.page, lambda: self.page.evaluate(CONTROLLED), "the phone does not keep the page")

    def reopened(self):
        """The tab is closed; the page is opened anew, as from the phone's desktop."""
        self.page.close()
        self.page = self.opened()
        self.page.goto(f"{self.site}/m/")
        self.shows(f"{self.site}/m/")

    def press(self, words):
        """Open the camera; a press while the page was drawn anew met nothing and is made again."""
        button = self.page.get_by_role("button", name=words)
        camera = self.page.get_by_role("button", name="不拍照，直接打卡")

        def opened():
            button.click()
            return camera.is_visible()

        until(self.page, opened, f"“{words}” cannot be pressed")

    def check_in(self, words, *, picture=True):
        """One press, one picture as soon as there is a camera or none; the page says it is kept."""
        self.press(words)
        act = "拍照打卡" if picture else "不拍照，直接打卡"
        expect(self.page.locator("#content .big").filter(visible=True)).to_have_count(1)
        self.page.get_by_role("button", name=act).click()
        expect(self.page.locator(".note.good").first).to_contain_text("已记下")

    def says(self, words, where="#content"):
        expect(self.page.locator(where)).to_contain_text(words)

    def offline(self, out=True):
        self.context.set_offline(out)

    def left(self):
        """How much waits in the queue, by what it waits for."""
        return self.page.evaluate("phone.sending.unsent()")

    def fits(self):
        """Nothing is wider than the phone."""
        fits(self.page)
        return True


class Day:
    """The hour, for the office and for the phones; a phone's own clock may be wrong.

    Both stand still, so that no time passes between them while a slow machine works.
    """

    def __init__(self):
        self.travels, self.handsets = None, []

    def at(self, moment, *, ahead=""):
        """Stop the office's clock at a moment, and the phones' there too or at one of their own."""
        self.stop()
        self.travels = time_machine.travel(f"{moment}+08:00", tick=False)
        self.travels.start()
        for one in self.handsets:
            one.context.clock.set_fixed_time(f"{ahead or moment}+08:00")

    def stop(self):
        if self.travels:
            self.travels.stop()
        self.travels = None
