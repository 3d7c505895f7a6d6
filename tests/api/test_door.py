"""The quick door for check-ins gives the answers of the full one, and hands on what it must."""

import json
from io import BytesIO

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection

from attendance import devices
from attendance.models import CheckIn, Flag
from contracts.models import Suspension
from project import door
from project.door import QuickDoor
from project.kernel.models import Token
from registry import tokens
from tests import given
from tests.api.test_check_ins import report
from tests.given_phones import Phone

pytestmark = pytest.mark.django_db
ONE, MANY, SIGNED = "/api/v1/check-ins", "/api/v1/check-ins/batch", "/api/v1/check-ins/signed"
PLACE = {"longitude": "104.065735", "latitude": "30.659462"}
NOW = "2026-11-22T08:00:00+08:00"
PASSING = {"id", "client_id", "received_at"}


@pytest.fixture
def scene():
    return given.scene(holders=2, days=[])


@pytest.fixture
def knock(scene):
    """Send check-ins to a door; returns the status, the answer and whether it was handed on."""
    _token, secret = tokens.issue(scene.staff.village_clerk, by=scene.staff.village_clerk, name="t")
    full, handed = WSGIHandler(), []
    # As Django's own test client does: the test's transaction lives in this connection.
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)

    def whole(environ, start_response):
        handed.append(environ["PATH_INFO"])
        return full(environ, start_response)

    def knock(content, *, path=ONE, door=None, who=f"Bearer {secret}", language="en"):
        handed.clear()
        body, said = content if isinstance(content, bytes) else json.dumps(content).encode(), []
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": path,
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "application/json",
            "HTTP_AUTHORIZATION": who,
            "HTTP_ACCEPT_LANGUAGE": language,
        }
        answer = (door or QuickDoor(whole))(environ, lambda status, head: said.append(status))
        return int(said[0][:3]), json.loads(b"".join(answer)), bool(handed)

    yield knock
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.fixture
def phone(scene):
    return Phone(scene.contracts[0].person, clerk=scene.staff.village_clerk)


def told(answer):
    """An answer without what differs from one check-in to the next."""
    if isinstance(answer, list):
        return [told(one) for one in answer]
    if isinstance(answer, dict):
        return {name: told(value) for name, value in answer.items() if name not in PASSING}
    return answer


def through(knock, make, **how):
    """What comes of some requests: the answers, and what is in the tables more than before."""
    check_ins, flags = CheckIn.objects.count(), Flag.objects.count()
    answers = [knock(content, **how) for content in make()]
    codes = Flag.objects.order_by("pk").values_list("code", flat=True)[flags:]
    seen = [(status, told(answer)) for status, answer, _handed in answers]
    handed = [handed for *_rest, handed in answers]
    return seen, (CheckIn.objects.count() - check_ins, sorted(codes)), handed


def alike(knock, make, **how):
    """Both doors answer alike and keep the same; returns which requests were handed on."""
    quick, full = (through(knock, make, door=d, **how) for d in (None, WSGIHandler()))
    assert quick[:2] == full[:2]
    return quick[2]


@pytest.mark.parametrize("more", [{}, PLACE, {"day": "2027-03-01"}, {"source": "machine"}])
def test_both_doors_answer_alike(scene, knock, more):
    assert alike(knock, lambda: [report(scene.contracts[0], **more)]) == [False]
    assert CheckIn.objects.count() == 2
    assert Token.objects.get().last_used is not None


@pytest.mark.parametrize("language", ["zh-CN,zh;q=0.9", "en-GB", "fr", "*", ""])
def test_both_doors_speak_the_language_that_is_asked_for(scene, knock, language):
    make = lambda: [report(scene.contracts[0])]  # noqa: E731
    assert alike(knock, make, language=language) == [False]


def test_what_was_sent_before_is_answered_alike_by_the_full_door(scene, knock):
    sent = report(scene.contracts[0])

    first, second = knock(sent), knock(sent)

    assert (first[2], second[2]) == (False, True)
    assert first[:2] == second[:2]
    assert CheckIn.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"{", 422), (b'{"day": "x"}', 422), ({"contract": 2**62}, 404)],
)
def test_what_is_not_plain_is_handed_on(scene, knock, content, status):
    if isinstance(content, dict):
        content = report(scene.contracts[0]) | content

    assert knock(content)[::2] == (status, True)
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize("path", [ONE, MANY])
def test_a_stranger_is_handed_on_and_refused(scene, knock, path):
    sent = report(scene.contracts[0])
    content = sent if path == ONE else {"items": [sent]}

    assert knock(content, path=path, who="Bearer gyg_nobody")[::2] == (401, True)
    assert not CheckIn.objects.exists()


def test_a_day_during_a_suspension_is_kept_and_flagged(scene, knock):
    contract = scene.contracts[0]
    Suspension.objects.create(
        area=contract.area,
        contract=contract,
        starts_on="2026-10-05",
        reason="汛期停工",
        begun_by=scene.staff.township_leader,
    )

    status, answer, _handed = knock(report(contract, source="machine"))

    assert status == 200
    assert [doubt["code"] for doubt in answer["doubts"]] == ["suspended"]
    assert Flag.objects.get().check_in_id == answer["id"]


def batch_of(scene, case):
    """Some batches, each as a program may send it."""
    mine, other = scene.contracts
    good, late = report(mine, **PLACE), report(other, day="2027-03-01")
    absent, foreign = report(mine) | {"contract": 2**62}, report(scene.foreign)
    same_number = good | {"contract": other.pk}
    return {
        "plain": [[good, late, report(mine, source="machine")]],
        "sent before": [[good, late], [good, late]],
        "some sent before": [[good], [late, good]],
        "a contract that is not": [[good, absent, late]],
        "a contract elsewhere": [[foreign, good]],
        "a number of another": [[good, same_number]],
        "twice in one batch": [[good, late, good]],
        "twice with another content": [[good, good | {"day": "2026-10-09"}]],
        "nothing": [[]],
        "too many": [[report(mine) for _ in range(201)]],
        "one that cannot be read": [[good, {"day": "x"}]],
    }[case]


@pytest.mark.parametrize(
    ("case", "handed"),
    [
        ("plain", [False]),
        ("sent before", [False, True]),
        ("some sent before", [False, True]),
        ("a contract that is not", [True]),
        ("a contract elsewhere", [True]),
        ("a number of another", [True]),
        ("twice in one batch", [True]),
        ("twice with another content", [True]),
        ("nothing", [True]),
        ("too many", [True]),
        ("one that cannot be read", [True]),
    ],
)
def test_both_doors_answer_a_batch_alike(scene, knock, case, handed):
    officer = given.user("township_officer", at=given.township("990456100000").town)
    village = given.area("990456100001", "别的村")
    scene.foreign = given.contract(village, officer)
    make = lambda: [{"items": items} for items in batch_of(scene, case)]  # noqa: E731

    assert alike(knock, make, path=MANY) == handed


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"items": 1}', b"\xff" * 9])
def test_both_doors_answer_alike_to_what_is_no_batch(knock, content):
    assert alike(knock, lambda: [content], path=MANY) == [True]


def test_a_batch_that_is_too_long_to_be_plain_is_handed_on_whole(scene, knock):
    padded = json.dumps({"items": [report(scene.contracts[0])]}).encode() + b" " * 200_000

    assert knock(padded, path=MANY)[::2] == (200, True)
    assert CheckIn.objects.count() == 1


def test_both_doors_keep_the_same_pace_and_count_each_request_once(scene, knock, settings):
    settings.API_REQUESTS_PER_MINUTE = 3
    sent = {"items": [report(scene.contracts[0])]}

    answers = [knock(sent, path=MANY) for _ in range(4)]

    assert [answer[0] for answer in answers] == [200, 200, 200, 429]
    assert [answer[2] for answer in answers] == [False, True, True, True]


def signed_batch(phone, scene, case):
    """What a phone sends, and sends again."""
    mine, other = scene.contracts
    records = [phone.says(mine, NOW, kind=kind, **PLACE) for kind in ("in", "out")]
    whole = {"items": records, "sent_at": NOW}
    return {
        "plain": [whole],
        "sent before": [whole, whole],
        "another's contract": [{"items": [records[0], phone.says(other, NOW)]}],
        "another's signature": [{"items": [records[0] | {"signature": phone.sign("x")}]}],
        "no signature": [{"items": [records[0] | {"signature": "AAAA"}]}],
        "unreadable word": [{"items": [records[0], {"said": "{}", "signature": ""}]}],
        "a moment before all time": [{"items": [phone.says(mine, "0001-01-01T00:00:00Z")]}],
    }[case]


@pytest.mark.parametrize(
    ("case", "handed"),
    [
        ("plain", [False]),
        ("sent before", [False, False]),
        ("another's contract", [True]),
        ("another's signature", [False]),
        ("no signature", [False]),
        ("unreadable word", [True]),
        ("a moment before all time", [False]),
    ],
)
def test_both_doors_answer_a_phone_alike(scene, phone, knock, case, handed):
    make = lambda: signed_batch(phone, scene, case)  # noqa: E731

    assert alike(knock, make, path=SIGNED, who=f"Device {phone.secret}") == handed


def test_a_phone_that_was_ended_is_handed_on_and_refused(scene, phone, knock):
    sent = {"items": [phone.says(scene.contracts[0], NOW, **PLACE)]}
    how = {"path": SIGNED, "who": f"Device {phone.secret}"}
    assert knock(sent, **how)[::2] == (200, False)
    devices.end(scene.contracts[0].person.devices.get(), by=scene.staff.village_clerk)

    assert knock({"items": [phone.says(scene.contracts[0], NOW)]}, **how)[::2] == (401, True)
    assert knock(sent, path=SIGNED, who="Device nobody")[::2] == (401, True)
    assert CheckIn.objects.count() == 1


def test_the_door_keeps_no_secret_and_forgets_the_oldest_tokens(scene, knock):
    knock(report(scene.contracts[0]))

    assert not any(str(kept).startswith(tokens.PREFIX) for kept in door._noted)
    assert len(door._noted) <= door.NOTED_AT_MOST


@pytest.mark.django_db(transaction=True)
def test_a_database_that_went_away_costs_no_check_in(scene, knock):
    sent = report(scene.contracts[0])
    knock(report(scene.contracts[0]))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [backend])
    other.close()

    assert knock(sent)[::2] == (200, True)
    assert knock(sent)[::2] == (200, True)
    assert CheckIn.objects.count() == 2
