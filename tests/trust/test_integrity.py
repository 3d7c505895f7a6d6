"""What was written cannot be rewritten unseen: who tries is refused, or found by name."""

import json
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from pgtrigger import registry
from viewflow.workflow.models import Process

from attendance.models import Sheet
from payroll import flows as payroll
from project.integrity import rows, sealing
from project.integrity.chain import SAID, ChainHolds, SealedRowsHold
from project.integrity.eyes import FourEyes
from project.integrity.files import FilesAreThere, FilesAreUnchanged
from project.integrity.flows import FlowsFollow, repair
from project.integrity.hashes import ContentsHold
from project.integrity.laws import ConstraintsHold, ReferencesHold, TriggersAreOn
from project.integrity.money import FundsSuffice, MoneyAddsUp
from project.integrity.rounds import examine, faults, nightly
from project.integrity.system import house_account
from project.kernel.guards import NotThisPerson, log
from project.kernel.history import acts
from project.kernel.models import Event, Job, Seal, SealedRows
from project.kernel.months import today
from project.kernel.steps import do, open_tasks
from tests import given, given_notices, given_posts, given_results, given_scenarios

APPEND_ONLY = """
    attendance_acknowledgement attendance_checkin attendance_flag attendance_flagreview
    attendance_photo attendance_rollcall attendance_rollcallline attendance_sheetscan
    attendance_substitution contracts_attestation contracts_contractpaper contracts_contractscan
    contracts_contracttemplate contracts_insuredline contracts_paperfile contracts_papervisit
    contracts_signature inspections_exhibit inspections_photoreview inspections_visit
    inspections_visitphoto kernel_change kernel_event kernel_look notices_noticephoto
    payroll_bankfile payroll_bankresult payroll_comparedperson payroll_countersignature
    payroll_examination payroll_filecheck payroll_handover payroll_hit payroll_instalment
    payroll_recoveryline payroll_release payroll_repayment payroll_sentline payroll_takenlist
    posts_vacancyreport registry_disposallist registry_disposedrows registry_fact
    registry_keptback registry_portrait workrelief_progress workrelief_projectpaper
    workrelief_spending workrelief_wagescan
"""
# What the library would put to sleep at a word: here the word does nothing.
NAMES = [trigger.get_pgid(model) for model, trigger in registry.registered()]
ALL_TRIGGERS = f"{{{','.join(NAMES)}}}"


@pytest.fixture
def month(db):
    """A township's October, sent to the bank, answered and sealed twice on the way."""
    with acts(via="a test"):
        scene = given.scene(holders=3)
        scene.run = given.pay_run(scene, "sent")
        sealing.seal()
        given_results.answered(scene.run, scene.staff.finance_officer)
        sealing.seal()
    return scene


def run_sql(asked, *arguments):
    with connection.cursor() as cursor:
        cursor.execute(asked, arguments)
        return cursor.fetchall() if cursor.description else None


@contextmanager
def as_owner(*, lasting=False):
    """What only an owner of the tables could do, with every trigger silent; undone afterwards."""
    with transaction.atomic():
        run_sql("SET CONSTRAINTS ALL IMMEDIATE")
        run_sql("SET LOCAL session_replication_role = replica")
        yield
        run_sql("SET LOCAL session_replication_role = origin")
        transaction.set_rollback(not lasting)


def told(*checks):
    """Where the findings lie: table and row."""
    return {(one.table, one.row) for check in checks for one in check().told() if not one.note}


def test_the_tables_that_only_grow_are_known():
    assert [model._meta.db_table for model in rows.append_only()] == APPEND_ONLY.split()


def test_a_month_as_the_offices_walked_it_has_no_finding(month):
    assert faults(examine()) == []
    assert Seal.objects.count() == 2
    sealed = SealedRows.objects.filter(table="kernel_event").order_by("last")
    assert [pk for chunk in sealed for pk in chunk.ids] == list(
        Event.objects.order_by("pk").values_list("pk", flat=True)
    )


def test_the_application_itself_cannot_change_what_only_grows(month):
    tables = [*APPEND_ONLY.split(), "kernel_seal", "kernel_sealedrows"]
    filled = [table for table in tables if run_sql(f"SELECT EXISTS (SELECT FROM {table})")[0][0]]
    assert len(filled) >= 8
    for table in filled:
        for asked in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
            refused = pytest.raises(DatabaseError, match="Cannot update or delete")
            with refused, transaction.atomic():
                run_sql(f"SET LOCAL pgtrigger.ignore = '{ALL_TRIGGERS}'")
                run_sql(asked)


def test_rows_that_an_owner_rewrote_are_found_by_name(month):
    first, second = Event.objects.order_by("pk")[:2]
    columns = ", ".join(rows.columns(Event)[1:])
    top = Event.objects.order_by("pk").last().pk
    attacks = {
        ("kernel_event", f"{first.pk}"): (
            "UPDATE kernel_event SET note = 'x' WHERE id = %s",
            first,
        ),
        ("kernel_event", f"{second.pk}"): ("DELETE FROM kernel_event WHERE id = %s", second),
        ("payroll_sentline", ""): ("UPDATE payroll_sentline SET amount = amount + 1", None),
    }
    for (table, row), (asked, event) in attacks.items():
        with as_owner():
            run_sql(asked, *([event.pk] if event else []))
            found = told(SealedRowsHold)
        assert {place for place, _row in found} == {table}
        assert not row or found == {(table, row)}
    with as_owner():
        run_sql("DELETE FROM kernel_event WHERE id = %s", top)
        run_sql(
            f"INSERT INTO kernel_event (id, {columns}) "
            f"SELECT -7, {columns} FROM kernel_event LIMIT 1"
        )
        assert told(SealedRowsHold) == {("kernel_event", str(top))}
    assert told(SealedRowsHold, ChainHolds) == set()


def test_a_row_slipped_in_below_the_mark_is_found(month):
    columns = ", ".join(rows.columns(Event)[1:])
    gap = Event.objects.order_by("pk")[3].pk
    with as_owner():
        run_sql("UPDATE kernel_event SET id = -1 WHERE id = %s", gap)
        run_sql("UPDATE kernel_sealedrows SET ids = array_remove(ids, %s::bigint)", gap)
        assert ("kernel_event", str(gap)) not in told(SealedRowsHold)
        run_sql(
            f"INSERT INTO kernel_event (id, {columns}) "
            f"SELECT %s, {columns} FROM kernel_event WHERE id = -1",
            gap,
        )
        slipped = {one.row: one.said for one in SealedRowsHold().told()}
        assert slipped[str(gap)] == str(SAID["slipped"])
        assert {table for table, _row in told(ChainHolds)} == {"kernel_seal"}


def test_a_chain_that_was_touched_names_its_seal(month):
    sealing.seal()
    attacks = {
        "UPDATE kernel_seal SET heads = '{}' WHERE number = 2": {"2"},
        "UPDATE kernel_seal SET at = at + interval '1 day' WHERE number = 1": {"1"},
        "UPDATE kernel_seal SET signature = repeat('0', 128) WHERE number = 3": {"3"},
        "UPDATE kernel_seal SET hash = repeat('0', 64) WHERE number = 2": {"2", "3"},
        "DELETE FROM kernel_seal WHERE number = 2": {"2"},
        "UPDATE kernel_sealedrows SET digests = digests || '\\x00' WHERE seal_id = "
        "(SELECT id FROM kernel_seal WHERE number = 1)": {"1"},
    }
    for asked, seals in attacks.items():
        with as_owner():
            pk = Seal.objects.get(number=2).pk
            run_sql(asked)
            found = {row for _table, row in told(ChainHolds)}
        assert seals <= found <= seals | {str(pk)}, asked


def test_the_last_seal_is_missed_by_whoever_keeps_the_heads(month, tmp_path, capsys):
    heads = tmp_path / "heads.json"
    call_command("seal", "--export", str(heads))
    call_command("check_integrity", "--heads", str(heads), "--fast")
    with as_owner():
        run_sql("DELETE FROM kernel_sealedrows WHERE seal_id = (SELECT max(id) FROM kernel_seal)")
        run_sql("DELETE FROM kernel_seal WHERE number = 2")
        assert told(ChainHolds, SealedRowsHold) == set()
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            call_command("check_integrity", "--heads", str(heads), "--fast", "--json")
        assert ended.value.code == 1
        findings = json.loads(capsys.readouterr().out)["findings"]
        assert ("kernel_seal", "2") in {(one["table"], one["row"]) for one in findings}
    document = json.loads(heads.read_text())
    document["seals"][0]["heads"] = {}
    heads.write_text(json.dumps(document))
    with pytest.raises(CommandError) as unusable:
        call_command("check_integrity", "--heads", str(heads))
    assert unusable.value.returncode == 2


def test_laws_that_were_switched_off_are_found(month):
    run_sql("SET CONSTRAINTS ALL IMMEDIATE")
    name = run_sql("SELECT tgname FROM pg_trigger WHERE tgname LIKE 'pgtrigger_event_is_append%%'")
    trigger = name[0][0]
    attacks = {
        f"ALTER TABLE kernel_event DISABLE TRIGGER {trigger}": (TriggersAreOn, trigger),
        f"DROP TRIGGER {trigger} ON kernel_event": (TriggersAreOn, trigger),
        "CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name name) RETURNS boolean"
        " LANGUAGE sql AS 'SELECT true'": (TriggersAreOn, "_pgtrigger_should_ignore"),
        f"CREATE OR REPLACE FUNCTION {trigger}() RETURNS TRIGGER AS "
        "$$ BEGIN RETURN NEW; END; $$ LANGUAGE plpgsql": (TriggersAreOn, trigger),
        "ALTER TABLE payroll_payrun DROP CONSTRAINT run_chain_has_no_person_twice": (
            ConstraintsHold,
            "run_chain_has_no_person_twice",
        ),
        "ALTER TABLE payroll_sentline DISABLE TRIGGER ALL": (TriggersAreOn, "pgtrigger_sent_line"),
    }
    for asked, (check, said) in attacks.items():
        with transaction.atomic():
            run_sql(asked)
            found = told(check)
            transaction.set_rollback(True)
        assert any(row.startswith(said) for _table, row in found), asked


def test_money_approvals_and_references_are_asked_over_all_rows(month):
    run, line = month.run, month.run.lines.order_by("pk").first()
    attacks = [
        ("UPDATE payroll_bankfile SET total = total + 1", MoneyAddsUp, "payroll_bankfile"),
        ("UPDATE payroll_bankresult SET amount = amount - 1", MoneyAddsUp, "payroll_bankresult"),
        ("UPDATE payroll_payline SET number = number + 10", ContentsHold, "payroll_payrun"),
        ("UPDATE payroll_payline SET person_id = -5", ReferencesHold, "payroll_payline"),
        ("UPDATE notices_notice SET content = '{}'", ContentsHold, "notices_notice"),
        (
            "UPDATE payroll_payline SET standing = false WHERE id = (SELECT min(id) "
            "FROM payroll_payline)",
            MoneyAddsUp,
            "payroll_payline",
        ),
    ]
    for asked, check, table in attacks:
        with as_owner():
            run_sql(asked)
            found = told(check)
        assert table in {place for place, _row in found}, asked
    log(run, "department_approve", by=run.confirmed_by, sha256=run.sha256)
    assert told(FourEyes) == {("payroll_payrun", str(run.pk))}
    assert line.amount > 0
    given_scenarios.allocated(month, 1)
    assert told(FundsSuffice) == {("policy_fund", str(run.fund_id))}


def test_a_swapped_and_a_lost_file_are_found_and_a_stray_one_is_told(month):
    photo = given_notices.photo(
        given_notices.notice(month.place.town, month.staff.township_officer, on=today()),
        month.staff.township_officer,
    )
    place = Path(photo.image.path)
    assert told(FilesAreThere, FilesAreUnchanged) == set()
    place.write_bytes(place.read_bytes() + b"x")
    assert told(FilesAreUnchanged) == {("notices_noticephoto", str(photo.pk))}
    assert told(FilesAreThere) == set()
    place.rename(place.with_name("stray.jpg"))
    assert told(FilesAreThere) == {("notices_noticephoto", str(photo.pk))}
    assert any("stray.jpg" in one.said for one in FilesAreThere().told() if one.note)


def test_a_flow_that_left_its_record_is_found_and_begun_again_at_night(month):
    run = month.run
    (task,) = open_tasks(run)
    where = ("payroll_payrun", str(run.pk))
    assert told(FlowsFollow) == set()
    Process.objects.filter(pk=task.process_id).update(finished=task.created, status="DONE")
    assert told(FlowsFollow) == {where}

    round_ = nightly(by=house_account())

    assert (round_.state, round_.found["mended"]) == (Job.State.DONE, [[where[0], run.pk]])
    assert told(FlowsFollow) == set()
    assert [task.flow_task.name for task in open_tasks(run)] == ["reconcile"]
    assert Event.objects.of(run).last().verb == "rejoin"
    with as_owner():
        run_sql("UPDATE payroll_payrun SET state = 'closed'")
        assert told(FlowsFollow) == {where}


def test_no_turn_is_missed_at_any_step_of_a_month_and_nothing_is_begun_twice(db):
    scene = given.scene(holders=1)
    given.sheets(scene, "open")
    for state, (step, who, details) in zip(given.SHEET_STATES, given.SHEET_WALK, strict=False):
        assert (state, told(FlowsFollow)) == (state, set())
        (sheet,) = Sheet.objects.filter(month=scene.month)
        do(sheet, step, by=getattr(scene.staff, who), **details)
    by, town = scene.staff.township_officer, scene.place.town.code
    (run,) = payroll.prepare(scene.month, town, by=by)
    for state in given.RUN_STATES[given.RUN_STATES.index(run.state) :]:
        run = given.walk(scene, run, state)
        assert (state, told(FlowsFollow)) == (state, set())
    assert repair(by=house_account()) == []


@pytest.mark.django_db(transaction=True)
def test_what_is_being_written_while_sealing_is_sealed_once_it_is_there():
    someone = given.user()
    written, go_on = threading.Event(), threading.Event()

    def slow():
        try:
            with transaction.atomic():
                log(someone, "slow", by=someone)
                written.set()
                go_on.wait(30)
        finally:
            connection.close()

    writer = threading.Thread(target=slow)
    writer.start()
    written.wait(30)
    log(someone, "fast", by=someone)
    with pytest.raises(sealing.Refused):
        sealing.seal(wait=0)
    threading.Timer(0.3, go_on.set).start()
    sealing.seal()
    writer.join()

    verbs = list(Event.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs[-2:] == ["slow", "fast"]
    (chunk,) = SealedRows.objects.filter(table="kernel_event")
    assert chunk.ids[-2:] == list(Event.objects.order_by("pk").values_list("pk", flat=True))[-2:]
    assert told(ChainHolds, SealedRowsHold) == set()


def test_being_refused_a_step_opens_no_new_round_in_which_one_may_take_it(db):
    scene = given_posts.office()
    post = given_posts.post(scene, "approved")
    approver = scene.staff.department_officer
    given.appoint(approver, "finance_officer", scene.place.county)
    for _attempt in range(2):
        with pytest.raises(NotThisPerson):
            do(post, "open", by=approver)
    assert told(FourEyes) == set()
