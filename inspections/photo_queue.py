"""Pictures waiting for a person's eyes: the riskiest first, then a share drawn by lot (V-32).

Whose picture is drawn nobody can tell beforehand: the lot is a keyed hash of the picture's own.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import BooleanField, Exists, Func, OuterRef, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.models import Photo
from inspections import plans, risk
from inspections.models import Doubt, Drawn, PhotoReview, Plan
from inspections.patterns.reviewed import OF_OUTCOME
from inspections.telling import tell
from policy.selectors import rulings
from project.kernel.guards import NotThisPerson, Refused, log
from project.kernel.months import today
from project.kernel.roles import Permission
from project.kernel.secrets import digest
from registry.access import areas, in_areas, prefix_of, within
from registry.kinship import kin_sentences

AT_ONCE = 4
SHARE, DAYS = "inspection.photo_share", "inspection.photo_days"
DEFAULTS = {SHARE: plans.DEFAULTS[SHARE], DAYS: 31}
RISKIEST = 200


@dataclass(frozen=True)
class Lot:
    """Which share of the pictures of an area is looked at, and how old they may be."""

    share: Decimal
    days: int


def lot_of(area):
    """The share for the level of an area by today's rules."""
    found = rulings([SHARE, DAYS], on=today(), areas=[area])[area]
    said = {name: found[name].value if name in found else DEFAULTS[name] for name in DEFAULTS}
    shares: dict = said[SHARE]
    level = {int(width): name for width, name in plans.LEVELS.items()}.get(len(prefix_of(area)))
    return Lot(Decimal(str(shares[level or "above"])), int(said[DAYS]))


class _Drawn(Func):
    """Whether the keyed hash of a picture falls into the share."""

    template = (
        "('x' || encode(substring(sha256(convert_to(%(expressions)s, 'UTF8')) for 4), 'hex'))"
        "::bit(32)::bigint < {below}"
    )
    arg_joiner = " || "
    output_field = BooleanField()

    def __init__(self, share, *expressions):
        super().__init__(*expressions)
        self.template = self.template.format(below=int(share * 2**32))


def waiting(user, area):
    """The pictures of an area this person should look at, each with why; at most four.

    First those of contracts drawn for a round by pictures, then of people with the highest risk,
    then by lot. What somebody has looked at is looked at.
    """
    lot = lot_of(area)
    since = timezone.now() - timedelta(days=lot.days)
    open_ = Photo.objects.filter(_inside(area), received_at__gte=since).filter(_seen_by(user))
    open_ = open_.filter(~Exists(PhotoReview.objects.filter(photo=OuterRef("pk"))))
    joined = open_.select_related(
        "check_in__contract__person", "check_in__contract__area", "roll_call__area"
    )
    found = {}
    for why, photos in _queues(joined, user, area, lot):
        for photo in photos[:AT_ONCE]:
            found.setdefault(photo.pk, (photo, why.get(_person(photo), why.get(None, ""))))
        if len(found) >= AT_ONCE:
            break
    return list(found.values())[:AT_ONCE]


def _queues(photos, user, area, lot):
    drawn = Drawn.objects.filter(plan__way=Plan.Way.PHOTO, plan__state=Plan.State.DISPATCHED)
    drawn = drawn.visible_to(user).filter(contract=OuterRef("check_in__contract"))
    yield {None: _("Drawn for a round of inspection")}, photos.filter(Exists(drawn)).order_by("pk")
    risks = risk.riskiest(Doubt.objects.visible_to(user), area, RISKIEST)
    scores = {found.person.pk: found.score for found in risks}
    risky = photos.filter(check_in__contract__person__in=list(scores))
    risky = sorted(risky.order_by("-pk")[:RISKIEST], key=lambda p: (-scores[_person(p)], -p.pk))
    words = _("Risk score %(score)s")
    yield {pk: words % {"score": score} for pk, score in scores.items()}, risky
    by_lot = photos.filter(_Drawn(lot.share, Value(digest("photo-lot")), "sha256"))
    yield {None: _("By lot")}, by_lot.order_by("-pk")


def _inside(area):
    """Pictures of check-ins and of roll calls in an area."""
    return within(area, "check_in__contract__area_id") | within(area, "roll_call__area_id")


def _seen_by(user):
    mine = areas(user, Permission.PHOTO_REVIEW)
    inside = in_areas(mine, "check_in__contract__area_id")
    return inside | in_areas(mine, "roll_call__area_id")


def _person(photo):
    return photo.check_in.contract.person_id if photo.check_in_id else None


def seen(user):
    """Every picture this person may look through."""
    return Photo.objects.filter(_seen_by(user))


@transaction.atomic
def review(photo, *, outcome, by, note=""):
    """Say what one picture shows: the review, and the doubt that comes of it, or None."""
    joined = Photo.objects.select_related("check_in__contract__person", "roll_call")
    photo = joined.get(pk=photo.pk)
    contract = photo.check_in.contract if photo.check_in_id else None
    area = contract.area_id if contract else photo.roll_call.area_id
    if not by.has_perm(Permission.PHOTO_REVIEW, area):
        raise PermissionDenied(_("Pictures are looked through by those who inspect this area."))
    if contract and (against := kin_sentences(contract.person, by)):
        raise NotThisPerson(against)
    if outcome not in (PhotoReview.Outcome.FINE, PhotoReview.Outcome.UNCLEAR) and not note.strip():
        raise Refused(_("Say in a few words what the picture shows."))
    said = {"outcome": outcome, "note": note.strip(), "area_id": area, "by": by}
    try:
        with transaction.atomic():
            made = PhotoReview.objects.create(photo=photo, person_id=_person(photo), **said)
    except IntegrityError as twice:
        raise Refused(_("You have looked at this picture already.")) from twice
    log(made, "review", by=by, note=note, outcome=outcome)
    pattern = OF_OUTCOME.get(outcome) if contract else None
    return made, pattern and _doubt(made, pattern, contract, photo)


def _doubt(made, pattern, contract, photo):
    return tell(
        pattern.code,
        contract,
        by=made.by,
        at=photo.received_at,
        subject=f"photo:{photo.pk}",
        shows={"day": str(photo.check_in.day), "note": made.note},
        evidence=[{"kind": "photo", "id": photo.pk, "text": made.note}],
    )


def left(user, area):
    """How many pictures drawn by lot nobody has looked at yet; for the heading."""
    lot = lot_of(area)
    since = timezone.now() - timedelta(days=lot.days)
    photos = Photo.objects.filter(_inside(area), received_at__gte=since).filter(_seen_by(user))
    drawn = _Drawn(lot.share, Value(digest("photo-lot")), "sha256")
    return photos.filter(drawn).exclude(reviews__isnull=False).count()
