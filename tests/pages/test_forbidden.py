"""The roll-call: somebody of another township, and nobody at all, at every address there is."""

from io import BytesIO

import openpyxl
import pytest
from django.test import Client

from project.kernel.models import Look
from registry.models import BankAccount, Person
from tests import given
from tests.once import arranged
from tests.pages import house, inline

pytestmark = pytest.mark.django_db

PUBLIC = {
    *("login", "second-factor", "second-factor-setup", "set_language"),
    *("provider", "provider-back"),
    *("board", "board-notice", "objection-receipt"),
    *("board-calls", "board-apply", "application-asked"),
    *("sign-by-phone", "sign-read", "sign-send", "sign-decline", "sign-copy"),
    *("verify", "verify-ask"),
    *("public-projects", "public-project"),
    *("phone", "phone-in", "phone-worker", "phone-manifest"),
    *("field", "field-worker", "field-manifest", "complain"),
    *("healthz", "readyz", "metrics"),  # The last only from the machine itself.
}
NO_PROVIDER = {"provider", "provider-back"}
OURS = ("李四", "云岭镇100", "6217223")
REFUSALS = {302, 403, 404, 405}
# The county's document and the wording of its contracts bind all its townships.
ALLOWED = {"policy:policydocument": {200, 405}, "contracts:contracttemplate": {200, 405}}
SHARED = {
    "policy:rule-list",
    "policy:policydocument-list",
    "registry:calendarday-list",
    "contracts:contracttemplate-list",
}


SHOWN = ("text/html", "text/plain", "text/javascript", "application/json", "application/manifest")
# Files that leave without a look: the worker's own, and what nobody is in (tests/trust/test_doors).
NOBODYS = {"sign-copy", "notices:noticephoto", "notices:complaint-poster", "seal-heads"}

kept, scene = arranged(house.whole)


@pytest.fixture
def stranger():
    """Somebody with every role, in the township next door."""
    return signed_in(house.everything(given.township("990123101000", villages=1).town))


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def body(response):
    content = b"".join(response) if response.streaming else response.content
    return content.decode("utf-8", "replace")


def test_a_stranger_with_every_role_reaches_nothing_of_another_township(scene, stranger):
    found = {}
    for page in house.addresses(scene):
        if page.name in PUBLIC | {"logout"}:
            continue
        for method in (stranger.get, stranger.post):
            response = method(page.url)
            leaks = [word for word in OURS if word in body(response)]
            reached = page.asks and response.status_code not in ALLOWED.get(page.name, REFUSALS)
            # A bulk step on nothing says that it was applied to nothing.
            reached = reached and not (page.name.endswith("-bulk") and response.status_code == 200)
            if leaks or reached or response.status_code >= 500:
                found[page.name, method.__name__] = (response.status_code, leaks)
    assert not found


def test_nobody_who_has_not_signed_in_sees_more_than_the_board(scene):
    found = {}
    for page in house.addresses(scene):
        response = Client().get(page.url)
        sent_away = response.status_code == 302 and "/login/" in response.headers["Location"]
        if page.name not in PUBLIC and not (sent_away or response.status_code in {403, 404, 405}):
            found[page.name] = response.status_code
    assert not found


def test_nobody_who_has_not_signed_in_sends_anything(scene):
    found = {}
    for page in house.addresses(scene):
        response = Client().post(page.url)
        if page.name not in PUBLIC and response.status_code not in REFUSALS:
            found[page.name] = response.status_code
    assert not found


@pytest.mark.parametrize("asked", ["", "?area=990123100000", "?q=李四%00"])
def test_lists_show_and_count_nothing_of_another_township(scene, stranger, asked):
    found = {}
    for page in lists(scene):
        response = stranger.get(page.url + asked)
        inside = [row for row in response.context["rows"] if any(w in str(row) for w in OURS)]
        narrowed = response.context["narrowed"]  # The list of areas has no area to choose.
        if inside or (narrowed and response.context["count"]):
            found[page.name] = (inside, response.context["count"])
    assert not found


def test_workbooks_hold_nothing_of_another_township(scene, stranger):
    found = {}
    for page in lists(scene):
        sheet = openpyxl.load_workbook(BytesIO(stranger.get(f"{page.url}?format=xlsx").content))
        said = str([row for row in sheet.active.iter_rows(values_only=True)])
        if any(word in said for word in OURS):
            found[page.name] = said
    assert not found


def lists(scene):
    """The lists of records; rules, policies and the calendar are the same for everybody."""
    found = [page for page in house.addresses(scene) if page.name.endswith("-list")]
    assert len(found) > 10
    return [page for page in found if page.name not in SHARED]


def test_a_bulk_step_of_a_stranger_finds_no_row_to_take(scene, stranger):
    response = stranger.post("/attendance/bulk/confirm/", {"pk": scene.sheet.pk, "confirmed": 1})

    assert (response.context["can"], response.context["cannot"]) == ([], [])


def test_every_page_opens_for_those_whose_it_is(scene):
    owner = signed_in(house.everything(scene.place.county))
    found, unseen, whole = {}, set(), set()
    numbers = [one.id_number for one in Person.objects.exclude(id_tail="")]
    numbers += [one.number for one in BankAccount.objects.exclude(number_digest="")]
    for page in house.addresses(scene):
        looks = Look.objects.count()
        # A job is its owner's alone; a kind of record without steps has no page for any.
        nothing = "0" * 32 in page.url or "/none/" in page.url
        # Without an identity provider nobody is sent to one.
        nothing = nothing or page.name in {"job", "payroll:kept-preview", *NO_PROVIDER}
        response = owner.get(page.url)
        said = body(response)  # read to its end, so that its file is closed
        if response.status_code == 200 and not response["Content-Type"].startswith(SHOWN):
            unseen |= {page.name} if Look.objects.count() == looks else set()
        elif any(number in said for number in numbers):
            whole.add(page.name)
        if response.status_code not in ({404} if nothing else {200, 302, 405}):
            found[page.name] = response.status_code
        if response.headers.get("Content-Type", "").startswith("text/html") and (
            faults := inline.faults(response)
        ):
            found[f"{page.name} in the line"] = faults
    assert not found
    assert unseen <= NOBODYS  # every other file that left was written down
    assert not whole  # a whole number is shown by its own page alone, after a purpose


def test_the_board_shows_masked_numbers_and_the_hash(scene):
    said = body(Client().get(f"/notices/{scene.notice.pk}/"))
    number = scene.contracts[0].person.id_number

    assert number not in said
    assert number[:6] + "*" * 8 + number[-4:] in said
    assert scene.notice.sha256 in said


def test_the_board_forgets_a_notice_that_is_certified_or_taken_back(scene):
    said = body(Client().get("/notices/"))

    assert scene.notice.title in said
    assert "考勤公示" not in said
