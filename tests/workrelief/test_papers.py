"""What a project's papers say is what stands in its records."""

import io
from decimal import Decimal

import openpyxl
import pymupdf
import pytest
from django.urls import reverse

import workrelief.papers
import workrelief.wage_papers
from project.kernel.pages import url_of
from project.site import papers_for
from tests import given_relief
from workrelief import records

pytestmark = pytest.mark.django_db
PROJECT_FORMS = ("F-23", "F-24", "F-25", "F-29", "F-30")
WAGE_FORMS = ("F-26", "F-27", "F-28")


def text_of(pdf):
    return "".join("".join(page.get_text().split()) for page in pymupdf.open(stream=pdf))


@pytest.fixture
def scene():
    """Two workers with a month of wages that the village has confirmed."""
    made = given_relief.scene()
    people = given_relief.placed(made, given_relief.enlist(made, 2))
    given_relief.worked(made, people[:1], days=range(8, 28))
    given_relief.worked(made, people[1:], days=range(8, 18))
    made.batch = given_relief.batch(made)
    return made


def test_every_form_of_a_project_and_its_month_is_printed_and_taken_out(client, scene):
    client.force_login(scene.staff.ndrc_officer)
    found = [*papers_for(scene.project), *papers_for(scene.batch)]

    assert [paper.title[:4] for paper in found] == [*PROJECT_FORMS, *WAGE_FORMS]
    assert {client.get(paper.url).status_code for paper in found} == {200}
    assert {client.get(paper.workbook).status_code for paper in found} == {200}
    for record, code in ((scene.project, "F-30"), (scene.batch, "F-28")):
        assert f"{code} " in client.get(url_of(record)).content.decode()


def test_the_wage_list_shows_numbers_accounts_and_both_sums(scene):
    made = workrelief.wage_papers.FILL["F-27"](scene.batch, scene.staff.relief_contractor)
    text = text_of(
        workrelief.wage_papers.pdf_of("F-27", scene.batch, scene.staff.relief_contractor)
    )

    assert [row["amount"] for row in made.rows] == [Decimal("2400.00"), Decimal("1200.00")]
    assert "人民币叁仟陆佰元整" in text and "3600.00" in text
    assert all(row["id_number"] in text and row["account"] in text for row in made.rows)
    assert [sign["name"] for sign in made.foot["signs"]] == [
        str(getattr(scene.staff, name))
        for name in ("relief_contractor", "relief_engineer", "relief_owner", "township_reviewer")
    ]


def test_what_hangs_shows_neither_whole_numbers_nor_accounts(scene):
    full = workrelief.wage_papers.FILL["F-27"](scene.batch, scene.staff.relief_owner).rows
    text = text_of(workrelief.wage_papers.pdf_of("F-28", scene.batch, scene.staff.relief_owner))
    book = workrelief.wage_papers.workbook_of("F-28", scene.batch, scene.staff.relief_owner)
    cells = str(list(openpyxl.load_workbook(io.BytesIO(book)).active.iter_rows(values_only=True)))

    for row in full:
        assert row["name"] in text and row["name"] in cells
        assert row["id_number"] not in text + cells and row["account"] not in text + cells
    assert scene.project.hotline in text and "3600.00" in text


def test_the_ledger_marks_each_day_of_the_sheet(scene):
    made = workrelief.wage_papers.FILL["F-26"](scene.batch, scene.staff.relief_contractor)

    assert [row["marks"].count("√") for row in made.rows] == [20, 10]
    assert [row["measured"] for row in made.rows] == ["20天", "10天"]


def test_the_plan_of_labour_comes_to_its_share_of_each_fund(scene):
    made = workrelief.papers.FILL["F-23"](scene.project, scene.staff.relief_owner)
    (share,) = made.foot["shares"]

    assert made.foot["amount"] == Decimal(400000)
    assert (share["planned_share"], share["least"]) == ("40.00%", "30.00%")


def test_the_signboard_leads_to_the_page_that_everybody_reads(client, scene):
    made = workrelief.papers.FILL["F-24"](scene.project, scene.staff.relief_owner)
    said = {row["label"]: row["value"] for row in made.rows}

    assert made.address.endswith(reverse("public-project", args=[scene.project.number]))
    assert said["监督电话"] == "0990-12345" and said["劳务报酬总额"] == "400,000.00 元"


def test_the_list_of_courses_names_who_signed_it(scene):
    (course,) = scene.project.trainings.all()
    who = scene.members[-1].person
    records.hold_training(course, by=scene.staff.relief_contractor, on=course.on, people=[who])

    made = workrelief.papers.FILL["F-29"](scene.project, scene.staff.relief_contractor)

    assert [(row["name"], row["topic"]) for row in made.rows] == [(who.name, course.topic)]


def test_the_acceptance_tells_planned_and_arrived_apart(scene):
    made = workrelief.papers.FILL["F-30"](scene.project, scene.staff.ndrc_officer)
    (row,) = made.rows

    assert (row["planned"], row["paid"], row["reached"]) == (Decimal(400000), Decimal(0), "否")
    assert len(made.foot["opinions"]) == 5


def test_another_county_opens_none_of_them(client, scene):
    other = given_relief.given.township("990223100000")
    client.force_login(given_relief.given.user("ndrc_officer", at=other.county))

    for kind, pk, code in [
        ("project", scene.project.pk, "F-25"),
        ("wagebatch", scene.batch.pk, "F-27"),
    ]:
        assert client.get(reverse("paper", args=[kind, pk, code])).status_code == 404
