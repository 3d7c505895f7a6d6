"""No way round the places of a post: neither a contract on its way nor a day that is past."""

import pytest

from posts import checks
from project.kernel.guards import Refused
from project.kernel.steps import do
from tests import given_hires

pytestmark = pytest.mark.django_db


def test_a_post_with_a_contract_on_its_way_is_not_closed():
    scene = given_hires.scene()
    hire = given_hires.hire(scene, "placed")

    with pytest.raises(Refused) as refused:
        do(hire.post, "close", by=scene.staff.department_officer, note="不再需要")

    assert hire.person.name in refused.value.messages[0]
    assert hire.contract.state == "draft"


def test_a_thrown_away_contract_holds_no_post():
    scene = given_hires.scene()
    hire = given_hires.hire(scene, "placed")
    do(hire.contract, "void", by=scene.staff.township_leader, note="本人放弃")

    assert checks.nobody_holds_it(hire.post)
