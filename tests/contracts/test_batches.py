"""A village's contracts made in one go: offered, sealed, packed, and never twice."""

import csv
import io
import zipfile

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client
from django.utils import translation
from procrastinate.contrib.django.models import ProcrastinateJob

from contracts import batches
from contracts.models import BatchLine, Contract, ContractPaper, PaperFile, Signature
from contracts.tasks import make
from project.kernel.guards import Refused
from project.kernel.models import Event, Job
from project.kernel.sealing import seal_file
from tests import given, given_signing
from tests.workers import apart, give_back, somebody_waits, wait_until, worker

SAID = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def village(settings, tmp_path, db):
    settings.MEDIA_ROOT = tmp_path
    return drafted(4)


def drafted(count):
    """Drafts of one village, and somebody who offers and seals."""
    scene = given_signing.office()
    scene.contracts = given_signing.drafts(scene, count)
    scene.both = given.user("township_officer", at=scene.place.town)
    given.appoint(scene.both, "township_leader", scene.place.town)
    return scene


def asked(scene, by=None):
    drafts = Contract.objects.filter(pk__in=[one.pk for one in scene.contracts])
    village = scene.place.villages[0]
    return batches.ask(drafts, by=by or scene.both, area=village, task=make)


def made(scene, by=None):
    """The batch as a worker has done it."""
    batch = asked(scene, by)
    make(batch.job_id, batch.pk)
    batch.refresh_from_db()
    batch.job.refresh_from_db()
    return batch


def packed(batch):
    """The names in the package, and its list."""
    with batch.file.open() as file, zipfile.ZipFile(file) as package:
        listed = package.read("名单.csv").decode("utf-8-sig")
        files = {name: package.read(name) for name in package.namelist() if ".pdf" in name}
    return files, list(csv.DictReader(io.StringIO(listed)))


def test_all_are_offered_sealed_and_packed(village):
    batch = made(village)
    files, listed = packed(batch)

    assert batch.job.state == Job.State.DONE, batch.job.message
    assert set(Contract.objects.values_list("state", flat=True)) == {"offered"}
    assert Signature.objects.filter(side="office").count() == 4
    assert [seal_file(files[row["文件"]]) for row in listed] == [row["SHA-256"] for row in listed]
    assert [row["姓名"] for row in listed] == ["赵六0", "赵六1", "赵六2", "赵六3"]


def test_one_that_is_refused_is_named_and_the_others_go_on(village):
    person = village.contracts[1].person
    person.accounts.update(current=False)

    batch = made(village)
    files, listed = packed(batch)

    assert batch.job.state == Job.State.DONE
    assert len(files) == 3
    assert "no current bank account" in listed[1]["未办理原因"]
    assert [bool(line.reasons) for line in batch.lines.all()] == [False, True, False, False]


def test_the_officer_offers_and_leaves_the_seal_to_the_leader(village):
    officer, leader = village.staff.township_officer, village.staff.township_leader

    first = made(village, by=officer)
    unsealed = Signature.objects.count()
    waiting = batches.may_be_made(leader).count()
    second = made(village, by=leader)

    assert (unsealed, waiting, Signature.objects.count()) == (0, 4, 4)
    assert [len(packed(batch)[0]) for batch in (first, second)] == [4, 4]
    assert ContractPaper.objects.count() == 4


def test_a_leader_alone_is_told_that_offering_is_not_theirs(village):
    batch = made(village, by=village.staff.township_leader)

    assert {line.reasons[0] for line in batch.lines.all()} == {
        "This step belongs to another role or another area."
    }
    assert set(Contract.objects.values_list("state", flat=True)) == {"draft"}


def test_a_cancelled_batch_stops_and_packs_what_is_made(village):
    batch = asked(village)
    batches.do_part(batch.pk, batches.open_parts(batch)[0][:2], by=village.both)

    batches.cancel(batch, by=village.both)
    make(batch.job_id, batch.pk)
    batch.refresh_from_db()

    files, listed = packed(batch)
    assert (len(files), len(listed)) == (2, 4)
    assert listed[3]["未办理原因"] == "批次已取消，未办理"
    assert Contract.objects.filter(state="draft").count() == 2


def test_only_whoever_asked_cancels_and_not_after_the_end(village):
    batch = made(village)

    with pytest.raises(PermissionDenied):
        batches.cancel(batch, by=village.staff.township_officer)
    with pytest.raises(Refused, match="nothing to cancel"):
        batches.cancel(batch, by=village.both)


def test_a_replaced_file_is_named_instead_of_packed(village):
    batch = asked(village)
    for part in batches.open_parts(batch):
        batches.do_part(batch.pk, part, by=village.both)
    kept = PaperFile.objects.filter(number=1).order_by("pk").first()
    with kept.file.storage.open(kept.file.name, "wb") as file:
        file.write(b"%PDF-1.7 another")

    batches.do_part(batch.pk, batches.PACK, by=village.both)
    batch.refresh_from_db()

    files, listed = packed(batch)
    assert len(files) == 3
    assert "was altered" in listed[0]["未办理原因"]


def test_the_page_asks_shows_and_hands_out_the_package(village):
    client = Client(headers=SAID)
    client.force_login(village.both)
    chosen = client.get("/contracts/make/")
    pks = [one.pk for one in chosen.context["contracts"]]

    answer = client.post("/contracts/make/", {"pk": pks[:3]})
    batch = batches.ContractBatch.objects.get()
    make(batch.job_id, batch.pk)
    page = client.get(answer.url).content.decode()
    package = client.get(f"{answer.url}package.zip")

    assert len(pks) == 4
    assert "Download the package" in page
    assert page.count(">Done<") == 3
    assert b"".join(package.streaming_content)[:2] == b"PK"


def test_who_neither_offers_nor_seals_takes_no_package(village):
    batch = made(village)
    client = Client(headers=SAID)
    client.force_login(village.staff.village_clerk)

    assert client.get(f"/contracts/batches/{batch.pk}/package.zip").status_code == 403


def test_contracts_of_another_township_are_not_chosen(village):
    other = given.township("990123101000", villages=1)
    stranger = given.user("township_officer", at=other.town)

    assert batches.may_be_made(stranger).count() == 0
    with pytest.raises(Refused, match="Choose at least one contract"):
        batches.ask(batches.may_be_made(stranger), by=stranger, area=village.place.town, task=make)


@pytest.mark.django_db(transaction=True)
def test_the_next_worker_finishes_the_twenty_that_a_killed_one_began(
    settings, tmp_path, monkeypatch
):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setenv("TEST_MEDIA", str(tmp_path))
    scene = drafted(20)
    batch = asked(scene)
    blocked = scene.contracts[14]

    with (tmp_path / "said").open("w+") as said:
        with transaction.atomic():
            Contract.objects.select_for_update(of=("self",)).get(pk=blocked.pk)
            dying = worker(said, "--one-shot")
            wait_until(somebody_waits, dying)
            dying.kill()
            dying.wait()
        done = BatchLine.objects.exclude(done_at=None).count()
        papers = ContractPaper.objects.count()
        came_back = apart(give_back)
        worker(said, "--one-shot").wait(timeout=600)

    batch.refresh_from_db()
    batch.job.refresh_from_db()
    assert batch.job.state == Job.State.DONE, batch.job.message
    assert (came_back, done, papers) == (1, 10, 10)
    assert ContractPaper.objects.count() == Signature.objects.count() == 20
    assert PaperFile.objects.count() == 40
    assert Event.objects.filter(verb="offer").count() == 20
    assert len(packed(batch)[0]) == 20
    queued = ProcrastinateJob.objects.filter(task_name="contracts.make", args__job_id=batch.job_id)
    assert [one.status for one in queued] == ["succeeded"]
