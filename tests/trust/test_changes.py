"""Every change of a row tells who made it, by way of what, from what to what."""

import json

import pytest
from django.core.management import call_command
from django.urls import reverse

from project.integrity.changes import ChangesHaveHands, RowsAgree, explain
from project.integrity.export import is_genuine
from project.kept import LEFT_OUT, changing, kept
from project.kernel import history
from project.kernel.guards import Refused
from project.kernel.jobs import carry_out
from project.kernel.models import Change, Job
from registry.models import Appointment, Household, Person
from tests import given
from tests.trust.test_integrity import as_owner, run_sql, told

pytestmark = pytest.mark.django_db
OLD, NEW = "Alt-1-Wort-aus-Mai", "Neu-2-Wort-im-Juni"


def last(record):
    return Change.objects.filter(table=record._meta.db_table, row=str(record.pk)).last()


def found(check=RowsAgree):
    return told(check)


def test_whatever_may_change_tells_of_it_or_is_left_out_with_a_reason():
    labels = {model._meta.label_lower for model in changing()}
    assert set(LEFT_OUT) <= labels
    assert {model._meta.label_lower for model in kept()} == labels - set(LEFT_OUT)
    there = run_sql(
        "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE %s", "%changes_are_kept%"
    )
    assert {table for (table,) in there} == {model._meta.db_table for model in kept()}


def test_a_change_is_kept_whatever_wrote_it():
    place = given.township()
    officer = given.user("township_officer", at=place.town)
    person = Person.objects.get(pk=given.person(place.villages[0]).pk)
    assert (last(person).deed, last(person).was, last(person).became) == ("INSERT", None, None)
    with history.acts(officer, via="by hand"):
        person.phone = "13900000001"
        person.save()
        Person.objects.filter(pk=person.pk).update(health="良好")
        run_sql("UPDATE registry_person SET relation = '%% 户主' WHERE id = %s", person.pk)
        Person.objects.filter(pk=person.pk).update(health="良好")
    told_of = list(Change.objects.filter(table="registry_person", row=str(person.pk))[1:])
    assert [(change.was, change.became) for change in told_of] == [
        ({"phone": ""}, {"phone": "13900000001"}),
        ({"health": ""}, {"health": "良好"}),
        ({"relation": ""}, {"relation": "% 户主"}),
    ]
    assert {(change.by, change.via, change.deed) for change in told_of} == {
        (officer, "by hand", "UPDATE")
    }
    house = Household.objects.create(area=place.villages[0], number="H-99")
    number = house.pk
    house.delete()
    gone = Change.objects.filter(table="registry_household", row=str(number)).last()
    assert (gone.deed, gone.was["number"], gone.became) == ("DELETE", "H-99", None)


def test_requests_jobs_and_commands_say_who_acts(client):
    place = given.township()
    admin = given.user("sysadmin", at=place.county)
    admin.set_password(OLD)
    admin.save()
    job = Job.objects.create(kind="a.job", title="工作", by=admin)
    person = given.person(place.villages[0])
    carry_out(job.pk, [1], lambda part, by: Person.objects.filter(pk=person.pk).update(health="好"))
    assert (last(person).by, last(person).via) == (admin, "a.job")
    call_command(
        *("appoint", "newcomer", "--role", "village_clerk", "--area", place.villages[0].code),
        *("--as", admin.username),
    )
    made = Appointment.objects.get(user__username="newcomer")
    assert (last(made).by, last(made).via) == (admin, "manage.py appoint")
    client.force_login(admin)
    answer = client.post(
        reverse("password-change"),
        {"old_password": OLD, "new_password1": NEW, "new_password2": NEW},
    )
    assert answer.status_code == 302
    change = Change.objects.filter(table="kernel_user", row=str(admin.pk)).last()
    assert (change.by, change.via) == (admin, "POST /sessions/password/")
    admin.refresh_from_db()
    assert set(change.became) == {"password"} and admin.password not in json.dumps(change.became)


def test_what_came_past_the_house_is_found_by_name_until_it_is_explained():
    place = given.township()
    with history.acts(via="a test"):
        person = given.person(place.villages[0])
    run_sql("SELECT set_config('pghistory.context_metadata', '', true)")
    run_sql("UPDATE registry_person SET name = '别人' WHERE id = %s", person.pk)
    strange = last(person)
    assert ("registry_person", str(person.pk)) in told(ChangesHaveHands)
    admin = given.user("sysadmin", at=place.county)
    with pytest.raises(Refused):
        explain(strange, " ", by=admin)
    explain(strange, "公安更名回执〔2026〕3号，由机房录入", by=admin)
    assert ("registry_person", str(person.pk)) not in told(ChangesHaveHands)
    with pytest.raises(Refused):
        explain(strange, "再说一次", by=admin)


def test_a_row_changed_in_silence_is_not_what_its_last_change_left():
    place = given.township()
    one, other, third = (given.person(place.villages[0]) for _n in range(3))
    Person.objects.filter(pk__in=[one.pk, other.pk]).update(health="好")
    deleted = given.person(place.villages[0])
    number = deleted.pk
    deleted.delete()
    copy = ", ".join(
        field.column for field in Person._meta.local_concrete_fields if not field.primary_key
    )
    assert found() == set()
    slip = f"""
        INSERT INTO registry_person (id, {copy})
        SELECT %s, {copy.replace("id_digest", "'x'")} FROM registry_person WHERE id = {other.pk}
    """
    attacks = {
        one.pk: "UPDATE registry_person SET health = '病' WHERE id = %s",
        third.pk: "DELETE FROM registry_person WHERE id = %s",
        number: slip,
        number + 1000: slip,
    }
    for pk, asked in attacks.items():
        with as_owner():
            run_sql(asked, pk)
            assert ("registry_person", str(pk)) in found(), asked


def test_readers_of_the_logs_see_each_change_of_what_lies_in_their_areas(client):
    place = given.township()
    reader = given.user("discipline_viewer", at=place.county)
    officer = given.user("township_officer", at=place.town)
    person = given.person(place.villages[0])
    with history.acts(officer, via="POST /registry/people/"):
        Person.objects.filter(pk=person.pk).update(phone="13911112222", id_number="x")
    address = reverse("changes", args=["registry.person", person.pk])
    client.force_login(reader)
    page = client.get(address).content.decode()
    assert "139****2222" in page and "13911112222" not in page and str(officer) in page
    assert client.get(address + "?format=xlsx").status_code == 200
    assert address in client.get(reverse("registry:person", args=[person.pk])).content.decode()
    assert client.get(reverse("changes", args=["kernel.event", 1])).status_code == 404
    client.force_login(officer)
    assert client.get(address).status_code == 403
    client.force_login(given.user("discipline_viewer", at=given.township("990124100000").county))
    assert client.get(address).status_code == 404


def test_the_heads_of_the_chain_are_taken_out_on_a_page(client):
    call_command("seal", verbosity=0)
    client.force_login(given.user("sysadmin", at=given.township().county))
    assert "seal-heads" not in client.get(reverse("seals")).content.decode()
    assert is_genuine(client.get(reverse("seal-heads")).json())
