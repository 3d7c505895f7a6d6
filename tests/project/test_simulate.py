"""A synthetic county keeps every rule of a real one, and is the same again for the same seed."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from stdnum import luhn

from attendance.models import CheckIn, Sheet, SheetLine
from attendance.selectors import masks
from contracts.models import Contract, Cover
from payroll import services as payroll
from payroll.models import Hold, PayLine
from project.benchmarks import payroll_floor
from project.benchmarks.measure import Figure, watch
from project.benchmarks.payroll_doubts import add_doubts
from project.benchmarks.scratch import MONTH
from project.kernel.guards import Refused
from project.kernel.months import Month
from project.management.commands import bench
from project.simulation import fraud
from project.simulation.county import build
from project.simulation.numbers import account_number, id_number
from project.simulation.plan import Size
from registry.idnumber import is_synthetic, problems
from registry.models import Appointment, BankAccount, Fact, Person

OCTOBER = Month(2026, 10)
LIKE = {"townships": 2, "holders": 60, "months": 2, "seed": 7, "last": OCTOBER}
pytestmark = pytest.mark.django_db


def county(**other):
    return build(Size(**(LIKE | other)))


def written(made):
    """Everything of a county that a reader would notice, keys aside."""
    lines = SheetLine.objects.filter(sheet__area__code__startswith=made.county[:6])
    columns = (
        *("sheet__area", "sheet__month", "sheet__state", "number", "full_days", "half_days"),
        *("contract__person__name", "contract__person__id_digest", "contract__standard"),
        *("contract__starts_on", "contract__title", "contract__fund"),
    )
    return sorted(map(str, lines.values_list(*columns)))


def test_one_seed_makes_one_county():
    with transaction.atomic():
        first = written(county())
        transaction.set_rollback(True)

    again = written(county())

    assert again == first
    assert len(again) == 2 * 60 * 2


def test_another_seed_makes_other_people():
    one, other = county(), county(seed=8)

    assert one.county != other.county
    assert written(one) != written(other)


def test_a_county_is_not_made_twice():
    county()

    with pytest.raises(Refused, match="7"):
        county()


@pytest.mark.parametrize("wrong", [{"holders": 0}, {"townships": 901}, {"months": 0}])
def test_a_size_that_cannot_be_is_refused(wrong):
    with pytest.raises(Refused):
        county(**wrong)


def test_a_county_too_large_for_its_numbers_is_refused():
    with pytest.raises(Refused):
        county(townships=900, holders=10_000)


def test_every_number_is_valid_and_nobodys():
    county()

    numbers = [person.id_number for person in Person.objects.all()]
    assert all(is_synthetic(n) and not problems(n, on=date(2026, 11, 22)) for n in numbers)
    assert len(set(numbers)) == 120
    assert all(luhn.is_valid(account.number) for account in BankAccount.objects.all())


def test_numbers_stay_apart_in_the_largest_county():
    indexes = [*range(0, 7_000_000, 9973), *range(3000)]

    ids = {id_number("990203", i, male=male) for i in indexes for male in (True, False)}

    assert len(ids) == 2 * len(set(indexes))
    assert len({account_number("990203", i) for i in indexes}) == len(set(indexes))


def test_names_sort_by_pinyin_and_some_are_rare():
    county(holders=400)

    names = set(Person.objects.values_list("name", flat=True))
    assert not Person.objects.filter(name_key="").exists()
    assert any("·" in name for name in names)
    assert len(names) > 300


@pytest.mark.parametrize(("townships", "holders"), [(1, 1), (3, 41), (2, 20_000), (1, 100_000)])
def test_villages_share_every_holder_out_once(townships, holders):
    size = Size(**(LIKE | {"townships": townships, "holders": holders}))

    batches = list(size.batches())

    villages = [village for batch in batches for village in batch]
    assert villages == list(size.villages())
    assert sum(count for _code, _first, count in villages) == townships * holders
    assert [first for _c, first, _n in villages] == sorted({first for _c, first, _n in villages})
    assert max(sum(count for _c, _f, count in batch) for batch in batches) <= 25_000


def test_the_last_month_is_open_and_the_others_are_confirmed():
    made = county()

    states = set(Sheet.objects.values_list("month", "state"))
    assert states == {(OCTOBER.previous(), "confirmed"), (OCTOBER, "open")}
    assert not SheetLine.objects.filter(sheet__month=OCTOBER).exclude(days=0).exists()
    assert masks(OCTOBER, made.county).count() == 120


def test_check_ins_bear_out_the_days_of_confirmed_sheets():
    made = county()
    september = OCTOBER.previous()

    shown = {row["contract_id"]: row for row in masks(september, made.county)}

    lines = SheetLine.objects.filter(sheet__month=september)
    for line in lines:
        assert (shown[line.contract_id]["full"] or 0) == line.full_days
        assert (shown[line.contract_id]["half"] or 0) == line.half_days
    assert CheckIn.objects.filter(day__week_day__in=[1, 7]).count() == 0


def test_a_longer_time_renews_contracts_each_year():
    county(townships=1, holders=10, months=14)

    assert Contract.objects.count() == Cover.objects.count() == 20
    assert (
        Contract.objects.filter(starts_on=date(2026, 9, 1), ends_on=date(2027, 8, 31)).count() > 8
    )


def test_every_planted_hold_is_found_by_payroll():
    made = county(holders=300, months=1, fraud=True, leaves_last_open=False)
    officer = made.people["township_officer"]

    payroll.prepare(OCTOBER, made.county, by=officer)

    held = Hold.objects.values_list("code", "line__contract")
    found = {code: {c for k, c in held if k == code} for code in Hold.Code.values}
    planted = {pattern: set(contracts) for pattern, contracts in made.planted.items()}
    assert set(planted) == set(fraud.PATTERNS)
    assert found["fact"] == planted["V-10"] | planted["V-04"]
    assert found["name"] == planted["V-16"]
    assert found["insurance"] == planted["V-19"]
    assert found["account"] == set()


def test_without_fraud_nothing_is_held():
    made = county(months=1, leaves_last_open=False)

    payroll.prepare(OCTOBER, made.county, by=made.people["township_officer"])

    assert PayLine.objects.count() == 120
    assert not Hold.objects.exists() and not Fact.objects.exists()


def test_shared_telephones_and_equal_hours_are_planted():
    made = county(holders=300, months=1, fraud=True)

    phones = CheckIn.objects.filter(contract__in=made.planted["V-01"]).values("device").distinct()
    hours = CheckIn.objects.filter(contract__in=made.planted["V-02"]).values("in_at").distinct()
    assert phones.count() < len(made.planted["V-01"])
    assert hours.count() == 1


def test_nobody_can_sign_in_as_an_officer_of_a_synthetic_county():
    made = county()

    assert Appointment.objects.filter(area=made.county).count() == len(made.people)
    assert not any(user.has_usable_password() for user in made.people.values())


def test_the_command_tells_what_it_made():
    out = StringIO()

    call_command(
        *("simulate", "--townships=1", "--holders=45", "--months=1", "--seed=9", "--fraud"),
        *("--last=2026-10", "--json"),
        stdout=out,
        stderr=StringIO(),
    )

    told = json.loads(out.getvalue())
    assert told["county"] == "990210000000"
    assert told["holders"] == 45
    assert Sheet.objects.get(area="990210101001").state == "open"


def test_the_command_refuses_with_status_one():
    with pytest.raises(SystemExit) as left:
        call_command("simulate", "--holders=0", stderr=StringIO())

    assert left.value.code == 1


def test_the_floor_of_payroll_computes_what_payroll_computes():
    paid = {"funds": ("employment",), "leaves_last_open": False, "last": MONTH}
    made = county(townships=1, months=1, **paid)
    add_doubts(made, each=10)
    (run,) = payroll.prepare(MONTH, made.county, by=made.people["township_officer"])

    differences = payroll_floor.compare(made.county)

    assert {hold.code for hold in Hold.objects.all()} == {"fact", "account", "name", "insurance"}
    assert run.lines.filter(offset__gt=0).exists()
    assert differences == (0, 0)


@pytest.mark.parametrize("holders", [40, 400])
def test_a_run_takes_the_same_few_queries_for_any_number(holders):
    made = county(townships=1, holders=holders, months=1, funds=("employment",))
    officer = made.people["township_officer"]

    with watch() as seen:
        payroll.prepare(OCTOBER, made.county, by=officer)

    assert seen.queries <= 34
    assert seen.peak_mb < 1024


def test_a_figure_says_what_is_promised():
    figure = Figure("payroll", n=100, seconds=2.0, floor_seconds=1.0, peak_mb=50.0).as_json()

    assert figure == {
        "name": "payroll",
        "n": 100,
        "seconds": 2.0,
        "floor_seconds": 1.0,
        "ratio": 2.0,
        "per_second": 50.0,
        "peak_mb": 50.0,
    }


def test_an_unknown_benchmark_is_named(monkeypatch):
    monkeypatch.setenv("BENCH_ONLY", "payrol")

    with pytest.raises(CommandError, match="payrol"):
        bench.chosen()


@pytest.mark.parametrize("asked", ["many", "0", "-5"])
def test_a_size_that_is_no_number_is_refused(monkeypatch, asked):
    monkeypatch.setenv("BENCH_N", asked)

    with pytest.raises(CommandError, match="BENCH_N"):
        bench.sizes()


def test_sizes_grow_by_tens(monkeypatch):
    monkeypatch.setenv("BENCH_N", "50000")

    assert bench.sizes() == [1000, 10_000, 50_000]
