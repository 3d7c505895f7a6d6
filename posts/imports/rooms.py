"""Room for the holders of a ledger: like posts of a village are one post with a headcount."""

from collections import Counter

from django.db.models import Count

from posts.imports.common import likeness, living_posts
from posts.models import Hire, Post
from project.kernel.months import today
from registry.intake import log_all


def enter_posts(contracts, *, by, note):
    """The post of each contract; missing ones are entered open, full ones get the room needed."""
    villages = {contract.area_id for contract in contracts}
    known = living_posts(villages)
    wanted = Counter(likeness(contract) for contract in contracts)
    numbers = _next_numbers(villages)
    fresh = {}
    for contract in contracts:
        key = likeness(contract)
        if key not in known and key not in fresh:
            numbers[contract.area_id] += 1
            number = f"{contract.area_id}-{numbers[contract.area_id]:03d}"
            fresh[key] = _post(contract, number, wanted[key])
        elif key in fresh:
            fresh[key].starts_on = min(fresh[key].starts_on, contract.starts_on)
    _make_room({key: post for key, post in known.items() if key in wanted}, wanted)
    log_all(Post.objects.bulk_create(fresh.values()), "take_over", by=by, note=note)
    posts = known | fresh
    return [posts[likeness(contract)] for contract in contracts]


def _make_room(posts, wanted):
    """A ledger that was in force on paper cannot be turned away for want of room."""
    holding = Hire.objects.filter(
        post__in=[post.pk for post in posts.values()],
        state=Hire.State.PLACED,
        contract__state__in=["signed", "in_force", "suspended"],
        contract__ends_on__gte=today(),
    )
    held = dict(holding.order_by().values_list("post").annotate(Count("pk")))
    full = []
    for key, post in posts.items():
        needed = held.get(post.pk, 0) + wanted[key]
        if needed > post.headcount:
            post.headcount = needed
            full.append(post)
    Post.objects.bulk_update(full, ["headcount"])


def _next_numbers(villages):
    """The last running number in use in each village."""
    last = Counter()
    numbers = Post.objects.filter(area__in=villages).values_list("area_id", "number")
    for village, number in numbers:
        running = number.removeprefix(f"{village}-")
        if running != number and running.isascii() and running.isdigit():
            last[village] = max(last[village], int(running))
    return last


def _post(contract, number, headcount):
    return Post(
        state=Post.State.OPEN,
        area_id=contract.area_id,
        number=number,
        title=contract.title,
        post_type=contract.post_type,
        department_id=contract.department_id,
        fund_id=contract.fund_id,
        standard=contract.standard,
        headcount=headcount,
        starts_on=contract.starts_on,
    )
