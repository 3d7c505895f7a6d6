"""Nothing that names a person is written down, whoever writes it and however it goes wrong."""

import io
import json
import logging

import pytest
from django.db import IntegrityError, connection
from django.test import override_settings
from django.urls import path

from project.running.logs import JsonLine, Line, hidden
from tests import given
from tests.running.asking import answered

ID_NUMBER, CARD, PHONE = "990123197003051234", "6222021234567890123", "13800138000"


@pytest.fixture
def written():
    """Everything the whole process writes down, as lines of JSON."""
    stream = io.StringIO()
    handler, root = logging.StreamHandler(stream), logging.getLogger()
    handler.setFormatter(JsonLine())
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.mark.parametrize(
    "number",
    [
        ID_NUMBER,
        "99012319700305123X",
        "99012319700305123x",
        "990123 19700305 1234",
        "990123700305123",
        CARD,
        "6222 0212 3456 7890 123",
        "6222-0212-3456-7890",
        "6222021234567890",
        PHONE,
        "+86 138 0013 8000",
        "8613800138000",
        "138-0013-8000",
        "９９０１２３１９７００３０５１２３４",
    ],
)
@pytest.mark.parametrize("around", ["张三（{}）不在岗", "id={},", "身份证{}号", "'{}'", "{}"])
def test_numbers_of_people_are_hidden(number, around):
    assert hidden(around.format(number)) == around.format("[…]")


@pytest.mark.parametrize(
    "text",
    [
        "area 990123100000 month 2026-10",
        "2026-11-22 19:17:11,123 WARNING",
        "1234567.89 yuan in 2026-10 and 2026-11",
        "job 12345678901 of run 20261001",
        "12004013800",
    ],
)
def test_other_numbers_stay(text):
    assert hidden(text) == text


def test_both_kinds_of_lines_hide_numbers_in_words_values_and_errors():
    try:
        raise ValueError(f"no such person {ID_NUMBER}, phone {PHONE}")
    except ValueError as error:
        info = (ValueError, error, error.__traceback__)
    values = {"number": CARD}
    record = logging.LogRecord("x", 40, "f", 1, "paid %(number)s", (values,), info)

    for formatter in (Line("{asctime} {message}", style="{"), JsonLine()):
        text = formatter.format(record)
        assert not [number for number in (ID_NUMBER, CARD, PHONE) if number in text]
        assert "ValueError: no such person […], phone […]" in text


@pytest.mark.django_db
def test_the_row_that_the_database_refuses_is_not_repeated():
    person = given.person(given.township().town, name="张三丰")

    with pytest.raises(IntegrityError) as refused, connection.cursor() as cursor:
        cursor.execute("UPDATE registry_person SET area_id = NULL WHERE id = %s", [person.pk])

    assert "张三丰" in str(refused.value)
    assert "张三丰" not in hidden(str(refused.value))
    assert "Failing row contains ([…])" in hidden(str(refused.value))


def test_the_value_that_is_there_already_is_not_repeated():
    said = "DETAIL:  Key (name)=(张三) already exists."

    assert hidden(said) == "DETAIL:  Key (name)=([…]) already exists."


@pytest.mark.django_db
def test_a_request_is_one_line_with_the_page_and_the_number_of_who_asked(client, written):
    user = given.user("department_officer", at=given.township().county)
    client.force_login(user)
    cookies = {"HTTP_COOKIE": f"sessionid={client.cookies['sessionid'].value}"}

    status, headers = answered("/?q=张三", HTTP_X_REQUEST_ID="proxy-0001", **cookies)

    assert (status, headers["X-Request-ID"]) == ("200 OK", "proxy-0001")
    (line,) = [line for line in written() if line["logger"] == "project.running.requests"]
    assert (line["request_id"], line["user_id"]) == ("proxy-0001", user.pk)
    assert (line["route"], line["method"], line["status"]) == ("index", "GET", 200)
    assert line["ms"] > 0 and line["time"].startswith("2026-11-22T02:00:0")
    assert user.name not in json.dumps(line, ensure_ascii=False)


@pytest.mark.parametrize("given_id", [ID_NUMBER, "short", "a" * 65, "with space 1", f"id-{PHONE}"])
def test_an_identifier_that_could_be_anything_is_replaced(given_id):
    _status, headers = answered("/healthz", HTTP_X_REQUEST_ID=given_id)

    assert len(headers["X-Request-ID"]) == 32


def fails(request, secret):
    raise RuntimeError(f"{PHONE} could not be reached")


class Broken:
    """An address whose page fails."""

    urlpatterns = [path("m/sign/<str:secret>/", fails, name="signing")]


def test_what_fails_is_written_under_the_pages_name_without_its_address(written):
    with override_settings(ROOT_URLCONF=Broken, MIDDLEWARE=["project.running.requests.Named"]):
        status, _headers = answered("/m/sign/ab12secret/")
        missing, _headers = answered("/v/ab12secret")

    assert (status[:3], missing[:3]) == ("500", "404")
    lines = written()
    assert "secret" not in json.dumps(lines, ensure_ascii=False).replace("signing", "")
    (wrong,) = [line for line in lines if "exception" in line]
    assert wrong["message"] == "Internal Server Error: <signing>"
    assert wrong["exception"].endswith("RuntimeError: […] could not be reached")
    assert wrong["request_id"] and wrong["route"] == "signing"
    assert "Not Found: <unmatched>" in [line["message"] for line in lines]
