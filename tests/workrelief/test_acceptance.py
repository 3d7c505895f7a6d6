"""What stands between the end of the works and their acceptance, and how it is put right."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import translation

from policy.models import Rule
from project.kernel.guards import Refused
from project.kernel.steps import do
from tests import given, given_posts, given_relief
from tests.workrelief.months import built, paid, reread, trained
from workrelief import records, roster, services
from workrelief.acceptance import papers_are_there
from workrelief.checks import shares_of
from workrelief.models import Project

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def accepted(made):
    """Another officer of the county than the one who handed the plan on."""
    other = given.user("ndrc_officer", at=made.place.county)
    return do(reread(made), "accept", by=other, on=ON)


def refused(made):
    """The one sentence that speaks against the acceptance."""
    with pytest.raises(Refused) as found:
        accepted(made)
    (told,) = found.value.messages
    return told


def test_works_are_accepted_when_everything_is_there_and_archived_at_the_end():
    made = built()

    project = accepted(made)
    assert (project.state, project.accepted_on) == ("accepted", ON)
    for step, who in (("put_in_use", "relief_owner"), ("hand_over", "relief_owner")):
        project = do(project, step, by=getattr(made.staff, who))
    assert do(project, "archive", by=made.staff.ndrc_officer).state == "archived"


def test_machine_hire_never_counts_and_the_acceptance_waits_for_labour():
    """S-16: one of two wages turns out to be the hire of a machine: 15 % of the fund is left."""
    made = built()
    assert shares_of(made.project)[0].paid == 4800
    by, said = made.staff.relief_engineer, {"labour_class": "machine", "note": "系挖掘机租赁"}
    roster.reclassify(made.members[-1], by=by, **said)

    (share,) = shares_of(made.project)
    assert (share.paid, share.paid_reaches) == (2400, False)
    assert refused(made) == (
        "Central budget investment 2026: labour of 2,400.00 yuan has arrived, 15.00% of "
        "16,000.00 yuan; at least 30.0% is required, 2,400.00 yuan are missing."
    ).replace("Central budget investment", share.fund_name).replace("30.0%", "30.00%")
    with pytest.raises(Refused, match="Say why"):
        do(reread(made), "rectify", by=made.staff.ndrc_officer, note="")
    project = do(reread(made), "rectify", by=made.staff.ndrc_officer, note="劳务报酬占比不足")
    assert project.state == "rectifying"
    roster.reclassify(made.members[-1], by=by, labour_class="mass", note="核实为普工")
    do(project, "put_right", by=made.staff.relief_owner, note="已核实更正")
    assert accepted(made).state == "accepted"


def test_machine_materials_and_crews_are_entered_apart_and_never_as_wages():
    made = given_relief.scene()
    paid_ = {"fund_line": made.lines[0], "payee": "示例机械租赁", "voucher": "财-1"}
    paid_ |= {"amount": Decimal(9000), "paid_on": date(2026, 10, 1)}
    by = made.staff.relief_owner
    with pytest.raises(Refused, match="never entered as a payment"):
        records.spend(made.project, by=by, kind="mass", **paid_)
    with pytest.raises(IntegrityError, match="spending_is_no_wage"), transaction.atomic():
        made.lines[0].spendings.create(
            kind="mass", added_by=by, **paid_ | {"fund_line": made.lines[0]}
        )
    records.spend(made.project, by=by, kind="machine", **paid_)

    assert shares_of(made.project)[0].paid == 0


def test_unpaid_wages_stop_the_acceptance():
    made = built(people=((120, "mass"), (120, "mass")))
    late = given_relief.enlist(made, 1, labour_class="management")
    given_relief.placed(made, late)
    trained(made, [late[0].person])
    batch = type(made.batch).objects.create(
        project=made.project, area=made.project.area, month=made.month.previous()
    )

    assert refused(made) == "The wages of 2026-09 are not filed yet."
    do(batch, "void", by=made.staff.relief_contractor, note="九月无人出工")
    assert accepted(made).state == "accepted"


def test_whoever_was_placed_was_trained():
    made = built()
    new = given_relief.enlist(made, 1)
    given_relief.placed(made, new)

    assert refused(made) == f"1 people are on no list of a course: {new[0].person.name}."
    trained(made, [new[0].person])
    assert accepted(made).state == "accepted"


def test_posts_that_were_promised_are_approved_first():
    made = built()
    Project.objects.update(promised_posts=1)
    made.department = made.project.owner
    given_posts.allocate(made.place, made.staff, "100000.00")
    post = given_posts.post(made, "reviewed")
    services.count_post(made.project, by=made.staff.relief_owner, post=post)

    assert refused(made) == "1 posts were promised, 0 are approved."
    with pytest.raises(Refused, match="counted for a project already"):
        services.count_post(made.project, by=made.staff.relief_owner, post=post)
    do(post, "approve", by=made.staff.department_officer, until=given_posts.LAST)
    assert accepted(made).state == "accepted"


def test_every_paper_the_rule_names_is_in_the_archive():
    made = built()
    given.rule(
        made.place.county, "relief.archive_papers", ["bank_slip", "ledger"], made.place.document
    )
    assert accepted(made).state == "accepted"


def test_a_missing_paper_is_named():
    made = given_relief.scene()
    reasons = acceptance_reasons(made)

    assert "A paper is missing: Bank slip." in reasons
    assert "A paper is missing: Photo of the signboard." not in reasons
    given_relief.paper(made, "bank_slip")
    assert "A paper is missing: Bank slip." not in acceptance_reasons(made)


def acceptance_reasons(made):
    return papers_are_there.failures(made.project)


def test_whoever_built_or_handed_the_plan_on_does_not_accept():
    made = built()
    given.appoint(made.staff.relief_owner, "ndrc_officer", made.place.county)

    for who in (made.staff.relief_owner, made.staff.ndrc_officer):
        with pytest.raises(Refused, match="another person must take this one"):
            do(reread(made), "accept", by=who, on=ON)
    with pytest.raises(PermissionDenied):
        do(reread(made), "accept", by=made.staff.relief_contractor, on=ON)


class TestMinimums:
    """Each fund line reaches its own minimum, that of the day it was issued."""

    TWO = [("central_investment", "10000", "4000"), ("linking_relief", "10000", "1500")]

    def test_two_funds_on_one_project_each_reach_their_own(self):
        """R-62: 30 % of central investment and 20 % of linking funds; one is short and named."""
        made = given_relief.scene(state="plan_issued", funds=self.TWO)
        minimum(made, "linking_relief", "0.20")

        with pytest.raises(Refused) as found:
            do(made.project, "prepare", by=made.staff.relief_owner)

        central, linking = shares_of(made.project)
        (told,) = found.value.messages
        assert told.startswith(f"{linking.fund_name} 2026: planned labour of 1,500.00 yuan")
        assert "500.00 yuan are missing" in told and central.fund_name not in told
        assert (central.plan_reaches, linking.plan_reaches) == (True, False)

    def test_paid_labour_of_one_fund_makes_up_for_no_other(self):
        made = given_relief.scene(funds=[("central_investment", "8000", "4000"), self.TWO[1]])
        minimum(made, "linking_relief", "0.20")
        people = given_relief.enlist(made, 2, line=made.lines[0])
        given_relief.placed(made, people)
        given_relief.worked(made, people)
        trained(made)
        paid(made)

        central, linking = shares_of(made.project)

        assert (central.paid, central.paid_reaches) == (4800, True)
        assert (linking.paid, linking.paid_reaches) == (0, False)

    def test_a_minimum_changed_mid_year_binds_what_is_issued_from_then_on(self):
        made = given_relief.scene()
        (before,) = shares_of(made.project)
        old = Rule.objects.get(
            code="relief.min_share", fund="central_investment", valid_to__isnull=True
        )
        minimum(made, "central_investment", "0.40", valid_from=date(2026, 9, 15))
        added = services.add_fund_line(
            made.project,
            by=made.staff.ndrc_officer,
            fund=given_relief.fund_("central_investment"),
            year=2026,
            amount=Decimal(200000),
            issued_on=date(2026, 9, 20),
        )

        first, supplement = shares_of(made.project)

        assert (before.minimum, first.minimum) == (Decimal("0.30"), Decimal("0.30"))
        assert (supplement.fund_line, supplement.minimum) == (added.pk, Decimal("0.40"))
        assert first.rule == old.pk != supplement.rule

    def test_the_money_of_an_issued_plan_is_kept(self):
        made = given_relief.scene()

        with pytest.raises(DatabaseError, match="issued plan is kept"), transaction.atomic():
            made.project.fund_lines.update(amount=1)


def minimum(made, fund, share, valid_from=date(2026, 1, 1)):
    """The least labour share of a fund in the county, from a day on."""
    return Rule.objects.create(
        code="relief.min_share",
        area=made.place.county,
        fund_id=fund,
        value=share,
        valid_from=valid_from,
        document=made.place.document,
    )
