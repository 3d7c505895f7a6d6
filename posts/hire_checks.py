"""What must be true of a hire besides eligibility before the next step (W-2)."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policy.selectors import rule
from project.kernel.guards import guard, warn
from project.kernel.months import today

MATERIALS = {
    "application": gettext_lazy("signed application form"),
    "id_card": gettext_lazy("copy of the ID card"),
    "household_register": gettext_lazy("copy of the household register"),
    "promise": gettext_lazy("signed declaration of no other engagement"),
}


@guard(gettext_lazy("The post is not open for hiring."))
def post_is_open(hire):
    return hire.post.state == "open"


@guard(gettext_lazy("Papers are missing."))
def materials_are_complete(hire):
    return [
        _("The %(paper)s is missing.") % {"paper": words}
        for name, words in MATERIALS.items()
        if name not in hire.materials
    ]


@guard(gettext_lazy("The villagers have not voted on this person."))
def villagers_agree(hire):
    """More than the rule's share of those present voted for the person."""
    if hire.appraisal_id is None or hire.votes_for is None:
        return False
    share = Decimal(str(rule("hire.appraisal_share", on=hire.appraisal.held_on, area=hire.area_id)))
    if hire.votes_for > hire.appraisal.present * share:
        return True
    return [
        _("%(votes)s of %(present)s present voted for the person; more than %(share)s is needed.")
        % {
            "votes": hire.votes_for,
            "present": hire.appraisal.present,
            "share": f"{share * 100:.0f}%",
        }
    ]


@guard(gettext_lazy("The notice has not been certified."))
def notice_is_certified(hire):
    notice = hire.notice
    if notice is None:
        return False
    if notice.state == "certified":
        return True
    if today() <= notice.ends_on:
        return [
            _("The notice hangs until %(day)s; the step is open from the day after.")
            % {"day": notice.ends_on}
        ]
    return [_("The notice is over but not certified; its photos and certificate are missing.")]


def _about(hire):
    objections = hire.notice.objections.filter(line__isnull=True)
    return objections | hire.notice.objections.filter(line=hire.notice_line)


@guard(gettext_lazy("An objection against this person is open or was upheld."))
def nobody_objects(hire):
    if hire.notice is None:
        return False
    open_ = _about(hire).pending()
    upheld = _about(hire).filter(outcome="upheld")
    return [
        _("Objection %(code)s is not answered yet.") % {"code": objection.code}
        for objection in open_
    ] + [
        _("Objection %(code)s was upheld.") % {"code": objection.code}
        for objection in upheld.exclude(pk__in=open_)
    ]


@guard(gettext_lazy("Nobody objects to this person."))
def somebody_objects(hire):
    return hire.notice is not None and bool(nobody_objects.failures(hire))


@guard(gettext_lazy("Every place of the post is taken."))
def post_has_room(hire):
    taken = hire.post.hires.filter(contract__state__in=TAKING)
    taken = taken.exclude(pk=hire.pk).count()
    if taken < hire.post.headcount:
        return True
    return [
        _("All %(count)s places of the post are taken; keep the person in reserve.")
        % {"count": hire.post.headcount}
    ]


TAKING = ["draft", "offered", "signed", "in_force", "suspended"]


@guard(gettext_lazy("The training before the first day is not recorded."))
def is_trained(hire):
    return hire.trained_on is not None


@warn(gettext_lazy("Somebody with a higher priority has not been decided yet."))
def comes_first(hire):
    """Whoever scores higher for the same post is decided first."""
    if hire.score is None:
        return True
    waiting = hire.post.hires.filter(state__in=type(hire).UNDER_WAY, score__gt=hire.score)
    return [
        _("%(name)s has priority %(score)s and is not decided yet.")
        % {"name": other.person.name, "score": other.score}
        for other in waiting.exclude(pk=hire.pk).select_related("person")[:3]
    ]
