"""Who may hold a post on a day: every rule is asked and every failure is named at once (W-2)."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.allowance import months_to_retirement, months_touched
from posts.cases import Case, Wish, cases
from project.kernel.guards import guard, warn
from registry.idnumber import age_on, problems
from registry.models import Fact, Person

GRADES = {"一级": 1, "二级": 2, "三级": 3, "四级": 4, "1级": 1, "2级": 2, "3级": 3, "4级": 4}


def failures(wishes):
    """Every reason against each wish, in order; queries do not grow with their number."""
    return [judge(case) for case in cases(wishes)]


def judge(case):
    """Every reason against one case."""
    return [sentence for ask in RULES if (sentence := ask(case))]


def has_an_id_number(case):
    """The ID number is one (R-91)."""
    if problems(case.person.id_number, on=case.first):
        return _("The ID number in the register is not valid (R-91); correct it first.")
    return None


def old_enough(case):
    least = _limit(case, "age.min")
    if least is not None and age_on(case.person.born_on, case.first) < least:
        return _("Under %(age)s years on the first day (R-10).") % {"age": least}
    return None


def young_enough(case):
    """Up to the limit, or up to the relaxed one with a proof of fitness (R-11)."""
    age, most = age_on(case.person.born_on, case.first), _limit(case, "age.max")
    if most is None or age <= most:
        return None
    relaxed = max(_limit(case, "age.max_relaxed") or most, most)
    if age > relaxed:
        return _("Over %(age)s years on the first day (R-11).") % {"age": relaxed}
    if case.fit:
        return None
    return _("Over %(age)s years; up to %(relaxed)s a proof of fitness is needed (R-11).") % {
        "age": most,
        "relaxed": relaxed,
    }


def _limit(case, code):
    """Some regions set one age for men and another for women (R-11)."""
    limit = case.rule(code)
    return limit.get(case.person.sex) if isinstance(limit, dict) else limit


def of_the_funds_people(case):
    """Some funds pay for certain categories only (R-25)."""
    allowed = (case.rule("fund.categories") or {}).get(case.fund_id)
    if not allowed or case.person.category in allowed:
        return None
    return _("The fund pays only for: %(categories)s (R-25).") % {"categories": "、".join(allowed)}


def on_one_post(case):
    """No other engagement on the same days, in this system or on another's list (R-21, V-05)."""
    for other in case.contracts:
        if other.pk != case.instead_of and _overlaps(other, case):
            return _("Already holds “%(post)s” in %(area)s until %(day)s (V-05).") % {
                "post": other.title,
                "area": other.area.name,
                "day": other.ends_on,
            }
    for fact in case.facts:
        if fact.kind == Fact.Kind.OTHER_POST and _touches(fact, case):
            return _("Stands on another list: %(row)s (V-05).") % {"row": row_of(fact)}
    return None


def row_of(fact):
    """A fact as the row of the other department's list says it."""
    until = fact.ends_on.isoformat() if fact.ends_on else _("further notice")
    days = _("from %(first)s until %(last)s") % {"first": fact.starts_on, "last": until}
    words = [fact.source, fact.batch, fact.get_kind_display(), fact.basis, days]
    return "，".join(str(word) for word in words if word)


def within_the_household_limit(case):
    """Only so many of one household hold a post, here or on another's list (R-19, R-20, V-06)."""
    most = case.rule("household.max_active")
    held = {
        other.person_id: f"{other.person.name}（{other.title}）"
        for other in case.household
        if _overlaps(other, case) and not other.attested
    }
    for fact in case.household_facts:
        if fact.kind == Fact.Kind.OTHER_POST and _touches(fact, case):
            held.setdefault(fact.person_id, f"{fact.person.name}（{row_of(fact)}）")
    if most is None or len(held) < most:
        return None
    return _("The household holds %(count)s posts already: %(names)s (V-06).") % {
        "count": len(held),
        "names": "、".join(held.values()),
    }


def on_no_exclusion_list(case):
    """No other department's record excludes the person on those days (R-16 to R-18, V-07)."""
    excluded = set(case.rule("exclude.facts") or []) - {Fact.Kind.OTHER_POST}
    found = [fact for fact in case.facts if fact.kind in excluded and _touches(fact, case)]
    if not found:
        return None
    return _("Is excluded: %(rows)s (V-07).") % {"rows": "；".join(map(row_of, found))}


def is_no_cadres_relative(case):
    """Where the region wants it, nobody of a cadre's household holds a post (R-18, V-07)."""
    if not case.rule("exclude.cadre_family"):
        return None
    for fact in case.household_facts:
        if fact.kind == Fact.Kind.CADRE and _touches(fact, case):
            return _("%(name)s of the household is a village cadre: %(row)s (R-18, V-07).") % {
                "name": fact.person.name,
                "row": row_of(fact),
            }
    return None


def fit_for_a_ranger(case):
    """Forest rangers have no disability of the grades named (R-24)."""
    grades = case.rule("exclude.ranger_disability_grades") or []
    if "护林" not in case.post_type:
        return None
    for fact in case.facts:
        told = {grade for word, grade in GRADES.items() if word in fact.basis}
        if fact.kind == Fact.Kind.DISABLED and _touches(fact, case) and told & set(grades):
            return _("A ranger may not have this disability: %(row)s (R-24).") % {
                "row": row_of(fact)
            }
    return None


def lives_here(case):
    """Is registered in the village, or has proved to live there long enough (R-22)."""
    months = case.rule("residence.min_months")
    home = case.person.area
    if months is None or case.area_id in (home.pk, home.merged_into_id):
        return None
    if months and case.resident:
        return None
    if months:
        return _(
            "Is registered in %(area)s; a proof of living in the village for %(months)s months "
            "is needed (R-22)."
        ) % {"area": home.name, "months": months}
    return _("Is registered in %(area)s, not in the village of the post (R-22).") % {
        "area": home.name
    }


def within_the_subsidy_limit(case):
    """Subsidised months so far and those to come stay within the limit (R-46)."""
    most = case.rule("subsidy.max_months")
    months = months_touched(case.first, case.last)
    for other in case.subsidised:
        months |= months_touched(other.starts_on, other.ends_on)
    if most is None or len(months) <= most or _near_retirement(case):
        return None
    return _(
        "Would be subsidised for %(total)s months; %(most)s are allowed unless retirement is "
        "within %(years)s years (R-46)."
    ) % {
        "total": len(months),
        "most": most,
        "years": case.rule("subsidy.near_retirement_years") or 0,
    }


def _near_retirement(case):
    """Within so many years of retirement, on the first day or at the first approval (R-46, A7)."""
    day = case.first
    if case.rule("subsidy.near_retirement_at") == "first":
        day = min([other.starts_on for other in case.subsidised] + [day])
    years = case.rule("subsidy.near_retirement_years") or 0
    return months_to_retirement(case.person, day) <= years * 12


def within_the_placement_limit(case):
    """A person is placed only so often (R-46); renewals of one placement do not count."""
    most = case.rule("placement.max")
    placed = len([c for c in case.subsidised if c.renews_id is None])
    if most is None or case.instead_of is not None or placed < most:
        return None
    return _("Was placed %(count)s times already; %(most)s are allowed (R-46).") % {
        "count": placed,
        "most": most,
    }


def _overlaps(contract, case):
    return contract.starts_on <= case.last and contract.ends_on >= case.first


def _touches(fact, case):
    return fact.starts_on <= case.last and (fact.ends_on is None or fact.ends_on >= case.first)


RULES = [
    has_an_id_number,
    old_enough,
    young_enough,
    of_the_funds_people,
    on_one_post,
    within_the_household_limit,
    on_no_exclusion_list,
    is_no_cadres_relative,
    fit_for_a_ranger,
    lives_here,
    within_the_subsidy_limit,
    within_the_placement_limit,
]


def last_day(hire):
    """A hire lasts to the end of its first day's year, or to the end of the post."""
    last = date(hire.starts_on.year, 12, 31)
    return min(last, hire.post.ends_on) if hire.post.ends_on else last


def wish_of(hire):
    """What a hire asks for: from its planned first day to its last."""
    return Wish(
        person=hire.person,
        first=hire.starts_on,
        last=last_day(hire),
        area_id=hire.area_id,
        fund_id=hire.post.fund_id,
        post_type=hire.post.post_type,
        fit="fitness" in hire.materials,
        resident="residence" in hire.materials,
        own=hire.contract_id,
    )


@guard(gettext_lazy("The person may not hold this post."))
def is_eligible(hire):
    if hire.starts_on is None:
        return [_("Enter the planned first day.")]
    return failures([wish_of(hire)])[0]


@warn(
    gettext_lazy(
        "The person can work normally; public posts are for weak and partial labour first (C-13)."
    )
)
def labour_fits(hire):
    return hire.person.capacity not in (Person.Capacity.NORMAL, Person.Capacity.SKILLED)


@warn(gettext_lazy("Fewer jobs were offered to the person than the rule wants (C-30)."))
def offers_were_made(hire):
    if hire.starts_on is None:
        return True
    (case,) = cases([wish_of(hire)])
    return case.offers >= (case.rule("hire.job_offers") or 0)


__all__ = ["Case", "Wish", "cases", "failures", "is_eligible", "judge", "wish_of"]
