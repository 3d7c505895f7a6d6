"""The worker signs on the phone, the township seals; either first, each once (W-3)."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone, translation

from contracts import signing
from contracts.documents import reissue
from contracts.models import Contract, PaperVisit, Signature
from project.kernel.guards import NotThisPerson, Refused
from project.kernel.models import Event
from project.kernel.signing.verdict import judged
from project.kernel.steps import do, turn_of
from registry import certificates, passes
from registry.models import Kinship, Pass
from tests import given_posts, given_signing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept_apart(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with translation.override("en"):
        yield


@pytest.fixture
def held():
    return given_signing.offered()


def refused(call, *args, **kwargs):
    with pytest.raises(Refused) as error:
        call(*args, **kwargs)
    return " ".join(error.value.messages)


def fresh(held):
    return Contract.objects.get(pk=held.contract.pk)


def verdict(held):
    lists = certificates.revocation_lists()
    return judged(
        given_signing.content(held), roots=certificates.trusted_roots(), revocations=lists
    )


def test_the_worker_first_then_the_seal_and_the_contract_is_signed(held):
    given_signing.sign(held, witness="王二")
    after_worker = fresh(held).state
    given_signing.seal(held)

    contract = fresh(held)
    assert (after_worker, contract.state) == ("offered", "signed")
    assert contract.signed_on == date(2026, 11, 22)
    assert turn_of(contract) == ["Put in force"]
    assert [f.number for f in held.paper.files.order_by("number")] == [0, 1, 2]


def test_the_seal_first_then_the_worker_and_the_contract_is_signed(held):
    given_signing.seal(held)
    turn = turn_of(fresh(held))
    given_signing.sign(held)

    assert turn == ["Have it signed"]
    assert (fresh(held).state, turn_of(fresh(held))) == ("signed", ["Put in force"])


def test_the_signed_paper_is_sound_and_names_both(held):
    given_signing.sign(held)
    given_signing.seal(held)

    found = verdict(held)

    assert found.sound, found.faults
    assert [(one.field, one.signer) for one in found.signatures] == [
        ("worker", "赵小六"),
        ("office", "云岭镇100人民政府"),
    ]


def test_how_the_worker_signed_is_kept(held):
    place = ("30.123456789", "110.5")

    given_signing.sign(held, witness=" 王二 ", place=place)

    one = Signature.objects.get()
    assert (one.side, one.means, one.witness) == ("worker", "phone", "王二")
    assert (str(one.latitude), str(one.longitude)) == ("30.123457", "110.500000")
    assert one.device == given_signing.PHONE
    assert one.picture.size > 100
    assert PaperVisit.objects.get().act == "signed"
    assert Pass.objects.get().used_at is not None


def test_a_link_signs_once(held):
    given_signing.sign(held)

    said = refused(given_signing.sign, held)

    assert "This link was used already" in said
    assert "The worker signed this contract on 2026-11-22." in said
    assert Signature.objects.count() == 1


def test_an_expired_contract_is_refused(held):
    with time_machine.travel("2028-01-03T10:00:00+08:00"):
        said = refused(given_signing.sign, held)

    assert "The last day of this contract, 2027-12-31, has passed" in said
    assert "This link has run out." in said


def test_a_void_contract_is_refused(held):
    do(held.contract, "void", by=held.scene.staff.township_leader, note="写错了")

    said = refused(given_signing.sign, held)

    assert "The contract is “Void”; it cannot be signed." in said
    assert not Signature.objects.exists()


def test_a_wording_that_was_not_read_is_refused(held):
    said = refused(given_signing.sign, held, paper_hash="0" * 64)

    assert said == "This is not the wording you have read. Open the link again and read."


def test_a_newer_version_is_refused(held):
    reissue(held.contract, by=held.scene.staff.township_officer, note="地址更正")

    said = refused(given_signing.sign, held)

    assert "A newer version of this contract has been made." in said


def test_terms_changed_behind_the_paper_are_refused_on_both_sides(held):
    Contract.objects.filter(pk=held.contract.pk).update(standard="700.00")

    worker, office = refused(given_signing.sign, held), refused(given_signing.seal, held)

    assert worker == office
    assert "changed after its paper was made; it must be offered anew" in worker
    assert not Signature.objects.exists()


def test_a_withdrawn_link_signs_nothing(held):
    by = held.scene.staff.village_clerk
    passes.withdraw(held.contract.person, by=by, purpose="sign", subject=held.paper.code)

    assert "This link was closed." in refused(given_signing.sign, held)


def test_a_new_link_closes_the_one_before(held):
    again = given_signing.with_link(held.scene, held.contract)

    old, signed = refused(given_signing.sign, held), given_signing.sign(again)

    assert "This link was closed." in old
    assert signed.state == "offered"


def test_a_link_lives_as_long_as_the_rule_says(held):
    hours = (held.let_in.valid_until - held.let_in.issued_at) / timedelta(hours=1)

    assert round(hours) == 72


def test_an_empty_drawing_is_no_signature(held):
    said = refused(given_signing.sign, held, picture_png=b"no picture")

    assert said == "The signature is not a PNG picture. Please sign again."
    assert fresh(held).state == "offered"
    assert Pass.objects.get().used_at is None


def test_whoever_has_another_contract_by_now_cannot_sign(held):
    terms = given_posts.post(held.scene, title="护林员")
    who = held.contract.person
    other = given_posts.contract(held.scene, "offered", who=who, terms=terms)
    do(other, "sign", by=held.scene.staff.village_clerk, on=date(2026, 11, 20))

    assert "already holds" in refused(given_signing.sign, held)


def test_a_no_is_kept_with_its_reason_and_the_contract_stays_offered(held):
    signing.decline(held.let_in, reason="工资太低", device=given_signing.PHONE)

    visit = PaperVisit.objects.get()
    event = Event.objects.of(held.contract).get(verb="decline")
    assert (visit.act, visit.reason) == ("declined", "工资太低")
    assert (event.by, event.note) == (held.scene.staff.village_clerk, "工资太低")
    assert fresh(held).state == "offered"
    assert "used already" in refused(given_signing.sign, held)


def test_a_no_needs_a_reason(held):
    assert refused(signing.decline, held.let_in, reason=" ") == "Say why you do not sign."


def test_five_wrong_id_numbers_close_the_link(held):
    tries = [signing.is_who(held.let_in, "000000") for _try in range(5)]

    right = signing.is_who(held.let_in, held.tail)

    assert (tries, right) == ([False] * 5, False)
    assert "This link was closed." in refused(given_signing.sign, held)


def test_four_wrong_id_numbers_do_not(held):
    for _try in range(4):
        signing.is_who(held.let_in, "000000")

    assert signing.is_who(held.let_in, held.tail.lower())


def test_only_the_township_leader_seals(held):
    with pytest.raises(PermissionDenied):
        do(held.contract, "seal", by=held.scene.staff.township_officer)


def test_nobody_seals_a_relatives_contract(held):
    leader = held.scene.staff.township_leader
    Kinship.objects.create(
        user=leader,
        person=held.contract.person,
        relation="兄弟",
        declared_on=date(2026, 1, 1),
    )

    with pytest.raises(NotThisPerson):
        given_signing.seal(held)


def test_the_seal_is_put_once(held):
    given_signing.seal(held)

    said = refused(given_signing.seal, held)

    assert said == "The township's seal is on this paper already."


def test_after_the_sealer_left_the_next_leader_concludes(held):
    given_signing.seal(held)
    gone = held.scene.staff.township_leader
    gone.appointments.update(ends_on=date(2026, 11, 21))
    given_signing.sign(held)
    waiting = fresh(held).state
    next_leader = given_signing.given.user("township_leader", at=held.scene.place.town)

    do(fresh(held), "seal", by=next_leader)

    assert (waiting, fresh(held).state) == ("offered", "signed")
    assert Signature.objects.count() == 2


def test_without_a_seal_certificate_the_leader_is_told_whom_to_ask(held):
    held.scene.place.town.certificates.filter(purpose="seal").update(
        revoked_at=timezone.now(), revoked_by=held.scene.sysadmin, revoked_for="superseded"
    )

    assert "The system administrator issues one." in refused(given_signing.seal, held)


def test_links_are_handed_out_by_the_village_alone(held):
    with pytest.raises(PermissionDenied):
        signing.hand_out(held.contract, by=held.scene.staff.finance_officer)


def test_a_replaced_file_is_not_signed_on(held):
    given_signing.sign(held)
    kept = held.paper.files.get(number=1)
    with kept.file.storage.open(kept.file.name, "wb") as file:
        file.write(b"%PDF-1.7 another")

    assert "was altered; tell the system administrator" in refused(given_signing.seal, held)


def test_the_paper_way_stays(held):
    by = held.scene.staff.village_clerk

    contract = do(held.contract, "sign", by=by, on=date(2026, 11, 20))

    assert (contract.state, turn_of(contract)) == ("signed", ["Put in force"])
