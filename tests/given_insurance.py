"""Insurance brought to a state by the people whose turn it is."""

from datetime import date
from decimal import Decimal

from contracts import claim_flows, insurance, insurance_flows
from contracts.insurance_changes import take_off
from contracts.models import Cover
from project.kernel.steps import do
from tests import given_posts

FIRST, LAST = given_posts.FIRST, given_posts.LAST
WALK = [
    ("approve", "township_leader", {}),
    ("issue", "township_officer", {"number": "PICC-2027-9"}),
]
STATES = ["planned", "enrolled", "in_force"]


def covered_until(person, day, by):
    """The person's covers end on a day, as an endorsement says."""
    covers = Cover.objects.filter(person=person, ends_on__gt=day).select_related("policy", "person")
    for cover in covers:
        take_off(cover.policy, [cover], by=by, on=day)


def planned(scene, state="planned", enrolled=True, **terms):
    """A policy planned for the township with everybody on its list, walked to a state."""
    by = scene.staff.township_officer
    terms = {
        "area": scene.place.town,
        "insurer": "人保财险",
        "starts_on": FIRST,
        "ends_on": LAST,
        "premium": Decimal("100.00"),
    } | terms
    policy = insurance_flows.plan(by=by, **terms)
    if enrolled:
        insurance.enrol(policy, by=by, starts_on=policy.starts_on, area=scene.place.town)
    for step, who, details in WALK[: STATES.index(state)]:
        policy = do(policy, step, by=getattr(scene.staff, who), **details)
    return type(policy).objects.get(pk=policy.pk)


def insured(scene, *names, state="in_force", post=None):
    """People under signed contracts on one post, all on one policy."""
    terms = post or given_posts.post(scene, headcount=9)
    made = [
        given_posts.contract(scene, "signed", terms=terms, who=given_posts.worker(scene, name))
        for name in names
    ]
    return planned(scene, state), made


def accident(contract, by, **facts):
    """An accident that a clerk reports the same day."""
    facts = {
        "happened_on": date(2026, 11, 21),
        "place": "青石村村道",
        "account": "清运垃圾时滑倒",
        "injury": "左腕骨折",
    } | facts
    return claim_flows.report(by=by, contract=contract, **facts)


def one_of_each(scene):
    """An accident and a change of a policy, for walks over pages."""
    first, last = scene.contracts[0], scene.contracts[-1]
    cover = Cover.objects.filter(person=last.person).select_related("policy", "person").get()
    by, day = scene.staff.township_officer, date(2026, 12, 30)
    return accident(first, by), take_off(cover.policy, [cover], by=by, on=day)


def addresses(claim, endorsement):
    """Where the records of `one_of_each` are reached."""
    policy = {"pk": endorsement.policy_id}
    return {
        "contracts:claim": {"pk": claim.pk},
        "contracts:claim-step": {"pk": claim.pk, "step": "collect"},
        "contracts:claim-bulk": {"step": "collect"},
        "contracts:endorsement": {"pk": endorsement.pk},
        "contracts:endorsement-number": {"pk": endorsement.pk},
        "contracts:insured-remove": policy,
        "contracts:insured-replace": policy,
        "contracts:insurancepolicy-step": policy | {"step": "cancel"},
        "contracts:insurancepolicy-bulk": {"step": "approve"},
    }
