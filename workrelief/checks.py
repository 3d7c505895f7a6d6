"""What must be true before a project takes a step: the plan, the parties, the site."""

from decimal import Decimal

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policy.selectors import rule, rulings
from project.kernel.guards import guard, warn
from project.kernel.money import yuan
from project.kernel.months import today
from registry.bars import sentences
from registry.calendar import end_of_notice
from registry.workdays import Unit
from workrelief.shares import percent, shares

# What a signboard shows, by the field of the project that says it.
SIGNBOARD = {
    "scale": gettext_lazy("scale"),
    "legal_person": gettext_lazy("project's legal person"),
    "designer": gettext_lazy("designer"),
    "contractor": gettext_lazy("contractor or council"),
    "responsible": gettext_lazy("responsible person"),
    "hotline": gettext_lazy("hotline"),
    "planned_start": gettext_lazy("planned start"),
    "planned_end": gettext_lazy("planned end"),
    "beneficiaries": gettext_lazy("people who benefit"),
}
AHEAD = "relief.progress_ahead_points"


def shares_of(project):
    """The labour shares of one project's fund lines."""
    return shares(type(project).objects.filter(pk=project.pk))


@guard(gettext_lazy("The project is not described: enter what is built and who owns it."))
def is_described(project):
    return bool(project.content.strip() and project.owner_id)


@guard(gettext_lazy("The owner or the contractor is barred."))
def nobody_is_barred(project):
    """Neither the owner nor the contractor is barred in the project's area today (W-9)."""
    return sentences([project.owner, project.contractor], project.area_id, today())


@guard(gettext_lazy("No fund line is entered: say which fund gives how much for which year."))
def has_fund_lines(project):
    return project.fund_lines.exists()


@guard(gettext_lazy("No labour is planned: enter trades, people, days and rates (F-23)."))
def labour_is_planned(project):
    return project.fund_lines.filter(labour_plans__isnull=False).exists()


@guard(gettext_lazy("The planned labour is below the minimum of a fund."))
def plan_reaches_the_minimum(project):
    """Each fund line's planned labour reaches its own minimum; none makes up for another (R-62)."""
    sentence = _(
        "%(fund)s: planned labour of %(labour)s yuan is %(share)s of %(amount)s yuan; at least"
        " %(least)s is required, %(missing)s yuan are missing."
    )
    return [
        sentence % _short(share, share.planned)
        for share in shares_of(project)
        if not share.plan_reaches
    ]


def _short(share, labour):
    return {
        "fund": f"{share.fund_name} {share.year}",
        "labour": yuan(labour),
        "share": percent(labour, share.amount),
        "amount": yuan(share.amount),
        "least": percent(share.minimum, 1),
        "missing": yuan(share.least - labour),
    }


def paid_short(share):
    """What is missing of the paid share, in words."""
    sentence = _(
        "%(fund)s: labour of %(labour)s yuan has arrived, %(share)s of %(amount)s yuan; at least"
        " %(least)s is required, %(missing)s yuan are missing."
    )
    return sentence % _short(share, share.paid)


@guard(gettext_lazy("No training is planned: enter topic, day, hours and people (R-75)."))
def training_is_planned(project):
    return project.trainings.exists()


@guard(gettext_lazy("The signboard is not complete."))
def signboard_is_complete(project):
    return [
        _("The signboard needs: %(field)s (R-78).") % {"field": words}
        for name, words in SIGNBOARD.items()
        if not getattr(project, name)
    ]


@guard(gettext_lazy("The papers do not speak of labour."))
def papers_speak_of_labour(project):
    reasons = []
    if not project.budget_lists_labour:
        reasons.append(_("The budget must list labour item by item and separately (R-75)."))
    if not project.contract_has_clauses:
        reasons.append(
            _("The works contract must have the labour clauses: roster, signature, card, month.")
        )
    return reasons


@guard(gettext_lazy("The sides of the project are not named."))
def parties_are_named(project):
    there = set(project.parties.filter(until=None).values_list("part", flat=True))
    wanted = {
        "owner": _("Name who acts for the owner."),
        "contractor": _("Name who acts for the contractor or the council."),
        "engineer": _("Name who acts as supervising engineer."),
    }
    return [sentence for part, sentence in wanted.items() if part not in there]


@warn(gettext_lazy("The plan was handed on later than the rule allows."))
def plan_came_in_time(project):
    """The plan is handed on within its working days after it was received (R-77)."""
    code, area = "relief.plan_forward_days", project.area_id
    received, issued = project.plan_received_on, project.plan_issued_on
    ruled = rulings([code], on=issued, areas=[area])[area].get(code)
    if not ruled or not received:
        return True
    last = end_of_notice(received, ruled.value, Unit.WORKING)
    if issued <= last:
        return True
    words = {"issued": issued, "last": last}
    return [_("The plan was handed on on %(issued)s; it was due by %(last)s (R-77).") % words]


@guard(gettext_lazy("Nobody is on the roster yet: list the workers before work begins (R-70)."))
def roster_is_opened(project):
    return project.members.filter(struck_off_on=None).exists()


@guard(gettext_lazy("No insurance in force covers the site today (C-33)."))
def is_insured(project):
    policy, day = project.insurance, today()
    return bool(
        policy
        and policy.state == policy.State.IN_FORCE
        and policy.starts_on <= day <= policy.ends_on
    )


@guard(gettext_lazy("Add the photo of the signboard on the site (R-78)."))
def signboard_stands(project):
    return project.papers.filter(kind="signboard").exists()


@warn(gettext_lazy("Too few relocated people are on the roster."))
def relocated_have_their_share(project):
    """A share of the roster is reserved for relocated people where a rule says so (C-19)."""
    code, area = "relief.relocated_min_share", project.area_id
    ruled = rulings([code], on=today(), areas=[area])[area].get(code)
    if not ruled:
        return True
    listed = project.members.filter(struck_off_on=None, labour_class="mass")
    counts = listed.aggregate(all=Count("pk"), moved=Count("pk", filter=Q(category="relocated")))
    if counts["moved"] >= Decimal(str(ruled.value)) * counts["all"]:
        return True
    words = counts | {"least": percent(Decimal(str(ruled.value)), 1)}
    sentence = _(
        "%(moved)s of %(all)s listed people are relocated; %(least)s are asked for (C-19)."
    )
    return [sentence % words]


@guard(gettext_lazy("The works are not reported as done: report 100 % first."))
def progress_is_whole(project):
    last = project.progress.last()
    return bool(last and last.percent == 100)


@warn(gettext_lazy("Works run ahead of pay."))
def pay_keeps_up(project):
    """Progress too many points ahead of the labour paid asks for a reason (W-10)."""
    last = project.progress.last()
    if last is None:
        return True
    most = rule(AHEAD, on=last.on, area=project.area_id)
    found = []
    for share in shares_of(project):
        ahead = works_ahead(share, last.percent)
        if ahead is not None and ahead > most:
            words = {"fund": share.fund_name, "done": last.percent, "points": f"{ahead:.0f}"}
            found.append(
                _(
                    "%(fund)s: the works stand at %(done)s %%, the labour paid is %(points)s points"
                    " behind its plan."
                )
                % words
            )
    return found


def works_ahead(share, done):
    """By how many points the works (%) are ahead of the labour paid, measured by its plan."""
    return done - share.paid * 100 / share.planned if share.planned else None


@guard(gettext_lazy("People are placed on this project; it cannot be given up."))
def nobody_is_placed(project):
    return (
        not project.members.filter(contract__isnull=False).exclude(contract__state="void").exists()
    )
