"""The demo township's October comes to what an honest payroll comes to, to the cent."""

import html
import json
import re
from collections import Counter
from decimal import Decimal

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.test import Client, override_settings

from attendance.models import Sheet
from payroll.models import PayLine, PayRun
from project.demo import people, story
from project.integrity import sealing
from project.integrity.rounds import examine, faults
from project.kernel.models import Event, User
from registry.models import ImportedFile
from tests.conftest import TODAY
from workrelief.models import Project, WageBatch
from workrelief.shares import shares

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demo")]
EXPECTED = json.loads((story.FILES / "expected.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def told(django_db_setup, django_db_blocker, tmp_path_factory):
    """The story told once for all tests of this page, and taken back after them."""
    out = tmp_path_factory.mktemp("told")
    with (
        django_db_blocker.unblock(),
        time_machine.travel(TODAY, tick=True),
        override_settings(DEBUG=True, VAR_DIR=out),
        transaction.atomic(),
    ):
        with (out / "said").open("w") as said:
            call_command("demo", stdout=said)
        yield out
        transaction.set_rollback(True)


def lines():
    posts = PayLine.objects.filter(contract__attested=False)
    rows = posts.with_state().select_related("person").prefetch_related("holds__fact")
    return {line.person.id_number: line for line in rows}


def test_every_line_comes_to_the_cent_and_the_three_held_ones_are_named(told):
    found = lines()

    assert {k: (str(x.amount), int(x.days_worked)) for k, x in found.items()} == {
        k: (row["amount"], row["days"]) for k, row in EXPECTED.items()
    }
    held = {k: hold.fact.kind for k, x in found.items() for hold in x.holds.all()}
    assert held == {k: row["held"] for k, row in EXPECTED.items() if "held" in row}


WALKERS = ("jingban", "wenshu", "yezhu", "xitong")  # of quite different rights


@pytest.mark.parametrize("who", WALKERS)
def test_no_link_that_somebody_is_shown_leads_nowhere(told, who):
    client, todo, met, broken = Client(), [("/", "")], set(), []
    client.force_login(User.objects.get(username=who))
    while todo:
        address, shown_on = todo.pop(0)
        shape = re.sub(r"\d+", "N", address.split("?")[0])
        if shape in met or shape in ("/logout/", "/i18n/setlang/"):
            continue
        met.add(shape)
        answer = client.get(address)
        if answer.status_code >= 400:
            broken.append((address, answer.status_code, shown_on))
        elif not answer.streaming and "html" in answer.headers.get("Content-Type", ""):
            found = re.findall(r'<a[^>]+href="(/[^"#]*)"', answer.content.decode())
            todo += [(html.unescape(one), address) for one in found]
    assert broken == []
    assert len(met) > 20


def test_the_month_is_closed_for_one_fund_and_waits_for_the_department_in_the_other(told):
    assert dict(PayRun.objects.values_list("fund", "state")) == {
        "central_investment": "closed",
        "employment": "closed",
        "linking": "township_approved",
    }
    assert Counter(x.state for x in lines().values())["paid"] == 32


def test_a_months_wages_of_the_project_are_on_cards_and_filed(told):
    batch = WageBatch.objects.select_related("project").get(month=story.MONTH)
    (share,) = shares(Project.objects.all())

    assert (batch.state, batch.project.state) == ("filed", "started")
    assert share.paid == sum(line.amount for line in batch.lines.all()) == Decimal("14430.00")
    assert share.plan_reaches and not share.paid_reaches


def test_its_papers_and_bank_files_are_written(told):
    names = {path.name for path in (told / "demo").iterdir()}

    subsidies = ("F-07", "F-09", "F-10", "F-11", "F-12", "F-13", "F-14", "F-33")
    for form in (*subsidies, "F-23", "F-24", "F-25", "F-26", "F-27", "F-28"):
        assert any(name.startswith(form) and name.endswith(".pdf") for name in names), form
    assert "X-12-调度表.xlsx" in names
    assert any(name.endswith("X-06.csv") for name in names)


def test_the_whole_story_stands_up_to_every_check(told):
    sealing.seal()

    assert faults(examine()) == []


def test_a_second_run_changes_nothing(told):
    before = (Event.objects.count(), PayLine.objects.count(), ImportedFile.objects.count())

    with (told / "again").open("w") as said:
        call_command("demo", stdout=said)

    assert before == (
        Event.objects.count(),
        PayLine.objects.count(),
        ImportedFile.objects.count(),
    )
    assert Sheet.objects.filter(month=story.MONTH, state="billed").count() == 4


def test_every_role_has_a_login(told):
    said = (told / "said").read_text(encoding="utf-8")

    for username, name, _role, _area in people.STAFF:
        assert f"{username:<10} {name}" in said
