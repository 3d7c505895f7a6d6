"""Personal numbers are sealed at rest, open only whole, and are found by their digest."""

import pytest
from django.core.exceptions import FieldError
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from project.kernel.secrets import EncryptedTextField, Unopenable, digest, key_id, seal, unseal
from registry.models import Person

pytestmark = pytest.mark.usefixtures("english")

NUMBER = "990123197001010122"
texts = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.fixture(autouse=True)
def keys(settings):
    settings.DATA_KEYS = {"b": b"2" * 32, "a": b"1" * 32}
    settings.HMAC_KEY = b"h" * 32
    return settings


@examples(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts)
def test_what_is_sealed_opens_as_it_was(text):
    assert unseal(seal(text)) == text
    assert unseal(memoryview(seal(text))) == text


@examples(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_one_flipped_bit_is_noticed(data):
    sealed = bytearray(seal(NUMBER))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(Unopenable):
        unseal(sealed)


def test_the_same_number_is_never_sealed_alike():
    assert seal(NUMBER) != seal(NUMBER)
    assert NUMBER.encode() not in seal(NUMBER)


def test_an_older_key_still_opens_what_it_sealed(keys):
    keys.DATA_KEYS = {"a": b"1" * 32}
    sealed = seal(NUMBER)
    keys.DATA_KEYS = {"b": b"2" * 32, "a": b"1" * 32}

    assert unseal(sealed) == NUMBER
    assert (key_id(sealed), key_id(seal(NUMBER)), key_id(b"")) == ("a", "b", "")


def test_a_lost_key_is_named(keys):
    sealed = seal(NUMBER)
    keys.DATA_KEYS = {"a": b"1" * 32}

    with pytest.raises(Unopenable, match="“b”"):
        unseal(sealed)


def test_a_number_has_one_digest_under_one_key(keys):
    before = digest(NUMBER)
    keys.HMAC_KEY = b"other" * 8

    assert len(before) == 64
    assert digest(NUMBER) != before
    assert digest(NUMBER) == digest(NUMBER) != digest(NUMBER[:-1])


def test_the_column_holds_bytes_and_the_record_text():
    field = EncryptedTextField("number")
    stored = field.get_db_prep_value(NUMBER, connection).obj

    assert field.db_type(connection) == "bytea"
    assert field.from_db_value(stored, None, connection) == NUMBER
    assert field.from_db_value(None, None, connection) is None
    assert field.get_db_prep_value(None, connection) is None


def test_the_column_cannot_be_searched():
    with pytest.raises(FieldError):
        Person.objects.filter(id_number=NUMBER)
    assert "IS NULL" in str(Person.objects.filter(id_number__isnull=True).query)
