"""Those who look after certificates see them, and hear in time that one ends."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone, translation

from registry import certificates
from registry.certificate_pages import lines
from tests import given, given_certificates

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
URL = "registry:certificate-list"


@pytest.fixture
def place():
    return given.township()


@pytest.fixture
def office(place):
    return given_certificates.office(place)


def before_the_end(certificate, days):
    return time_machine.travel(certificate.valid_to - timedelta(days=days), tick=False)


def test_the_keeper_sees_roots_clocks_and_seals_but_no_workers(client, place, office):
    certificates.one_time_signer(given.person(place.villages[0], name="赵六"))
    client.force_login(office.keeper)

    page = client.get(reverse(URL)).content.decode()

    assert "云岭镇100人民政府" in page
    assert "示例县23公益岗签章根证书" in page
    assert "赵六" not in page


def test_nobody_else_sees_them(client, place, office):
    client.force_login(given.user("township_leader", at=place.town))

    assert client.get(reverse(URL)).status_code == 403


def test_a_keeper_elsewhere_sees_none_of_ours(client, office):
    client.force_login(given.user("sysadmin", at=given.township("990124100000").county))

    assert "云岭镇100" not in client.get(reverse(URL)).content.decode()


@pytest.mark.parametrize(("days", "warned"), [(61, None), (59, 60), (29, 30)])
def test_the_inbox_warns_sixty_and_thirty_days_before_a_seal_ends(office, days, warned):
    with before_the_end(office.seal, days), translation.override("en"):
        waiting = lines(office.keeper)

    assert [one.step for one in waiting] == (
        [f"Renew a certificate within {warned} days"] if warned else []
    )


def test_a_renewed_seal_is_warned_of_no_more(office):
    with before_the_end(office.seal, 40):
        certificates.renew(office.seal, by=office.keeper)

        assert lines(office.keeper) == []


def test_only_the_keeper_is_warned(place, office):
    clerk = given.user("township_officer", at=place.town)

    with before_the_end(office.seal, 10):
        assert lines(clerk) == []
        assert timezone.now() < office.seal.valid_to
