"""Whatever leaves the house leaves a look at those in it, and bears who took it (R-11)."""

import io

import openpyxl
import pymupdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from payroll import bankfiles
from payroll.formats import FORMATS
from project.kernel.documents import FORMS
from project.kernel.models import Look
from project.site import papers_for
from tests import given, given_doubts

pytestmark = pytest.mark.django_db


def taken(client, address, **asked):
    """The workbook and how often the database was asked for it."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address, {"format": "xlsx"} | asked)
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    return sheet, len(queries)


def test_every_list_taken_out_names_its_people_its_rows_and_who_took_it(client):
    scene = given.scene(holders=3)
    given_doubts.doubt(scene.contracts[0], scene.staff.township_officer)
    run = given.pay_run(scene)
    client.force_login(scene.staff.township_officer)
    people = sorted(contract.person_id for contract in scene.contracts)
    wanted = {
        "registry:person-list": (people, 3),
        "contracts:contract-list": (people, 3),
        "payroll:payline-list": (people, 3),
        "inspections:doubt-list": (people[:1], 1),
        "inspections:risks": (people[:1], 1),
        "payroll:payrun-list": ([], 1),
        "inspections:learnt": ([], None),
    }
    for name, (shown, rows) in wanted.items():
        sheet, _queries = taken(client, reverse(name))
        look = Look.objects.latest("pk")
        assert (look.by, look.what, look.people) == (scene.staff.township_officer, "export", shown)
        assert look.rows == (sheet.max_row - 1) and rows in (None, look.rows)
        assert f"导出人：{scene.staff.township_officer.name}" in sheet.oddFooter.left.text
        assert "导出人" not in str(list(sheet.values))

    for paper in papers_for(run):
        printed = client.get(paper.url).content
        foot = "".join(pymupdf.open("pdf", printed)[-1].get_text().split())
        hangs = FORMS[paper.url.rpartition("/")[2].removesuffix(".pdf")].public
        assert (f"打印人：{scene.staff.township_officer.name}" in foot) is not hangs
    last = Look.objects.order_by("pk").last()
    assert (last.what, last.people, last.record) == ("paper", people, run)
    assert Look.objects.count() == len(wanted) + len(papers_for(run))


def test_forms_bear_whole_numbers_only_for_whom_they_are_shown(client):
    scene = given.scene(holders=1)
    run = given.pay_run(scene)
    line = run.lines.get()
    numbers = [line.person.id_number, line.account.number]
    for who, whole in (("township_officer", True), ("township_leader", False)):
        client.force_login(getattr(scene.staff, who))
        content = client.get(reverse("paper", args=["payrun", run.pk, "F-14"])).content
        printed = "".join(pymupdf.open("pdf", content)[0].get_text().split())
        address = reverse("paper-workbook", args=["payrun", run.pk, "F-14"])
        book, _queries = taken(client, address)
        cells = str(list(book.values))
        assert [number in printed for number in numbers] == [whole] * 2
        assert [number in cells for number in numbers] == [whole] * 2
        assert numbers[0][-4:] in printed and numbers[1][-4:] in cells


def test_taking_out_asks_as_often_for_nine_people_as_for_three(client):
    scene = given.scene(holders=3, days=[])
    client.force_login(scene.staff.township_officer)
    address = reverse("contracts:contract-list")
    taken(client, address)
    few = taken(client, address)[1]
    for _more in range(6):
        given.holder(scene.place.villages[0], scene.staff.township_officer)

    assert taken(client, address)[1] == few
    assert len(Look.objects.latest("pk").people) == 9


def test_a_file_for_the_bank_names_everybody_whose_account_leaves():
    scene = given.scene(holders=2)
    run = given.pay_run(scene, "sent")
    by = scene.staff.finance_officer

    bankfiles.export(run, next(iter(FORMATS.values())), by=by)

    look = Look.objects.get()
    assert (look.by, look.record, look.rows) == (by, run, 2)
    assert look.people == sorted(contract.person_id for contract in scene.contracts)
