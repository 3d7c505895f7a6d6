"""Expired evidence goes by an approved register, to the last file, and by nothing else."""

from io import BytesIO

import openpyxl
import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from attendance.models import CheckIn, Photo, RollCall
from project.disposals import emptying, lists, papers
from project.disposals.monthly import propose_everywhere
from project.integrity import sealing
from project.integrity.chain import ChainHolds, SealedRowsHold
from project.integrity.changes import RowsAgree
from project.integrity.disposals import RegistersHold
from project.integrity.files import FilesAreThere, FilesAreUnchanged
from project.integrity.flows import FlowsFollow
from project.kernel.guards import NotThisPerson, Refused
from project.kernel.models import Job
from project.kernel.steps import do, turn_of
from registry.models import Disposal, DisposalList, DisposedRows
from tests import given, given_disposals, given_doubts

CHECKS = (
    *(ChainHolds, SealedRowsHold, RegistersHold, RowsAgree),
    *(FilesAreThere, FilesAreUnchanged, FlowsFollow),
)


def faults():
    return [one for check in CHECKS for one in check().told() if not one.note]


@pytest.fixture
def scene(db):
    """Two people worked in 2022, one of them is doubted; everything lies under seals."""
    scene = given_disposals.county()
    scene.free, scene.doubted, scene.fresh = (
        given_disposals.worked(scene, name, **on)
        for name, on in (("赵六", {}), ("钱七", {}), ("孙八", {"on": given.OCTOBER.first}))
    )
    scene.call = given_disposals.mustered(scene, scene.free)
    given_doubts.doubt(scene.doubted.contract, scene.inspector)
    sealing.seal()
    return scene


def evidence(entry):
    row = CheckIn.objects.get(pk=entry.pk)
    return row.longitude, row.latitude, row.accuracy, row.device, row.said, row.signature


def test_a_register_takes_the_evidence_and_leaves_the_days(scene, client):
    before = evidence(scene.doubted)
    kept = CheckIn.objects.values("day", "worth", "source", "level", "client_id", "hash")
    days = list(kept.order_by("pk"))
    made = given_disposals.drawn_up(scene)

    assert (made.rows, made.files, made.people, made.kept) == (3, 1, 1, 2)
    (held,) = made.kept_back.all()
    assert (held.person_id, held.rows) == (scene.doubted.contract.person_id, 2)
    done, job = given_disposals.carried_out(scene, made)

    assert (done.state, done.witness, job.state) == ("carried_out", "周监销", Job.State.DONE)
    assert evidence(scene.free) == (None, None, None, "", "", "")
    assert RollCall.objects.get(pk=scene.call.pk).longitude is None
    assert evidence(scene.doubted) == before
    assert list(kept.order_by("pk")) == days
    files = [given_disposals.file_of(x) for x in (scene.free, scene.doubted, scene.fresh)]
    assert [one.storage.exists(one.name) for one in files] == [False, True, True]
    client.force_login(given.user("township_officer", at=scene.place.town))
    address = reverse("attendance:photo", args=[Photo.objects.get(check_in=scene.free).pk])
    assert client.get(address).status_code == 404
    client.force_login(scene.officer)
    page = client.get(reverse("registry:disposal", args=[made.pk]))
    assert reverse("job", args=[job.pk]) in page.content.decode()
    sealing.seal()
    assert faults() == []
    with pytest.raises(Refused, match="已到期|Nothing of this kind"):
        given_disposals.drawn_up(scene)


def test_what_goes_is_in_words_on_paper_and_in_a_workbook(scene):
    made = given_disposals.drawn_up(scene)

    said = [(line.village, line.of_month, line.count) for line in papers.lines(made)]
    assert said == [(scene.village.name, "2022-10", 1)] * 3
    sheet = openpyxl.load_workbook(BytesIO(papers.workbook_of("F-34", made, scene.officer))).active
    assert [cell.value for cell in sheet[2]][2:] == [scene.village.name, "2022-10", 1]
    assert papers.pdf_of("F-34", made, scene.officer).startswith(b"%PDF")


def test_two_people_let_go_and_a_third_watches(scene):
    made = given_disposals.drawn_up(scene)
    assert turn_of(made)

    with pytest.raises(NotThisPerson):
        do(made, "approve", by=scene.officer)
    do(made, "approve", by=scene.second)
    for witness in (" ", scene.officer.name):
        with pytest.raises(Refused):
            do(made, "carry_out", by=scene.officer, witness=witness)
    with pytest.raises(NotThisPerson):
        do(made, "carry_out", by=scene.second, witness="周监销")
    do(Disposal.objects.get(), "refuse", by=scene.inspector, note="审计尚未结束")
    assert given_disposals.drawn_up(scene).number.endswith("002")


def test_what_is_opened_meanwhile_stops_the_register(scene):
    made = given_disposals.drawn_up(scene)
    given_doubts.doubt(scene.free.contract, scene.inspector)

    with pytest.raises(Refused):
        do(made, "approve", by=scene.inspector)
    do(made, "refuse", by=scene.inspector, note="有新的疑点")
    with pytest.raises(Refused):
        given_disposals.drawn_up(scene)


@pytest.mark.parametrize(
    "code, value", [("retention.hold", True), ("retention.attendance_years", 2)]
)
def test_a_rule_holds_everything_and_none_makes_the_term_shorter(scene, code, value):
    given.rule(scene.place.county, code, value, scene.place.document)

    with pytest.raises(Refused):
        given_disposals.drawn_up(scene)


def test_a_worker_that_died_leaves_nothing_undone(scene):
    made = given_disposals.drawn_up(scene)
    do(made, "approve", by=scene.inspector)
    do(made, "carry_out", by=scene.officer, witness="周监销")
    file = given_disposals.file_of(scene.free)
    with file.open() as kept:
        content = kept.read()
    for pk in lists.chunks(made):
        emptying.carry_out(pk)
    # The rows were written, the worker died before the file was taken away.
    with open(file.path, "wb") as back:
        back.write(content)
    assert faults() == []
    do(Disposal.objects.get(), "resume", by=scene.officer)

    done, _job = given_disposals.worked_through(scene, made)
    assert done.state == "carried_out"
    assert not file.storage.exists(file.name)
    assert faults() == []
    again, job = given_disposals.worked_through(scene, done)
    assert (again.state, job.state) == ("carried_out", Job.State.DONE)


BY_HAND = {
    "a place before approval": "UPDATE attendance_checkin SET longitude = NULL, latitude = NULL,"
    " accuracy = NULL, device = '', said = '', signature = ''",
    "a step left out": "UPDATE registry_disposal SET state = 'under_way', approved_by_id ="
    " drawn_by_id, carried_by_id = drawn_by_id, approved_at = now(), witness = 'x'",
    "another term": "UPDATE registry_disposal SET until = '2026-11-01'",
    "another row on the list": "UPDATE registry_disposallist SET ids = ids || 1::bigint",
    "a register that is approved at once": "INSERT INTO registry_disposal (state, area_id, kind,"
    " number, until, months, basis, rows, files, people, kept, sha256, drawn_at, drawn_by_id,"
    " witness) SELECT 'approved', area_id, 'people', 'x', until, months, basis, rows, files,"
    " people, kept, sha256, drawn_at, drawn_by_id, '' FROM registry_disposal",
    "the register itself": "DELETE FROM registry_disposal",
}


@pytest.mark.parametrize("asked", BY_HAND.values(), ids=BY_HAND)
def test_nothing_goes_by_hand(scene, asked):
    given_disposals.drawn_up(scene)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(asked)


def test_the_trigger_lets_only_what_is_listed_go_and_only_that_way(scene):
    made = given_disposals.drawn_up(scene)
    do(made, "approve", by=scene.inspector)
    do(made, "carry_out", by=scene.officer, witness="周监销")
    blank = (
        "longitude = NULL, latitude = NULL, accuracy = NULL, device = '', said = '', signature = ''"
    )

    for what, row in (
        (blank, scene.doubted),
        (f"{blank}, day = '2020-01-01'", scene.free),
        ("longitude = 1", scene.free),
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE attendance_checkin SET {what} WHERE id = %s", [row.pk])
    with pytest.raises(DatabaseError), transaction.atomic():
        DisposalList.objects.create(
            disposal=made, table="attendance_checkin", first=1, last=1, ids=[1]
        )


def test_what_goes_past_a_register_is_found(scene):
    done, _job = given_disposals.carried_out(scene, given_disposals.drawn_up(scene))
    file = given_disposals.file_of(scene.doubted)
    file.storage.delete(file.name)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE attendance_checkin SET day = '2022-10-09' WHERE id = %s", [scene.free.pk]
        )
        cursor.execute("DELETE FROM kernel_event WHERE verb = 'approve'")

    found = {(one.check, one.table) for one in faults()}
    assert found == {
        ("rows", "attendance_checkin"),
        ("registers of disposal", "registry_disposal"),
        ("files", "attendance_photo"),
    }
    assert DisposedRows.objects.filter(disposal=done, table="attendance_checkin").count() == 1


def test_once_a_month_the_house_proposes_and_leaves_the_rest_to_people(scene):
    (made,) = propose_everywhere()

    assert (made.kind, made.state, made.drawn_by.username) == ("evidence", "drawn_up", "house")
    assert evidence(scene.free)[3] == "考勤机一号"
    assert propose_everywhere() == []
