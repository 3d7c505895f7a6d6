"""A database made before a rule had a default gets it when it is brought up to date."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from policy.models import Rule
from registry.models import NATION

pytestmark = pytest.mark.django_db
add = import_module("policy.migrations.0003_defaults_since").add


def test_a_default_that_is_missing_is_added_and_a_value_that_is_there_stays():
    nation = Rule.objects.filter(area=NATION)
    before = nation.count()
    nation.filter(code="attendance.flags_that_wait").delete()
    nation.filter(code="phone.card_hours").update(value=24)

    for _time in range(2):
        add(apps, connection.schema_editor())

    assert nation.count() == before
    assert "same_photo" in nation.get(code="attendance.flags_that_wait").value
    assert nation.get(code="phone.card_hours").value == 24
