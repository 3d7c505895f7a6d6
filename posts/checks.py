"""What must be true of a post before the next step (W-1)."""

from datetime import timedelta
from decimal import Decimal
from statistics import median

from django.db.models import Case, DecimalField, ExpressionWrapper, F, Q, Sum, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policy.selectors import allocated, rulings, uncovered
from project.kernel.guards import guard, warn
from project.kernel.money import yuan
from project.kernel.months import today
from registry.access import within
from registry.bars import sentences

WANTED = {
    "title": gettext_lazy("name of the post"),
    "post_type": gettext_lazy("post type"),
    "duties": gettext_lazy("duties"),
    "workload": gettext_lazy("workload standard"),
    "hours": gettext_lazy("hours a month"),
    "headcount": gettext_lazy("headcount"),
    "starts_on": gettext_lazy("first day"),
    "ends_on": gettext_lazy("last day"),
    "manager": gettext_lazy("person in charge"),
    "minutes": gettext_lazy("village committee's minutes"),
}
LIVE = ["approved", "open", "suspended"]


@guard(gettext_lazy("The request is not complete."))
def need_is_described(post):
    return [
        _("Enter the %(field)s.") % {"field": words}
        for name, words in WANTED.items()
        if not getattr(post, name)
    ]


def ruled(post, code):
    """The value of a rule for a post on its first day, or None where nobody set it."""
    found = rulings([code], on=post.starts_on, areas=[post.area_id], fund=post.fund_id)
    found = found[post.area_id].get(code)
    return found.value if found else None


@guard(gettext_lazy("An employer of the post is barred."))
def employer_is_not_barred(post):
    """Neither the department nor the using unit is barred in the post's area today (W-9)."""
    return sentences([post.department, post.unit], post.area_id, today())


@guard(gettext_lazy("Posts of this type may not be public-welfare posts (R-02)."))
def type_is_allowed(post):
    return post.post_type not in (ruled(post, "post.forbidden_types") or [])


@warn(gettext_lazy("The pay differs from like posts of the township."))
def is_on_a_par(post):
    """The standard stays near the median of like posts of the township (C-09, V-25)."""
    tolerance = ruled(post, "post.parity_tolerance")
    alike = type(post).objects.filter(
        within(post.area.township_code), post_type=post.post_type, state__in=LIVE
    )
    standards = list(alike.exclude(pk=post.pk).values_list("standard", flat=True))
    if tolerance is None or not standards:
        return True
    middle = median(standards)
    if abs(post.standard - middle) <= middle * Decimal(str(tolerance)):
        return True
    return [
        _(
            "The standard is %(standard)s yuan; like posts of the township have %(low)s to "
            "%(high)s, in the middle %(middle)s (C-09)."
        )
        % {
            "standard": yuan(post.standard),
            "low": yuan(min(standards)),
            "high": yuan(max(standards)),
            "middle": yuan(middle),
        }
    ]


@warn(gettext_lazy("No workload is named that matches the pay."))
def has_workload(post):
    return bool(post.workload.strip())


@guard(gettext_lazy("The township's quota of posts is used up."))
def quota_has_room(post):
    quota = ruled(post, "post.quota")
    if quota is None:
        return True
    live = type(post).objects.filter(within(post.area.township_code), state__in=LIVE)
    used = live.exclude(pk=post.pk).aggregate(sum=Sum("headcount"))["sum"] or 0
    if used + post.headcount <= quota:
        return True
    return [
        _("The township may have %(quota)s places; %(used)s exist and %(more)s are asked for.")
        % {"quota": quota, "used": used, "more": post.headcount}
    ]


@guard(gettext_lazy("The policy has ended."))
def policy_is_valid(post):
    return [
        _("“%(title)s” ends on %(day)s, before the post begins; link its successor first (C-20).")
        % {"title": document.title, "day": document.valid_to}
        for document in uncovered(post.area_id, on=max(post.starts_on, unapproved_from(post)))
        if document.valid_to
    ]


def unapproved_from(post):
    """The first day for which the post still has to be approved: its own, or after the last."""
    if post.state != "open":
        return post.starts_on
    return post.approved_until + timedelta(days=1) if post.approved_until else today()


@guard(gettext_lazy("The fund does not hold the money for this post."))
def budget_has_room(post):
    """Headcount x standard x months stays within what the fund has free (W-1)."""
    year = unapproved_from(post).year
    given = allocated(post.fund_id, post.area_id, year)
    if given is None:
        return [
            _("No allocation of “%(fund)s” is recorded for %(year)s; enter it under Settings.")
            % {"fund": post.fund, "year": year}
        ]
    where, amount = given
    live = type(post).objects.filter(within(where), fund=post.fund_id, state__in=LIVE)
    bound = sum((cost(other, year) for other in live.exclude(pk=post.pk)), Decimal(0))
    if bound + cost(post, year) <= amount:
        return True
    return [
        _("The post costs %(cost)s yuan in %(year)s; %(free)s of %(amount)s are free.")
        % {
            "cost": yuan(cost(post, year)),
            "year": year,
            "free": yuan(max(amount - bound, Decimal(0))),
            "amount": yuan(amount),
        }
    ]


def cost(post, year):
    """What a post costs in a year: headcount x standard x its months of that year."""
    first = post.starts_on.month if post.starts_on.year == year else 1
    last = post.ends_on.month if post.ends_on and post.ends_on.year == year else 12
    if post.starts_on.year > year or (post.ends_on and post.ends_on.year < year):
        return Decimal(0)
    return post.headcount * _a_month(post) * (last - first + 1)


def _a_month(post):
    """What one place costs a month: by the hour its hours of a month, else the standard."""
    if post.pay_basis == "hour" and post.hours:
        return post.standard * post.hours
    return post.standard


# The same for many posts at once: all places of a post for one month.
A_MONTH = ExpressionWrapper(
    F("headcount")
    * Case(
        When(
            pay_basis="hour",
            hours__gt=0,
            then=ExpressionWrapper(F("standard") * F("hours"), DecimalField()),
        ),
        default=F("standard"),
        output_field=DecimalField(),
    ),
    DecimalField(),
)


@guard(gettext_lazy("People hold this post; let them leave in order first (E16)."))
def nobody_holds_it(post):
    """Whoever holds it, works to a day still to come, or has a contract on its way."""
    bound = post.hires.exclude(contract__isnull=True)
    bound = bound.exclude(contract__state="void").select_related("person", "contract")
    gone = Q(contract__state="ended", contract__ends_on__lte=today())
    return [
        BOUND.get(hire.contract.state, HOLDS)
        % {"name": hire.person.name, "day": hire.contract.ends_on}
        for hire in bound.exclude(gone).order_by("pk")[:5]
    ]


HOLDS = gettext_lazy("%(name)s holds this post; propose the exit with reason E16 first.")
ON_ITS_WAY = gettext_lazy(
    "A contract of %(name)s for this post is on its way; put it in force or throw it away first."
)
BOUND = {
    "draft": ON_ITS_WAY,
    "offered": ON_ITS_WAY,
    "ended": gettext_lazy("%(name)s works on this post until %(day)s; close it on that day."),
}
