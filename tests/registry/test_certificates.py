"""Certificates: issued by the right people, found for use, revoked once and for good."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from cryptography import x509
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from project.kernel.guards import Refused
from project.kernel.models import Event
from project.kernel.signing.keys import certificate_from, key_from
from project.kernel.signing.verdict import judged
from registry import certificates
from registry.models import Certificate
from tests import given, given_certificates, given_signed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Purpose, Reason = Certificate.Purpose, Certificate.Reason


@pytest.fixture
def place():
    return given.township()


@pytest.fixture
def office(place):
    return given_certificates.office(place)


@pytest.fixture
def clock_moves():
    """Let time pass for the rest of a test."""
    travels = []

    def go(by):
        travels.append(time_machine.travel(timezone.now() + by, tick=True))
        travels[-1].start()

    yield go
    for travel in reversed(travels):
        travel.stop()


def signed(place):
    """A paper signed by a worker and by the township, as the house signs."""
    known = {
        "stamper": certificates.time_stamper(),
        "revocations": certificates.revocation_lists(),
    }
    worker = certificates.one_time_signer(given.person(place.villages[0]))
    half = given_signed.signed_by(given_signed.prepared(), "worker", worker, **known)
    seal = certificates.seal_signer(place.town)
    return given_signed.signed_by(half, "township", seal, **known)


def judge(pdf):
    known = {"roots": certificates.trusted_roots(), "revocations": certificates.revocation_lists()}
    return judged(pdf, **known)


def test_what_the_house_signs_it_judges_sound(place, office):
    said = judge(signed(place))

    assert said.faults == ()
    assert [one.signer for one in said.signatures] == ["张三", "云岭镇100人民政府"]


def test_a_seal_keeps_its_key_sealed_and_its_office_by_name(place, office):
    seal = Certificate.objects.get(purpose=Purpose.SEAL)

    assert key_from(seal.key).public_key() == certificate_from(seal.pem).public_key()
    assert certificate_from(seal.pem).subject.rfc4514_string() == (
        "CN=云岭镇100人民政府,O=示例县23,C=CN"
    )
    with connection.cursor() as cursor:
        cursor.execute("select key from registry_certificate where id = %s", [seal.pk])
        assert b"PRIVATE" not in bytes(cursor.fetchone()[0])


def test_the_key_of_a_worker_is_kept_nowhere(place, office):
    person = given.person(place.villages[0])

    signer = certificates.one_time_signer(person)

    kept = Certificate.objects.get(purpose=Purpose.WORKER)
    assert (kept.key, kept.person, kept.issued_by) == ("", person, None)
    assert kept.serial == certificates.serial_of(signer.certificate)
    assert kept.valid_to - kept.valid_from < timedelta(days=2)
    assert person.id_number not in signer.certificate.subject.rfc4514_string()


def test_a_certificate_for_one_signature_covers_the_day_it_was_drawn(place, office):
    drawn_at = timezone.now() - timedelta(days=3)

    signer = certificates.one_time_signer(given.person(place.villages[0]), at=drawn_at)

    assert signer.certificate.not_valid_before_utc <= drawn_at
    assert signer.certificate.not_valid_after_utc > datetime.now(UTC)


@pytest.mark.parametrize("role", ["township_leader", "department_officer", "inspector"])
def test_only_a_system_administrator_issues(place, role):
    with pytest.raises(PermissionDenied):
        certificates.issue(Purpose.ROOT, place.county, by=given.user(role, at=place.county))


def test_an_administrator_issues_only_in_their_areas(place, office):
    other = given.township("990124100000")

    with pytest.raises(PermissionDenied):
        certificates.issue(Purpose.SEAL, other.town, by=office.keeper)


def test_without_a_root_nothing_is_issued(place):
    keeper = given.user("sysadmin", at=place.county)

    with pytest.raises(Refused) as refused:
        certificates.issue(Purpose.SEAL, place.town, by=keeper)

    assert refused.value.messages[0].startswith("There is no root certificate for 云岭镇100.")


def test_a_township_without_a_seal_is_told_whom_to_ask(place):
    with pytest.raises(Refused) as refused:
        certificates.seal_signer(place.town)

    assert refused.value.messages == [
        "云岭镇100 has no valid seal certificate. The system administrator issues one."
    ]


def test_a_house_without_a_clock_is_told_whom_to_ask(place):
    with pytest.raises(Refused):
        certificates.time_stamper()


def test_a_renewed_seal_signs_from_then_on(place, office):
    renewed = certificates.renew(office.seal, by=office.keeper)

    signer = certificates.seal_signer(place.town)

    assert certificates.serial_of(signer.certificate) == renewed.serial != office.seal.serial
    assert renewed.subject == office.seal.subject
    assert judge(signed(place)).sound


def test_after_a_new_root_papers_of_the_old_one_stay_sound(place, office):
    old = signed(place)

    certificates.renew(office.root, by=office.keeper)
    certificates.renew(office.seal, by=office.keeper)

    assert judge(old).sound
    assert judge(signed(place)).sound
    assert len(certificates.trusted_roots()) == len(certificates.revocation_lists()) == 2


def test_a_revoked_seal_signs_no_more_and_what_it_signed_stands(place, office, clock_moves):
    before = signed(place)
    clock_moves(timedelta(hours=1))

    certificates.revoke(office.seal, by=office.keeper, reason=Reason.KEY_COMPROMISE)

    with pytest.raises(Refused):
        certificates.seal_signer(place.town)
    said = judge(before)
    assert said.sound
    assert "revoked later" in said.notes[0]


def test_the_list_names_the_revoked_at_once(place, office):
    assert len(x509.load_der_x509_crl(certificates.revocation_lists()[0])) == 0

    certificates.revoke(office.seal, by=office.keeper, reason=Reason.AFFILIATION_CHANGED)

    (entry,) = x509.load_der_x509_crl(certificates.revocation_lists()[0])
    assert f"{entry.serial_number:x}" == office.seal.serial


def test_a_certificate_is_revoked_once_and_for_a_reason_we_know(place, office):
    with pytest.raises(Refused):
        certificates.revoke(office.seal, by=office.keeper, reason="tired of it")
    certificates.revoke(office.seal, by=office.keeper, reason=Reason.SUPERSEDED)

    with pytest.raises(Refused) as refused:
        certificates.revoke(office.seal, by=office.keeper, reason=Reason.SUPERSEDED)
    with pytest.raises(Refused):
        certificates.renew(Certificate.objects.get(pk=office.seal.pk), by=office.keeper)

    assert refused.value.messages == ["This certificate was revoked already."]


def test_everything_done_to_a_certificate_is_in_the_log(office):
    certificates.revoke(office.seal, by=office.keeper, reason=Reason.CESSATION, note="撤镇设街道")

    events = Event.objects.of(office.seal)

    assert [(event.verb, event.note) for event in events] == [
        ("issue", office.seal.serial),
        ("revoke", "撤镇设街道"),
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"pem": "other"},
        {"valid_to": datetime(2099, 1, 1, tzinfo=UTC)},
        {"subject": "别的镇"},
        {"serial": "1"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_database_changes_no_certificate(office, change):
    with pytest.raises(DatabaseError), transaction.atomic():
        Certificate.objects.filter(pk=office.seal.pk).update(**change)


def test_the_database_takes_no_revocation_back(office):
    certificates.revoke(office.seal, by=office.keeper, reason=Reason.SUPERSEDED)
    row = Certificate.objects.filter(pk=office.seal.pk)

    with pytest.raises(DatabaseError), transaction.atomic():
        row.update(revoked_at=None, revoked_by=None, revoked_for="")
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()
