"""What inspectors take with them: whom to visit, what their work is, and when it is due.

No ID number, no telephone number and no account leaves the office with a list.
"""

import base64
from dataclasses import dataclass
from io import BytesIO

from django.utils.translation import gettext as _

from attendance.plans import nearest, plans_on
from contracts.models import Contract
from inspections.models import Plan
from posts.models import Hire
from project.kernel.guards import Refused
from project.kernel.looks import look
from project.kernel.models import Look
from project.kernel.months import today
from project.kernel.roles import Permission
from project.kernel.uploads import pictures
from registry.access import ancestors, areas, in_areas
from registry.models import Area, Portrait

STANDING = ("signed", "in_force", "suspended")
MOST, PORTRAIT = 500, (240, 320)
UNDER_WAY = (Plan.State.SAMPLED, Plan.State.DISPATCHED, Plan.State.VISITED)


@dataclass(frozen=True)
class Hours:
    """When work is due by the plan that holds today; without weekdays the days are free."""

    weekdays: list
    opens_at: str
    closes_at: str
    days: int | None


@dataclass(frozen=True)
class Taken:
    """One holder on the list that a phone takes along."""

    contract: int
    name: str
    village: str
    title: str
    duties: str
    hours: Hours | None
    portrait: str
    visited: bool


def plans(user):
    """The rounds under way that the person carries out, those that end first before the others."""
    mine = Plan.objects.visible_to(user).filter(state__in=UNDER_WAY, last__gte=today())
    return mine.exclude(way=Plan.Way.PHOTO).order_by("last", "pk")


def of_plan(plan, user):
    """Whom a round still has to visit, as far as this person goes on visits there."""
    drawn = plan.drawn.filter(_mine(user), missed="").order_by("area", "number")
    numbers = list(drawn.values_list("contract", flat=True)[:MOST])
    visited = set(plan.visits.filter(contract__in=numbers).values_list("contract", flat=True))
    return _taken(Contract.objects.filter(pk__in=numbers), user, plan, visited)


def villages(user, words=""):
    """The villages of the person's areas that bear a name."""
    inside = in_areas(areas(user, Permission.VISIT_RECORD), "code")
    found = Area.objects.filter(inside, level=Area.Level.VILLAGE, name__icontains=words.strip())
    return found.on(today()).select_related("parent").order_by("code")


def of_village(area, user):
    """Everybody who holds a post in a village today."""
    held = Contract.objects.overlapping(today(), today()).filter(_mine(user), area=area)
    return _taken(held.filter(state__in=STANDING), user, area, set())


def _mine(user):
    return in_areas(areas(user, Permission.VISIT_RECORD))


def _taken(contracts, user, record, visited):
    """The rows of a list, in a constant number of queries; taking it along is written down."""
    held = list(contracts.select_related("person", "area").order_by("area", "person__name", "pk"))
    if len(held) > MOST:
        most = {"most": MOST}
        raise Refused(_("The list is longer than %(most)s people; take a smaller one.") % most)
    hours, duties = _hours(held), _duties(held)
    people = [one.person_id for one in held]
    # Faces go along with a round only, for its days; nobody takes a village's along.
    portraits = _portraits(people) if isinstance(record, Plan) else {}
    what = Look.What.PHOTO if portraits else Look.What.EXPORT
    look(user, what, people, record=record, purpose=_("List for visits"), rows=len(held))
    return [
        Taken(
            contract=one.pk,
            name=one.person.name,
            village=one.area.name,
            title=one.title,
            duties=duties.get(one.pk, ""),
            hours=hours[one.pk],
            portrait=portraits.get(one.person_id, ""),
            visited=one.pk in visited,
        )
        for one in held
    ]


def _duties(contracts):
    """What the post asks for, as it was approved: {contract: words}."""
    hires = Hire.objects.filter(contract__in=contracts)
    return dict(hires.values_list("contract", "post__duties"))


def _hours(contracts):
    """When the work of each contract is due today: {contract: hours or None}."""
    day = today()
    wanted = {code for one in contracts for code in ancestors(one.area_id)}
    known = plans_on(day, wanted)
    return {one.pk: _said(nearest(known, one, day)) for one in contracts}


def _said(plan):
    if plan is None:
        return None
    return Hours(plan.weekdays, _clock(plan.opens_at), _clock(plan.closes_at), plan.days)


def _clock(at):
    return f"{at:%H:%M}" if at else ""


def _portraits(people):
    """The newest enrolment picture of each, small: {person: a data address}."""
    newest = Portrait.objects.filter(person__in=people).order_by("person", "-pk").distinct("person")
    return {one.person_id: _small(one.file) for one in newest}


def _small(file):
    """A picture small enough for a list; one that cannot be opened is none."""
    with file.open() as kept:
        content = kept.read()
    try:
        with pictures.opened(content) as image:
            image.draft("RGB", PORTRAIT)
            small = image.convert("RGB")
            small.thumbnail(PORTRAIT)
    except pictures.NoPicture:
        return ""
    drawn = BytesIO()
    small.save(drawn, "JPEG", quality=70)
    return f"data:image/jpeg;base64,{base64.b64encode(drawn.getvalue()).decode()}"
