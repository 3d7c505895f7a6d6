"""A post from the village's request to its closing, and every guard with its sentence (W-1)."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from policy.models import Rule
from posts import flows, services
from posts.models import Post
from project.kernel.guards import NeedsReason, NotThisPerson, Refused
from project.kernel.models import Event
from project.kernel.steps import do, turn_of
from registry.models import Unit
from tests import given, given_posts

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def scene():
    return given_posts.office()


def refused(call, *args, **kwargs):
    with pytest.raises(Refused) as error:
        call(*args, **kwargs)
    return " ".join(error.value.messages)


def test_four_offices_take_a_request_to_an_open_post(scene):
    post = given_posts.post(scene)

    assert post.state == "open"
    assert post.approved_until == date(2027, 12, 31)
    verbs = Event.objects.of(post).values_list("verb", flat=True)
    assert list(verbs) == ["draft", "submit", "review", "approve", "open"]


@pytest.mark.parametrize(
    ("state", "turn"),
    [
        ("drafted", "Ask the township for the post"),
        ("submitted", "Review the request"),
        ("reviewed", "Approve the post"),
        ("approved", "Open the post"),
        ("open", "Nobody's"),
    ],
)
def test_the_flow_says_whose_turn_it_is(scene, state, turn):
    assert turn_of(given_posts.post(scene, state)) == [turn]


def test_each_post_gets_the_villages_next_number(scene):
    first = given_posts.post(scene, "drafted")
    second = given_posts.post(scene, "drafted", title="护林员")

    village = scene.place.villages[0].code
    assert [first.number, second.number] == [f"{village}-001", f"{village}-002"]


def test_a_handed_on_request_names_the_day_of_the_next_decision(scene):
    submitted = given_posts.post(scene, "submitted")

    assert submitted.due_on == date(2026, 11, 27)  # five working days after a Sunday
    assert do(submitted, "review", by=scene.staff.township_officer).due_on == date(2026, 12, 4)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("duties", "", "Enter the duties."),
        ("workload", "", "Enter the workload standard."),
        ("hours", None, "Enter the hours a month."),
        ("ends_on", None, "Enter the last day."),
        ("manager", "", "Enter the person in charge."),
        ("minutes", "", "Enter the village committee's minutes."),
    ],
)
def test_an_incomplete_request_stays_with_the_village(scene, field, value, sentence):
    post = given_posts.post(scene, "drafted", **{field: value})

    assert refused(do, post, "submit", by=scene.staff.village_head) == sentence


def test_a_forbidden_type_is_no_public_post(scene):
    post = given_posts.post(scene, "submitted", post_type="机关管理")

    assert "R-02" in refused(do, post, "review", by=scene.staff.township_officer)


def test_pay_out_of_line_wants_a_written_reason(scene):
    given_posts.post(scene)
    odd = given_posts.post(scene, "submitted", title="保绿员", standard=Decimal("900"))

    with pytest.raises(NeedsReason) as asked:
        do(odd, "review", by=scene.staff.township_officer)
    odd = do(odd, "review", by=scene.staff.township_officer, note="山路远，工作量大")

    assert "900.00 yuan; like posts of the township have 600.00" in asked.value.messages[0]
    assert odd.state == "reviewed"
    assert Event.objects.of(odd).last().note == "山路远，工作量大"


def test_the_quota_of_the_township_holds(scene):
    given.rule(scene.place.town, "post.quota", 3, scene.place.document)
    given_posts.post(scene)
    second = given_posts.post(scene, "reviewed", title="护林员")

    said = refused(do, second, "approve", by=scene.staff.department_officer, until=given_posts.LAST)

    assert said == "The township may have 3 places; 2 exist and 2 are asked for."


def test_a_policy_that_ends_before_the_first_day_carries_no_post(scene):
    scene.place.document.valid_to = date(2026, 12, 31)
    scene.place.document.save()
    post = given_posts.post(scene, "reviewed")

    said = refused(do, post, "approve", by=scene.staff.department_officer, until=given_posts.LAST)

    assert "ends on 2026-12-31" in said


@pytest.mark.parametrize(
    ("until", "sentence"),
    [
        (date(2028, 1, 1), "until 2027-12-31 at most"),
        (date(2026, 12, 31), "would end before it begins"),
    ],
)
def test_an_approval_lasts_as_long_as_the_rule_says(scene, until, sentence):
    post = given_posts.post(scene, "reviewed")

    assert sentence in refused(do, post, "approve", by=scene.staff.department_officer, until=until)


def test_a_post_costs_no_more_than_the_fund_has_free():
    scene = given_posts.office(money="20000.00")
    given_posts.post(scene)
    second = given_posts.post(scene, "approved", title="护林员", headcount=1)

    said = refused(do, second, "open", by=scene.staff.finance_officer)

    assert said == "The post costs 7,200.00 yuan in 2027; 5,600.00 of 20,000.00 are free."


def test_without_an_allocation_no_post_opens():
    scene = given_posts.office(money=None)
    post = given_posts.post(scene, "approved")

    assert "No allocation of" in refused(do, post, "open", by=scene.staff.finance_officer)


def test_nobody_decides_twice_about_a_post(scene):
    post = given_posts.post(scene, "submitted")
    given.appoint(scene.staff.village_head, "township_officer", scene.place.town)

    with pytest.raises(NotThisPerson):
        do(post, "review", by=scene.staff.village_head)


def test_a_request_sent_back_is_corrected_and_asked_for_again(scene):
    post = given_posts.post(scene, "submitted")
    post = do(post, "send_back", by=scene.staff.township_officer, note="工作量写清楚")

    services.amend(post, by=scene.staff.village_head, workload="每日三公里")
    post = do(post, "submit", by=scene.staff.village_head)

    assert (post.state, post.workload) == ("submitted", "每日三公里")


@pytest.mark.parametrize(
    ("state", "who"),
    [
        ("submitted", "township_officer"),
        ("reviewed", "department_officer"),
        ("approved", "finance_officer"),
    ],
)
def test_each_office_sends_back_what_lies_before_it(scene, state, who):
    post = given_posts.post(scene, state)

    assert do(post, "send_back", by=getattr(scene.staff, who), note="请补充").state == "returned"


def test_a_request_handed_on_is_not_corrected_any_more(scene):
    post = given_posts.post(scene, "submitted")

    said = refused(services.amend, post, by=scene.staff.village_head, title="护林员")

    assert "only the village's own draft" in said


@pytest.mark.parametrize(
    ("state", "step", "who"),
    [
        ("submitted", "send_back", "township_officer"),
        ("submitted", "reject", "department_officer"),
        ("open", "suspend", "department_officer"),
        ("open", "close", "department_officer"),
    ],
)
def test_what_ends_or_stops_a_post_says_why(scene, state, step, who):
    post = given_posts.post(scene, state)

    assert refused(do, post, step, by=getattr(scene.staff, who), note=" ") == "Say why."


def test_a_post_is_suspended_resumed_and_closed(scene):
    post, by = given_posts.post(scene), scene.staff.department_officer

    states = [do(post, step, by=by, note="汛期").state for step in ("suspend", "resume", "close")]

    assert states == ["suspended", "open", "closed"]


def test_a_rejected_request_is_over(scene):
    post = given_posts.post(scene, "submitted")

    post = do(post, "reject", by=scene.staff.department_officer, note="无资金来源")

    assert post.state == "rejected"
    assert turn_of(post) == ["Nobody's"]


def test_who_approved_a_post_may_renew_it_for_another_year(scene):
    given_posts.allocate(scene.place, scene.staff, "100000", year=2028)
    post = given_posts.post(scene)

    post = do(post, "renew", by=scene.staff.department_officer, until=date(2028, 12, 31))

    assert (post.state, post.approved_until) == ("open", date(2028, 12, 31))
    assert post.ends_on == date(2028, 12, 31)


@pytest.mark.parametrize(
    ("until", "sentence"),
    [(date(2029, 1, 1), "until 2028-12-31 at most"), (date(2027, 12, 31), "before it begins")],
)
def test_a_renewal_is_for_one_term_after_the_last(scene, until, sentence):
    given_posts.allocate(scene.place, scene.staff, "100000", year=2028)
    post = given_posts.post(scene)

    assert sentence in refused(do, post, "renew", by=scene.staff.department_officer, until=until)


def test_a_renewal_needs_the_money_of_its_own_year(scene):
    post, by = given_posts.post(scene), scene.staff.department_officer

    said = refused(do, post, "renew", by=by, until=date(2028, 12, 31))

    assert "is recorded for 2028" in said


def test_a_post_of_another_department_or_county_is_not_asked_for(scene):
    elsewhere = given.township("990456100000")
    foreign = Unit.objects.create(area=elsewhere.county, name="农业农村局")

    said = refused(given_posts.post, scene, "drafted", department=foreign)

    assert said == "The department belongs to another county."


def test_a_like_post_is_not_asked_for_twice(scene):
    first = given_posts.post(scene, "drafted")

    said = refused(given_posts.post, scene, "drafted")

    assert said.startswith(f"Post {first.number} of this village is the same")


def test_only_the_villages_head_asks_for_a_post(scene):
    for who in (scene.staff.village_clerk, scene.staff.township_officer):
        with pytest.raises(PermissionDenied):
            flows.draft(by=who, **given_posts.need(scene))
    assert not Post.objects.exists()


def test_a_head_of_another_township_asks_for_nothing_here(scene):
    stranger = given.user("village_head", given.township("990456100000").town)

    with pytest.raises(PermissionDenied):
        flows.draft(by=stranger, **given_posts.need(scene))


def test_a_post_that_is_held_is_not_closed(scene):
    post = given_posts.held_post(scene)

    said = refused(do, post, "close", by=scene.staff.department_officer, note="撤并")

    assert "赵六 holds this post; propose the exit with reason E16 first." in said


def test_vacancies_are_what_the_headcount_leaves(scene):
    post = given_posts.held_post(scene)

    found = Post.objects.with_vacancies().get(pk=post.pk)

    assert (found.headcount, found.held, found.vacancies) == (2, 1, 1)


def test_no_rule_no_deadline(scene):
    Rule.objects.filter(code="post.review_days_township").delete()

    assert given_posts.post(scene, "submitted").due_on is None
