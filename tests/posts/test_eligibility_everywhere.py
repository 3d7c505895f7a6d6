"""Eligibility refuses with the same sentence on the page, to programs and in bulk."""

import ast
import inspect
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape

from posts import eligibility
from posts.models import Hire
from project.kernel.steps import do
from tests import given_hires
from tests.api.conftest import Program
from tests.posts.eligibility_cases import CASES, applicant, spoilt

DECISIONS = ["screen", "approve", "place", "call_up"]
# One age at a time, the one far from retirement, and one sentence about where the person lives.
APART = ["past_every_limit", "past_the_limit_without_proof_of_fitness", "registered_elsewhere"]
TOGETHER = [name for name in CASES if name not in APART]


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def on_the_page(scene, client):
    """The page of the step before it is taken."""
    return client.get(reverse("posts:hire-step", args=[scene.hire.pk, "screen"]))


def when_pressed(scene, client):
    """The page of the step when somebody presses all the same."""
    return client.post(reverse("posts:hire-step", args=[scene.hire.pk, "screen"]))


def in_bulk(scene, client):
    """The bulk step over this and another application that is in order."""
    who = given_hires.person(scene, name="无碍", category="脱贫户")
    other = given_hires.hire(scene, person=who)
    scene.hires = [scene.hire, other]
    rows = {"pk": [hire.pk for hire in scene.hires], "confirmed": "1"}
    done = client.post(reverse("posts:hire-bulk", args=["screen"]), rows)
    assert Hire.objects.get(pk=other.pk).state == "checked"
    return done


def asked(way, scene):
    """What an officer reads, and that nothing was taken."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(scene.staff.township_officer)
    said = way(scene, client).content.decode()
    assert Hire.objects.get(pk=scene.hire.pk).state == "applied"
    return said


def told(scene):
    """What a program is told."""
    answer = Program(scene.staff.township_officer).post(f"/hires/{scene.hire.pk}/screen")
    assert answer.status_code == 409, answer.content
    assert Hire.objects.get(pk=scene.hire.pk).state == "applied"
    return answer.json()["refusals"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", CASES)
class TestEveryRule:
    def test_on_the_page(self, name):
        assert escape(CASES[name][2]) in asked(on_the_page, spoilt(name))

    def test_when_pressed(self, name):
        assert escape(CASES[name][2]) in asked(when_pressed, spoilt(name))

    def test_by_programs(self, name):
        assert told(spoilt(name)) == [CASES[name][2]]

    def test_in_bulk(self, name):
        assert escape(CASES[name][2]) in asked(in_bulk, spoilt(name))


@pytest.mark.django_db
class TestAllAtOnce:
    def test_by_programs(self):
        refusals = told(spoilt(*TOGETHER))

        assert len(refusals) == len(eligibility.RULES) - 1
        for code in {CASES[name][3] for name in TOGETHER}:
            assert any(code in sentence for sentence in refusals), code

    @pytest.mark.parametrize("way", [on_the_page, when_pressed, in_bulk])
    def test_to_people(self, way):
        scene = spoilt(*TOGETHER)
        sentences = told(scene)

        said = asked(way, scene)

        assert len(sentences) == len(eligibility.RULES) - 1
        assert [one for one in sentences if escape(one) not in said] == []


@pytest.mark.django_db
def test_nothing_speaks_against_the_applicant_whom_the_cases_spoil():
    scene = applicant()

    do(scene.hire, "screen", by=scene.staff.township_officer)

    assert Hire.objects.get(pk=scene.hire.pk).state == "checked"


@pytest.mark.parametrize("step", DECISIONS)
def test_every_decision_about_a_person_asks_every_rule(step):
    method = getattr(Hire, step)

    (conditions,) = {tuple(one.conditions) for one in method._django_fsm.transitions.values()}

    assert eligibility.is_eligible in conditions


def test_every_rule_has_a_case():
    """A new rule goes into the table, or this fails."""
    covered = {rule for _spoil, rule, _sentence, _code in CASES.values()}

    missing = [rule.__name__ for rule in eligibility.RULES if rule not in covered]

    assert missing == []


@pytest.mark.parametrize("rule", eligibility.RULES)
def test_every_sentence_of_a_rule_has_a_case(rule):
    """A new sentence in an old rule goes into the table too."""
    said = [sentence for _spoil, of, sentence, _code in CASES.values() if of is rule]

    for words in sentences_of(rule):
        pattern = re.sub(r"%\\\(\w+\\\)s|%\(\w+\)s", ".+", re.escape(words))
        assert any(re.fullmatch(pattern, one) for one in said), words


def sentences_of(rule):
    """The sentences a rule hands to the translator, each with the code it stands for."""
    calls = [node for node in ast.walk(ast.parse(inspect.getsource(rule))) if is_sentence(node)]
    assert calls, f"{rule.__name__} says nothing"
    return [ast.literal_eval(call.args[0]) for call in calls]


def is_sentence(node):
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_"
