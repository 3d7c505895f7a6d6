"""The quick door for check-ins gives the answers of the full one, and hands on what it must."""

import json
from io import BytesIO

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from attendance.models import CheckIn, Flag
from contracts.models import Suspension
from project.door import QuickDoor
from project.kernel.models import Token
from registry import tokens
from tests import given
from tests.api.test_check_ins import report

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return given.scene(holders=2, days=[])


@pytest.fixture
def knock(scene):
    """Send one check-in to a door; returns the status, the answer and whether it was handed on."""
    _token, secret = tokens.issue(scene.staff.village_clerk, by=scene.staff.village_clerk, name="t")
    full, handed = WSGIHandler(), []
    # As Django's own test client does: the test's transaction lives in this connection.
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)

    def whole(environ, start_response):
        handed.append(environ["PATH_INFO"])
        return full(environ, start_response)

    def knock(content, *, door=None, secret=secret):
        handed.clear()
        body, said = content if isinstance(content, bytes) else json.dumps(content).encode(), []
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/api/v1/check-ins",
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "application/json",
            "HTTP_AUTHORIZATION": f"Bearer {secret}",
            "HTTP_ACCEPT_LANGUAGE": "en",
        }
        answer = (door or QuickDoor(whole))(environ, lambda status, head: said.append(status))
        return int(said[0][:3]), json.loads(b"".join(answer)), bool(handed)

    yield knock
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


def test_both_doors_answer_alike(scene, knock):
    place = {"longitude": "104.065735", "latitude": "30.659462"}
    for more in ({}, place, {"day": "2027-03-01"}, {"source": "machine"}):
        quick = knock(report(scene.contracts[0], **more))
        full = knock(report(scene.contracts[0], **more), door=WSGIHandler())

        assert (quick[0], quick[2]) == (200, False)
        assert quick[1].keys() == full[1].keys()
        same = quick[1].keys() - {"id", "client_id", "received_at"}
        assert {k: quick[1][k] for k in same} == {k: full[1][k] for k in same}
    assert CheckIn.objects.count() == 8
    assert Token.objects.get().last_used is not None


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


def test_a_stranger_is_handed_on_and_refused(scene, knock):
    assert knock(report(scene.contracts[0]), secret="gyg_nobody")[::2] == (401, True)


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
