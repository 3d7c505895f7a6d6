"""S-14, S-16 and S-17 on the pages and through the API: the same words at both doors."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from project.kernel.pages import url_of
from tests import given, given_relief
from tests.workrelief.months import at_work, built, credited, june, prepared
from workrelief.models import Project, WageBatch

pytestmark = pytest.mark.django_db


def page_of(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def read(answer):
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_a_person_on_a_post_and_on_the_site_on_one_day_stops_the_wages_with_both(program):
    """S-14."""
    made = at_work()
    batch = given_relief.batch(made, "signed")
    person = made.members[-1].person
    other = given.contract(made.place.villages[1], made.staff.township_officer, person=person)
    given.worked(other, made.staff.village_clerk, [9])
    said = f"{person.name}, 2026-10-09: recorded as {made.contracts[-1].title} and as 保洁员"

    refused = program(made.staff.relief_engineer).post(f"/wage-batches/{batch.pk}/examine")
    shown = read(page_of(made.staff.relief_engineer).get(url_of(batch)))

    assert refused.status_code == 409
    assert said in str(refused.json()) and said in shown
    assert WageBatch.objects.get(pk=batch.pk).state == "signed"


def test_the_hire_of_a_machine_leaves_the_share_and_the_acceptance_waits(program):
    """S-16: 30 % of the fund have arrived; one of two wages is a machine's, 15 % are left."""
    made = built()
    county = given.user("ndrc_officer", at=made.place.county)
    at = f"/relief-projects/{made.project.pk}"
    assert program(county).get(at).json()["shares"][0]["paid_reaches"] is True
    engineer = page_of(made.staff.relief_engineer)
    form = {"labour_class": "machine", "note": "系挖掘机租赁"}
    engineer.post(reverse("workrelief:reclassify", args=[made.members[-1].pk]), form)

    (share,) = program(county).get(at).json()["shares"]
    refused = program(county).post(f"{at}/accept", {"on": "2026-11-21"})
    shown = read(page_of(county).get(url_of(made.project)))

    assert (share["paid"], share["paid_reaches"]) == ("2400.00", False)
    said = "15.00% of 16,000.00 yuan; at least 30.00% is required, 2,400.00 yuan are missing."
    assert refused.status_code == 409
    assert said in str(refused.json()) and said in shown
    rectified = program(county).post(f"{at}/rectify", {"note": "劳务报酬占比不足"})
    assert (rectified.status_code, Project.objects.get().state) == (200, "rectifying")


def test_wages_of_june_credited_on_the_fifth_of_august_are_five_days_late(program):
    """S-17: due on 31 July; who held each stage is told."""
    made = june()
    run = given.walk(made, prepared(made), "sent")
    credited(run, made.staff.finance_officer, date(2026, 8, 5))
    county = made.staff.ndrc_officer

    told = program(county).get(f"/wage-batches/{made.batch.pk}").json()
    shown = read(page_of(county).get(url_of(made.batch)))

    assert told["late"] == {
        "due_on": "2026-07-31",
        "arrived_on": "2026-08-05",
        "missing": 0,
        "days": 5,
    }
    assert "2026-07-31 · 5 days late" in shown
    assert (told["stages"][0]["title"], told["stages"][-1]["title"]) == (
        "Draw the wages up",
        "The money arrived",
    )
    holders = [stage["holder"] for stage in told["stages"][:5]]
    site = (made.staff.relief_contractor, made.staff.relief_engineer, made.staff.relief_owner)
    assert set(map(str, site)) < set(holders) and all(holder in shown for holder in holders)
