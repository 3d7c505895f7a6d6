"""What is odd about a run and may yet be right: whoever confirms looks, and writes why (W-7, soft).

One account for several people, and two contracts of one person on a day, cannot come this far: the
database refuses them.
"""

from collections import defaultdict

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policy.selectors import rulings
from project.kernel.guards import warn
from project.kernel.masking import mask_phone
from registry.idnumber import age_on, birthday

NAMED = 5
LISTED = 10
AGES = ("age.max", "age.max_relaxed")


@warn(gettext_lazy("Many people of the run have one phone."))
def phones_are_peoples_own(run):
    """One phone for many (anomaly.phone_people): somebody may collect what others are paid."""
    code = "anomaly.phone_people"
    said = rulings([code], on=run.month.last, areas=[run.area_id], fund=run.fund_id)[run.area_id]
    if code not in said:
        return True
    paid = run.lines.filter(amount__gt=0).exclude(person__phone="").order_by()
    shared = paid.values("person__phone").annotate(people=Count("person", distinct=True))
    many = shared.filter(people__gte=said[code].value).values("person__phone")
    rows = paid.filter(person__phone__in=many).values_list("person__phone", "person__name")
    people = defaultdict(set)
    for phone, name in rows:
        people[phone].add(name)
    sentence = _("%(count)s people have the phone %(phone)s: %(names)s.")
    return [
        sentence
        % {
            "count": len(names),
            "phone": mask_phone(phone),
            "names": _("%(names)s and others") % {"names": _listed(names)}
            if len(names) > NAMED
            else _listed(names),
        }
        for phone, names in sorted(people.items())[:LISTED]
    ]


@warn(gettext_lazy("The run pays people who are older than the rule allows."))
def nobody_is_too_old(run):
    """Who had passed the age limit before the month began, relaxations counted (R-10, R-11)."""
    paid = run.lines.filter(amount__gt=0, contract__attested=False).order_by()
    villages = sorted(set(paid.values_list("area_id", flat=True)))
    ruled = rulings(list(AGES), on=run.month.last, areas=villages, fund=run.fund_id)
    limits = {village: _limit(of) for village, of in ruled.items()}
    youngest = min((limit for limit in limits.values() if limit is not None), default=None)
    if youngest is None:
        return True
    born_by = run.month.first.replace(day=1, year=run.month.first.year - youngest - 1)
    old = paid.filter(person__born_on__lte=born_by).order_by("number")
    rows = old.values_list("person__name", "area__name", "area_id", "person__born_on")
    found = [
        (name, village, age_on(born, run.month.first))
        for name, village, area, born in dict.fromkeys(rows)
        if limits[area] is not None and birthday(born, limits[area] + 1) <= run.month.first
    ]
    sentence = _("%(name)s (%(village)s) is %(age)s years old, older than the rule allows.")
    told = [
        sentence % {"name": name, "village": village, "age": age}
        for name, village, age in found[:LISTED]
    ]
    more = len(found) - LISTED
    return told + ([_("and %(count)s more people") % {"count": more}] if more > 0 else [])


def _limit(ruled):
    """The age up to which somebody may be paid: the highest that any rule of the place names."""
    values = [ruled[code].value for code in AGES if code in ruled]
    years = [max(v.values()) if isinstance(v, dict) else v for v in values]
    return max((year for year in years if year is not None), default=None)


def _listed(names):
    return _(", ").join(sorted(names)[:NAMED])
