"""Amendments: agreed by both sides, approved by another, paid from their day (W-3, W-7)."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import translation

from contracts.change_checks import standard_on
from contracts.models import Amendment, Contract
from payroll.explain import explain
from project.kernel.guards import NeedsReason, NotThisPerson, Refused
from project.kernel.models import Event
from project.kernel.money import half_up
from project.kernel.steps import do, turn_of
from tests import given, given_changes, given_exits

pytestmark = pytest.mark.django_db
SIXTEENTH, TODAY = date(2026, 10, 16), date(2026, 11, 22)
PDF = b"%PDF-1.7 amended"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def scene():
    """One holder of 600 yuan who works on 8 to 22 October: eight days before the 16th, seven on."""
    return given.scene(holders=1)


def refused(call, *args, **kwargs):
    with pytest.raises(Refused) as error:
        call(*args, **kwargs)
    return " ".join(error.value.messages)


def line(scene):
    return given.pay_run(scene).lines.select_related("contract").get()


class TestWhoAgrees:
    def test_the_township_proposes_the_worker_signs_the_leader_approves(self, scene):
        made = given_changes.proposed(scene, scene.contracts[0])
        assert (made.state, turn_of(made)) == ("drafted", ["Record the worker's agreement"])

        made = do(made, "agree", by=scene.staff.village_clerk, on=TODAY)
        assert turn_of(made) == ["Approve the amendment"]
        with pytest.raises(NeedsReason) as soft:
            do(made, "approve", by=scene.staff.township_leader)
        made = do(made, "approve", by=scene.staff.township_leader, note="纸质存档")

        assert len(soft.value.messages) == 3
        assert (made.state, turn_of(made)) == ("in_force", ["Nobody's"])
        verbs = Event.objects.of(scene.contracts[0]).values_list("verb", flat=True)
        assert "amend" in verbs

    def test_only_the_township_officer_proposes(self, scene):
        terms = {"starts_on": SIXTEENTH, "standard": Decimal(700), "reason": "调整"}
        for by in (scene.staff.village_clerk, scene.staff.township_leader):
            with pytest.raises(PermissionDenied):
                given_changes.change_flows.draft(contract=scene.contracts[0], by=by, **terms)

    def test_who_proposed_does_not_approve(self, scene):
        made = given_changes.proposed(scene, scene.contracts[0])
        made = do(made, "agree", by=scene.staff.village_clerk, on=TODAY)
        both = given.appoint(scene.staff.township_officer, "township_leader", scene.place.town)

        with pytest.raises(NotThisPerson):
            do(made, "approve", by=both, note="纸质存档")

    def test_nothing_is_approved_before_the_worker_agreed(self, scene):
        made = given_changes.proposed(scene, scene.contracts[0])

        assert "Not possible while" in refused(do, made, "approve", by=scene.staff.township_leader)

    @pytest.mark.parametrize("on", [date(2026, 11, 21), date(2026, 11, 23)])
    def test_the_day_of_signing_lies_between_the_proposal_and_today(self, scene, on):
        made = given_changes.proposed(scene, scene.contracts[0])

        assert refused(do, made, "agree", by=scene.staff.village_clerk, on=on)

    def test_the_signed_paper_is_kept(self, scene, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        made = given_changes.proposed(scene, scene.contracts[0], date(2026, 12, 1))
        scan = SimpleUploadedFile("变更协议.pdf", PDF)

        made = do(made, "agree", by=scene.staff.village_clerk, on=TODAY, scan=scan)

        assert made.scan.name == "变更协议.pdf"
        assert do(made, "approve", by=scene.staff.township_leader).state == "in_force"

    def test_a_proposal_is_dropped_with_a_reason(self, scene):
        made = given_changes.proposed(scene, scene.contracts[0])
        officer = scene.staff.township_officer

        assert refused(do, made, "void", by=officer, note="") == "Say why."
        assert do(made, "void", by=officer, note="本人不同意").state == "void"
        assert standard_on(scene.contracts[0], TODAY) == Decimal("600.00")


class TestWhatMayChange:
    @pytest.mark.parametrize(
        ("terms", "words"),
        [
            ({"standard": Decimal("600.00")}, "changes nothing"),
            ({"standard": None}, "changes nothing"),
            ({"starts_on": date(2025, 12, 31)}, "must lie within the contract"),
            ({"starts_on": date(2027, 1, 1)}, "must lie within the contract"),
            ({"ends_on": date(2027, 6, 30)}, "whoever goes on longer is renewed"),
            ({"ends_on": date(2026, 11, 21)}, "has passed"),
        ],
    )
    def test_terms_that_cannot_be_are_refused(self, scene, terms, words):
        assert words in refused(given_changes.proposed, scene, scene.contracts[0], **terms)

    def test_a_draft_has_no_amendments(self, scene):
        drafted = given.contract(scene.place.villages[0], scene.staff.township_officer)

        said = refused(given_changes.proposed, scene, drafted)

        assert "not in force, so its terms cannot be changed" in said

    def test_an_earlier_last_day_ends_the_contract_then(self, scene):
        last = date(2026, 12, 10)
        made = given_changes.in_force(scene, scene.contracts[0], standard=None, ends_on=last)

        contract = Contract.objects.get()
        assert (contract.ends_on, made.ended_before) == (last, date(2026, 12, 31))
        assert contract.state == "in_force"

    def test_a_policy_that_ended_carries_no_new_terms(self, scene):
        scene.place.document.valid_to = date(2026, 9, 30)
        scene.place.document.save()

        said = refused(given_changes.proposed, scene, scene.contracts[0])

        assert "ended on 2026-09-30; link the document that follows it first" in said

    def test_two_amendments_do_not_begin_on_one_day(self, scene):
        given_changes.in_force(scene, scene.contracts[0])

        said = refused(given_changes.proposed, scene, scene.contracts[0], standard=Decimal(800))

        assert "Another amendment is in force from the same day" in said

    def test_terms_in_force_are_never_rewritten(self, scene):
        made = given_changes.in_force(scene, scene.contracts[0])

        for change in ({"standard": 900}, {"starts_on": date(2026, 10, 1)}, {"state": "void"}):
            with pytest.raises(Exception, match="amendment"), transaction.atomic():
                Amendment.objects.filter(pk=made.pk).update(**change)
        with pytest.raises(Exception, match="amendment"), transaction.atomic():
            made.delete()

    def test_the_contract_stays_as_it_was_signed(self, scene):
        given_changes.in_force(scene, scene.contracts[0], title="护林员")

        contract = Contract.objects.get()
        assert (contract.standard, contract.title) == (Decimal("600.00"), "保洁员")
        assert standard_on(contract, date(2026, 10, 15)) == Decimal("600.00")
        assert standard_on(contract, SIXTEENTH) == Decimal("700.00")


class TestWhatIsPaid:
    def test_each_day_is_paid_under_the_standard_of_its_day(self, scene):
        given_changes.in_force(scene, scene.contracts[0])

        paid = line(scene)
        told = explain(paid)

        assert paid.due == half_up((Decimal(600) * 8 + Decimal(700) * 7) / 15) == Decimal("646.67")
        assert (paid.standard, [part.days for part in told.parts]) == (Decimal(700), ["8", "7"])
        assert "(600.00 × 8 + 700.00 × 7) ÷ 15 = 646.67 yuan" in told.why[1]
        assert "700.00 yuan from Oct. 16, 2026 on" in told.why[1]

    def test_a_whole_month_earns_each_standard_for_its_share(self):
        scene = given.scene(holders=1, days=range(8, 28))
        given_changes.in_force(scene, scene.contracts[0])

        assert line(scene).due == Decimal("660.00")  # (600 × 8 + 700 × 12) ÷ 20

    def test_by_the_day_every_day_has_its_rate(self):
        scene = given.scene(holders=0)
        officer = scene.staff.township_officer
        village = scene.place.villages[0]
        one = given.holder(village, officer, pay_basis="day", standard=Decimal(80))
        given.worked(one, officer, [8, 9, 16, 17, 18])
        given_changes.in_force(scene, one, standard=Decimal("90.50"))

        paid = line(scene)

        assert paid.due == Decimal("431.50")
        assert "80.00 × 2 + 90.50 × 3 = 431.50 yuan" in explain(paid).why[1]

    def test_half_days_count_half_under_their_own_standard(self, scene):
        (contract,) = scene.contracts
        half = given.worked(contract, scene.staff.township_officer, [7])[0]
        type(half).objects.bulk_create(
            [
                type(half)(
                    client_id="5f0e7c52-6d0a-4b0e-9a37-3c1f5a5d2b11",
                    contract=contract,
                    day=date(2026, 10, 23),
                    worth="0.5",
                    source="machine",
                    level=2,
                    received_by=scene.staff.township_officer,
                )
            ]
        )
        given_changes.in_force(scene, contract)

        # Nine days before the 16th, seven and a half from then on.
        assert line(scene).due == half_up((Decimal(600) * 9 + Decimal("5250")) / Decimal("16.5"))

    def test_before_the_month_it_is_the_only_standard(self, scene):
        given_changes.in_force(scene, scene.contracts[0], starts_on=date(2026, 9, 1))

        paid = line(scene)

        assert (paid.standard, paid.due) == (Decimal("700.00"), Decimal("700.00"))
        assert len(explain(paid).parts) == 1

    def test_after_the_month_it_is_none_of_its_business(self, scene):
        given_changes.in_force(scene, scene.contracts[0], starts_on=date(2026, 11, 1))

        assert line(scene).due == Decimal("600.00")

    def test_two_changes_in_a_month_make_three_parts(self, scene):
        (contract,) = scene.contracts
        given_changes.in_force(scene, contract, date(2026, 10, 10), Decimal("510.00"))
        given_changes.in_force(scene, contract, date(2026, 10, 20), Decimal("720.00"))

        paid = line(scene)

        assert paid.due == half_up((600 * 2 + 510 * 10 + Decimal(720) * 3) / 15)
        assert [part.standard for part in explain(paid).parts] == ["600.00", "510.00", "720.00"]

    def test_a_suspension_and_a_change_in_one_month(self, scene):
        (contract,) = scene.contracts
        given_changes.in_force(scene, contract)
        given_changes.suspended(
            scene, given_changes.current(contract), date(2026, 10, 14), date(2026, 10, 19)
        )

        # Six days before the suspension under 600, four after it under 700.
        assert line(scene).due == half_up((Decimal(600) * 6 + Decimal(700) * 4) / 15)

    def test_while_the_sheet_is_open_the_parts_follow_the_evidence(self, scene):
        given_changes.in_force(scene, scene.contracts[0])
        given.sheets(scene, "open")
        (run,) = given.payroll.prepare(
            scene.month, scene.place.town.code, by=scene.staff.township_officer
        )

        assert run.lines.get().due == Decimal("646.67")

    def test_other_people_and_raised_rules_change_nobody_elses_standard(self):
        scene = given.scene(holders=2)
        given_exits.placed(scene, scene.contracts[0]).post.__class__.objects.update(standard=900)
        given.rule(scene.place.county, "post.standard", "900.00", scene.place.document)
        given_changes.in_force(scene, scene.contracts[1])

        dues = given.pay_run(scene).lines.order_by("contract").values_list("due", flat=True)

        assert list(dues) == [Decimal("600.00"), Decimal("646.67")]

    def test_a_run_prepared_before_is_prepared_again(self, scene):
        run = given.pay_run(scene)
        given_changes.in_force(scene, scene.contracts[0])

        said = refused(do, run, "confirm", by=scene.staff.township_reviewer)

        assert "contracts have changed since the run was prepared" in said

    @pytest.mark.parametrize(
        ("state", "words"),
        [
            ("confirmed", "The run of 2026-10 stands on the old terms; send it back first."),
            ("sent", "2026-10 is paid under the old terms; let the new ones begin later."),
        ],
    )
    def test_a_month_already_billed_keeps_its_terms(self, scene, state, words):
        made = given_changes.proposed(scene, scene.contracts[0])
        made = do(made, "agree", by=scene.staff.village_clerk, on=TODAY)
        given.pay_run(scene, state)

        leader = scene.staff.township_leader
        assert words in refused(do, made, "approve", by=leader, note="纸质存档")
        assert words in refused(given_changes.proposed, scene, scene.contracts[0])
        later = given_changes.in_force(scene, scene.contracts[0], starts_on=date(2026, 11, 1))
        assert later.state == "in_force"

    def test_counted_days_are_not_cut_off(self):
        scene = given.scene(holders=1, days=range(8, 23))
        made = given_changes.proposed(
            scene, scene.contracts[0], standard=None, ends_on=date(2026, 12, 10)
        )
        assert made.state == "drafted"


def test_the_database_takes_no_term_in_force_that_nobody_agreed(scene):
    made = given_changes.proposed(scene, scene.contracts[0])

    with pytest.raises(IntegrityError), transaction.atomic():
        Amendment.objects.filter(pk=made.pk).update(state="in_force")
