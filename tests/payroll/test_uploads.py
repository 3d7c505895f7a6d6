"""The file that is about to be uploaded is the one that was given out, or it is refused."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from payroll import bankfiles, uploads
from payroll.comparing import Unlike, differences
from payroll.formats import PAIN001, X06, X07, X07T
from payroll.handing import Origin
from payroll.locking import read_password
from payroll.models import FileCheck
from project.kernel.guards import NeedsReason, Refused
from project.kernel.models import Event
from project.kernel.sealing import seal_file
from tests import given, given_files
from tests.payroll.test_formats import batch, payment

HERE = Origin("page", "127.0.0.1")
FORMS = pytest.mark.parametrize("form", [X06, X07, X07T, PAIN001], ids=lambda form: form.code)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@FORMS
class TestDifferences:
    """differences"""

    def three(self, **fields):
        return [payment(1), payment(2, "朱军𬱖", **fields), payment(3, "王五")]

    def test_nothing_differs_from_itself(self, form):
        content = form.written(batch(*self.three()))

        assert differences(form, content, content) == []

    def test_an_account_of_somebody_else_is_named_with_row_and_column(self, form):
        ours = form.written(batch(*self.three()))
        theirs = form.written(batch(*self.three(account="6217000010000009999")))

        sums, *found = differences(form, ours, theirs)

        assert sums.startswith("3 rows and 1800.00 yuan were given out; this file holds 3 rows and")
        (said,) = found
        assert said.startswith("Row 2 (朱军𬱖, 600.00 yuan), ")
        assert "given out “****0001”, this file says “****9999”" in said

    def test_another_account_that_ends_alike_is_named_too(self, form):
        ours = form.written(batch(*self.three()))
        theirs = form.written(batch(*self.three(account="6217999990000000001")))

        (said,) = differences(form, ours, theirs)[1:]

        assert "another number that ends in the same digits" in said

    def test_another_amount_shows_in_the_row_and_in_the_sums(self, form):
        ours = form.written(batch(*self.three()))
        theirs = ours.replace(b"600.00", b"9600.00", 1)

        sums, *found = differences(form, ours, theirs)

        assert any("“600.00”, this file says “9600.00”" in said for said in found)
        assert "10800.00 yuan" in sums or form in (X07T, PAIN001)

    def test_a_row_left_out_and_a_row_put_in_are_named(self, form):
        ours = form.written(batch(*self.three()))
        fewer = form.written(batch(*self.three()[:2]))

        missing = differences(form, ours, fewer)
        added = differences(form, fewer, ours)

        assert "3 rows and 1800.00 yuan were given out; this file holds 2 rows" in missing[0]
        assert "Row 3 (王五, 600.00 yuan) is missing from this file." in missing
        assert "Row 3 (王五, 600.00 yuan) was never given out." in added

    def test_what_is_no_such_file_is_said_in_one_sentence(self, form):
        content = form.written(batch(*self.three()))

        for other in (b"\x80\x81\xff\xfe", b"x" * 500_000):
            with pytest.raises(Unlike):
                differences(form, content, other)


def test_a_file_saved_anew_by_a_spreadsheet_program_is_refused_though_every_cell_is_the_same():
    content = X07.written(batch(payment()))

    (said,) = differences(X07, content, content.replace(b"\r\n", b"\n"))

    assert "Every cell is the same, but the file was written anew" in said


def test_a_document_type_is_never_followed():
    content = PAIN001.written(batch(payment()))
    bomb = content.replace(b"<Document", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><Document')

    with pytest.raises(Unlike, match="The file is no credit transfer, or it is damaged."):
        differences(PAIN001, content, bomb)


def test_five_thousand_changed_rows_are_told_apart():
    ours = X07.written(batch(*(payment(n, account=f"62170000{n:011d}") for n in range(1, 5001))))
    theirs = X07.written(batch(*(payment(n, account=f"62179999{n:011d}") for n in range(1, 5001))))

    assert len(differences(X07, ours, theirs)) == 5001


@pytest.mark.django_db
class TestCheck:
    """check"""

    @pytest.fixture
    def scene(self):
        scene = given.scene(holders=2)
        scene.run = given.pay_run(scene, "sent")
        scene.file, scene.by = scene.run.files.get(), scene.staff.finance_officer
        return scene

    def checked(self, scene, content, name="x.csv", by=None, **said):
        return uploads.check(scene.file, content, by=by or scene.by, name=name, origin=HERE, **said)

    def test_every_taking_is_logged_with_who_when_where_and_which_bytes(self, scene):
        (made,) = bankfiles.export(scene.run, X07, by=scene.by, origin=HERE)

        taking = scene.file.handovers.get()
        assert (taking.taken_by, taking.form, taking.sha256) == (scene.by, "X-07", made.sha256)
        assert (taking.way, taking.address) == ("page", "127.0.0.1")
        assert taking.taken_at is not None

    @FORMS
    def test_the_file_given_out_is_noted_as_handed_over(self, scene, form):
        made = given_files.taken(scene.run, scene.by, form)

        kept = self.checked(scene, made.content, hand_over=True)

        assert (kept.differences, kept.handed_over, kept.address) == (0, True, "127.0.0.1")
        assert Event.objects.of(scene.run).latest("pk").verb == "hand_over"

    @FORMS
    def test_a_changed_file_is_refused_and_the_attempt_stays_on_record(self, scene, form):
        made = given_files.taken(scene.run, scene.by, form)
        account = scene.contracts[1].person.accounts.get().number
        changed = made.content.replace(account.encode(), b"6217999900000099999")
        assert changed != made.content

        with pytest.raises(Refused) as refused:
            self.checked(scene, changed, name=made.name, hand_over=True)

        first, sums, said = refused.value.messages
        assert "it was changed. Do not upload it" in first
        assert sums.startswith("2 rows and 1200.00 yuan were given out")
        assert said.startswith("Row 2 (李四1, 600.00 yuan)") and account not in said
        kept = FileCheck.objects.get()
        assert (kept.differences, kept.handed_over) == (3, False)
        assert kept.sha256 == seal_file(changed)
        assert Event.objects.of(scene.run).latest("pk").verb == "refuse_file"

    def test_a_changed_file_is_compared_with_the_one_it_was_made_from(self, scene):
        for form in (X06, X07, X07T):
            made = given_files.taken(scene.run, scene.by, form)

        with pytest.raises(Refused) as refused:
            self.checked(scene, made.content.replace("李四1".encode("gb18030"), b"X"), name="a.txt")

        assert "given out “李四1”, this file says “X”" in refused.value.messages[-1]
        assert len(refused.value.messages) == 3

    def test_a_file_of_another_batch_is_named_as_such(self, scene):
        made = given_files.taken(scene.run, scene.by)
        other = scene.run.files.create(
            number="990123100-202610-9-9", rows=0, total=0, made_by=scene.by
        )

        with pytest.raises(Refused, match=f"This is the file of batch {scene.file.number}"):
            uploads.check(other, made.content, by=scene.by, name="x.csv", origin=HERE)

    def test_where_nothing_was_given_out_nothing_can_be_uploaded(self, scene):
        with pytest.raises(Refused, match="was given out yet"):
            self.checked(scene, b"x")

    def test_what_went_to_the_bank_goes_there_again_only_with_a_reason(self, scene):
        list_, text = (given_files.taken(scene.run, scene.by, form) for form in (X07, X07T))
        self.checked(scene, list_.content, hand_over=True)
        self.checked(scene, list_.content)

        for made in (list_, text):
            with pytest.raises(NeedsReason, match="it might be paid twice"):
                self.checked(scene, made.content, hand_over=True)

        kept = self.checked(scene, text.content, hand_over=True, note="银行退回重报")
        assert (kept.handed_over, kept.note) == (True, "银行退回重报")

    def test_the_parts_of_a_batch_are_each_handed_over_once(self, scene):
        cut = replace(X07, most_rows=1)
        parts = bankfiles.export(scene.run, cut, by=scene.by)

        for part in parts:
            assert self.checked(scene, part.content, hand_over=True).handed_over

        with pytest.raises(NeedsReason):
            self.checked(scene, parts[1].content, hand_over=True)

    def test_a_locked_zip_is_known_and_so_is_what_it_holds(self, scene):
        given_files.lock_them(scene)
        made = given_files.taken(scene.run, scene.by)
        password = read_password(made.locked, by=scene.staff.department_officer)
        (inside,) = given_files.opened(made.content, password).values()

        assert self.checked(scene, made.content, hand_over=True).handed_over
        assert self.checked(scene, inside).differences == 0
        with pytest.raises(NeedsReason):
            self.checked(scene, inside, hand_over=True)
        with pytest.raises(Refused, match="This zip is none that was given out here"):
            self.checked(scene, made.content[:-1] + b"\1")

    def test_an_inspector_checks_and_only_finance_hands_over(self, scene):
        made = given_files.taken(scene.run, scene.by)
        inspector = given.user("inspector", scene.place.county)

        assert self.checked(scene, made.content, by=inspector).checked_by == inspector
        with pytest.raises(PermissionDenied):
            self.checked(scene, made.content, by=inspector, hand_over=True)
        with pytest.raises(PermissionDenied):
            self.checked(
                scene, made.content, by=given.user("inspector", given.area("990200000000", "他县"))
            )

    def test_what_changed_in_the_rules_since_is_said(self, scene):
        made = given_files.taken(scene.run, scene.by)
        payer = {"account": "105000001", "name": "示例县财政局", "bank": "示例县农商行"}
        given.rule(scene.place.county, "payroll.payer", payer, scene.place.document)

        with pytest.raises(Refused) as refused:
            self.checked(scene, made.content.replace(b"600.00", b"601.00"))
        assert "The register or the rules have changed since" in refused.value.messages[-1]
        assert self.checked(scene, made.content).differences == 0

    def test_checks_are_never_edited(self, scene):
        made = given_files.taken(scene.run, scene.by)
        self.checked(scene, made.content)

        for change in ("UPDATE payroll_filecheck SET note = 'x'", "DELETE FROM payroll_filecheck"):
            with (
                pytest.raises(DatabaseError),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(change)
