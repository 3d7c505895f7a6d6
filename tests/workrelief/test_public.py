"""Anybody reads of a project what its signboard says and what was paid, and of no worker."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from notices.models import Notice
from notices.papers import FORM_OF, pdf_of
from notices.photos import HUNG_BY
from project.kernel.guards import Refused
from tests import given_relief
from tests.workrelief.test_papers import text_of
from workrelief import publicity

pytestmark = pytest.mark.django_db
POSTED = date(2026, 11, 10)


@pytest.fixture
def scene():
    made = given_relief.scene(
        funds=[("central_investment", "1000000", "400000"), ("linking_relief", "500000", "1000")]
    )
    given_relief.enlist(made, 2)
    return made


def read(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_shows_the_signboard_and_both_shares_of_each_fund(client, scene):
    said = read(client, reverse("public-project", args=[scene.project.number]))

    for words in ("青石村项目理事会", "0990-12345", "40.00%", "30.00%", "0.20%", "500,000.00"):
        assert words in said


def test_no_worker_is_named_anywhere(client, scene):
    said = read(client, reverse("public-project", args=[scene.project.number]))
    said += read(client, reverse("public-projects"))

    for member in scene.members:
        assert member.person.name not in said and member.person.id_tail not in said


def test_the_list_finds_by_name_and_shows_no_plan_that_was_not_issued(client, scene):
    wish = given_relief.project(scene, name="尚未下达的桥")
    listed = reverse("public-projects")

    assert scene.project.name in read(client, listed) and wish.name not in read(client, listed)
    assert scene.project.name not in read(client, f"{listed}?q=没有这个名字")
    assert scene.project.name in read(client, f"{listed}?q=硬化")
    assert client.get(reverse("public-project", args=[wish.number])).status_code == 404


def test_a_long_list_costs_as_many_queries_as_a_short_one(client, scene, django_assert_num_queries):
    with django_assert_num_queries(2):
        read(client, reverse("public-projects"))


def test_the_plan_hangs_for_seven_days_and_names_nobody(client, scene):
    owner = scene.staff.relief_owner
    notice = publicity.publicise(scene.project, by=owner, what="plan", on=POSTED)
    said = read(client, reverse("board-notice", args=[notice.pk]))

    assert (notice.kind, notice.ends_on) == (Notice.Kind.PROJECT, date(2026, 11, 17))
    assert "劳务报酬占比" in said and "0990-12345" in said
    assert "劳务报酬占比" in text_of(pdf_of("F-06", notice, owner))
    with pytest.raises(Refused):
        publicity.publicise(scene.project, by=owner, what="plan", on=POSTED)


def test_the_completion_hangs_only_once_the_works_are_done(scene):
    owner = scene.staff.relief_owner
    with pytest.raises(Refused):
        publicity.publicise(scene.project, by=owner, what="completion", on=POSTED)
    with pytest.raises(PermissionDenied):
        publicity.publicise(scene.project, by=scene.staff.relief_engineer, what="plan", on=POSTED)

    type(scene.project).objects.update(state="main_done", main_done_on=date(2026, 11, 9))
    notice = publicity.publicise(scene.project, by=owner, what="completion", on=POSTED)

    assert "已发放到卡 0.00 元，占 0.00%，规定不低于 30.00%" in str(notice.content)


def test_the_owner_posts_it_from_the_projects_page(client, scene):
    client.force_login(scene.staff.relief_owner)
    page = reverse("workrelief:publicise", args=[scene.project.pk])

    answer = client.post(page, {"what": "plan", "on": "2026-11-10"})

    assert answer.status_code == 302
    notice = publicity.hanging(scene.project, "plan")
    assert notice.posted_by == scene.staff.relief_owner
    photograph = reverse("notices:photo-add", args=[notice.pk])
    assert photograph in read(client, reverse("notices:notice", args=[notice.pk]))
    assert client.get(photograph).status_code == 200
    client.force_login(scene.staff.ndrc_officer)
    assert photograph not in read(client, reverse("notices:notice", args=[notice.pk]))


def test_every_kind_of_notice_has_its_form_and_whoever_hangs_it_up():
    assert set(FORM_OF) == set(HUNG_BY) == set(Notice.Kind)
