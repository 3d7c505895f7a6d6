"""A barred employer gets no post and builds nothing, until the bar is over or lifted (W-9)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse

from posts.models import Post
from project.kernel.guards import Refused, refusals
from project.kernel.models import Event
from project.kernel.months import today
from project.kernel.steps import do
from registry.bars import barred, lift
from registry.models import Bar, Unit
from tests import given, given_bars, given_posts, given_relief
from workrelief.models import Project

pytestmark = pytest.mark.django_db
NAME = "兴农（示例）劳务公司"


def test_a_bar_holds_for_its_name_its_unit_its_days_and_everything_inside_its_area():
    place, other = given.township(), given.township("990224100000")
    by = given.user("inspector", at=place.county)
    unit = Unit.objects.create(area=place.county, name="老名称公司")
    village, day = place.villages[0], today()
    made = given_bars.bar(place.county, by, name=NAME, unit=unit, ends_on=day + timedelta(days=30))

    assert barred(" 兴农(示例) 劳务公司\u3000", village, day) == made
    assert barred(unit, village.pk, day) == barred(NAME, place.county, made.ends_on) == made
    for name, area, on in [
        ("兴农劳务公司", village, day),
        ("", village, day),
        (NAME, other.villages[0], day),
        (NAME, village, day - timedelta(days=1)),
        (NAME, village, made.ends_on + timedelta(days=1)),
    ]:
        assert barred(name, area, on) is None


def test_it_is_lifted_once_with_a_reason_by_who_may_and_stays_on_file():
    place = given.township()
    inspector = given.user("inspector", at=place.county)
    made = given_bars.bar(place.county, inspector)

    with pytest.raises(PermissionDenied):
        lift(made, by=given.user("township_leader", at=place.town), because="已整改")
    with pytest.raises(Refused, match="请写明"):
        lift(made, by=inspector, because=" ")
    lifted = lift(made, by=inspector, because="已整改")
    with pytest.raises(Refused, match="已于"):
        lift(made, by=inspector, because="再次")

    assert (lifted.lifted_on, lifted.lifted_by) == (today(), inspector)
    assert barred(made.name, place.town, today()) is None
    assert Event.objects.of(made).latest("pk").verb == "lift"
    with pytest.raises(DatabaseError), transaction.atomic():
        made.delete()


@pytest.mark.parametrize("field", ["department", "unit"])
def test_no_step_brings_a_post_to_a_barred_employer(field):
    scene = given_posts.office()
    by = given.user("inspector", at=scene.place.county)
    post = given_posts.post(scene, "drafted", unit=NAME)
    facts = {"unit": scene.department, "name": "别名"} if field == "department" else {"name": NAME}
    made = given_bars.bar(scene.place.county, by, ends_on=date(2027, 1, 31), **facts)

    for state, step in [
        ("drafted", "submit"),
        ("reviewed", "approve"),
        ("approved", "open"),
        ("open", "renew"),
    ]:
        Post.objects.filter(pk=post.pk).update(state=state)
        said = refusals(getattr(Post.objects.get(pk=post.pk), step))
        (sentence,) = [one for one in said if made.name in one]
        assert given_bars.DECISION in sentence and "至 2027-01-31" in sentence

    lift(made, by=by, because="复核后撤销")
    Post.objects.filter(pk=post.pk).update(state="drafted")
    assert do(Post.objects.get(pk=post.pk), "submit", by=scene.staff.village_head).state == (
        "submitted"
    )


def test_no_project_goes_on_with_a_barred_contractor_or_owner():
    scene = given_relief.scene(state="preparing")
    project, by = scene.project, given.user("inspector", at=scene.place.county)
    for employer in (project.contractor, str(project.owner)):
        made = given_bars.bar(scene.place.county, by, name=f" {employer} ")
        for state, step in [
            ("applied", "issue_plan"),
            ("plan_issued", "prepare"),
            ("preparing", "start"),
        ]:
            Project.objects.filter(pk=project.pk).update(state=state)
            said = refusals(getattr(Project.objects.get(pk=project.pk), step))
            assert [one for one in said if given_bars.DECISION in one and "长期" in one]
        lift(made, by=by, because="期满前复核")


def test_the_office_sees_bars_and_the_inspector_lifts_one_on_its_page(client):
    place = given.township()
    staff = given.staff(place)
    inspector = given.user("inspector", at=place.county)
    made = given_bars.bar(place.county, inspector)
    page, lifting = (reverse(f"registry:{name}", args=[made.pk]) for name in ("bar", "bar-lift"))

    client.force_login(inspector)
    assert lifting in client.get(page).content.decode()
    assert given_bars.DECISION in client.get(reverse("registry:bar-list")).content.decode()
    assert client.post(lifting, {"note": ""}).status_code == 422
    assert client.post(lifting, {"note": "已整改"}).url == page
    again = client.post(lifting, {"note": "再来"})
    assert again.status_code == 422 and "已于" in again.content.decode()
    assert lifting not in client.get(page).content.decode()
    client.force_login(staff.department_officer)
    assert "已整改" in client.get(page).content.decode()
    stranger = given.user("inspector", at=given.township("990224100000").county)
    for other, answer in ((staff.village_clerk, 403), (stranger, 404)):
        client.force_login(other)
        assert client.get(lifting).status_code == answer
        assert client.post(lifting, {"note": ""}).status_code == answer
    assert Bar.objects.get().lifted_by == inspector
