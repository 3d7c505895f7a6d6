"""Posts on the pages and in the API: asked for, decided one by one and in bulk, found again."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from posts import parity
from posts.models import Post
from project.kernel.steps import do
from registry import tokens
from tests import given, given_posts

pytestmark = pytest.mark.django_db
SAID = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def scene():
    return given_posts.office()


def browser(user):
    client = Client(headers=SAID)
    client.force_login(user)
    return client


def program(user):
    _token, secret = tokens.issue(user, by=user, name="tests")
    return Client(headers={"authorization": f"Bearer {secret}"} | SAID)


def sent(client, path, body):
    return client.post(f"/api/v1{path}", body, content_type="application/json")


def fields(scene, **changed):
    """The request as a browser or a program sends it."""
    said = given_posts.need(scene, **changed)
    keys = {name: said[name].pk for name in ("area", "fund", "department")}
    said |= keys | {name: f"{said[name]}" for name in ("starts_on", "ends_on", "standard", "hours")}
    return said


def read(response):
    return response.content.decode()


def test_the_head_asks_for_a_post_on_a_page(scene):
    head = browser(scene.staff.village_head)

    response = head.post("/posts/add/", fields(scene))

    post = Post.objects.get()
    assert response.headers["Location"] == reverse("posts:post", args=[post.pk])
    assert (post.state, post.title, post.standard) == ("drafted", "保洁员", Decimal("600.00"))
    assert "Ask the township for the post" in read(head.get("/"))


def test_what_the_service_refuses_stands_above_the_form(scene):
    given_posts.post(scene, "drafted")

    page = read(browser(scene.staff.village_head).post("/posts/add/", fields(scene)))

    assert "of this village is the same; ask for more places on it." in page
    assert Post.objects.count() == 1


def test_the_form_knows_only_the_villages_of_the_person(scene):
    elsewhere = given.township("990456100000")
    head = browser(given.user("village_head", scene.place.villages[0]))

    page = read(head.get("/posts/add/"))
    response = head.post("/posts/add/", fields(scene, area=elsewhere.villages[0]))

    assert scene.place.villages[0].code in page
    assert elsewhere.villages[0].code not in page
    assert (response.status_code, Post.objects.count()) == (422, 0)


def test_a_returned_request_is_corrected_on_its_page(scene):
    post = given_posts.post(scene, "submitted")
    do(post, "send_back", by=scene.staff.township_officer, note="写清楚")
    head = browser(scene.staff.village_head)

    assert "Correct the request" in read(head.get(f"/posts/{post.pk}/"))
    head.post(f"/posts/{post.pk}/amend/", fields(scene, workload="每日三公里"))

    post.refresh_from_db()
    assert post.workload == "每日三公里"


def test_a_request_of_another_area_is_not_there_to_correct(scene):
    post = given_posts.post(scene, "drafted")
    stranger = browser(given.user("village_head", given.township("990456100000").town))

    for address in (f"/posts/{post.pk}/", f"/posts/{post.pk}/amend/", f"/posts/{post.pk}/submit/"):
        assert stranger.get(address).status_code == 404


def test_a_program_asks_for_a_post_and_hands_it_on(scene):
    head = program(scene.staff.village_head)

    made = sent(head, "/posts", fields(scene))
    submitted = sent(head, f"/posts/{made.json()['id']}/submit", {})

    assert (made.status_code, made.json()["state"]) == (201, "drafted")
    assert made.json()["vacancies"] == 2
    assert (submitted.status_code, submitted.json()["state"]) == (200, "submitted")


def test_a_program_is_told_what_is_missing_and_what_is_unknown(scene):
    said = fields(scene) | {"colour": "red"}
    del said["title"]

    answer = sent(program(scene.staff.village_head), "/posts", said)

    assert answer.status_code == 422
    assert set(answer.json()["fields"]) == {"title", "colour"}


def test_a_program_of_another_role_asks_for_nothing(scene):
    assert sent(program(scene.staff.township_officer), "/posts", fields(scene)).status_code == 403
    assert not Post.objects.exists()


def test_a_program_amends_a_request(scene):
    post = given_posts.post(scene, "drafted")
    said = fields(scene, place="村口")
    del said["area"]

    answer = sent(program(scene.staff.village_head), f"/posts/{post.pk}/amend", said)

    assert answer.status_code == 200
    assert Post.objects.get().place == "村口"


@pytest.fixture
def quota(scene):
    """A post that the township's quota has no room for, ready to be approved."""
    given.rule(scene.place.town, "post.quota", 1, scene.place.document)
    return given_posts.post(scene, "reviewed")


NO_ROOM = "The township may have 1 places; 0 exist and 2 are asked for."


def test_a_guards_sentence_stands_on_the_page(scene, quota):
    page = read(browser(scene.staff.department_officer).get(f"/posts/{quota.pk}/approve/"))

    assert NO_ROOM in page


def test_a_guards_sentence_is_answered_to_programs(scene, quota):
    answer = sent(
        program(scene.staff.department_officer),
        f"/posts/{quota.pk}/approve",
        {"until": "2027-12-31"},
    )

    assert (answer.status_code, answer.json()["refusals"]) == (409, [NO_ROOM])


def test_a_guards_sentence_is_said_in_bulk(scene, quota):
    response = browser(scene.staff.department_officer).post(
        "/posts/bulk/approve/", {"pk": quota.pk, "until": "2027-12-31", "confirmed": 1}
    )

    assert response.context["cannot"] == [(quota, [NO_ROOM])]
    assert Post.objects.get().state == "reviewed"


def test_a_term_too_long_is_refused_on_the_form(scene):
    post = given_posts.post(scene, "reviewed")
    officer = browser(scene.staff.department_officer)

    page = read(officer.post(f"/posts/{post.pk}/approve/", {"until": "2028-06-30"}))

    assert "The post may be approved until 2027-12-31 at most" in page


def test_many_posts_are_renewed_at_once(scene):
    given_posts.allocate(scene.place, scene.staff, "100000", year=2028)
    made = [given_posts.post(scene, title=title) for title in ("保洁员", "护林员")]

    browser(scene.staff.department_officer).post(
        "/posts/bulk/renew/",
        {"pk": [post.pk for post in made], "until": "2028-12-31", "confirmed": 1},
    )

    assert set(Post.objects.values_list("approved_until", flat=True)) == {date(2028, 12, 31)}


def numbers(client, query):
    return [row["name"] for row in client.get(f"/posts/?{query}").context["rows"]]


def test_posts_are_found_by_state_type_and_vacancy(scene):
    held = given_posts.held_post(scene)
    Post.objects.filter(pk=held.pk).update(headcount=1)
    free = given_posts.post(scene, title="护林员", post_type="生态管护")
    asked = given_posts.post(scene, "drafted", title="水管员")
    officer = browser(scene.staff.township_officer)

    assert numbers(officer, "vacancy=some") == [str(free)]
    assert numbers(officer, "vacancy=none") == [str(held)]
    assert numbers(officer, "state=drafted") == [str(asked)]
    assert numbers(officer, "type=生态管护") == [str(free)]


@pytest.mark.parametrize(
    ("until", "found"),
    [
        (date(2026, 11, 29), ["7", "30", "90"]),
        (date(2026, 12, 22), ["30", "90"]),
        (date(2027, 2, 20), ["90"]),
        (date(2027, 2, 21), []),
        (date(2026, 11, 21), ["over"]),
        (None, ["paper"]),
    ],
)
def test_approvals_announce_their_end(scene, until, found):
    post = given_posts.post(scene)
    Post.objects.filter(pk=post.pk).update(approved_until=until)
    officer = browser(scene.staff.department_officer)

    asked = ("7", "30", "90", "over", "paper")

    assert [days for days in asked if numbers(officer, f"ends={days}")] == found


def test_the_spread_of_pay_names_who_stands_out(scene):
    for title, standard in (("保洁员", "600"), ("保绿员", "620")):
        given_posts.post(scene, title=title, standard=Decimal(standard))
    odd = given_posts.post(scene, "submitted", title="清运员", standard=Decimal("900"))
    do(odd, "review", by=scene.staff.township_officer, note="重活")
    do(odd, "approve", by=scene.staff.department_officer, until=given_posts.LAST)

    (spread,) = parity.spreads(Post.objects.all())
    page = read(browser(scene.staff.township_officer).get("/posts/parity/"))

    assert (spread.low, spread.middle, spread.high) == (600, 620, 900)
    assert [post.title for post in spread.deviants] == ["清运员"]
    assert "清运员 900.00" in page


def test_a_stranger_sees_no_spread_of_ours(scene):
    given_posts.post(scene)
    stranger = browser(given.user("township_officer", given.township("990456100000").town))

    assert "No post of your areas is approved yet." in read(stranger.get("/posts/parity/"))


def queries(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


@pytest.mark.parametrize("address", ["/posts/", "/posts/parity/", "/posts/?vacancy=some"])
def test_more_posts_cost_no_more_queries(scene, address):
    officer = browser(scene.staff.township_officer)
    given_posts.post(scene)
    few = queries(officer, address)

    for title in ("护林员", "水管员", "护路员"):
        given_posts.post(scene, title=title)

    assert queries(officer, address) == few


def test_the_request_is_printed_with_who_decided(scene):
    post = given_posts.post(scene)
    officer = browser(scene.staff.township_officer)

    answer = officer.get(f"/papers/post/{post.pk}/F-01.pdf")
    table = officer.get(f"/papers/post/{post.pk}/F-01.xlsx")

    assert answer.content.startswith(b"%PDF")
    assert BytesIO(table.content).read(2) == b"PK"
    assert "F-01" in read(officer.get(f"/posts/{post.pk}/"))
