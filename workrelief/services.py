"""What may be done to a project, from the reserve list to the archive (W-10)."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from project.kernel.guards import Refused, log, take
from project.kernel.months import today
from project.kernel.roles import Permission
from workrelief.models import CreatedPost, FundLine, LabourPlan, Project, Stoppage

DESCRIBED = (
    *("number", "name", "form", "field", "mode", "year", "content", "scale", "investment"),
    *("beneficiaries", "owner", "contractor", "engineer", "designer", "legal_person"),
    *("responsible", "supervision", "hotline", "promised_posts", "planned_start", "planned_end"),
    *("budget_lists_labour", "contract_has_clauses", "insurance"),
)
# What is built and for how much is settled with the plan; the rest is filled in until the start.
SETTLED_WITH_THE_PLAN = {"number", "year", "form", "field", "investment"}
UNTIL_PLANNED = [Project.State.RESERVE, Project.State.APPLIED]
UNTIL_STARTED = [*UNTIL_PLANNED, Project.State.PLAN_ISSUED, Project.State.PREPARING]


@transaction.atomic
def draft(*, by, area, **described):
    """Enter a project on the reserve list."""
    may(by, Permission.RELIEF_OWN, area.pk, _("Entering projects belongs to their owner."))
    project = Project(area=area, **_known(described))
    _asked(project)
    project.save()
    log(project, "draft", by=by, after=project.state)
    return project


@transaction.atomic
def amend(project, *, by, **described):
    """Correct or complete what a project says of itself, before work begins."""
    project = locked(project)
    may(by, Permission.RELIEF_OWN, project.area_id, _("Projects are described by their owner."))
    if project.state not in UNTIL_STARTED:
        raise Refused(_("Work has begun: the description no longer changes."))
    described = _known(described)
    fixed = SETTLED_WITH_THE_PLAN & {
        name for name, value in described.items() if value != getattr(project, name)
    }
    if fixed and project.state not in UNTIL_PLANNED:
        raise Refused(_("The plan is issued: number, year, field and investment stay as they are."))
    for name, value in described.items():
        setattr(project, name, value)
    _asked(project)
    project.save()
    log(project, "amend", by=by, before=project.state, after=project.state)
    return project


def _known(described):
    return {name: value for name, value in described.items() if name in DESCRIBED}


def _asked(project):
    reasons = []
    if project.investment is None or project.investment <= 0:
        reasons.append(_("Enter the total investment in yuan."))
    if project.planned_end and (
        project.planned_start is None or project.planned_end < project.planned_start
    ):
        reasons.append(_("The planned end lies before the planned start."))
    same = Project.objects.filter(number=project.number).exclude(pk=project.pk)
    if same.exists():
        reasons.append(_("The project number %(number)s is taken.") % {"number": project.number})
    if reasons:
        raise Refused(reasons)


def may(by, permission, area, sentence):
    """Refuse whoever does not hold a permission in an area, in a sentence."""
    if not by.has_perm(permission, area):
        raise PermissionDenied(sentence)


def locked(project):
    """The project as it stands now, kept from others until the transaction ends."""
    found = Project.objects.select_for_update(of=("self",))
    return found.select_related("area", "insurance").get(pk=project.pk)


@transaction.atomic
def add_fund_line(project, *, by, fund, year, amount, issued_on, document=""):
    """Enter money of a fund for a project; after the plan it is a supplement of its own day."""
    project = locked(project)
    may(by, Permission.RELIEF_PLAN, project.area_id, _("Funds are entered by the county."))
    if project.state in (Project.State.ARCHIVED, Project.State.CANCELLED):
        raise Refused(_("The project is closed; it is given no more money."))
    if amount <= 0:
        raise Refused(_("Enter an amount of more than zero yuan."))
    if project.fund_lines.filter(fund=fund, year=year, issued_on=issued_on).exists():
        raise Refused(_("This fund, year and day are entered already."))
    made = FundLine.objects.create(
        project=project,
        fund=fund,
        year=year,
        amount=amount,
        issued_on=issued_on,
        document=document,
        added_by=by,
    )
    log(project, "add_fund_line", by=by, fund=fund.pk, year=year, amount=str(amount))
    return made


@transaction.atomic
def plan_labour(project, *, by, rows):
    """Write the labour plan anew: [(fund line, trade, people, unit, units each, rate)] (F-23)."""
    project = locked(project)
    may(by, Permission.RELIEF_OWN, project.area_id, _("Labour is planned by the owner."))
    if project.state not in UNTIL_STARTED:
        raise Refused(_("Work has begun: the labour plan no longer changes."))
    lines = set(project.fund_lines.values_list("pk", flat=True))
    made = [
        LabourPlan(
            fund_line_id=line, trade=trade, headcount=people, unit=unit, units=units, rate=rate
        )
        for line, trade, people, unit, units, rate in rows
    ]
    if any(plan.fund_line_id not in lines for plan in made):
        raise Refused(_("Labour is planned on fund lines of the project itself."))
    if any(not (plan.headcount > 0 and plan.units > 0 and plan.rate > 0) for plan in made):
        raise Refused(_("People, days and rate of each trade must be more than zero."))
    if len({(plan.fund_line_id, plan.trade, plan.unit) for plan in made}) < len(made):
        raise Refused(_("A trade stands once under a fund line and pay basis."))
    LabourPlan.objects.filter(fund_line__in=lines).delete()
    LabourPlan.objects.bulk_create(made)
    log(project, "plan_labour", by=by, rows=len(made))
    return made


@transaction.atomic
def apply(project, *, by, note=""):
    """Ask for the project's money."""
    return take(locked(project).apply, by=by, note=note)


@transaction.atomic
def issue_plan(project, *, by, document, received_on, on, note=""):
    """Hand the plan on with its money, by fund and year (R-77)."""
    if on < received_on:
        raise Refused(_("The plan cannot be handed on before it was received."))
    details = {"document": document, "received_on": received_on, "on": on}
    return take(locked(project).issue_plan, by=by, note=note, **details)


@transaction.atomic
def prepare(project, *, by, note=""):
    """Settle the labour plan; people may be listed from now on."""
    return take(locked(project).prepare, by=by, note=note)


@transaction.atomic
def start(project, *, by, on, note=""):
    """Begin the work."""
    _has_come(on)
    return take(locked(project).start, by=by, note=note, on=on)


@transaction.atomic
def finish(project, *, by, on, note=""):
    """Say that the main works are done; nobody works on the site after this day."""
    _has_come(on)
    project = locked(project)
    if project.started_on and on < project.started_on:
        raise Refused(_("The works cannot be done before they were started."))
    return take(project.finish, by=by, note=note, on=on)


def _has_come(day):
    if day > today():
        raise Refused(_("That day has not come yet."))


@transaction.atomic
def accept(project, *, by, on, note=""):
    """Accept the works; each fund's labour has reached its minimum on people's cards."""
    _has_come(on)
    project = locked(project)
    if project.main_done_on and on < project.main_done_on:
        raise Refused(_("The works cannot be accepted before they were done."))
    return take(project.accept, by=by, note=note, on=on)


@transaction.atomic
def rectify(project, *, by, note):
    """Send a project to be put right before it is accepted, with what falls short."""
    return with_reason(locked(project).rectify, by=by, note=note)


def with_reason(step, *, by, note):
    """Take a step that is never taken without a written reason."""
    if not note.strip():
        raise Refused(_("Say why."))
    return take(step, by=by, note=note)


@transaction.atomic
def put_right(project, *, by, note):
    """Say what was put right; the acceptance may look again."""
    return with_reason(locked(project).put_right, by=by, note=note)


@transaction.atomic
def put_in_use(project, *, by, note=""):
    """Open what was built to the people."""
    return take(locked(project).put_in_use, by=by, note=note)


@transaction.atomic
def hand_over(project, *, by, note=""):
    """Hand what was built to whoever keeps it in order."""
    return take(locked(project).hand_over, by=by, note=note)


@transaction.atomic
def suspend(project, *, by, on, note):
    """Stop the work from a day on; days of the stop are no working days."""
    _has_come(on)
    project = with_reason(locked(project).suspend, by=by, note=note)
    if on < project.started_on or project.stoppages.filter(ends_on__gte=on).exists():
        raise Refused(_("The stop must begin after the work, and after the stop before it."))
    Stoppage.objects.create(project=project, starts_on=on, reason=note[:200])
    return project


@transaction.atomic
def resume(project, *, by, on, note=""):
    """Go on with the work from a day on."""
    _has_come(on)
    project = take(locked(project).resume, by=by, note=note)
    stop = project.stoppages.get(ends_on=None)
    if on <= stop.starts_on:
        raise Refused(_("Work goes on after the first day of the stop at the earliest."))
    stop.ends_on = on - timedelta(days=1)
    stop.save(update_fields=["ends_on"])
    return project


@transaction.atomic
def cancel(project, *, by, note):
    """Give a project up before anybody was placed on it."""
    return with_reason(locked(project).cancel, by=by, note=note)


@transaction.atomic
def count_post(project, *, by, post):
    """Count a post as one that the project promised (F-30)."""
    project = locked(project)
    may(by, Permission.RELIEF_OWN, project.area_id, _("Promised posts are named by the owner."))
    if hasattr(post, "relief_origin"):
        raise Refused(_("This post is counted for a project already."))
    if post.area_id[:6] != project.area_id[:6]:
        raise Refused(_("The post lies in another county."))
    made = CreatedPost.objects.create(project=project, post=post, added_by=by)
    log(project, "count_post", by=by, post=post.pk)
    return made
