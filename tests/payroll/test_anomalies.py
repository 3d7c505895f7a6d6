"""What is odd about a run is named to whoever confirms it, who writes why it is right."""

from datetime import date

import pytest
from django.utils import translation

from payroll import services
from project.kernel.guards import NeedsReason
from registry.models import Person
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def scene():
    made = given.scene(holders=4)
    made.run = given.pay_run(made, "prepared")
    return made


def people(scene, **facts):
    for contract in scene.contracts[: facts.pop("many")]:
        Person.objects.filter(pk=contract.person_id).update(**facts)


def confirm(scene, note=""):
    return services.confirm(scene.run, by=scene.staff.township_reviewer, note=note)


def test_three_people_with_one_phone_are_named_and_a_reason_goes_on_record(scene):
    people(scene, many=3, phone="13912347230")

    with pytest.raises(NeedsReason) as asked:
        confirm(scene)

    names = ", ".join(sorted(c.person.name for c in scene.contracts[:3]))
    assert f"3 people have the phone 139****7230: {names}." in asked.value.messages
    assert confirm(scene, note="三人同住，均无手机").state == "confirmed"


def test_two_people_may_share_a_phone_until_the_rule_says_otherwise(scene):
    people(scene, many=2, phone="13912347230")
    given.rule(scene.place.county, "anomaly.phone_people", 2, scene.place.document)

    with pytest.raises(NeedsReason, match="2 people have the phone"):
        confirm(scene)


def test_a_phone_of_two_and_people_without_a_phone_are_nothing_odd(scene):
    people(scene, many=4, phone="")
    people(scene, many=2, phone="13912347230")

    assert confirm(scene).state == "confirmed"


@pytest.mark.parametrize(("born", "asked"), [(date(1960, 10, 1), True), (date(1960, 10, 2), False)])
def test_who_had_passed_every_age_limit_before_the_month_is_named(scene, born, asked):
    people(scene, many=1, born_on=born)

    if not asked:
        assert confirm(scene).state == "confirmed"
        return
    with pytest.raises(NeedsReason, match="is 66 years old, older than the rule allows"):
        confirm(scene)
