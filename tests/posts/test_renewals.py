"""Contracts that end are judged at once, each for every reason, and renewed in one go."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from contracts.models import Contract, Exit
from posts import renewal_pages, renewals
from posts.models import Hire, Post
from posts.renewals import ending, renew, renew_all, review
from posts.tasks import renew as renew_job
from project.kernel import jobs
from project.kernel.guards import Refused
from project.kernel.models import Job
from project.kernel.steps import do, open_tasks
from tests import given, given_exits, given_renewals
from tests.api.conftest import Program

pytestmark = pytest.mark.django_db
YEAR_END = date(2026, 12, 31)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def scene_of(holders):
    scene = given.scene(holders=holders, days=range(8, 9))
    scene.hires = [given_exits.placed(scene, contract) for contract in scene.contracts]
    return scene


@pytest.fixture
def scene():
    return scene_of(2)


def judged(hire):
    (found,) = review(Hire.objects.filter(pk=hire.pk))
    return found


def browser(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def test_a_renewal_drafts_a_contract_that_follows_the_old_one(scene):
    hire = scene.hires[0]

    made = renew(hire, by=scene.staff.township_officer)

    old, new = scene.contracts[0], made.contract
    assert (new.state, new.renews, new.person) == ("draft", old, old.person)
    assert (new.starts_on, new.ends_on) == (date(2027, 1, 1), date(2027, 12, 31))
    assert [task.flow_task.name for task in open_tasks(new)] == ["offer"]
    assert not ending(Hire.objects.filter(pk=hire.pk), YEAR_END).exists()
    with pytest.raises(Refused):
        renew(hire, by=scene.staff.township_officer)


def test_a_post_sees_the_renewed_person_as_one_holder(scene):
    made = renew(scene.hires[0], by=scene.staff.township_officer)
    Contract.objects.filter(pk=made.contract_id).update(state="signed", signed_on=date(2026, 12, 1))

    post = Post.objects.with_vacancies().get(pk=made.post_id)

    assert (post.held, post.vacancies) == (1, 0)


def test_whoever_left_before_a_renewal_begins_does_not_come_back_by_it(scene):
    officer, contract = scene.staff.township_officer, scene.contracts[0]
    made = renew(scene.hires[0], by=officer).contract
    given_exits.approved(scene, contract)
    with pytest.raises(Refused, match="left on .* the contract that this one follows"):
        do(made, "offer", by=officer)
    Contract.objects.filter(pk=made.pk).update(state="signed", signed_on=date(2026, 11, 1))
    with pytest.raises(Refused, match="left on .* the contract that this one follows"):
        do(Contract.objects.get(pk=made.pk), "start", by=scene.staff.township_leader)
    Exit.objects.update(reason=Exit.Reason.E01)  # the term was over, and another one follows
    with pytest.raises(Refused, match="insurance covers the first day"):
        do(Contract.objects.get(pk=made.pk), "start", by=scene.staff.township_leader)
    assert do(made, "void", by=scene.staff.township_leader, note="本人离岗").state == "void"


def test_a_voided_renewal_may_be_followed_by_another(scene):
    """The database keeps one successor a contract; a voided one gives its place back."""
    made = renew(scene.hires[0], by=scene.staff.township_officer)
    do(made.contract, "void", by=scene.staff.township_leader, note="条款写错")

    assert renew(scene.hires[0], by=scene.staff.township_officer).contract.state == "draft"


def test_at_thirty_six_months_a_man_of_fifty_two_is_not_renewed_one_of_fifty_seven_is(scene):
    """S-27: retirement is at 61 and a few months for the second, within five years."""
    younger = given_exits.years(scene, "赵六", date(1974, 6, 1), 2024)
    older = given_exits.years(scene, "钱七", date(1969, 6, 1), 2024)

    (reason,) = judged(younger).reasons
    assert "48 months; 36 are allowed" in reason and "R-46" in reason
    with pytest.raises(Refused):
        renew(younger, by=scene.staff.township_officer)
    assert judged(older).may_renew
    assert renew(older, by=scene.staff.township_officer).contract.starts_on == date(2027, 1, 1)


def test_every_reason_is_named_at_once(scene):
    hire = scene.hires[0]
    given.fact(hire.person, scene.staff.township_officer, kind="参保")
    given_exits.proposed(hire.contract, scene.staff.village_clerk)
    Post.objects.filter(pk=hire.post_id).update(approved_until=YEAR_END)

    reasons = " ".join(map(str, judged(hire).reasons))

    for word in ("approved until 2026-12-31", "an exit is under way", "V-07"):
        assert word in reasons


def test_the_queries_do_not_grow_with_the_contracts(scene):
    def count():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            found = review(ending(Hire.objects.all(), YEAR_END))
        return len(found), len(asked)

    few = count()
    officer = scene.staff.township_officer
    for n in range(8):
        held = given.holder(scene.place.villages[0], officer, name=f"孙{n}", insured=False)
        given_exits.placed(scene, held)
    many = count()

    assert (few[0], many[0]) == (2, 10)
    assert few[1] == many[1]


def test_the_page_asks_as_often_for_three_hundred_as_for_thirty():
    scene = given_renewals.year_end(holders=300, blocked=40)
    client = browser(scene.staff.township_officer)

    def asked():
        client.get(reverse("posts:renewals"))
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse("posts:renewals"))
        return len(page.context["can"]), len(page.context["cannot"]), len(queries)

    many = asked()
    Hire.objects.exclude(pk__in=[hire.pk for hire in scene.hires[36:66]]).delete()
    few = asked()

    assert (few[:2], many[:2]) == ((26, 4), (260, 40))
    assert few[2] == many[2] <= 30, (few, many)


def test_nothing_chosen_is_said_and_nothing_is_counted_as_done(scene):
    client = browser(scene.staff.township_officer)

    done = client.post(reverse("posts:renewals"), {"until": "2026-12"}, follow=True)

    assert "Choose at least one contract." in done.content.decode()
    assert "0 contracts are drafted" not in done.content.decode()


def test_what_waits_to_be_offered_is_one_click_away(scene):
    renew(scene.hires[0], by=scene.staff.township_officer)

    page = browser(scene.staff.township_officer).get(reverse("posts:renewals"))

    assert "1 renewal is drafted and waits to be offered" in page.content.decode()
    assert f"{reverse('contracts:contract-list')}?state=draft" in page.content.decode()


def test_more_than_one_page_shows_is_said(scene, monkeypatch):
    monkeypatch.setattr(renewals, "AT_MOST", 1)
    monkeypatch.setattr(renewal_pages, "AT_MOST", 1)

    page = browser(scene.staff.township_officer).get(reverse("posts:renewals"))

    assert len(page.context["can"]) == 1
    assert "Renew the first 1; the others come up next." in page.content.decode()


def test_the_page_lists_both_kinds_and_renews_in_one_go(scene):
    blocked = given_exits.years(scene, "赵六", date(1974, 6, 1), 2024)
    client = browser(scene.staff.township_officer)
    address = reverse("posts:renewals")

    page = client.get(address)
    assert [one.hire.pk for one in page.context["can"]] == [hire.pk for hire in scene.hires]
    assert [one.hire.pk for one in page.context["cannot"]] == [blocked.pk]
    assert "R-46" in page.content.decode()

    done = client.post(
        address,
        {"pk": [*(hire.pk for hire in scene.hires), blocked.pk], "until": "2026-12"},
        follow=True,
    )
    assert Contract.objects.filter(renews__isnull=False, state="draft").count() == 2
    assert "48 months" in done.content.decode()
    assert done.context["can"] == []


def test_the_page_belongs_to_whoever_drafts_contracts_and_to_their_areas(scene):
    assert browser(scene.staff.village_clerk).get(reverse("posts:renewals")).status_code == 403
    stranger = given.user("township_officer", at=given.township("990123101000").town)
    client = browser(stranger)

    assert client.get(reverse("posts:renewals")).context["can"] == []
    answer = client.post(reverse("posts:renewals"), {"pk": scene.hires[0].pk})
    assert answer.status_code == 403
    assert not Contract.objects.filter(renews__isnull=False).exists()


def test_many_are_left_to_the_workers_who_show_their_progress(scene):
    officer = scene.staff.township_officer
    numbers = [hire.pk for hire in scene.hires]
    job = jobs.ask(renew_job, title="续签", by=officer, hires=numbers, until="2026-12")

    for _twice in range(2):
        renew_job.func(job.pk, numbers, "2026-12")

    job = Job.objects.get(pk=job.pk)
    assert (job.state, job.done, job.total) == ("done", 2, 2)
    assert Contract.objects.filter(renews__isnull=False).count() == 2


def test_the_api_reviews_and_renews_with_the_same_sentences(scene):
    blocked = given_exits.years(scene, "赵六", date(1974, 6, 1), 2024)
    officer = Program(scene.staff.township_officer)

    found = {one["hire"]: one["refusals"] for one in officer.get("/renewals").json()["items"]}
    done = officer.post("/renewals", {"hires": [scene.hires[0].pk, blocked.pk]}).json()["items"]

    assert found[scene.hires[0].pk] == [] and "R-46" in found[blocked.pk][0]
    assert done[0]["contract"] and done[0]["refusals"] == []
    assert done[1] == {"hire": blocked.pk, "contract": None, "refusals": found[blocked.pk]}
    clerk = Program(scene.staff.village_clerk)
    assert clerk.get("/renewals").status_code == 403
    assert clerk.post("/renewals", {"hires": [blocked.pk]}).status_code == 403


def test_renewing_all_names_each_that_could_not_be(scene):
    blocked = given_exits.years(scene, "赵六", date(1974, 6, 1), 2024)

    made, refused = renew_all([*scene.hires, blocked], by=scene.staff.township_officer)

    assert len(made) == 2
    assert [(hire.pk, len(reasons)) for hire, reasons in refused] == [(blocked.pk, 1)]
