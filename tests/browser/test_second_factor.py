"""Whoever approves sets an authenticator up on a narrow screen, and signs in with its codes."""

import pytest
from django.utils.timezone import now
from playwright.sync_api import expect

from project.kernel.models import Authenticator as Kept
from tests import given
from tests.browser.hands import fits
from tests.given_proofs import PASSWORD, Authenticator, person

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_first_sign_in_leads_through_set_up_and_the_next_asks_for_a_code(
    browsers, live_server, settings
):
    settings.SECOND_FACTOR = True
    leader = person("township_leader", at=given.township().town, username="leader", name="李四")
    page = browsers(viewport={"width": 360, "height": 740}).new_page()

    def sign_in():
        page.goto(f"{live_server.url}/sessions/")
        page.fill("input[name=username]", leader.username)
        page.fill("input[name=password]", PASSWORD)
        page.keyboard.press("Enter")

    sign_in()
    key = page.locator(".office-key code")
    expect(key).to_be_visible()
    expect(page.locator(".office-qr img")).to_be_visible()
    fits(page)
    phone = Authenticator(key.inner_text().replace(" ", ""))
    page.fill("input[name=code]", phone.code())
    page.keyboard.press("Enter")
    expect(page.locator(".office-codes li")).to_have_count(10)
    fits(page)
    page.get_by_role("link").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("登录与密码")
    fits(page)

    page.context.clear_cookies()
    Kept.objects.update(last_step=0, made_at=now())
    sign_in()
    expect(page.get_by_role("heading", level=1)).to_have_text("输入验证码")
    fits(page)
    page.fill("input[name=code]", "000000")
    page.keyboard.press("Enter")
    expect(page.get_by_text("验证码不对")).to_be_visible()
    Kept.objects.update(throttling_failure_timestamp=None)
    page.fill("input[name=code]", phone.code())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("登录与密码")
