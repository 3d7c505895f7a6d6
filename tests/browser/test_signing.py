"""A worker reads and signs with a finger on a small phone, and anybody checks the paper after."""

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from contracts.models import Contract, PaperVisit, Signature
from tests import given_posts, given_signing
from tests.browser import township
from tests.browser.hands import another_page, until

pytestmark = pytest.mark.django_db(transaction=True)
STROKES = [(20, 120, 90, 40), (60, 30, 70, 150), (110, 60, 200, 70), (150, 30, 160, 160)]


@pytest.fixture(autouse=True)
def kept_apart(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    cache.clear()


@pytest.fixture
def held():
    scene = given_signing.office()
    scene.place.town.name = "云岭镇"
    scene.place.town.save()
    township.named(scene.staff)
    return given_signing.offered(scene, name="王秀英")


@pytest.fixture(params=[(360, 640), (320, 568)], ids=["360", "320"])
def phone(request, page):
    page.set_viewport_size({"width": request.param[0], "height": request.param[1]})
    return page


def enter(page, held, live_server):
    page.goto(f"{live_server.url}{held.url}")
    page.get_by_label("身份证号的后六位").fill(held.tail)
    with another_page(page):
        page.get_by_role("button", name="下一步").click()


def draw(page):
    """Four strokes, as a mouse or a finger makes them."""
    pad = page.locator("canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    for x0, y0, x1, y1 in STROKES:
        page.mouse.move(box["x"] + x0, box["y"] + y0)
        page.mouse.down()
        page.mouse.move(box["x"] + x1, box["y"] + y1, steps=6)
        page.mouse.up()


def ink(page):
    """How many pixels of the drawing are not empty."""
    return page.locator("canvas").evaluate(
        "c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data"
        ".filter((value, at) => at % 4 === 3 && value).length"
    )


def test_a_worker_reads_draws_and_signs(phone, shot, held, live_server):
    width = phone.viewport_size["width"]
    phone.goto(f"{live_server.url}{held.url}")
    shot(f"sign-{width}-1-who")
    enter(phone, held, live_server)
    shot(f"sign-{width}-2-read")
    phone.locator("[data-end]").scroll_into_view_if_needed()
    until(phone, PaperVisit.objects.filter(act="viewed").exists, "reading is not noted")
    draw(phone)
    until(phone, lambda: ink(phone) > 500, "nothing is drawn")
    shot(f"sign-{width}-3-drawn")
    phone.get_by_label("见证人").fill("李德胜")
    phone.get_by_label("我已阅读").check()
    with another_page(phone):
        phone.get_by_role("button", name="确认签订").click()
    expect(phone.get_by_role("heading", name="您已签订")).to_be_visible()
    shot(f"sign-{width}-4-done")

    acts = list(PaperVisit.objects.values_list("act", flat=True))
    assert acts == ["opened", "viewed", "signed"]
    assert Signature.objects.get().witness == "李德胜"


def test_a_finger_draws_and_clearing_empties_the_box(browsers, held, live_server, phone):
    touch = browsers(has_touch=True, is_mobile=True, viewport=phone.viewport_size)
    page = touch.new_page()
    enter(page, held, live_server)
    pad = page.locator("canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    client = touch.new_cdp_session(page)
    for kind, x in (("Start", 30), ("Move", 90), ("Move", 150), ("Move", 200)):
        point = {"x": box["x"] + x, "y": box["y"] + 80}
        client.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": [point]})
    client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    until(page, lambda: ink(page) > 300, "nothing is drawn")

    page.get_by_role("button", name="清除重写").click()

    until(page, lambda: ink(page) == 0, "the box is not emptied")


def test_an_empty_box_is_not_sent(phone, held, live_server):
    enter(phone, held, live_server)
    phone.get_by_label("我已阅读").check()
    phone.get_by_role("button", name="确认签订").click()

    expect(phone.get_by_text("请先在框内签写姓名。")).to_be_visible()
    assert not Signature.objects.exists()


def test_of_two_browsers_at_once_one_signs(browsers, held, live_server):
    pages = [browsers().new_page() for _browser in range(2)]
    for page in pages:
        enter(page, held, live_server)
        draw(page)
        page.get_by_label("我已阅读").check()
    for page in pages:  # Both are sent before either is answered.
        page.evaluate(
            """() => {
                const form = document.querySelector('form[data-sign]');
                form.elements.picture.value = form.querySelector('canvas').toDataURL('image/png');
                window.answer = fetch(form.action, {method: 'POST', body: new FormData(form)})
                    .then(async (got) => [got.status, await got.text()]);
            }"""
        )
    answers = sorted(page.evaluate("() => window.answer") for page in pages)

    assert [status for status, _said in answers] == [200, 409]
    assert "您已签订" in answers[0][1]
    assert "此链接已使用过" in answers[1][1]
    assert Signature.objects.count() == 1


def test_a_worker_declines_with_a_reason(phone, shot, held, live_server):
    enter(phone, held, live_server)
    phone.get_by_text("我不想签").click()
    phone.get_by_label("为什么不签").fill("要外出务工")
    shot(f"sign-{phone.viewport_size['width']}-5-decline")
    phone.get_by_role("button", name="拒绝签订").click()

    expect(phone.get_by_role("heading", name="您已拒签")).to_be_visible()
    assert PaperVisit.objects.get(act="declined").reason == "要外出务工"


def test_anybody_checks_the_paper_and_an_altered_file(phone, shot, held, live_server, tmp_path):
    width = phone.viewport_size["width"]
    given_signing.sign(held)
    given_signing.seal(held)
    content = bytearray(given_signing.content(held))
    content[2000] ^= 1
    (tmp_path / "altered.pdf").write_bytes(content)

    phone.goto(f"{live_server.url}/v/{held.paper.code}")
    shot(f"verify-{width}-1")
    phone.get_by_label("您收到的 PDF 文件").set_input_files(tmp_path / "altered.pdf")
    phone.get_by_role("button", name="比对").click()
    expect(phone.get_by_text("此文件不可采信。")).to_be_visible()
    shot(f"verify-{width}-2-altered")

    assert "王秀英" not in phone.content()


def test_the_clerk_shows_the_code_to_scan(visit, shot, held):
    clerk = held.scene.staff.village_clerk
    page = visit(f"/contracts/{held.contract.pk}/", as_=clerk)
    page.get_by_role("link", name="请本人在手机上签订").click()
    page.get_by_role("button", name="生成链接").click()
    expect(page.get_by_alt_text("链接二维码")).to_be_visible()
    shot("sign-link")

    assert Contract.objects.get().state == "offered"


def test_many_contracts_are_chosen_on_one_page(visit, shot, held):
    terms = given_posts.post(held.scene, title="护林员", headcount=3)
    given_signing.drafts(held.scene, 3, terms=terms)
    page = visit("/contracts/make/", as_=held.scene.staff.township_officer)

    expect(page.get_by_role("checkbox", name="选择 赵六0")).to_be_checked()
    shot("make-contracts")
