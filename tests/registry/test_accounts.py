"""The account somebody is paid on is entered from their page, once, and is nobody else's."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import translation

from project.kernel.guards import Refused
from project.kernel.models import Event
from registry.accounts import enter_account
from registry.models import Kinship
from tests import given, given_posts

pytestmark = pytest.mark.django_db
NUMBER = "6217223000012345678"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def scene():
    made = given_posts.office()
    made.who = given_posts.worker(made, paid=False)
    return made


def enter(scene, number=NUMBER, by=None):
    by = by or scene.staff.township_officer
    return enter_account(scene.who, by=by, number=number, bank="示例县农商行")


def why(scene, *args, **fields):
    with pytest.raises(Refused) as refused:
        enter(scene, *args, **fields)
    assert not scene.who.accounts.exists()
    return refused.value.messages


def test_an_account_is_kept_in_the_persons_own_name(scene):
    made = enter(scene, "6217 2230 0001 2345 678")

    assert (made.number, made.holder_name, made.current) == (NUMBER, scene.who.name, True)
    assert Event.objects.of(scene.who).get().verb == "enter_account"


@pytest.mark.parametrize("number", ["1234567", "62172230000123456O8", "1" * 31, "六二一七二二三"])
def test_a_number_that_is_no_account_is_refused(scene, number):
    assert why(scene, number) == ["An account has 8 to 30 digits. Compare it with the card."]


def test_nobody_is_paid_on_the_account_of_another(scene):
    """V-16."""
    other = given_posts.worker(scene, name="钱七")

    (reason,) = why(scene, other.accounts.get().number)

    assert reason == "This account belongs to 钱七. Each is paid on their own account."


def test_an_account_on_record_is_not_changed_here(scene):
    enter(scene)

    with pytest.raises(Refused):
        enter(scene, "6217223000099999999")

    assert scene.who.accounts.get().number == NUMBER


def test_only_the_township_enters_accounts_and_nobody_a_relatives(scene):
    officer = scene.staff.township_officer
    Kinship.objects.create(user=officer, person=scene.who, relation="侄", declared_on=given.SINCE)

    assert "V-26" in why(scene)[0]
    with pytest.raises(PermissionDenied):
        enter(scene, by=scene.staff.village_clerk)


def test_the_page_is_found_from_the_contract_that_lacks_it(scene):
    contract = given_posts.contract(scene, who=scene.who)
    client = Client(headers={"accept-language": "en"})
    client.force_login(scene.staff.township_officer)
    address = reverse("registry:account", args=[scene.who.pk])
    page = reverse("contracts:contract", args=[contract.pk])

    assert address in client.get(page).content.decode()
    said = client.post(address, {"number": "123", "bank": "示例县农商行"}).content.decode()
    done = client.post(address, {"number": NUMBER, "bank": "示例县农商行"}, follow=True)

    assert "An account has 8 to 30 digits" in said
    assert "Bank account entered" in done.content.decode()
    assert address not in client.get(page).content.decode()


def test_the_page_belongs_to_the_township_of_the_person(scene):
    address = reverse("registry:account", args=[scene.who.pk])
    stranger = given.user("township_officer", at=given.township("990123101000").town)
    answers = []
    for user in (scene.staff.village_clerk, stranger):
        client = Client()
        client.force_login(user)
        answers.append(client.get(address).status_code)

    assert answers == [403, 404]
