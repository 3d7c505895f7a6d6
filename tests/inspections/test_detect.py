"""Every month is looked at for patterns; what is found is a doubt, and found once."""

import json
import uuid
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.forms import model_to_dict
from viewflow.workflow.models import Process

from attendance.models import CheckIn, Device
from inspections import flows
from inspections.models import Detection, Doubt
from project.kernel.beginnings import begin_together
from project.kernel.guards import Refused
from project.kernel.steps import do, follow, open_processes, turn_of
from tests import given, given_phones

pytestmark = pytest.mark.django_db


def shared_phone(scene, people=3, days=(8, 9, 10)):
    """Check-ins of several people from one piece of hardware."""
    for contract in scene.contracts[:people]:
        clerk = scene.staff.village_clerk
        given_phones.Phone(contract.person, clerk=clerk, fingerprint="ab" * 32)
        phone = Device.objects.get(person=contract.person)
        for day in days:
            CheckIn.objects.create(
                client_id=uuid.uuid4(),
                contract=contract,
                day=scene.month.first.replace(day=day),
                source="phone",
                level=3,
                phone=phone,
            )


def inspected(holders=3):
    scene = given.scene(holders=holders)
    scene.inspector = given.user("inspector", at=scene.place.county)
    return scene


def test_a_phone_of_several_workers_is_doubted_once_however_often_one_looks():
    scene = inspected()
    shared_phone(scene)
    for _again in range(2):
        flows.detect(scene.month, scene.place.county, by=scene.inspector)

    (doubt,) = Doubt.objects.all()
    assert doubt.pattern == "V-01.phone"
    assert sorted(doubt.people) == sorted(one.person_id for one in scene.contracts)
    assert doubt.shows == {"people": 3, "days": 3} and len(doubt.evidence) == 9


def test_two_in_a_family_may_share_a_phone():
    scene = inspected()
    shared_phone(scene, people=2)
    flows.detect(scene.month, scene.place.county, by=scene.inspector)

    assert not Doubt.objects.exists()


def test_each_county_is_looked_through_by_its_own_limits():
    city = given.area("990100000000", "示例市")
    scenes = [shared_by_two(given.township(code)) for code in ("990123100000", "990124100000")]
    given.rule(scenes[1].place.county, "detect.phone_people", 2, scenes[1].place.document)
    made = flows.detect(given.OCTOBER, city, by=given.user("inspector", at=city))

    assert [one.area for one in made] == [scene.place.county for scene in scenes]
    (doubt,) = Doubt.objects.all()
    assert sorted(doubt.people) == sorted(one.person_id for one in scenes[1].contracts)
    assert doubt.found_in == made[1]


def shared_by_two(place):
    """Two holders of a township with one phone."""
    clerk = given.user("village_clerk", at=place.villages[0])
    officer = given.user("township_officer", at=place.town)
    held = [given.holder(place.villages[0], officer, name=f"赵一{n}") for n in range(2)]
    scene = SimpleNamespace(
        place=place, month=given.OCTOBER, contracts=held, staff=SimpleNamespace(village_clerk=clerk)
    )
    shared_phone(scene, people=2)
    return scene


def test_nobody_is_found_guilty_unheard_nor_by_whoever_looked_into_it():
    scene = inspected()
    shared_phone(scene)
    flows.detect(scene.month, scene.place.county, by=scene.inspector)
    (doubt,) = Doubt.objects.all()
    other = given.user("inspector", at=scene.place.county)
    doubt = do(doubt, "verify", by=scene.inspector, finding="三人共用一部手机")
    with pytest.raises(Refused, match="陈述"):
        do(doubt, "confirm", by=other)
    doubt = do(doubt, "verify", by=scene.inspector, statement="手机坏了，借用邻居的")
    with pytest.raises(Refused):
        do(doubt, "dismiss", by=scene.inspector)

    assert do(doubt, "dismiss", by=other).state == "dismissed"


def test_the_command_tells_what_it_found_to_programs():
    scene = inspected()
    shared_phone(scene)
    out = StringIO()
    county = scene.place.county.code
    name = scene.inspector.username
    call_command("detect", "2026-10", "--area", county, "--as", name, "--json", stdout=out)

    (told,) = json.loads(out.getvalue())
    assert told["rule"] == "V-01.phone" and told["severity"] == "A"
    assert told["people"] and told["evidence"] and told["why"]


def test_without_an_area_the_command_looks_where_the_person_may():
    scene = inspected()
    shared_phone(scene)
    out = StringIO()
    call_command("detect", "2026-10", "--as", scene.inspector.username, "--json", stdout=out)

    assert [told["rule"] for told in json.loads(out.getvalue())] == ["V-01.phone"]


def test_flows_begun_together_are_as_flows_begun_one_by_one():
    made = inspected(holders=4)
    doubts = [doubt_of(contract, made) for contract in made.contracts]
    alone = follow(doubts[0], by=made.inspector)
    begin_together(Doubt.objects.filter(pk__in=[one.pk for one in doubts[1:]]), by=made.inspector)

    assert Process.objects.filter(artifact_object_id__in=[one.pk for one in doubts]).count() == 4
    for doubt in doubts[1:]:
        (process,) = open_processes(flows.DoubtFlow, doubt)
        assert left_by(process, doubt) == left_by(alone, doubts[0])
        assert turn_of(doubt) == ["核查"]
        assert do(doubt, "verify", by=made.inspector, finding="已查看").state == "verifying"


def doubt_of(contract, scene):
    detection, _made = Detection.objects.get_or_create(
        area=scene.place.county, month=scene.month, started_by=scene.inspector
    )
    return Doubt.objects.create(
        area=contract.area,
        month=scene.month,
        pattern="V-01.phone",
        severity="A",
        subject=f"contract:{contract.pk}",
        found_in=detection,
    )


def left_by(process, doubt):
    """All that a flow wrote, without what is each record's or moment's own."""
    own = {"id", "process", "created", "started", "finished", "artifact_object_id", "previous"}
    own.add("owner_permission_obj_pk")
    process.refresh_from_db()
    rows = [model_to_dict(process) | {"mine": process.artifact == doubt, "ended": process.finished}]
    tasks = list(process.task_set.order_by("pk"))
    for task in tasks:
        before = [tasks.index(one) for one in task.previous.all()]
        held = task.owner_permission_obj_pk in {None, doubt.area_id}
        facts = {"before": before, "held": held, "ended": bool(task.finished)}
        rows.append(model_to_dict(task) | facts | {"begun": bool(task.started)})
    return [{k: v for k, v in row.items() if k not in own} for row in rows]
