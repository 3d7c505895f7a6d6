"""A township for the machine: people of every role, posts, holders, and what each step asks."""

from datetime import date, timedelta
from types import SimpleNamespace

from contracts.models import Contract, Exit
from notices.models import Objection
from posts.hire_checks import MATERIALS
from posts.models import Hire, Post
from project.kernel.guards import in_turn, objections, permits
from project.kernel.months import today
from project.kernel.steps import FLOWS
from tests import given, given_exits, given_hires, given_posts

KINDS = [Post, Hire, Contract, Exit, Objection]
MANY = [
    "village_clerk",
    "village_head",
    "village_supervisor",
    "township_officer",
    "township_leader",
    "department_officer",
    "finance_officer",
]
RULES = [
    ("publicity.hire", {"days": 10, "unit": "calendar"}),
    ("publicity.hire", {"days": 5, "unit": "working"}),
    ("notice.township_hire", True),
    ("renewal.requires_publicity", True),
    ("household.max_active", 2),
    ("notice.photos", []),
    ("age.max", 40),
    ("post.quota", 4),
    ("insurance.mandatory", False),
]


def scene():
    """Posts of one and two places, one of them held, applicants, and a family of two."""
    made = given_posts.office(money="60000.00")
    made.village = made.place.villages[0]
    given_posts.allocate(made.place, made.staff, "60000.00", year=2026)
    made.actors = list(vars(made.staff).values()) + [_everything(made), _stranger()]
    made.posts = [given_hires.post(made.village, headcount=places) for places in (1, 2)]
    for post in made.posts:
        given_hires.call(made, post)
    officer = made.staff.township_officer
    held = given.holder(made.village, officer, name="在岗人", title="巡护员")
    given_exits.placed(made, held)
    made.people = [_applicant(made, f"应聘人{n}") for n in range(4)]
    family = made.people[0].household
    made.people.append(_applicant(made, "同户人", household=family))
    made.people.append(held.person)
    made.before = set(Hire.objects.values_list("pk", flat=True))
    _under_way(made)
    return made


def _under_way(made):
    """Two people cleared for one place, others further on; the machine goes on from there."""
    one, two = made.posts
    made.post = two
    for number, (post, state) in enumerate(
        [(one, "cleared"), (one, "cleared"), (two, "approved"), (two, "placed")]
    ):
        who = made.people[(number + 1) % 4]
        given_hires.hire(made, state, post=post, person=who)


def _applicant(made, name, **fields):
    who = given_hires.person(made, name=name, **fields)
    given.account(who, made.staff.township_officer)
    given_posts.insured(made, who, date(2026, 11, 1), date(2028, 12, 31))
    return who


def _everything(made):
    """Somebody whom nothing but the rules of four eyes holds back."""
    someone = given.user(name="一肩挑")
    for role in MANY:
        given.appoint(someone, role, made.place.county)
    return someone


def _stranger():
    """Every role of the next township, and none of this one."""
    there = given.township("990124100000", villages=1)
    someone = given.user(name="外乡人")
    for role in MANY:
        given.appoint(someone, role, there.county)
    return someone


def waiting_actor(record, verb, actors):
    """The first person who may take a step here and has no hand in the record yet."""
    step = getattr(record, verb)
    fitting = [one for one in actors if permits(step, one)]
    free = [one for one in fitting if not objections(step, one)]
    return (free or fitting or actors)[0]


def details(record, verb, days, scene_):
    """What the form of a step asks for, around today; `days` moves the dates."""
    day, words = today() + timedelta(days=days), {"note": "情况属实"}
    known = {
        (Post, "approve"): {"until": day + timedelta(days=300)},
        (Post, "renew"): {"until": day + timedelta(days=300)},
        (Hire, "hand_in"): {"materials": list(MATERIALS), "starts_on": day},
        (Hire, "publicise"): {"on": day},
        (Hire, "publicise_township"): {"on": day},
        (Hire, "train"): {"on": day, "training": "岗位职责、安全须知"},
        (Hire, "place"): {"starts_on": day if days % 2 else None},
        (Hire, "call_up"): {"starts_on": day if days % 2 else None},
        (Contract, "sign"): {"on": day},
        (Contract, "suspend"): {"on": day},
        (Contract, "resume"): {"on": day},
        (Exit, "prove"): {"proof": "死亡证明", "finding": "调查结论"},
        (Exit, "notify"): {"on": day},
        (Exit, "hear"): {"statement": "" if days % 2 else "没有异议"},
        (Exit, "close"): {"follow_up": "县工业园"},
        (Objection, "assign"): {"assignee": scene_.staff.township_officer},
        (Objection, "verify"): {
            "finding": "已入户核实",
            "outcome": "upheld" if days % 3 == 0 else "unfounded",
        },
        (Objection, "reply"): {"answer": "经核实，情况如公示。"},
    }
    return words | known.get((type(record), verb), {})


def records(kind):
    """The records of a kind in the order in which they came."""
    return list(kind.objects.order_by("pk"))


def verbs(record, only_in_turn):
    """The steps of a record: all of them, or those that begin in its state."""
    every = sorted(FLOWS[type(record)].verbs)
    turn = [verb for verb in every if in_turn(getattr(record, verb))]
    return turn if only_in_turn and turn else every


def need(scene_, places, starts_on):
    """A request for a post, unlike the others."""
    asked = SimpleNamespace(place=scene_.place, department=scene_.department)
    title = f"护林员{Post.objects.count()}"
    last = date(starts_on.year, 12, 31)
    return given_posts.need(asked, title=title, headcount=places, starts_on=starts_on, ends_on=last)
