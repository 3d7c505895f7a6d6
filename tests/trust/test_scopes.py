"""A token may be held to some of what its person may do, or to reading; pages make and end it."""

import json
import re
import uuid
from datetime import date

import pytest
from django.core.management import call_command
from django.test import Client

from attendance.receiving import Report, Sender, receive
from project.kernel.guards import Refused
from project.kernel.models import Event, Token
from project.kernel.roles import Permission
from registry import tokens
from tests import given
from tests.once import arranged

pytestmark = pytest.mark.django_db
P = Permission
LISTS = ("contracts", "sheets", "tasks")
ALL = set(LISTS)
# scopes, only reads, the lists that hold something, whether it takes a step, whether it records
TABLE = [
    ([], False, ALL, True, True),
    ([], True, ALL, False, False),
    ([P.CONTRACT_VIEW], False, {"contracts"}, False, False),
    ([P.SHEET_VIEW, P.SHEET_ACKNOWLEDGE], True, {"sheets", "tasks"}, False, False),
    ([P.SHEET_VIEW, P.SHEET_ACKNOWLEDGE], False, {"sheets", "tasks"}, True, False),
    ([P.SHEET_ACKNOWLEDGE], False, set(), False, False),
    ([P.SHEET_RECORD], False, set(), False, True),
    ([P.SHEET_RECORD], True, set(), False, False),
]


def at_work():
    scene = given.scene(holders=2)
    (scene.sheet,) = given.sheets(scene, "confirmed")
    return scene


kept, scene = arranged(at_work)


def held(user, **kind):
    token, secret = tokens.issue(user, by=user, name="x", **kind)
    return token, Client(headers={"accept-language": "en", "authorization": f"Bearer {secret}"})


def send(client, path, body):
    return client.post(f"/api/v1{path}", json.dumps(body), content_type="application/json")


def browser(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


@pytest.mark.parametrize(("scopes", "reads", "shown", "steps", "records"), TABLE)
def test_a_token_opens_what_its_scopes_say_and_no_more(scene, scopes, reads, shown, steps, records):
    token, client = held(scene.staff.village_clerk, scopes=scopes, read_only=reads)
    answers = {name: client.get(f"/api/v1/{name}") for name in LISTS}
    assert {answer.status_code for answer in answers.values()} == {200}
    assert {name for name, answer in answers.items() if answer.json()["items"]} == shown
    number = scene.contracts[0].pk
    one = client.get(f"/api/v1/contracts/{number}").status_code
    assert one == (200 if "contracts" in shown else 404)

    said = {"client_id": str(uuid.uuid4()), "contract": number, "day": "2026-10-28"}
    answer = send(client, "/check-ins", said | {"in_at": "08:00"})
    assert answer.status_code == (200 if records else 403)
    quick = Report(client_id=uuid.uuid4(), contract=number, day=date(2026, 10, 29))
    (receipt,) = receive([quick], sender=Sender("token", token.digest))
    assert bool(receipt.error) is not records
    (batched,) = send(client, "/check-ins/batch", {"items": [said]}).json().get("items", [{}])
    assert bool(batched.get("id")) is records

    answer = send(client, f"/sheets/{scene.sheet.pk}/acknowledge", {})
    assert answer.status_code == 200 if steps else answer.status_code in {403, 404}
    if reads:
        assert "only reads" in answer.json()["detail"]


def test_scopes_are_what_the_person_may_do_and_the_command_takes_them(scene, capsys):
    clerk = scene.staff.village_clerk
    for wrong in ([P.PAY_SEND], ["attendance.recrod"]):
        with pytest.raises(Refused):
            tokens.issue(clerk, by=clerk, name="x", scopes=wrong)
    more = ["--scope", P.SHEET_RECORD, P.SHEET_VIEW, "--read-only", "--json"]
    call_command("create_token", clerk.username, *more)
    made = json.loads(capsys.readouterr().out)
    assert (made["scopes"], made["read_only"]) == ([P.SHEET_RECORD, P.SHEET_VIEW], True)
    assert tokens.holder(made["token"]).scopes == made["scopes"]
    assert Event.objects.filter(verb="issue").latest("pk").data["scopes"] == made["scopes"]


def test_pages_make_a_token_show_its_secret_once_and_revoke_it(scene):
    clerk, place = scene.staff.village_clerk, scene.place
    admin = given.user("sysadmin", at=place.county)
    far = given.user("sysadmin", at=given.township("990124100000").county)
    desk, others, away = browser(clerk), browser(admin), browser(far)
    form = {"user_name": clerk.username, "name": "clock", "days": "30", "scopes": "attendance.view"}
    assert desk.get("/sessions/tokens/new/").status_code == 200
    made = desk.post("/sessions/tokens/new/", form)
    secret = re.search(r"gyg_[\w-]{43}", made.content.decode()).group()
    assert "no-store" in made["Cache-Control"]
    token = Token.objects.get(digest=tokens.digest_of(secret))
    assert (token.user, token.scopes, token.read_only) == (clerk, ["attendance.view"], False)

    for client, seen in ((desk, True), (others, True), (away, False)):
        listed = client.get("/sessions/tokens/").content.decode()
        assert ("clock" in listed) is seen and secret not in listed
    assert "neither you nor" in away.post("/sessions/tokens/new/", form).content.decode()
    wrong = desk.post("/sessions/tokens/new/", form | {"scopes": "payroll.send"})
    assert "no such permission" in wrong.content.decode()
    assert others.post("/sessions/tokens/new/", form | {"scopes": ""}).status_code == 200
    assert Token.objects.filter(user=clerk).count() == 2

    page = f"/sessions/tokens/{token.pk}/revoke/"
    assert away.post(page).status_code == 404 and tokens.holder(secret)
    assert others.post(page).status_code == 302 and tokens.holder(secret) is None
    assert "revoked already" in desk.post(page, follow=True).content.decode()
