"""Who comes first: points for what the rule names, each with its reason (C-10, C-27, C-32)."""

from django.utils.translation import gettext_lazy as _

from policy.selectors import rule
from project.kernel.months import today
from registry.idnumber import age_on
from registry.models import Fact, Person

MONITORED = ("监测", "脱贫不稳定", "边缘易致贫", "突发严重困难", "突发性严重困难")
LOW_INCOME = ("低收入", "低保", "特困")
OUT_OF_POVERTY = ("脱贫",)
OLDER = {Person.Sex.MALE: 50, Person.Sex.FEMALE: 45}
REASONS = {
    "weak": _("Weak or partial labour"),
    "zero_employment": _("Nobody of the household works"),
    "monitored": _("Monitored against falling back into poverty"),
    "relocated": _("Relocated"),
    "low_income": _("Low income"),
    "vacated": _("A vacated post goes to poor labour first"),
    "disabled": _("Disability certificate"),
    "older": _("Older rural labour"),
}


def score(hire):
    """The points of an applicant and the reasons for them, as they are frozen on the hire."""
    weights = rule("hire.priority", on=hire.starts_on or today(), area=hire.area_id)
    reasons = [
        {"code": code, "points": weights[code]}
        for code, holds in HOLDS.items()
        if weights.get(code) and holds(hire)
    ]
    return sum(reason["points"] for reason in reasons), reasons


def words(reasons):
    """The reasons as people read them."""
    return "；".join(f"{REASONS.get(r['code'], r['code'])} +{r['points']}" for r in reasons)


def _says(hire, categories):
    return any(word in hire.person.category for word in categories)


def _is_weak(hire):
    return hire.person.capacity == Person.Capacity.WEAK


def _nobody_works(hire):
    home = hire.person.household
    return home is not None and home.zero_employment.filter(cleared_on__isnull=True).exists()


def _is_poor(hire):
    return _says(hire, MONITORED + LOW_INCOME + OUT_OF_POVERTY)


def _takes_a_vacated_place(hire):
    """Somebody left this post, and the applicant belongs to those it is kept for (C-32)."""
    return _is_poor(hire) and hire.post.hires.filter(contract__state="ended").exists()


def _is_disabled(hire):
    if _says(hire, ("残疾",)):
        return True
    day = hire.starts_on or today()
    return hire.person.facts.on(day).filter(kind=Fact.Kind.DISABLED).exists()


def _is_older(hire):
    age = age_on(hire.person.born_on, hire.starts_on or today())
    return age >= OLDER[hire.person.sex]


HOLDS = {
    "weak": _is_weak,
    "zero_employment": _nobody_works,
    "monitored": lambda hire: _says(hire, MONITORED),
    "relocated": lambda hire: _says(hire, ("易地搬迁", "搬迁")),
    "low_income": lambda hire: _says(hire, LOW_INCOME),
    "vacated": _takes_a_vacated_place,
    "disabled": _is_disabled,
    "older": _is_older,
}
