"""What a contract copies from its post and policy, and the terms it may not have (W-3, S-01)."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from contracts import flows
from contracts.models import Contract
from policy.models import PolicyDocument
from project.kernel.guards import Refused
from project.kernel.models import Event
from project.kernel.steps import turn_of
from tests import given, given_posts

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def scene():
    return given_posts.office()


@pytest.fixture
def post(scene):
    return given_posts.post(scene)


def draft(scene, post, who=None, first=given_posts.FIRST, last=given_posts.LAST):
    who = who or given_posts.worker(scene)
    return flows.draft(
        post, by=scene.staff.township_officer, person=who, starts_on=first, ends_on=last
    )


def refused(*args, **kwargs):
    with pytest.raises(Refused) as error:
        draft(*args, **kwargs)
    return " ".join(error.value.messages)


def test_a_contract_copies_the_terms_of_its_post(scene, post):
    made = draft(scene, post)

    copied = ("area", "title", "post_type", "department", "fund", "standard", "pay_basis")
    assert {name: getattr(made, name) for name in copied} == {
        name: getattr(post, name) for name in copied
    }
    assert made.state == "draft"
    assert Event.objects.of(made).get().verb == "draft"
    assert turn_of(made) == ["Offer the terms"]


def test_a_contract_stands_on_the_policy_in_force_on_its_first_day(scene, post):
    old = scene.place.document
    new = PolicyDocument.objects.create(
        area=scene.place.county,
        title="示例县公益性岗位管理办法（修订）",
        valid_from=date(2027, 1, 1),
    )
    old.valid_to, old.successor = date(2026, 12, 31), new
    old.save()

    assert draft(scene, post).document == new


def test_without_a_policy_in_force_nothing_is_drafted(scene, post):
    scene.place.document.valid_to = date(2026, 12, 31)
    scene.place.document.save()

    assert "ended on 2026-12-31; link the document" in refused(scene, post)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 1, 1), date(2026, 12, 31)),
        (date(2028, 2, 29), date(2029, 2, 27)),
        (date(2027, 3, 1), date(2028, 2, 29)),
    ],
)
def test_a_year_is_allowed(scene, post, first, last):
    assert draft(scene, post, first=first, last=last).ends_on == last


@pytest.mark.parametrize(
    ("first", "last", "most"),
    [
        (date(2026, 1, 1), date(2027, 1, 1), "2026-12-31"),
        (date(2028, 2, 29), date(2029, 2, 28), "2029-02-27"),
        (date(2027, 3, 1), date(2028, 3, 1), "2028-02-29"),
    ],
)
def test_a_day_more_than_a_year_is_not(scene, post, first, last, most):
    assert f"may last until {most} at most (C-08)" in refused(scene, post, first=first, last=last)


def test_a_shorter_limit_of_the_county_holds(scene, post):
    given.rule(scene.place.county, "contract.max_term_months", 6, scene.place.document)

    assert "until 2027-06-30 at most" in refused(scene, post)


def test_a_contract_does_not_end_before_it_begins(scene, post):
    assert "before the first day" in refused(scene, post, last=date(2026, 12, 1))


@pytest.mark.parametrize(
    ("born", "sex", "kind"),
    [
        # A man born in June 1965 retires at 60 years and 2 months, in August 2025.
        (date(1965, 6, 15), "m", "service"),
        # A man born in January 1968 retires at 60 years and 10 months, in November 2028.
        (date(1968, 1, 15), "m", "labour"),
        # A woman born in December 1975 retires at 50 years and 6 months, in June 2026.
        (date(1975, 12, 15), "f", "service"),
    ],
)
def test_from_the_retirement_age_on_there_is_only_a_service_agreement(scene, born, sex, kind):
    post = given_posts.post(scene, kind="labour")
    who = given_posts.worker(scene, born=born)
    who.sex = sex
    who.save()

    assert draft(scene, post, who).kind == kind


def test_the_kind_of_the_post_is_the_contracts(scene):
    post = given_posts.post(scene, kind="service")

    young = given_posts.worker(scene, born=date(1990, 1, 1))

    assert draft(scene, post, young).kind == "service"


def test_whoever_holds_a_contract_is_drafted_no_second_on_those_days(scene, post):
    held = given_posts.contract(scene, "in_force", terms=post)
    other = given_posts.post(scene, title="护林员")

    said = refused(scene, other, who=held.person, first=date(2027, 6, 1))

    village = held.area.name
    assert f"赵六 already holds “保洁员” in {village} from 2027-01-01 to 2027-12-31" in said


def test_a_renewal_is_drafted_on_the_terms_of_the_contract(scene, post):
    held = given_posts.contract(scene, "in_force", terms=post)

    new = flows.draft(
        held,
        by=scene.staff.township_officer,
        person=held.person,
        starts_on=date(2028, 1, 1),
        ends_on=date(2028, 12, 31),
        renews=held,
    )

    assert (new.renews, new.standard, new.title) == (held, held.standard, held.title)


def test_only_the_township_drafts(scene, post):
    who = given_posts.worker(scene)
    elsewhere = given.user("township_officer", given.township("990456100000").town)

    for by in (scene.staff.village_clerk, scene.staff.department_officer, elsewhere):
        with pytest.raises(PermissionDenied):
            flows.draft(
                post, by=by, person=who, starts_on=given_posts.FIRST, ends_on=given_posts.LAST
            )
    assert not Contract.objects.exists()
