"""How pay spreads over like posts of a township, and whose post stands out (C-09, V-25)."""

from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from policy.selectors import rulings
from posts.checks import LIVE
from posts.models import Post
from project.kernel.months import today

CODE = "post.parity_tolerance"


@dataclass(frozen=True)
class Spread:
    """The standards of one type of post in one township, and the posts away from the middle."""

    township: str
    post_type: str
    count: int
    low: Decimal
    middle: Decimal
    high: Decimal
    deviants: tuple


def spreads(posts):
    """One spread for each township and type among some posts, by township and type."""
    groups = {}
    for post in posts.filter(state__in=LIVE).select_related("area").order_by("area_id", "pk"):
        groups.setdefault((post.area.township_code, post.post_type), []).append(post)
    tolerances = _tolerances({township for township, _type in groups})
    return [
        _spread(township, kind, alike, tolerances.get(township))
        for (township, kind), alike in sorted(groups.items(), key=lambda pair: pair[0])
    ]


def _tolerances(townships):
    found = rulings([CODE], on=today(), areas=sorted(townships))
    return {code: Decimal(str(ruled[CODE].value)) for code, ruled in found.items() if CODE in ruled}


def _spread(township, kind, alike, tolerance):
    standards = [post.standard for post in alike]
    middle = Decimal(median(standards))
    return Spread(
        township=township,
        post_type=kind,
        count=len(alike),
        low=min(standards),
        middle=middle,
        high=max(standards),
        deviants=tuple(post for post in alike if _stands_out(post, middle, tolerance)),
    )


def _stands_out(post, middle, tolerance):
    return tolerance is not None and abs(post.standard - middle) > middle * tolerance


def seen_by(user):
    """The spreads of the townships a person sees."""
    return spreads(Post.objects.visible_to(user))
