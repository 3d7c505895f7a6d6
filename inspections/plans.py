"""Rounds of inspection: planned by share, drawn once and kept, finished when all were looked at."""

import secrets
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts.models import Contract
from inspections import risk, sampling
from inspections.models import Drawn, Plan
from policy.selectors import rulings
from project.kernel.guards import Refused, log, take
from project.kernel.months import Month, today
from project.kernel.roles import Permission
from project.kernel.sealing import seal
from registry.models import Area

SHARES = {
    Plan.Way.SITE: "inspection.onsite_share",
    Plan.Way.PHONE: "inspection.phone_share",
    Plan.Way.PHOTO: "inspection.photo_share",
}
RISK_SHARE, MONTHS = "inspection.risk_share", "inspection.every_months"
# What a county starts with: by telephone everybody a quarter, on site two in five, and of the
# pictures the fewer, the higher the office that looks (W-9).
DEFAULTS = {
    "inspection.onsite_share": "0.40",
    "inspection.phone_share": "1.00",
    "inspection.photo_share": {
        "village": "1.00",
        "township": "0.20",
        "county": "0.10",
        "above": "0.05",
    },
    "inspection.risk_share": "0.50",
    "inspection.every_months": 3,
}
LEVELS = {
    Area.Level.VILLAGE: "village",
    Area.Level.TOWNSHIP: "township",
    Area.Level.COUNTY: "county",
}
AT_WORK = [Contract.State.IN_FORCE, Contract.State.SUSPENDED]
ROWS_AT_ONCE = 5000


@dataclass(frozen=True)
class Start:
    """What a round starts with where nobody says otherwise: its shares and its last day."""

    share: Decimal
    risk_share: Decimal
    last: date


def start_of(area, way, first):
    """The shares of an area's rules, and the end of the span of months that a day lies in."""
    found = rulings(list(DEFAULTS), on=today(), areas=[area.code])[area.code]
    values = DEFAULTS | {code: ruling.value for code, ruling in found.items()}
    share = values[SHARES[way]]
    if isinstance(share, dict):
        share = (DEFAULTS[SHARES[way]] | share)[LEVELS.get(area.level, "above")]
    month = Month.of(first)
    begins = month.plus(-((month.month - 1) % values[MONTHS]))
    last = begins.plus(values[MONTHS] - 1).last
    return Start(Decimal(share), Decimal(values[RISK_SHARE]), last)


@transaction.atomic
def make(*, by, area, way, first, last=None, title="", share=None, risk_share=None):
    """Plan a round of an area; what is left open is filled in by the rules of the area."""
    if not by.has_perm(Permission.SAMPLE_DRAW, area.code):
        raise PermissionDenied(_("Rounds of inspection belong to whoever inspects the area."))
    start = start_of(area, way, first)
    last = last or start.last
    if last < first:
        raise Refused(_("The last day lies before the first day."))
    if last < today():
        raise Refused(_("These days are over; plan a round that ends today or later."))
    share = start.share if share is None else Decimal(share)
    risk_share = start.risk_share if risk_share is None else Decimal(risk_share)
    if not (0 < share <= 1 and 0 <= risk_share <= 1):
        raise Refused(_("A share lies above 0 and is at most 1; the share by risk may be 0."))
    plan = Plan.objects.create(
        area=area,
        way=way,
        title=title.strip() or _called(area, way, first, last),
        first=first,
        last=last,
        share=share,
        risk_share=risk_share,
        made_by=by,
    )
    log(plan, "make", by=by, after=plan.state)
    return plan


def _called(area, way, first, last):
    words = {"area": area.name, "way": Plan.Way(way).label, "first": first, "last": last}
    return (_("%(area)s, %(way)s, %(first)s to %(last)s") % words)[:80]


@transaction.atomic
def draw(plan, *, by, note=""):
    """Draw the list from everybody at work in the area today, and freeze it with its seed."""
    plan = _locked(plan)
    people = list(at_work(plan.area_id).values_list("pk", "person_id", "area_id"))
    weights = risk.scores_inside(plan.area_id)
    population = [contract for contract, _person, _area in people]
    scores = [weights.get(person, 0) for _contract, person, _area in people]
    seed = secrets.token_hex(16)
    picks = sampling.draw(population, scores, plan.share, plan.risk_share, seed)
    villages = {contract: area for contract, _person, area in people}
    rows = [
        Drawn(
            plan=plan,
            number=number,
            area_id=villages[pick.contract],
            contract_id=pick.contract,
            reason=pick.reason,
            score=pick.score,
        )
        for number, pick in enumerate(picks, start=1)
    ]
    drawn = {"seed": seed, "population": population, "scores": scores}
    frozen = hash_of(plan, **drawn, rows=rows)
    take(plan.draw, by=by, note=note, frozen=frozen, at=timezone.now(), **drawn)
    if not rows:
        raise Refused(_("Nobody is at work in this area today, so there is nobody to draw."))
    Drawn.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)
    return plan


def at_work(area):
    """The contracts that hold today in an area, suspended ones too, by number."""
    holding = Contract.objects.inside(area).filter(state__in=AT_WORK)
    return holding.overlapping(today(), today()).order_by("pk")


def hash_of(plan, *, seed, population, scores, rows):
    """The hash of all that a list follows from, and of the list itself."""
    return seal(
        {
            "seed": seed,
            "shares": [f"{plan.share:.4f}", f"{plan.risk_share:.4f}"],
            "population": population,
            "scores": scores,
            "list": [
                [row.number, row.contract_id, row.area_id, row.reason, row.score] for row in rows
            ],
        }
    )


@transaction.atomic
def dispatch(plan, *, by, note=""):
    """Send inspectors out with the list."""
    return take(_locked(plan).dispatch, by=by, note=note)


@transaction.atomic
def miss(drawn, *, by, why):
    """Write down why somebody on the list is not looked at after all, once and for good."""
    plan = _locked(Plan(pk=drawn.plan_id))
    if not by.has_perm(Permission.VISIT_RECORD, plan.area_id):
        raise PermissionDenied(_("This step belongs to another role or another area."))
    drawn = Drawn.objects.select_for_update(of=("self",)).get(pk=drawn.pk)
    if plan.state != Plan.State.DISPATCHED:
        raise Refused(_("People are looked at only while the round is under way."))
    if drawn.missed or drawn.visits.exists():
        raise Refused(_("This person was looked at, or it is written down already why not."))
    if not why.strip():
        raise Refused(_("Write down why this person is not looked at."))
    drawn.missed, drawn.missed_by = why.strip(), by
    drawn.save(update_fields=["missed", "missed_by"])
    log(plan, "miss", by=by, note=f"{drawn.number}: {drawn.missed}", drawn=drawn.pk)
    return drawn


@transaction.atomic
def finish(plan, *, by, note=""):
    """Say that everybody on the list was looked at, or that it is written why not."""
    return take(_locked(plan).finish, by=by, note=note)


@transaction.atomic
def tell(plan, *, by, report, note=""):
    """Write up what the round found."""
    if not report.strip():
        raise Refused(_("Write down what was found."))
    return take(_locked(plan).tell, by=by, note=note, report=report.strip())


@transaction.atomic
def close(plan, *, by, note=""):
    """Close a round whose report was read by somebody else than who drew its list."""
    return take(_locked(plan).close, by=by, note=note)


@transaction.atomic
def cancel(plan, *, by, note):
    """Give a round up before anybody was looked at; a list that was drawn stays on record."""
    if not note.strip():
        raise Refused(_("Say why the round does not take place."))
    return take(_locked(plan).cancel, by=by, note=note)


def _locked(plan):
    return Plan.objects.select_for_update(of=("self",)).select_related("area").get(pk=plan.pk)
