"""People who never held a post are made anonymous, and nothing of them is left to be found."""

from datetime import date

import pytest

from posts.models import Hire
from project.integrity import sealing
from project.integrity.chain import ChainHolds, SealedRowsHold
from project.integrity.changes import RowsAgree
from project.integrity.disposals import RegistersHold
from project.kernel.guards import Refused
from project.kernel.models import Change
from project.kernel.secrets import digest
from project.kernel.steps import do
from registry.models import BankAccount, Fact, Household, Kinship, Person
from tests import given, given_disposals

PEOPLE = "people"


@pytest.fixture
def scene(db):
    """Somebody only files know, somebody who worked once, and somebody who came last week."""
    scene = given_disposals.county()
    scene.gone = given_disposals.stranger(scene)
    scene.worker = given_disposals.worked(scene, "赵六").contract.person
    scene.fresh = given.person(scene.village, name="周九")
    given.fact(scene.fresh, scene.officer)
    sealing.seal()
    given.rule(scene.place.county, "retention.people_years", 5, scene.place.document)
    return scene


def test_who_never_held_a_post_is_a_number_afterwards(scene):
    fact = Fact.objects.get(person=scene.gone)
    told = scene.gone.id_number, scene.gone.phone, scene.gone.name, "户王五", "青石村8号"
    made = given_disposals.drawn_up(scene, PEOPLE)
    assert (made.people, made.files, made.kept) == (1, 0, 0)

    done, _job = given_disposals.carried_out(scene, made)

    person = Person.objects.get(pk=scene.gone.pk)
    assert done.state == "carried_out"
    assert person.name == f"已匿名{person.pk}"
    assert [person.id_number, person.id_tail, person.phone, person.name_key] == [""] * 4
    assert (person.household, person.born_on) == (None, date(1970, 1, 1))
    account = BankAccount.objects.get(person=person)
    assert (account.number, account.number_digest, account.current) == ("", "", False)
    assert not Kinship.objects.filter(person=person).exists()
    assert Fact.objects.get(person=person).kind == fact.kind
    house = Household.objects.get(number=f"-{scene.gone.household_id}")
    assert (house.head_name, house.address) == ("", "")
    assert not Person.objects.with_id(told[0]).exists()
    assert {scene.worker.name, scene.fresh.name} <= set(
        Person.objects.values_list("name", flat=True)
    )
    history = str(list(Change.objects.values_list("was", "became")))
    assert [one for one in (*told, digest(told[0])) if one in history] == []
    changes = Change.objects.filter(table="registry_person", row=str(person.pk))
    assert set(changes.values_list("was", "became")) == {(None, None)}
    sealing.seal()
    checks = (ChainHolds, SealedRowsHold, RegistersHold, RowsAgree)
    assert [one for check in checks for one in check().told()] == []


def test_the_same_number_may_come_back_as_somebody_new(scene):
    number = scene.gone.id_number
    given_disposals.carried_out(scene, given_disposals.drawn_up(scene, PEOPLE))

    again = given.person(scene.village, name="王五", id_number=number)

    assert Person.objects.with_id(number).get() == again
    with pytest.raises(Refused):
        given_disposals.drawn_up(scene, PEOPLE)


def test_whoever_is_bound_to_the_house_stays(scene):
    house = given.contract(scene.village, scene.officer, name="吴十").person.household
    Person.objects.filter(pk=scene.gone.pk).update(household=house)

    with pytest.raises(Refused):
        given_disposals.drawn_up(scene, PEOPLE)


def test_applicants_never_hired_go_with_what_they_sent(scene):
    post = given_disposals.post_of(scene.worker.contracts.get())
    hire = Hire.objects.create(
        area=scene.village, post=post, person=scene.gone, applied_on=date(2020, 5, 4)
    )
    with pytest.raises(Refused):
        given_disposals.drawn_up(scene, PEOPLE)
    Hire.objects.filter(pk=hire.pk).update(state=Hire.State.REJECTED)
    given_disposals.carried_out(scene, given_disposals.drawn_up(scene, PEOPLE))

    assert str(Hire.objects.get(pk=hire.pk).person) == f"已匿名{scene.gone.pk}"


def test_what_no_document_orders_nobody_can_approve(scene):
    scene.place.document.rules.filter(code="retention.people_years").delete()
    made = given_disposals.drawn_up(scene, PEOPLE)

    with pytest.raises(Refused):
        do(made, "approve", by=scene.inspector)
