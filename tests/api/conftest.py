"""What the tests of the API share: sentences in English and programs with tokens."""

import json

import pytest
from django.test import Client
from django.utils import translation

from registry import tokens


class Program:
    """A program that speaks to the API as one person."""

    def __init__(self, user):
        self.user = user
        _token, secret = tokens.issue(user, by=user, name="tests")
        self.client = Client(headers={"authorization": f"Bearer {secret}", "accept-language": "en"})

    def get(self, path, **query):
        return self.client.get(f"/api/v1{path}", query)

    def post(self, path, body=None):
        text = json.dumps({} if body is None else body)
        return self.client.post(f"/api/v1{path}", text, content_type="application/json")


@pytest.fixture
def program():
    """Give a person a program; translations do not change what the tests read."""
    return Program


@pytest.fixture(autouse=True)
def english():
    """Read sentences as the code writes them."""
    with translation.override("en"):
        yield
