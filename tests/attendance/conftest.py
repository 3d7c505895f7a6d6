"""What the tests of days share."""

import pytest
from django.utils import translation


@pytest.fixture
def english():
    """Sentences are asked for in the language in which they are written."""
    with translation.override("en"):
        yield
