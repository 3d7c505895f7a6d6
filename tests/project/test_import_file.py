"""A township's own files go in whole or not at all, and every fault is named at once."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import HealthCheck, settings, strategies
from hypothesis import given as given_cells
from PIL import Image

from attendance.models import CheckIn
from contracts.models import Contract, Cover, InsurancePolicy
from policy.models import Rule
from posts.models import Hire, Post
from project.imports import commit
from project.kernel import tables
from project.kernel.models import Event, User
from registry.models import Area, BankAccount, CalendarDay, Fact, Household, ImportedFile, Person
from tests import given
from tests.project.ledgers import HOLDER, holder_row, staged

SAMPLE = Path(__file__).resolve().parent.parent / "data" / "township-sample"
ORDER = {
    "areas": "areas.csv",
    "calendar": "calendar.csv",
    "rules": "rules.json",
    "people": "people.xlsx",
    "holders": "holders.xlsx",
    "attendance": "attendance.csv",
    "facts": "facts.xlsx",
}

pytestmark = pytest.mark.django_db

CELL = strategies.one_of(
    strategies.text(max_size=70),
    strategies.floats(allow_nan=False, allow_infinity=False),
    strategies.dates(),
    strategies.sampled_from(["", "０", "2026.2.30", "1e18", "-1", "合计", "９９０１２３", "=1+1"]),
)


def cells_of_a_ledger():
    """One to three cells of a good row replaced by whatever people leave in cells."""
    return strategies.dictionaries(
        strategies.sampled_from(sorted(HOLDER)), CELL, min_size=1, max_size=3
    )


def take_in(kind, file, **options):
    """The command's exit status and its JSON answer."""
    out = io.StringIO()
    try:
        call_command("import_file", kind, str(file), json=True, stdout=out, **options)
        status = 0
    except CommandError as error:
        status = error.returncode
    return status, json.loads(out.getvalue())


def township_files(*kinds):
    for kind in kinds or ORDER:
        status, answer = take_in(kind, SAMPLE / ORDER[kind])
        assert status == 0, answer
    return answer


def test_a_townships_files_go_in_cleanly_in_their_order():
    given.country()

    township_files()

    assert Area.objects.filter(code__startswith="990123100").count() == 5
    assert CalendarDay.objects.count() == 9
    assert Rule.objects.filter(area="990123000000").count() == 8
    assert (Person.objects.count(), Household.objects.count()) == (80, 80)
    assert Contract.objects.filter(state="in_force").count() == 60
    assert Hire.objects.filter(state="placed").count() == 60
    assert sum(Post.objects.values_list("headcount", flat=True)) == 60
    assert BankAccount.objects.filter(current=True).count() == 60
    assert (InsurancePolicy.objects.count(), Cover.objects.count()) == (60, 60)
    assert CheckIn.objects.count() == 586
    assert Fact.objects.count() == 3
    assert ImportedFile.objects.count() == 7
    assert Event.objects.filter(verb="import").count() == 7
    assert not User.objects.get().has_usable_password()


def test_the_broken_ledger_writes_nothing_and_names_all_seven_faults():
    given.country()
    township_files("areas", "calendar", "rules", "people")
    before = ImportedFile.objects.count()

    status, answer = take_in("holders", SAMPLE / "holders-broken.xlsx")

    faults = {(fault["row"], fault["column"]) for fault in answer["errors"]}
    assert status == 1
    assert faults == {
        (3, "身份证号码"),
        (4, "身份证号码"),
        (5, "协议止"),
        (6, "村(社区)"),
        (7, "补贴标准"),
        (8, "协议起"),
        (9, "身份证号码"),
    }
    assert len(answer["errors"]) == 7
    assert not Contract.objects.exists()
    assert not Post.objects.exists()
    assert ImportedFile.objects.count() == before


def test_the_person_who_stands_twice_is_named_with_both_rows():
    given.country()
    township_files("areas", "rules", "people")

    _status, answer = take_in("holders", SAMPLE / "holders-broken.xlsx")

    (twice,) = [fault for fault in answer["errors"] if fault["row"] == 9]
    assert "2" in twice["sentence"]


def test_a_ledger_alone_brings_its_people_with_it():
    given.country()
    township_files("areas", "rules", "holders")

    person = Person.objects.with_id("990123198507056472").get()

    assert (person.name, person.area.name, person.born_on.year) == ("朱军𬱖", "高坪村", 1985)
    assert person.household.number == "990123100070"
    assert person.contracts.get().department.area_id == "990123000000"


def test_the_same_file_again_is_refused_with_when_and_by_whom():
    given.country()
    township_files("areas")

    status, answer = take_in("areas", SAMPLE / "areas.csv")

    assert status == 1
    assert "2026-11-22" in answer["refusals"][0]
    assert "installer" in answer["refusals"][0]


def test_the_same_days_in_another_file_count_once(tmp_path):
    given.country()
    township_files("areas", "rules", "holders", "attendance")
    again = tmp_path / "again.csv"
    again.write_text((SAMPLE / "attendance.csv").read_text(encoding="gb18030") + "\n\n")

    status, answer = take_in("attendance", again)

    assert status == 0, answer
    assert CheckIn.objects.count() == 586


def test_a_dry_run_writes_nothing():
    given.country()

    status, answer = take_in("areas", SAMPLE / "areas.csv", dry_run=True)

    assert (status, answer["written"], answer["rows"]) == (0, False, 8)
    assert Area.objects.count() == 1
    assert not User.objects.exists()


def test_where_several_may_the_command_asks_who_acts():
    given.country()
    county = given.area("990123000000", "示例县")
    given.user("department_officer", county)
    given.user("department_officer", county)

    status, answer = take_in("calendar", SAMPLE / "calendar.csv")

    assert status == 1
    assert "--as" in answer["refusals"][0]


def test_the_only_person_who_may_acts_without_being_named():
    given.country()
    officer = given.user("department_officer", given.area("990123000000", "示例县"))
    officer.set_password("a password of one's own")
    officer.save()

    status, _answer = take_in("calendar", SAMPLE / "calendar.csv")

    assert status == 0
    assert ImportedFile.objects.get().imported_by == officer


@pytest.mark.parametrize("options", [{"username": "nobody"}, {"area": "990199"}])
def test_an_account_or_area_that_does_not_exist_is_unusable_input(options):
    given.country()

    status, answer = take_in("areas", SAMPLE / "areas.csv", **options)

    assert (status, len(answer["refusals"])) == (2, 1)
    assert next(iter(options.values())) in answer["refusals"][0]


def test_photos_beside_anything_but_attendance_are_unusable_input(tmp_path):
    given.country()

    assert take_in("areas", SAMPLE / "areas.csv", photos=str(tmp_path))[0] == 2


def test_photos_that_are_neither_folder_nor_zip_are_unusable_input():
    given.country()

    assert take_in("attendance", SAMPLE / "attendance.csv", photos=__file__)[0] == 2


def test_people_read_the_counts_and_every_fault(capsys):
    given.country()
    call_command("import_file", "areas", str(SAMPLE / "areas.csv"))
    call_command("import_file", "rules", str(SAMPLE / "rules.json"))

    with pytest.raises(CommandError) as error:
        call_command("import_file", "holders", str(SAMPLE / "holders-broken.xlsx"))

    assert ": 8" in capsys.readouterr().out
    assert len(str(error.value).splitlines()) == 8


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given_cells(cells=cells_of_a_ledger())
def test_whatever_stands_in_a_cell_is_taken_or_named_and_never_breaks(cells):
    with transaction.atomic():
        place = given.township()
        officer = given.user("township_officer", place.town)
        found = staged("holders", holder_row(), holder_row(**cells), by=officer)
        if not found.errors:
            commit(found, by=officer)
        transaction.set_rollback(True)

    assert {error.row for error in found.errors} <= {2, 3}


def test_a_ledger_of_another_township_is_refused():
    given.country()
    township_files("areas", "rules")
    elsewhere = given.township("990124100000")
    stranger = given.user("township_officer", elsewhere.town)

    status, answer = take_in("holders", SAMPLE / "holders.xlsx", username=stranger.username)

    assert status == 1
    assert len({fault["row"] for fault in answer["errors"]}) == 60
    assert not Contract.objects.exists()


def test_an_area_that_is_not_yours_is_refused():
    given.country()
    township_files("areas")
    elsewhere = given.township("990124100000")
    stranger = given.user("township_officer", elsewhere.town)

    status, answer = take_in(
        "holders", SAMPLE / "holders.xlsx", username=stranger.username, area="990123100000"
    )

    assert (status, len(answer["refusals"])) == (1, 1)


def test_a_role_without_the_permission_is_refused():
    place = given.township()
    clerk = given.user("village_clerk", place.town)

    status, answer = take_in("holders", SAMPLE / "holders.xlsx", username=clerk.username)

    assert (status, len(answer["refusals"])) == (1, 1)


def photo():
    picture = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(picture, "JPEG")
    return picture.getvalue()


def encrypted():
    """The head of an OLE container with the stream that Office writes for a locked workbook."""
    return bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")


@pytest.mark.parametrize(
    "content",
    [photo(), b"", b"x" * 30 * 1024 * 1024, encrypted(), "姓名\n".encode()],
    ids=["photo", "empty", "30 MB", "encrypted", "no rows"],
)
@pytest.mark.parametrize("kind", ["holders", "rules"])
def test_what_cannot_be_used_gets_one_sentence(kind, content, tmp_path):
    given.country()
    file = tmp_path / "file.xlsx"
    file.write_bytes(content)

    status, answer = take_in(kind, file)

    assert status == 2
    assert len(answer["refusals"]) == 1
    assert not ImportedFile.objects.exists()


def test_a_file_that_is_not_there_is_unusable_input():
    given.country()

    assert take_in("areas", "no-such.csv")[0] == 2


def test_the_faults_can_be_taken_home_as_a_workbook(tmp_path):
    given.country()
    township_files("areas", "rules")
    out = tmp_path / "faults.xlsx"

    take_in("holders", SAMPLE / "holders-broken.xlsx", errors=str(out))

    (page,) = tables.read(out).pages
    assert sum(1 for cells in page.rows[1:] if cells[-1]) == 7
