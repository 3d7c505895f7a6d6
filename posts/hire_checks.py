"""What must be true of a hire besides eligibility before the next step (W-2)."""

from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.models import Notice, Objection
from policy.selectors import rule
from project.kernel.guards import guard, refusals, warn
from project.kernel.months import today

MATERIALS = {
    "application": gettext_lazy("signed application form"),
    "id_card": gettext_lazy("copy of the ID card"),
    "household_register": gettext_lazy("copy of the household register"),
    "promise": gettext_lazy("signed declaration of no other engagement"),
}
PROOFS = {
    "fitness": gettext_lazy("proof of fitness for people above the age limit"),
    "residence": gettext_lazy("proof of living in the village"),
}
# Whoever leaves takes their place to the last working day of the ended contract.
TAKING = ["draft", "offered", "signed", "in_force", "suspended", "ended"]


@guard(gettext_lazy("The post is not open for hiring."))
def post_is_open(hire):
    return hire.post.state == "open"


@guard(gettext_lazy("Enter the planned first day."))
def starts_within_the_post(hire):
    """The first day lies in the days for which the post was set up."""
    post, day = hire.post, hire.starts_on
    if day is None:
        return False
    if day < post.starts_on:
        early = _("The post begins on %(day)s, after the planned first day.")
        return [early % {"day": post.starts_on}]
    if post.ends_on and day > post.ends_on:
        late = _("The post ends on %(day)s, before the planned first day.")
        return [late % {"day": post.ends_on}]
    return True


@guard(gettext_lazy("Papers are missing."))
def materials_are_complete(hire):
    return [
        _("The %(paper)s is missing.") % {"paper": words}
        for name, words in MATERIALS.items()
        if name not in hire.materials
    ]


@guard(
    gettext_lazy("The villagers have not voted on this person; record their meeting first (F-04).")
)
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


@guard(gettext_lazy("The name hangs on the board already."))
def hangs_nowhere(hire):
    """A person on notice goes onto another one only after the first was taken back."""
    return hire.state != "on_notice" or hire.notice.state == Notice.State.VOID


@guard(gettext_lazy("The person has not been on notice yet."))
def notice_is_certified(hire):
    """The village's notice was certified, or can be this very moment."""
    notice = hire.notice
    if notice is not None and notice.state == Notice.State.POSTED:
        return refusals(notice.certify)
    return _stood(notice)


@guard(gettext_lazy("The township's notice has not been posted yet."))
def township_notice_is_certified(hire):
    """Where the rule asks for it, the name also hung in the township (notice.township_hire)."""
    if not rule("notice.township_hire", on=hire.starts_on or today(), area=hire.area_id):
        return True
    return _stood(hire.township_notice)


@guard(gettext_lazy("The rule does not ask for a notice in the township."))
def township_wants_a_notice(hire):
    wanted = rule("notice.township_hire", on=hire.starts_on or today(), area=hire.area_id)
    hangs = hire.township_notice_id and hire.township_notice.state != Notice.State.VOID
    if wanted and hangs:
        return [_("The name hangs on the township's board already.")]
    return bool(wanted)


def _stood(notice):
    if notice is None:
        return False
    if notice.state == Notice.State.CERTIFIED:
        return True
    if notice.state == Notice.State.VOID:
        return [_("The notice was taken back; put the person on notice again.")]
    return refusals(notice.certify) or [_("The notice is over; certify it first.")]


def about(hire):
    """The objections against this person's line, or against a whole notice."""
    lines = Q(pk__in=[])
    for notice, line in (
        (hire.notice_id, hire.notice_line),
        (hire.township_notice_id, hire.township_line),
    ):
        if notice:
            lines |= Q(notice=notice) & (Q(line__isnull=True) | Q(line=line))
    return Objection.objects.filter(lines)


@guard(gettext_lazy("The person has not been on notice yet."))
def nobody_objects(hire):
    """An objection that is open or was upheld stops this person and nobody else."""
    if hire.notice_id is None:
        return False
    sentences = []
    for objection in about(hire).order_by("pk"):
        if objection.state in Objection.PENDING:
            words = _("Objection %(code)s is not answered yet.")
        elif objection.outcome == Objection.Outcome.UPHELD:
            words = _("Objection %(code)s was upheld.")
        else:
            continue
        sentences.append(words % {"code": objection.code})
    return sentences


@guard(gettext_lazy("Nobody objects to this person."))
def somebody_objects(hire):
    return hire.notice_id is not None and bool(nobody_objects.failures(hire))


@guard(gettext_lazy("Every place of the post is taken."))
def post_has_room(hire):
    """Contracts that hold or are on their way, and people approved for the post, take a place."""
    post = hire.post
    # Whoever begins on a day that is past meets those who held the post on that day.
    since = min(hire.starts_on or today(), today())
    if taken(post, besides=hire, since=since) < post.headcount:
        return True
    return [
        _("All %(count)s places of the post are taken; keep the person in reserve.")
        % {"count": post.headcount}
    ]


def taken(post, *, besides=None, since=None):
    """How many places of a post are taken or promised: people, whose renewals take no second."""
    holds = Q(contract__state__in=TAKING, contract__ends_on__gte=since or today())
    hires = post.hires.filter(holds | Q(state="approved"))
    if besides:
        hires = hires.exclude(pk=besides.pk)
    return hires.values("person").distinct().count()


@guard(gettext_lazy("The training before the first day is not recorded."))
def is_trained(hire):
    return hire.trained_on is not None


@warn(gettext_lazy("Somebody with a higher priority has not been decided yet."))
def comes_first(hire):
    """Whoever scores higher for the same post is decided first."""
    if hire.score is None:
        return True
    undecided = [state for state in type(hire).UNDER_WAY if state != "approved"]
    waiting = hire.post.hires.filter(state__in=undecided, score__gt=hire.score)
    waiting = waiting.exclude(pk=hire.pk).select_related("person").order_by("-score", "pk")
    return [
        _("%(name)s has priority %(score)s and is not decided yet.")
        % {"name": other.person.name, "score": other.score}
        for other in waiting[:3]
    ]
