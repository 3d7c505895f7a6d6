"""A villager with a small phone reads of a project, finds it by name, and meets no worker there."""

import pytest
from playwright.sync_api import expect

from tests import given_relief
from tests.browser.hands import fits

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 360, "height": 780}
NAME = (
    "云岭镇青石村至柳河村通组道路硬化及沿线挡土墙、排水沟、便民桥配套建设以工代赈示范工程（二期）"
)


def test_a_project_is_found_and_read_on_a_small_phone(page, live_server):
    scene = given_relief.scene(name=NAME, number="示发改〔2026〕12号/3")
    worker = scene.members[0].person
    page.set_viewport_size(PHONE)
    page.goto(f"{live_server.url}/notices/")

    page.get_by_role("link", name="以工代赈项目").click()
    page.get_by_role("searchbox").fill("柳河村通组")
    page.get_by_role("button", name="查询").click()
    page.get_by_role("link", name=NAME).click()

    expect(page.get_by_role("heading", level=1)).to_have_text(NAME)
    expect(page.get_by_text("400,000.00 (40.00%)")).to_be_visible()
    expect(page.get_by_role("link", name="0990-12345")).to_be_visible()
    expect(page.get_by_text(worker.name)).to_have_count(0)
    fits(page)
    page.goto(f"{live_server.url}/projects/")
    expect(page.get_by_role("link", name=NAME)).to_be_visible()
    fits(page)
