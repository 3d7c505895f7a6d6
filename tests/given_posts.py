"""Posts and contracts brought to a state by the people whose turn it is."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

from django.core.files.base import ContentFile

from contracts import flows as contracts
from contracts.models import Contract, ContractScan, InsurancePolicy
from policy.models import Allocation, Fund
from posts import flows as posts
from posts.models import Hire, Post
from project.kernel.steps import do
from registry.models import Unit
from tests import given

FIRST, LAST = date(2027, 1, 1), date(2027, 12, 31)
POST_WALK = [
    ("submit", "village_head", {}),
    ("review", "township_officer", {}),
    ("approve", "department_officer", {"until": LAST}),
    ("open", "finance_officer", {}),
]
POST_STATES = ["drafted", "submitted", "reviewed", "approved", "open"]
CONTRACT_WALK = [
    ("offer", "township_officer", {}),
    ("sign", "township_officer", {"on": date(2026, 11, 20)}),
    ("start", "township_leader", {}),
]
CONTRACT_STATES = ["draft", "offered", "signed", "in_force"]


def office(villages=1, money="100000.00"):
    """A township with its staff, money for 2027 and a department that develops posts."""
    place = given.township(villages=villages)
    people = given.staff(place)
    department = Unit.objects.create(area=place.county, name="农业农村局")
    if money:
        allocate(place, people, money)
    return SimpleNamespace(place=place, staff=people, department=department)


def allocate(place, people, money, year=2027, fund="employment"):
    return Allocation.objects.create(
        fund_id=fund,
        area=place.county,
        year=year,
        amount=Decimal(money),
        document="示财社〔2027〕1号",
        added_by=people.finance_officer,
    )


def need(scene, **fields):
    """What a village writes into F-01."""
    return {
        "area": scene.place.villages[0],
        "title": "保洁员",
        "post_type": "保洁保绿",
        "duties": "清扫村道，清运垃圾",
        "workload": "每日清扫村道两公里",
        "place": "青石村",
        "headcount": 2,
        "hours": Decimal("60"),
        "pay_basis": "month",
        "kind": "service",
        "standard": Decimal("600.00"),
        "fund": Fund.objects.get(pk="employment"),
        "department": scene.department,
        "starts_on": FIRST,
        "ends_on": LAST,
        "manager": "王主任",
        "manager_phone": "13900000000",
        "minutes": "11月10日村两委会议同意",
    } | fields


def post(scene, state="open", **fields):
    """A post asked for by the village and walked to a state."""
    made = posts.draft(by=scene.staff.village_head, **need(scene, **fields))
    for step, who, details in POST_WALK[: POST_STATES.index(state)]:
        made = do(made, step, by=getattr(scene.staff, who), **details)
    return Post.objects.get(pk=made.pk)


def worker(scene, name="赵六", paid=True, **fields):
    """A resident of the first village, with an account."""
    who = given.person(scene.place.villages[0], name=name, **fields)
    if paid:
        given.account(who, scene.staff.township_officer)
    return who


def insured(scene, who, first=FIRST, last=LAST):
    """A policy of the township that covers somebody."""
    policy = InsurancePolicy.objects.create(
        state=InsurancePolicy.State.IN_FORCE,
        area=scene.place.town,
        number=f"PICC-{who.pk}",
        starts_on=first,
        ends_on=last,
    )
    policy.covers.create(person=who, starts_on=first, ends_on=last)
    return policy


def contract(scene, state="draft", terms=None, who=None, first=FIRST, last=LAST):
    """A contract drafted on the terms of a post and walked to a state, insured where it must be."""
    terms = terms or post(scene)
    who = who or worker(scene)
    made = contracts.draft(
        terms, by=scene.staff.township_officer, person=who, starts_on=first, ends_on=last
    )
    if state == "in_force":
        insured(scene, who, first, last)
    for step, by, details in CONTRACT_WALK[: CONTRACT_STATES.index(state)]:
        made = do(made, step, by=getattr(scene.staff, by), **details)
    return Contract.objects.get(pk=made.pk)


def held_post(scene):
    """An open post of two places, one of which somebody holds."""
    made = post(scene)
    held = contract(scene, "in_force", terms=made)
    Hire.objects.create(
        state=Hire.State.PLACED,
        area=made.area,
        post=made,
        person=held.person,
        contract=held,
        applied_on=FIRST,
    )
    return made


def scan(of, by):
    """The signed paper of a contract, scanned."""
    return ContractScan.objects.create(
        contract=of,
        file=ContentFile(b"%PDF-1.7 signed", name=f"{of.pk}.pdf"),
        name="协议书.pdf",
        sha256="0" * 64,
        added_by=by,
    )
