"""What holds after every step, whoever took it: read from the records, not asked of the guards."""

from collections import Counter, defaultdict
from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from viewflow.workflow.models import Task

from contracts.models import Contract, Exit
from notices.models import Notice
from posts.models import Hire, Post
from project.kernel.models import Event
from project.kernel.months import today

HOLDING = ["signed", "in_force", "suspended", "ended"]
LEFT = ["approved", "settled", "closed"]
DISCIPLINE = ["E09", "E10", "E11", "E12", "E13", "E18"]
RENEWED = "续签"
TURNS = {
    Post: {
        "drafted": "submit",
        "returned": "submit",
        "submitted": "review",
        "reviewed": "approve",
        "approved": "open",
    },
    Hire: {
        "applied": "screen",
        "checked": "appraise",
        "appraised": "publicise",
        "on_notice": "clear",
        "objected": "overrule",
        "cleared": "approve",
    },
    Contract: {"draft": "offer", "offered": "sign", "signed": "start"},
    Exit: {"heard": "approve", "approved": "settle", "settled": "close"},
    Notice: {"posted": "certify"},
}
# One hand may write a request and send it; a new round begins after these.
TOGETHER = {Post: {"draft", "submit"}, Contract: {"draft", "offer"}}
CHAIN = {
    Post: {"draft", "submit", "review", "approve", "open"},
    Hire: {"apply", "screen", "clear", "overrule", "approve"},
    Contract: {"draft", "offer", "start"},
    Exit: {"propose", "approve"},
}
ROUND = {Post: {"send_back", "open", "renew"}}


def no_post_is_overfilled():
    """On no day do more people hold a post than it has places."""
    held = Hire.objects.filter(contract__state__in=HOLDING).select_related("contract", "post")
    by_post = defaultdict(list)
    for hire in held:
        by_post[hire.post].append(hire)
    for post, hires in by_post.items():
        for day in {hire.contract.starts_on for hire in hires}:
            there = {
                one.person_id
                for one in hires
                if one.contract.starts_on <= day <= one.contract.ends_on
            }
            assert len(there) <= post.headcount, f"{post}: {len(there)} people on {day}"


def nobody_holds_two_contracts():
    held = Contract.objects.filter(state__in=HOLDING).order_by("person", "starts_on")
    before = None
    for contract in held:
        if before and before.person_id == contract.person_id:
            assert before.ends_on < contract.starts_on, f"{contract} overlaps {before}"
        before = contract


def whoever_is_placed_hung_on_the_board(before):
    """A placed hire was on a certified notice of the length its rule asked for, and was cleared."""
    placed = Hire.objects.filter(state="placed").exclude(source=RENEWED).exclude(pk__in=before)
    for hire in placed.select_related("notice", "township_notice"):
        notice = hire.notice
        assert notice and notice.state == "certified", f"{hire}: {notice}"
        assert notice.ends_on >= notice.posted_on + timedelta(days=notice.days), hire
        assert notice.certified_on > notice.ends_on, hire
        verbs = set(Event.objects.of(hire).exclude(after="refused").values_list("verb", flat=True))
        assert verbs & {"clear", "overrule"} and "approve" in verbs, hire


def nobody_acts_twice_in_a_chain():
    """In one round of a record nobody takes two steps that check each other."""
    for kind, chain in CHAIN.items():
        rounds, hands = Counter(), defaultdict(set)
        events = Event.objects.filter(record_type=ContentType.objects.get_for_model(kind))
        for event in events.exclude(after="refused").order_by("pk"):
            pk, verb = event.record_id, event.verb
            if verb in chain:
                hand = "together" if verb in TOGETHER.get(kind, ()) else verb
                hands[pk, rounds[pk], event.by_id].add(hand)
            rounds[pk] += verb in ROUND.get(kind, ())
        for (pk, _round, by), taken in hands.items():
            assert len(taken) == 1, f"{kind.__name__} {pk}: user {by} took {taken}"


def a_closed_post_has_no_holder():
    """Nobody works, or is about to work, on a post that is closed."""
    closed = Hire.objects.filter(post__state="closed")
    holding = closed.filter(contract__state__in=HOLDING[:3])
    assert not holding.exists(), f"closed, but held: {list(holding)}"
    leaving = closed.filter(contract__state="ended", contract__ends_on__gt=today())
    assert not leaving.exists(), f"closed before the last day: {list(leaving)}"


def who_left_was_told_heard_and_proved():
    for exit_ in Exit.objects.filter(state__in=LEFT).select_related("contract"):
        if exit_.reason == "E06":
            assert exit_.proof, exit_
        else:
            assert exit_.notified_on and exit_.notified_on <= exit_.approved_on, exit_
        if exit_.reason in DISCIPLINE:
            assert exit_.finding and exit_.heard_on <= exit_.approved_on, exit_
        assert exit_.approved_by_id != exit_.proposed_by_id, exit_
        assert exit_.contract.state == "ended", exit_
        assert exit_.contract.ends_on == exit_.last_day, exit_


def every_flow_agrees_with_its_record():
    """What waits in an inbox is the step of the record's state, once, and nothing else."""
    waiting = defaultdict(list)
    tasks = Task.objects.filter(flow_task_type="HUMAN", status__in=["NEW", "ASSIGNED", "STARTED"])
    for task in tasks.select_related("process"):
        place = (task.process.artifact_content_type_id, int(task.process.artifact_object_id))
        waiting[place].append(task.flow_task.name)
    for kind, turns in TURNS.items():
        type_ = ContentType.objects.get_for_model(kind).pk
        for record in kind.objects.all():
            wanted = _turn(record) or turns.get(record.state)
            found = waiting[type_, record.pk]
            assert found == ([wanted] if wanted else []), f"{record} {record.state}: {found}"


def _turn(record):
    """The turns that depend on more than the state."""
    if isinstance(record, Hire) and record.state == "approved":
        return "place" if record.trained_on else "train"
    if isinstance(record, Exit) and record.state == "proposed":
        return "approve" if record.reason == "E06" else "notify"
    if isinstance(record, Exit) and record.state == "notified":
        return "hear" if record.reason in DISCIPLINE else "approve"
    return None
