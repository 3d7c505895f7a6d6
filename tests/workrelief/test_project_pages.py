"""The pages of a project: what they show, what they refuse and where they say so."""

from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from project.kernel.pages import url_of
from tests import given, given_posts, given_relief, given_relief_pages
from tests.pages.test_queries import asked
from workrelief.models import LabourPlan, Party, Project, Spending

pytestmark = pytest.mark.django_db

TWO_FUNDS = [("central_investment", "1000000", "300000"), ("local_match", "500000", "75000")]
LIST = "/workrelief/"


def at(name, record):
    return reverse(f"workrelief:{name}", args=[record.pk])


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def text(response, status=200):
    assert response.status_code == status
    return response.content.decode()


def said_on_top(response):
    return [str(sentence) for sentence in response.context["form"].non_field_errors()]


def described(scene, **other):
    """What the form of a project sends."""
    sent = {
        "area": scene.place.town.pk,
        "number": "YGDZ-9",
        "name": "云岭镇柳河村便民桥以工代赈项目",
        "form": "special",
        "field": "transport",
        "mode": "villagers",
        "year": 2026,
        "content": "新建便民桥一座",
        "investment": "800000.00",
        "beneficiaries": 300,
        "promised_posts": 0,
    }
    return sent | other


def rows(*planned, initial=0):
    """What the grid of the labour plan sends."""
    sent = {"form-TOTAL_FORMS": len(planned), "form-INITIAL_FORMS": initial}
    for number, row in enumerate(planned):
        names = ("fund_line", "trade", "headcount", "unit", "units", "rate")
        sent |= {f"form-{number}-{name}": value for name, value in zip(names, row, strict=True)}
    return sent


@pytest.fixture
def scene():
    return given_relief.scene(state="applied")


def test_an_owner_enters_a_project_on_the_reserve_list(scene):
    owner = signed_in(scene.staff.relief_owner)
    answer = owner.post(reverse("workrelief:project-add"), described(scene))
    project = Project.objects.get(number="YGDZ-9")

    assert answer.headers["Location"] == url_of(project)
    assert (project.state, project.area) == ("reserve", scene.place.town)
    assert "便民桥" in text(owner.get(url_of(project)))


def test_a_project_number_that_is_taken_is_said_on_the_form(scene):
    sent = described(scene, number=scene.project.number, planned_end="2026-11-01")
    answer = signed_in(scene.staff.relief_owner).post(reverse("workrelief:project-add"), sent)

    assert len(said_on_top(answer)) == 2
    assert scene.project.number in said_on_top(answer)[1]


def test_what_is_missing_of_a_project_is_said_at_its_field(scene):
    sent = described(scene, name="", investment="viel")
    answer = signed_in(scene.staff.relief_owner).post(reverse("workrelief:project-add"), sent)

    assert set(answer.context["form"].errors) == {"name", "investment"}


def test_a_description_is_completed_until_the_work_begins(scene):
    owner = signed_in(scene.staff.relief_owner)
    sent = described(scene, number=scene.project.number, hotline="0990-777")
    assert owner.post(at("project-amend", scene.project), sent).status_code == 302
    scene.project.refresh_from_db()
    assert scene.project.hotline == "0990-777"

    begun = given_relief.scene("990124100000")
    owner = signed_in(begun.staff.relief_owner)
    assert at("project-amend", begun.project) not in text(owner.get(url_of(begun.project)))
    refused = owner.post(at("project-amend", begun.project), sent)
    assert len(said_on_top(refused)) == 1


def test_the_county_enters_a_fund_line_once(scene):
    county = signed_in(scene.staff.ndrc_officer)
    sent = {"fund": "local_match", "year": 2026, "amount": "500000", "issued_on": "2026-08-12"}
    assert county.post(at("fundline-add", scene.project), sent).status_code == 302
    assert len(said_on_top(county.post(at("fundline-add", scene.project), sent))) == 1

    owner = signed_in(scene.staff.relief_owner)
    assert owner.post(at("fundline-add", scene.project), sent).status_code == 403


def test_the_labour_plan_is_written_in_a_grid(scene):
    owner, line = signed_in(scene.staff.relief_owner), scene.lines[0].pk
    empty = (line, "", "", "day", "", "")
    sent = rows(
        (line, "普工", 20, "day", "60", "120"), (line, "瓦工", 5, "day", "60", "200"), empty
    )
    assert owner.post(at("labour-plan", scene.project), sent).status_code == 302

    plans = LabourPlan.objects.filter(fund_line=line).values_list("trade", "amount")
    assert [(trade, int(amount)) for trade, amount in plans] == [("普工", 144000), ("瓦工", 60000)]
    sent = rows((line, "普工", 20, "day", "60", "130"), (line, "瓦工", 5, "day", "60", "200"))
    answer = owner.post(at("labour-plan", scene.project), sent | {"form-1-DELETE": "on"})
    assert answer.status_code == 302
    assert [int(plan.amount) for plan in LabourPlan.objects.all()] == [156000]


def test_a_row_of_the_plan_says_what_it_needs(scene):
    owner, line = signed_in(scene.staff.relief_owner), scene.lines[0].pk
    answer = owner.post(at("labour-plan", scene.project), rows((line, "普工", "", "day", "6", "a")))
    assert [set(row) for row in answer.context["form"].errors] == [{"headcount", "rate"}]
    assert text(answer, 422).count("office-wrong") == 2

    twice = [(line, "普工", 2, "day", "6", "100")] * 2
    answer = owner.post(at("labour-plan", scene.project), rows(*twice))
    assert (answer.status_code, len(answer.context["reasons"])) == (422, 1)


def test_more_rows_keep_what_was_written_and_save_nothing(scene):
    owner, line = signed_in(scene.staff.relief_owner), scene.lines[0].pk
    before = LabourPlan.objects.count()
    sent = rows((line, "石工", 3, "day", "6", "180")) | {"more": 1}
    said = text(owner.post(at("labour-plan", scene.project), sent))

    assert 'value="石工"' in said
    assert 'name="form-3-trade"' in said
    assert "office-wrong" not in said
    assert LabourPlan.objects.count() == before


def test_only_people_of_the_role_are_offered_for_a_side(scene):
    county = signed_in(scene.staff.ndrc_officer)
    other = given.user("relief_engineer", at=scene.place.town, name="许监理")
    offered = county.get(at("party-add", scene.project)).context["form"].fields["user"].queryset
    assert other in offered
    assert scene.staff.township_officer not in offered

    sent = {"part": "engineer", "user": other.pk}
    assert county.post(at("party-add", scene.project), sent).status_code == 302
    assert Party.objects.get(project=scene.project, part="engineer", until=None).user == other
    wrong = county.post(at("party-add", scene.project), sent | {"part": "owner"})
    assert len(said_on_top(wrong)) == 1


def test_progress_never_goes_back():
    scene = given_relief.scene()
    site = signed_in(scene.staff.relief_contractor)
    sent = {"on": "2026-10-20", "percent": "55", "done": "路基完成"}
    assert site.post(at("progress-add", scene.project), sent).status_code == 302
    assert "工程进度55%" in text(site.get(url_of(scene.project)))

    back = site.post(at("progress-add", scene.project), sent | {"percent": "40"})
    assert "55.00" in said_on_top(back)[0]


def test_a_course_is_held_with_those_who_signed():
    scene = given_relief.scene()
    given_relief.enlist(scene, 2)
    site = signed_in(scene.staff.relief_contractor)
    planned = {"on": "2026-09-03", "topic": "安全生产", "hours": "4", "teacher": "陈老师"}
    sent = planned | {"planned_people": 3}
    assert site.post(at("training-add", scene.project), sent).status_code == 302
    course = scene.project.trainings.get(topic="安全生产")
    first, second = (member.person for member in scene.members[1:])

    page = site.get(url_of(course))
    assert [person for person, _chosen in page.context["people"]][-2:] == [first, second]
    nobody = site.post(url_of(course), {"on": "2026-09-03"})
    assert "pk" in nobody.context["form"].errors
    assert site.post(url_of(course), {"on": "2026-09-03", "pk": [first.pk]}).status_code == 302
    assert [one.person for one in course.trainees.all()] == [first]

    reader = signed_in(scene.staff.relief_engineer)
    assert first.name in text(reader.get(url_of(course)))
    denied = reader.post(url_of(course), {"on": "2026-09-03", "pk": [second.pk]})
    assert denied.status_code == 403


def test_a_paper_is_kept_once_and_given_back_as_it_came(scene):
    owner = signed_in(scene.staff.relief_owner)
    content = given_relief.PNG + b"budget"

    def sent():
        return {"kind": "budget", "upload": SimpleUploadedFile("预算.png", content)}

    assert owner.post(at("projectpaper-add", scene.project), sent()).status_code == 302
    kept = scene.project.papers.get()
    assert b"".join(owner.get(url_of(kept)).streaming_content) == content
    assert len(said_on_top(owner.post(at("projectpaper-add", scene.project), sent()))) == 1


def test_a_payment_is_entered_and_taken_back_but_never_as_labour():
    scene = given_relief.scene()
    finance = given.user("finance_officer", at=scene.place.county)
    finance, line = signed_in(finance), scene.lines[0].pk
    sent = {
        "fund_line": line,
        "kind": "machine",
        "payee": "云岭机械租赁部",
        "amount": "52000",
        "paid_on": "2026-10-12",
        "voucher": "PZ-88",
    }
    wage = finance.post(at("spending-add", scene.project), sent | {"kind": "mass"})
    assert "kind" in wage.context["form"].errors
    assert finance.post(at("spending-add", scene.project), sent).status_code == 302
    spending = Spending.objects.get()
    assert url_of(spending) in text(finance.get(url_of(scene.project)))
    engineer = signed_in(scene.staff.relief_engineer)
    assert url_of(spending) not in text(engineer.get(url_of(scene.project)))
    assert engineer.get(url_of(spending)).status_code == 403

    assert finance.post(url_of(spending), {"note": "重复录入"}).status_code == 302
    assert sum(row.amount for row in Spending.objects.all()) == 0
    assert len(said_on_top(finance.post(url_of(spending), {"note": "重复录入"}))) == 1


def test_a_promised_post_is_counted_by_its_number():
    scene = given_relief.scene()
    owner = signed_in(scene.staff.relief_owner)
    unknown = owner.post(at("post-count", scene.project), {"post": "P-0"})
    assert "P-0" in unknown.context["form"].errors["post"][0]

    post = given_posts.post(given_posts.office())
    assert owner.post(at("post-count", scene.project), {"post": post.number}).status_code == 302
    assert post.title in text(owner.get(url_of(scene.project)))


def test_the_list_shows_planned_and_paid_of_each_fund_and_so_does_its_workbook():
    scene = given_relief.scene(funds=TWO_FUNDS)
    county = signed_in(scene.staff.ndrc_officer)
    row = county.get(LIST).context["rows"][0]
    cells = [said for _column, said in row["cells"]]
    assert cells[5:8] == ["30.00%；15.00%", "0.00%；0.00%", "30.00%；无最低要求"]

    workbook = openpyxl.load_workbook(BytesIO(county.get(f"{LIST}?format=xlsx").content))
    assert [cell.value for cell in list(workbook.active.rows)[1]][5:8] == cells[5:8]


@pytest.mark.parametrize(
    ("narrowed", "count"), [("?year=2026", 1), ("?q=青石村", 1), ("?state=reserve", 0)]
)
def test_the_list_is_narrowed(scene, narrowed, count):
    found = signed_in(scene.staff.ndrc_officer).get(LIST + narrowed)
    assert found.context["count"] == count


def test_a_yuan_below_the_minimum_reads_as_the_yuan_that_lacks():
    scene = given_relief.scene(state="applied", funds=[("central_investment", "1000000", "299999")])
    said = text(signed_in(scene.staff.relief_owner).get(url_of(scene.project)))

    assert "计划 30.00%" in said
    assert "计划还差劳务报酬1.00元。" in said


def test_a_stranger_finds_no_page_of_a_project():
    scene = given_relief.scene()
    made = given_relief_pages.one_of_each(scene)
    other = given.township("990123101000", villages=1).town
    stranger = given.user("relief_owner", at=other)
    client = signed_in(given.appoint(stranger, "ndrc_officer", other))

    own = given_relief_pages.addresses(made).items()
    for name, argument in [(name, at_) for name, at_ in own if name.startswith("workrelief:")]:
        address = reverse(name, kwargs=argument)
        reached = {client.get(address).status_code, client.post(address).status_code}
        assert name.endswith("-bulk") or reached <= {403, 404, 405}, name
    assert client.get(LIST).context["rows"] == []


def test_pages_ask_as_often_for_many_rows_as_for_few():
    counts = []
    for code, many in (("990123100000", 1), ("990124100000", 6)):
        scene = given_relief.scene(code, funds=TWO_FUNDS[:1] if many == 1 else TWO_FUNDS)
        given_relief.enlist(scene, many)
        for _n in range(many):
            given_relief_pages.spent(scene)
            given_relief.paper(scene, "ledger")
        for _n in range(many - 1):
            given_relief.project(scene)
        course = scene.project.trainings.first()
        pages = [LIST, url_of(scene.project), url_of(course)]
        pages += [at(name, scene.project) for name in ("spending-add", "labour-plan")]
        counts.append(list(asked(scene.staff.relief_owner, *pages).values()))

    assert counts[0] == counts[1]
    assert max(counts[0]) <= 40


def test_the_page_foresees_what_will_lack_at_completion():
    scene = given_relief.scene(funds=[("central_investment", "10000000", "3000000")])
    given_relief.placed(scene, given_relief.enlist(scene, 2))
    given_relief.worked(scene, scene.members[1:])
    given_relief.batch(scene)
    officer = scene.staff.township_officer
    given.payroll.prepare(scene.month, scene.place.town.code, by=officer)
    site = signed_in(scene.staff.relief_contractor)
    site.post(at("progress-add", scene.project), {"on": "2026-10-31", "percent": "50"})
    page = site.get(url_of(scene.project))
    (bar,) = page.context["bars"]

    assert bar.share.committed > 0
    assert bar.expected.point == bar.share.committed * 2
    assert len(bar.lacks) == 1
    assert bar.foresees in text(page)
