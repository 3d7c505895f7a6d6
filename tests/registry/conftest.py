"""What the tests of this directory share."""

import pytest
from django.utils import translation


@pytest.fixture(scope="module")
def english():
    """Read sentences as the code writes them, whatever the translations say."""
    with translation.override("en"):
        yield
