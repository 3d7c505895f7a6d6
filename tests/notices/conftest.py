"""What the tests of notices share: a township, its people, pictures that leave nothing behind."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from tests import given
from tests.api.conftest import Program


@pytest.fixture(autouse=True)
def quiet(settings, tmp_path):
    """Sentences as the code writes them, photos in a place of their own, nobody counted yet."""
    settings.MEDIA_ROOT = tmp_path
    cache.clear()
    with translation.override("en"):
        yield


@pytest.fixture
def place():
    return given.township(villages=1)


@pytest.fixture
def staff(place):
    return given.staff(place)


@pytest.fixture
def page():
    """Give a person a browser that reads English; without one, somebody in the street."""

    def opened(user=None):
        client = Client(headers={"accept-language": "en"})
        if user:
            client.force_login(user)
        return client

    return opened


@pytest.fixture
def program():
    return Program
