"""Whatever the API's document allows, and what it does not, is answered as the document says."""

import logging
import os
from collections import Counter
from contextlib import contextmanager

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from project.api.urls import api
from registry import tokens
from tests.given_phones import Phone
from tests.pages import house
from tests.trust import desks, doors
from tests.trust.test_matrix import OURS

pytestmark = pytest.mark.django_db
CASES = int(os.environ.get("SCHEMA_CASES", "300"))
CONFORMS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
MODES = [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]
HERE = ["township_officer", "township_leader", "department_officer", "inspector", "relief_owner"]
THERE = ["township_officer", "department_officer", "discipline_viewer", "ndrc_officer"]


@contextmanager
def undisturbed():
    """Refusals are asked for here; the connection that holds the scene outlives each request."""
    logging.disable(logging.WARNING)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    logging.disable(logging.NOTSET)


def bearer(user):
    _token, secret = tokens.issue(user, by=user, name="schema")
    return {"Authorization": f"Bearer {secret}"}


def callers(scene):
    """(headers, whether they come from elsewhere): people here and there, a phone, nobody."""
    own, far = desks.own(scene), desks.elsewhere()
    phone = Phone(scene.contracts[1].person, clerk=scene.staff.village_clerk)
    found = [(bearer(own[role]), False) for role in HERE]
    found += [(bearer(far[role]), True) for role in THERE]
    return [
        *found,
        ({"Authorization": f"Device {phone.secret}"}, False),
        ({"Authorization": "Bearer 0"}, True),
        ({}, True),
    ]


def document(app):
    """The API's document, with the site to ask in this very process."""
    schema = schemathesis.openapi.from_dict(api.get_openapi_schema())
    schema.app = app
    return schema


def test_every_answer_is_one_of_the_document_and_holds_nothing_of_another_area(capsys):
    scene, met = house.whole(), Counter()
    numbers, asking = doors.numbers(scene), callers(scene)
    operations = [found.ok() for found in document(WSGIHandler()).get_all_operations()]

    @settings(
        max_examples=CASES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def conforms(data):
        operation = data.draw(st.sampled_from(operations))
        case = data.draw(operation.as_strategy(generation_mode=data.draw(st.sampled_from(MODES))))
        headers, stranger = data.draw(st.sampled_from(asking))
        kind = operation.path.split("/")[3]
        if "number" in case.path_parameters and kind in numbers and data.draw(st.booleans()):
            case.path_parameters["number"] = numbers[kind]
        answer = asked(case, headers)
        met[answer.status_code] += 1
        case.validate_response(answer, checks=CONFORMS)
        assert not stranger or not any(word in answer.text for word in OURS), case

    with undisturbed():
        conforms()
    with capsys.disabled():
        print(f"\n{met.total()} calls by the API's document: {dict(sorted(met.items()))}")


def asked(case, headers):
    """One call, whose writing is taken back."""
    before = transaction.savepoint()
    try:
        return case.call(headers=headers)
    finally:
        transaction.savepoint_rollback(before)


def test_no_two_shapes_of_the_document_bear_one_name():
    names = Counter(shape.__name__ for shape in set(shapes(BaseModel)))
    assert [name for name, count in names.items() if count > 1] == []


def shapes(base):
    """Every shape of the API: the document tells them apart by name alone."""
    for shape in base.__subclasses__():
        yield from shapes(shape)
        if shape.__module__.startswith("project."):
            yield shape
