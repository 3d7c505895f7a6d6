"""What must be true before a project is accepted and its archive closed (W-10)."""

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policy.selectors import rule
from project.kernel.guards import guard
from project.kernel.months import today
from workrelief.arriving import open_lines
from workrelief.checks import paid_short, shares_of

NAMED = 3  # names a sentence gives before it counts


@guard(gettext_lazy("The labour that has arrived is below the minimum of a fund."))
def share_is_reached(project):
    """What has arrived on people's cards reaches each fund line's minimum (R-61, V-28)."""
    return [paid_short(share) for share in shares_of(project) if not share.paid_reaches]


@guard(gettext_lazy("Wages of the project are still unpaid."))
def nothing_is_unpaid(project):
    """Every month worked is in a filed batch, and every line of it has arrived or is settled."""
    reasons = [
        _("The wages of %(month)s are not filed yet.") % {"month": batch.month}
        for batch in project.batches.exclude(state__in=["filed", "voided"])
    ]
    open_ = unpaid_lines(project)
    words = {"count": len(open_), "names": "、".join(line.person.name for line in open_[:NAMED])}
    if open_:
        reasons.append(_("%(count)s wage lines have not arrived: %(names)s.") % words)
    return reasons


def unpaid_lines(project, **only):
    """The project's pay lines whose money has neither arrived nor been settled otherwise."""
    lines = open_lines(contract__relief_member__project=project, **only)
    return list(lines.select_related("person").order_by("pk"))


@guard(gettext_lazy("People were not trained."))
def everybody_was_trained(project):
    """Everybody who was placed signed the list of a course that was held (R-75)."""
    placed = project.members.filter(contract__isnull=False).exclude(contract__state="void")
    signed = project.trainings.filter(held=True, trainees__person=OuterRef("person"))
    missing = placed.filter(~Exists(signed)).values_list("person__name", flat=True)
    count = missing.count()
    if not count:
        return []
    words = {"count": count, "names": "、".join(missing[:NAMED])}
    return [_("%(count)s people are on no list of a course: %(names)s.") % words]


@guard(gettext_lazy("Posts were promised and not created."))
def posts_were_created(project):
    live = project.created_posts.filter(post__state__in=["approved", "open", "suspended"]).count()
    if live >= project.promised_posts:
        return []
    words = {"promised": project.promised_posts, "live": live}
    return [_("%(promised)s posts were promised, %(live)s are approved.") % words]


@guard(gettext_lazy("Papers are missing from the archive."))
def papers_are_there(project):
    """The archive has every paper the rule names (relief.archive_papers, R-72)."""
    wanted = rule("relief.archive_papers", on=today(), area=project.area_id)
    there = set(project.papers.values_list("kind", flat=True))
    kinds = dict(project.papers.model.Kind.choices)
    return [
        _("A paper is missing: %(paper)s.") % {"paper": kinds[kind]}
        for kind in wanted
        if kind not in there
    ]
