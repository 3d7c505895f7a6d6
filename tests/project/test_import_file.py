"""A township's own files go in whole or not at all, and every fault is named at once."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from attendance.models import CheckIn
from contracts.models import Contract, Cover, InsurancePolicy
from policy.models import Rule
from posts.models import Hire, Post
from project.kernel.models import Event, User
from registry.models import Area, BankAccount, CalendarDay, Fact, Household, ImportedFile, Person
from tests import given

SAMPLE = Path(__file__).resolve().parent.parent / "data" / "township-sample"
ORDER = {
    "areas": "areas.csv",
    "calendar": "calendar.csv",
    "rules": "rules.json",
    "people": "people.xlsx",
    "holders": "holders.xlsx",
    "attendance": "attendance.csv",
    "facts": "facts.xlsx",
}

pytestmark = pytest.mark.django_db


def take_in(kind, file, **options):
    """The command's exit status and its JSON answer."""
    out = io.StringIO()
    try:
        call_command("import_file", kind, str(file), json=True, stdout=out, **options)
        status = 0
    except CommandError as error:
        status = error.returncode
    return status, json.loads(out.getvalue())


def township_files(*kinds):
    for kind in kinds or ORDER:
        status, answer = take_in(kind, SAMPLE / ORDER[kind])
        assert status == 0, answer
    return answer


def test_a_townships_files_go_in_cleanly_in_their_order():
    given.country()

    township_files()

    assert Area.objects.filter(code__startswith="990123100").count() == 5
    assert CalendarDay.objects.count() == 9
    assert Rule.objects.filter(area="990123000000").count() == 8
    assert (Person.objects.count(), Household.objects.count()) == (80, 80)
    assert Contract.objects.filter(state="in_force").count() == 60
    assert Hire.objects.filter(state="placed").count() == 60
    assert sum(Post.objects.values_list("headcount", flat=True)) == 60
    assert BankAccount.objects.filter(current=True).count() == 60
    assert (InsurancePolicy.objects.count(), Cover.objects.count()) == (60, 60)
    assert CheckIn.objects.count() == 586
    assert Fact.objects.count() == 3
    assert ImportedFile.objects.count() == 7
    assert Event.objects.filter(verb="import").count() == 7
    assert not User.objects.get().has_usable_password()
