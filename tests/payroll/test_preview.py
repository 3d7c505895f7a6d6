"""What a month would pay is computed without a trace, and equals what is then prepared."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, Phase, Verbosity, settings
from hypothesis import given as hypothesis_given
from hypothesis import strategies as some

from payroll import previews, services
from payroll.models import Hold, PayRun
from payroll.previews import preview
from payroll.tasks import look_ahead
from policy.models import Allocation, PolicyDocument, Rule
from project.kernel.models import Job
from project.kernel.months import Month
from tests import given
from tests.payroll import oracle, township_rows
from tests.payroll import township_cases as cases

pytestmark = pytest.mark.django_db
TABLES = """
    SELECT quote_ident(table_name) FROM information_schema.tables
    WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY 1
"""
CONTENT = """
    SELECT count(*), md5(coalesce(string_agg(md5(t::text), '' ORDER BY t::text), '')) FROM {} t
"""
NUMBERS = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema()"


def everything():
    """What every table holds, and the last number that each sequence gave."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        tables = [name for (name,) in cursor.fetchall()]
        found = {}
        for table in tables:
            cursor.execute(CONTENT.format(table))
            found[table] = cursor.fetchone()
        cursor.execute(NUMBERS)
        return found | dict(cursor.fetchall())


@pytest.fixture
def scene():
    return given.scene(holders=3)


def looked_at(scene, **fields):
    asked = {"month": scene.month, "area": scene.place.town.code} | fields
    return preview(**asked, by=scene.staff.township_officer)


def test_a_preview_leaves_nothing_in_any_table(scene):
    given.sheets(scene)
    given.fact(scene.contracts[0].person, scene.staff.township_officer)
    before = everything()

    found = looked_at(scene)

    assert len(before) > 50
    assert len(found.lines) == 3
    assert everything() == before


def test_a_preview_is_what_is_prepared_right_after_it(scene):
    given.sheets(scene)
    given.fact(scene.contracts[0].person, scene.staff.township_officer)
    found = looked_at(scene)

    run = given.payroll.prepare(
        scene.month, scene.place.town.code, by=scene.staff.township_officer
    )[0]

    lines = run.lines.with_state().order_by("number")
    assert [(line.contract, line.item, line.amount, line.state) for line in found.lines] == [
        (line.contract_id, line.get_item_display(), line.amount, line.state) for line in lines
    ]
    (row,) = found.runs
    assert (row.people, row.sum, row.held, row.held_sum) == (3, Decimal(1800), 1, Decimal(600))
    assert PayRun.objects.count() == 1


@pytest.mark.parametrize("profile", list(cases.MONTHS))
def test_any_townships_preview_equals_its_run_to_the_cent(profile):
    """Two hundred engagements under a region's rules: rates, caps, holds, offsets, changes."""
    region = township_rows.region(profile)

    @settings(
        max_examples=1,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis_given(
        month=some.sampled_from(cases.MONTHS[profile]),
        law=some.binary(min_size=96, max_size=96),
        drawn=some.lists(
            some.binary(min_size=cases.BYTES, max_size=cases.BYTES),
            min_size=cases.SLOTS,
            max_size=cases.SLOTS,
        ),
    )
    def agrees(month, law, drawn):
        with transaction.atomic():
            compare(region, month, law, drawn)
            transaction.set_rollback(True)

    agrees()


def compare(region, month, law, drawn):
    """Write a random township's month, look at it, then prepare it."""
    dice, days = cases.Dice(law), Month(*month).dates()
    township_rows.write_rules(region, cases.rules(dice, days))
    plans, pauses = cases.plans(dice), cases.pauses(dice, days)
    township_rows.write_plans(region, plans, pauses)
    world = oracle.World(
        *month,
        rules=township_rows.known_rules(),
        holidays=cases.HOLIDAYS,
        plans=tuple(plans),
        pauses=tuple(pauses),
    )
    township_rows.write_cases(
        region, [cases.case(one, at, days) for at, one in enumerate(drawn)], world
    )
    month, by = Month(*month), region.staff[0]

    found = preview(month, cases.TOWN, by=by)
    runs = services.prepare(month, cases.TOWN, by=by)

    would = {
        (line.contract, line.item): (line.due, line.amount, line.state, line.codes)
        for line in found.lines
    }
    does = {
        (line.contract_id, line.get_item_display()): (
            line.due,
            line.amount,
            line.state,
            tuple(str(hold.get_code_display()) for hold in line.holds.order_by("code", "pk")),
        )
        for run in runs
        for line in run.lines.with_state()
    }
    assert len(does) > 100
    assert would == does
    assert sum(run.sum for run in found.runs) == sum(amount for _d, amount, *_ in does.values())


def test_what_was_released_in_a_prepared_run_stays_released(scene):
    given.fact(scene.contracts[0].person, scene.staff.township_officer, given.Fact.Kind.INSURED)
    given.pay_run(scene)
    services.release(Hold.objects.get(), by=scene.staff.township_officer, reason="已核实")

    (row,) = looked_at(scene).runs

    assert (row.held, row.payable) == (0, 3)


def test_the_month_before_stands_beside_it(scene):
    given.pay_run(scene, "sent")
    scene.month = given.OCTOBER.next()
    by, village = scene.staff.township_officer, scene.place.villages[0]
    stays, less, _gone = scene.contracts
    given.worked(stays, by, range(1, 16), month=scene.month)
    given.worked(less, by, range(1, 11), month=scene.month)
    given.Contract.objects.filter(pk=_gone.pk).update(ends_on=date(2026, 10, 31))
    fresh = given.holder(village, by, name="赵六", starts_on=date(2026, 11, 1))
    given.worked(fresh, by, range(1, 16), month=scene.month)

    found = looked_at(scene)

    (row,) = found.runs
    assert (row.before, row.sum, row.new, row.gone) == (1800, 1600, 1, 1)
    assert [(one.name, one.kind, one.difference) for one in found.changes] == [
        ("李四2", "gone", -600),
        ("赵六", "new", 600),
        ("李四1", "less", -200),
    ]
    assert [(line.name, line.before, line.is_new) for line in found.lines] == [
        ("李四0", 600, False),
        ("李四1", 600, False),
        ("赵六", 0, True),
    ]


def test_it_says_what_stands_in_the_way(scene):
    Allocation.objects.create(
        fund_id="employment",
        area=scene.place.town,
        year=2026,
        amount=1000,
        document="云岭财〔2026〕1号",
        added_by=scene.staff.finance_officer,
    )

    given.sheets(scene, "open")

    found = looked_at(scene)

    assert len(found.stands) == 3
    (left,) = found.balances
    assert (left.given, left.planned, left.left, left.short) == (1000, 1800, -800, True)
    assert "800.00" in found.stands[-1]


def test_an_ended_policy_stops_it_and_the_sums_are_shown_all_the_same(scene):
    PolicyDocument.objects.filter(pk=scene.place.document.pk).update(valid_to=date(2026, 9, 30))

    found = looked_at(scene)

    assert len(found.refusals) == 1
    assert found.runs[0].sum == 1800


def test_a_month_whose_days_no_rule_says_is_told_in_a_sentence(scene):
    Rule.objects.filter(code="attendance.required_days").delete()

    found = looked_at(scene)

    assert (len(found.refusals), found.runs) == (1, ())


def test_it_belongs_to_who_prepares_the_pay(scene):
    with pytest.raises(PermissionDenied):
        preview(scene.month, scene.place.town.code, by=scene.staff.township_leader)


class TestPages:
    @pytest.fixture
    def officer(self, scene):
        client = Client()
        client.force_login(scene.staff.township_officer)
        return client

    def opened(self, officer, scene, name="preview", **asked):
        asked = {"month": "2026-10", "area": scene.place.town.code} | asked
        return officer.get(reverse(f"payroll:{name}"), asked)

    def test_the_month_before_this_one_is_offered_first(self, officer):
        said = officer.get(reverse("payroll:preview")).content.decode()

        assert 'value="2026-10"' in said

    def test_lines_are_searched_chosen_and_sorted(self, officer, scene):
        given.fact(scene.contracts[0].person, scene.staff.township_officer)

        def names(**asked):
            rows = self.opened(officer, scene, **asked).context["rows"]
            return [row["cells"][0][1] for row in rows]

        assert names() == ["李四0", "李四1", "李四2"]
        assert names(q="李四1") == ["李四1"]
        assert names(q="青石村0 保洁员", show="held") == ["李四0"]
        assert names(sort="name", show="payable") == ["李四1", "李四2"]
        assert names(show="excluded") == []
        assert names(show="nonsense", sort="nonsense", after="x") == names()

    def test_a_workbook_has_the_lines_that_were_asked_for(self, officer, scene):
        answer = self.opened(officer, scene, q="李四1", format="xlsx")

        rows = list(openpyxl.load_workbook(BytesIO(answer.content)).active.values)
        assert [(row[0], row[8]) for row in rows[1:]] == [("李四1", 600)]

    def test_pages_hold_fifty_lines(self, scene, officer, monkeypatch):
        monkeypatch.setattr("payroll.preview_tables.AT_ONCE", 2)

        first = self.opened(officer, scene)
        second = self.opened(officer, scene, after=first.context["after"])

        assert [len(page.context["rows"]) for page in (first, second)] == [2, 1]
        assert (second.context["after"], second.context["first"]) == ("", False)

    def test_an_area_of_others_is_no_choice(self, officer, scene):
        other = given.township("990456100000").town

        answer = self.opened(officer, scene, area=other.code)

        assert answer.status_code == 200
        assert "runs" not in answer.context
        assert answer.context["form"].errors["area"]

    def test_other_values_are_filled_in_where_they_differ(self, officer, scene):
        asked = {"subsidy.cap": "500", "grade.factor/unqualified": "0.5", "percent": ""}

        answer = self.opened(officer, scene, "what-if", **asked)

        (effect,) = answer.context["found"].runs
        assert (effect.before, effect.after) == (1800, 1500)
        assert answer.context["count"] == 3

    def test_a_wrong_value_is_named_beside_its_field(self, officer, scene):
        asked = {
            "subsidy.cap": "much",
            "grade.factor/unqualified": "x",
            "standard:保洁员": "-1",
            "attendance.required_days": "many",
        }

        answer = self.opened(officer, scene, "what-if", **asked)

        assert set(answer.context["values"].errors) == set(asked)
        assert "found" not in answer.context

    @pytest.mark.parametrize(
        ("name", "text", "after"),
        [
            ("attendance.required_days", "20", 1350),
            ("insurance.mandatory", "false", 1800),
            ("leave.lowers_required_days", "all", 1800),
            ("attendance.min_days", "16", 1800),
            ("subsidy.social_insurance/service", "10", 1830),
            ("standard:保洁员", "650", 1950),
            ("percent", "10", 1980),
        ],
    )
    def test_each_kind_of_value_is_taken_from_its_field(self, officer, scene, name, text, after):
        answer = self.opened(officer, scene, "what-if", **{name: text})

        assert answer.context["found"].runs[0].after == after

    def test_what_is_too_much_is_given_to_the_workers(self, officer, scene, monkeypatch):
        monkeypatch.setattr(previews, "HOLDERS_AT_ONCE", 1)
        asked = f"?month=2026-10&area={scene.place.town.code}"

        page = self.opened(officer, scene)
        sent = officer.post(reverse("payroll:preview") + asked)
        job = Job.objects.get()
        look_ahead.func(job.pk, "2026-10", scene.place.town.code)
        kept = officer.get(Job.objects.get().url)

        assert page.context["large"] is True
        assert sent.headers["Location"] == reverse("job", args=[job.pk])
        assert kept.context["total"]["sum"] == 1800
        assert not PayRun.objects.exists()

    def test_what_the_workers_found_is_not_there_for_others(self, scene, officer):
        kept = Job.objects.create(
            kind="payroll.preview", title="x", state="done", by=scene.staff.township_reviewer
        )

        assert officer.get(reverse("payroll:kept-preview", args=[kept.pk])).status_code == 404

    def test_the_page_asks_as_often_for_forty_people_as_for_five(self):
        counts = set()
        for code, holders in (("990123100000", 5), ("990124100000", 40)):
            place = given.township(code, villages=1)
            people = given.staff(place)
            for n in range(holders):
                one = given.holder(place.villages[0], people.township_officer, name=f"李四{n}")
                given.worked(one, people.township_officer, range(8, 23))
            client = Client()
            client.force_login(people.township_officer)
            asked = {"month": "2026-10", "area": code, "subsidy.cap": "500"}
            client.get(reverse("payroll:what-if"), asked)
            with CaptureQueriesContext(connection) as queries:
                for name in ("preview", "what-if"):
                    client.get(reverse(f"payroll:{name}"), asked)
            counts.add(len(queries))

        assert len(counts) == 1
