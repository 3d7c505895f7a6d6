"""Synthetic projects keep every rule of real ones, and the benchmark of shares runs on them."""

from decimal import Decimal

import pytest
from django.db.models import Sum

from payroll.models import PayLine
from project.benchmarks import relief_share
from project.benchmarks.scratch import MONTH
from project.simulation.county import build
from project.simulation.plan import Size
from project.simulation.relief import FUND, add_projects, add_wages
from workrelief.forecast import reports_of
from workrelief.models import Member, Project, WageBatch, WageLine
from workrelief.shares import shares

pytestmark = pytest.mark.django_db


@pytest.fixture
def made():
    like = {"townships": 2, "holders": 30, "months": 1, "seed": 3, "last": MONTH}
    made = build(Size(**like, funds=(FUND,), checks_in=False, leaves_last_open=False))
    relief_share._pay(made)
    add_projects(made, 4, on=MONTH.last)
    add_wages(made, MONTH)
    return made


def test_everybody_stands_on_the_roster_of_a_project_of_their_township(made):
    members = Member.objects.select_related("project", "contract")

    assert members.count() == made.holders == 60
    assert {m.project.area_id for m in members} == {m.area_id[:9] + "000" for m in members}
    assert all(m.contract.attested and m.contract.pay_basis == "day" for m in members)
    assert {m.labour_class for m in members} == {"mass", "machine"}


def test_shares_count_the_paid_lines_of_those_who_count(made):
    paid = PayLine.objects.filter(
        sent__results__outcome="success", contract__relief_member__labour_class="mass"
    )

    found = shares(Project.objects.all())

    assert len(found) == 4 and sum(share.paid for share in found) > 0
    assert sum(share.paid for share in found) == paid.aggregate(sum=Sum("amount"))["sum"]
    for share in found:
        assert share.paid == sum(yuan for _on, yuan in share.payments)
        assert share.last_on == share.days[-1]
        assert share.minimum == Decimal("0.30") and share.plan_reaches


def test_a_filed_month_and_reports_belong_to_each_project(made):
    assert set(WageBatch.objects.values_list("state", flat=True)) == {"filed"}
    assert WageLine.objects.count() == 60
    assert {len(told) for told in reports_of(Project.objects.all()).values()} == {2}


def test_the_benchmark_measures_shares_and_page_beside_their_floor(made):
    figure, page = relief_share._shares(60, made), relief_share._page(60, made)

    assert (figure.name, figure.queries) == ("relief-share", 1)
    assert page.name == "relief-page" and page.queries < 20
    assert figure.seconds > 0 and figure.floor_seconds > 0 and page.floor_seconds > 0
