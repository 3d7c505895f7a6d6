"""What stops a step says the same sentence on the page, to programs and in bulk."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from contracts.models import Contract, Exit
from posts.models import Hire, Post
from project.kernel.steps import do
from tests import given, given_exits, given_hires, given_notices, given_posts
from tests.api.conftest import Program

pytestmark = pytest.mark.django_db
KINDS = {Post: "posts", Hire: "hires", Contract: "contracts", Exit: "exits"}
CASES = {}


def case(sentence, step, who, **fields):
    """A guard's record, brought to the point at which the guard refuses its step."""

    def keep(arrange):
        CASES[arrange.__name__] = (arrange, sentence, step, who, fields)
        return arrange

    return keep


@case("Enter the duties.", "submit", "village_head")
def need_is_described():
    scene = given_posts.office()
    return scene, given_posts.post(scene, "drafted", duties="")


@case("may not be public-welfare posts (R-02).", "review", "township_officer")
def type_is_allowed():
    scene = given_posts.office()
    return scene, given_posts.post(scene, "submitted", post_type="机关管理")


@case("link its successor first (C-20).", "approve", "department_officer", until="2027-12-31")
def policy_is_valid():
    scene = given_posts.office()
    post = given_posts.post(scene, "reviewed")
    type(scene.place.document).objects.update(valid_to=date(2026, 12, 31))
    return scene, post


@case("No allocation of", "open", "finance_officer")
def budget_has_room():
    scene = given_posts.office(money=None)
    return scene, given_posts.post(scene, "approved")


@case("propose the exit with reason E16 first.", "close", "department_officer", note="撤并")
def nobody_holds_it():
    scene = given_posts.office()
    return scene, given_posts.held_post(scene)


@case("The post begins on 2026-12-15, after the planned first day.", "screen", "township_officer")
def starts_within_the_post():
    scene = given_hires.scene()
    hire = given_hires.hire(scene)
    Post.objects.update(starts_on=date(2026, 12, 15))
    return scene, hire


@case("The name hangs on the board already.", "publicise", "village_supervisor", on="2026-11-20")
def hangs_nowhere():
    scene = given_hires.scene()
    return scene, given_hires.hire(scene, "on_notice")


@case("notice has not been posted yet.", "approve", "department_officer")
def township_notice_is_certified():
    scene = given_hires.scene()
    given.rule(scene.place.town, "notice.township_hire", True, scene.place.document)
    return scene, given_hires.hire(scene, "cleared")


@case(
    "The rule does not ask for a notice in the township.",
    "publicise_township",
    "township_officer",
    on="2026-11-20",
)
def township_wants_a_notice():
    scene = given_hires.scene()
    return scene, given_hires.hire(scene, "cleared")


@case("is not answered yet.", "clear", "village_supervisor")
def nobody_objects():
    scene = given_hires.scene()
    hire = given_hires.hire(scene, "on_notice")
    given_notices.objection(hire.notice, line=hire.notice_line)
    return scene, hire


@case("Nobody objects to this person.", "hold_up", "village_supervisor")
def somebody_objects():
    scene = given_hires.scene()
    return scene, given_hires.hire(scene, "on_notice")


@case("link the document that follows it first (C-20).", "place", "township_officer")
def policy_holds():
    scene = given_hires.scene()
    hire = given_hires.hire(scene, "trained")
    type(scene.place.document).objects.update(valid_to=date(2026, 11, 30))
    return scene, hire


def leaving(reason, *, told=False, **facts):
    scene = given.scene(holders=1)
    clerk = scene.staff.village_clerk
    exit_ = given_exits.proposed(scene.contracts[0], clerk, reason=reason, **facts)
    if told:
        exit_ = do(exit_, "notify", by=scene.staff.township_officer, on=exit_.proposed_on)
    return scene, exit_


@case("enter the certificate or the department", "approve", "township_leader")
def is_proved():
    return leaving("E06")


@case("needs the finding it rests on.", "notify", "township_officer", on="2026-11-22")
def has_finding():
    return leaving("E11")


@case("A death needs its proof and no notice", "notify", "township_officer", on="2026-11-22")
def needs_notice():
    return leaving("E06")


@case("The person must be told before the exit is approved.", "approve", "township_leader")
def was_told():
    return leaving("E02")


@case("The person must be heard before", "approve", "township_leader")
def was_heard():
    return leaving("E11", told=True, finding="旷工九天")


@case("The last working day must lie within the contract.", "approve", "township_leader")
def last_day_fits():
    scene, exit_ = leaving("E02", told=True)
    Exit.objects.update(last_day=date(2027, 1, 5))
    return scene, exit_


@case("says the person died on 2026-09-12", "approve", "township_leader")
def died_after_the_last_day():
    scene, exit_ = leaving("E06", proof="死亡证明")
    given.fact(exit_.contract.person, scene.staff.township_officer)
    return scene, exit_


@case("The contract is not in force", "approve", "township_leader")
def contract_holds():
    scene, exit_ = leaving("E02", told=True)
    Contract.objects.update(state="ended")
    return scene, exit_


@case("counts days after the last working day; send it back", "approve", "township_leader")
def no_later_day_is_counted():
    scene, exit_ = leaving("E02", told=True, last_day=date(2026, 10, 10))
    given.sheets(scene, "confirmed")
    return scene, exit_


@case("The days of 2026-10 are not paid yet", "settle", "township_officer", note="没有")
def everything_is_paid():
    scene = given.scene(holders=1)
    return scene, given_exits.approved(scene, scene.contracts[0])


@case("no current bank account to be paid on", "offer", "township_officer")
def has_account():
    scene = given_posts.office()
    return scene, given_posts.contract(scene, who=given_posts.worker(scene, paid=False))


@case("may last until 2027-06-30 at most (C-08).", "offer", "township_officer")
def term_is_allowed():
    scene = given_posts.office()
    contract = given_posts.contract(scene)
    given.rule(scene.place.town, "contract.max_term_months", 6, scene.place.document)
    return scene, contract


@case("there is only a service agreement (W-3).", "offer", "township_officer")
def suits_the_age():
    scene = given_posts.office()
    who = given_posts.worker(scene, born=date(1960, 1, 1))
    contract = given_posts.contract(scene, who=who)
    Contract.objects.update(kind="labour")
    return scene, contract


@case("already holds “保洁员”", "sign", "township_officer", on="2026-11-20")
def holds_no_other():
    scene = given_posts.office()
    post = given_posts.post(scene, headcount=9)
    held = given_posts.contract(scene, "offered", post)
    second = given_posts.contract(scene, "offered", post, held.person)
    do(held, "sign", by=scene.staff.township_officer, on=date(2026, 11, 20))
    return scene, second


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def read(response):
    """What a page says, quotation marks as they were written."""
    return response.content.decode().replace("&#x27;", "'")


@pytest.mark.parametrize("name", CASES)
def test_a_guard_says_its_sentence_everywhere(name):
    arrange, sentence, step, who, fields = CASES[name]
    scene, record = arrange()
    user, model = getattr(scene.staff, who), type(record)
    pages = f"{model._meta.label_lower.replace('.', ':')}"
    before = model.objects.get(pk=record.pk).state
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)

    alone = client.post(reverse(f"{pages}-step", args=[record.pk, step]), fields)
    many = {"pk": record.pk, "confirmed": "1"} | fields
    bulk = client.post(reverse(f"{pages}-bulk", args=[step]), many)
    told = Program(user).post(f"/{KINDS[model]}/{record.pk}/{step}", fields)

    assert sentence in read(alone)
    assert sentence in read(bulk)
    assert told.status_code == 409
    assert any(sentence in why for why in told.json()["refusals"])
    assert model.objects.get(pk=record.pk).state == before
