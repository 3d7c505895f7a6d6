"""Listing people on a project's roster, and placing them by contract (W-11, F-25)."""

from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from contracts import services as contracts
from contracts.models import Contract
from project.kernel.guards import Refused, log
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.idnumber import age_on
from workrelief.models import Member, Project, Team
from workrelief.models.money import LabourClass
from workrelief.services import locked, may

LISTING = [Project.State.PREPARING, *Project.AT_WORK]
CORRECTED = ("team", "trade", "section", "category", "rate", "starts_on", "ends_on")


@dataclass(frozen=True)
class Terms:
    """What a worker's contract says, as `contracts.services.draft` reads it."""

    area_id: str
    title: str
    fund_id: str
    standard: Decimal
    pay_basis: str
    post_type: str = "以工代赈"
    department_id: int | None = None
    kind: str = Contract.Kind.SERVICE
    attested: bool = True


@transaction.atomic
def enlist(project, *, by, person, **listed):
    """List a person on the roster: area, fund_line, trade, category, pay_basis, rate and days."""
    project = locked(project)
    may(by, Permission.RELIEF_ROSTER, project.area_id, _("The roster is kept by the site."))
    member = Member(project=project, person=person, listed_by=by, **listed)
    if reasons := against_listing(member):
        raise Refused(reasons)
    member.save()
    log(member, "enlist", by=by, note=str(project))
    return member


def against_listing(member, *, leading=None, others=None):
    """Every sentence that speaks against a person on this roster, row by row in a file too.

    A file asks once for all its rows who leads a team and who is listed where, and says so.
    """
    project, person = member.project, member.person
    words = {"name": person.name, "project": project.name}
    reasons = []
    if project.state not in LISTING:
        reasons.append(
            _(
                "People are listed from the preparation to the acceptance; “%(project)s” is not"
                " at that point."
            )
            % words
        )
    if member.fund_line.project_id != project.pk:
        reasons.append(_("The fund line belongs to another project."))
    if member.ends_on < member.starts_on:
        reasons.append(_("%(name)s: the last day lies before the first day.") % words)
    if member.rate <= 0:
        reasons.append(_("%(name)s: enter a rate of more than zero yuan.") % words)
    if age_on(person.born_on, member.starts_on) < 16:
        reasons.append(_("%(name)s is younger than 16 on the first day (V-13).") % words)
    leading = leads(project, person) if leading is None else leading
    if member.labour_class == LabourClass.MASS and leading:
        reasons.append(
            _("%(name)s leads a team: a foreman is management and never counts as labour (R-83).")
            % words
        )
    others = elsewhere(member) if others is None else others
    return reasons + [_taken(member, other) for other in others]


def against_placing(member):
    """Every sentence that speaks against a contract for somebody on the roster."""
    if member.contract_id or member.struck_off_on:
        return [_("%(name)s is placed or struck off already.") % {"name": member.person.name}]
    return against_listing(member)


def elsewhere(member):
    """The rosters on which the person stands on some of the days already."""
    others = Member.objects.filter(
        person=member.person,
        struck_off_on=None,
        starts_on__lte=member.ends_on,
        ends_on__gte=member.starts_on,
    )
    return others.exclude(pk=member.pk).select_related("project")


def _taken(member, other):
    return _("%(name)s stands on the roster of “%(project)s” from %(first)s to %(last)s.") % {
        "name": member.person.name,
        "project": other.project.name,
        "first": other.starts_on,
        "last": other.ends_on,
    }


def leads(project, person):
    return Team.objects.filter(project=project, foreman=person).exists()


@transaction.atomic
def lead(project, *, by, name, foreman):
    """Set up a team with its foreman, who must not be listed as labour."""
    project = locked(project)
    may(by, Permission.RELIEF_ROSTER, project.area_id, _("The roster is kept by the site."))
    listed = project.members.filter(person=foreman, struck_off_on=None, labour_class="mass")
    if listed.exists():
        raise Refused(
            _("%(name)s is listed as labour; a foreman is management: change the class first.")
            % {"name": foreman.name}
        )
    if project.teams.filter(name=name).exists():
        raise Refused(_("There is a team “%(name)s” already.") % {"name": name})
    made = Team.objects.create(project=project, name=name, foreman=foreman)
    log(project, "lead", by=by, team=name, foreman=foreman.pk)
    return made


@transaction.atomic
def correct(member, *, by, note="", **listed):
    """Correct a listed person before the contract is drafted."""
    member = _locked(member)
    may(by, Permission.RELIEF_ROSTER, member.project.area_id, _("The roster is kept by the site."))
    if member.contract_id:
        raise Refused(_("The person has a contract; its terms change by an amendment."))
    for name in CORRECTED:
        if name in listed:
            setattr(member, name, listed[name])
    if reasons := against_listing(member):
        raise Refused(reasons)
    member.save()
    log(member, "correct", by=by, note=note)
    return member


@transaction.atomic
def reclassify(member, *, by, labour_class, note):
    """Say what a person's work is to the labour share; from now on every share counts it so."""
    member = _locked(member)
    sides = (Permission.RELIEF_ROSTER, Permission.WAGE_CHECK, Permission.RELIEF_PLAN)
    if not any(by.has_perm(side, member.project.area_id) for side in sides):
        raise PermissionDenied(_("Classes of labour are set by the site, engineer or county."))
    if not note.strip():
        raise Refused(_("Say why."))
    if labour_class == LabourClass.MASS and leads(member.project, member.person):
        raise Refused(_("A foreman is management and never counts as labour (R-83)."))
    before, member.labour_class = member.labour_class, labour_class
    member.save(update_fields=["labour_class"])
    log(member, "reclassify", by=by, before=before, after=labour_class, note=note)
    return member


@transaction.atomic
def place(member, *, by, note=""):
    """Draft the worker's contract; its month is paid once the site has attested it."""
    member = _locked(member)
    may(by, Permission.RELIEF_PLACE, member.area_id, _("Placing belongs to the township."))
    if reasons := against_placing(member):
        raise Refused(reasons)
    terms = Terms(
        area_id=member.area_id,
        title=f"{member.project.name[:48]}·{member.trade}"[:60],
        fund_id=member.fund_line.fund_id,
        standard=member.rate,
        pay_basis=member.pay_basis,
    )
    member.contract = contracts.draft(
        terms,
        by=by,
        person=member.person,
        starts_on=member.starts_on,
        ends_on=member.ends_on,
    )
    member.save(update_fields=["contract"])
    log(member, "place", by=by, note=note, contract=member.contract_id)
    return member


@transaction.atomic
def strike_off(member, *, by, note):
    """Take somebody off the roster who was never placed; the row and the reason stay."""
    member = _locked(member)
    may(by, Permission.RELIEF_ROSTER, member.project.area_id, _("The roster is kept by the site."))
    if member.contract_id:
        raise Refused(_("The person has a contract: end it, and the roster follows."))
    if not note.strip():
        raise Refused(_("Say why."))
    member.struck_off_on = today()
    member.save(update_fields=["struck_off_on"])
    log(member, "strike_off", by=by, note=note)
    return member


@transaction.atomic
def leave(member, *, by, note=""):
    """Take over the last day of a contract that ended early; the person is free from then on."""
    member = _locked(member)
    may(by, Permission.RELIEF_ROSTER, member.project.area_id, _("The roster is kept by the site."))
    contract = member.contract
    if contract is None or contract.state != Contract.State.ENDED:
        raise Refused(_("The contract has not ended: let the person leave in order first (W-8)."))
    member.ends_on = contract.ends_on
    member.save(update_fields=["ends_on"])
    log(member, "leave", by=by, note=note, on=str(member.ends_on))
    return member


def _locked(member):
    found = Member.objects.select_for_update(of=("self",))
    return found.select_related("project", "person", "fund_line", "contract", "area").get(
        pk=member.pk
    )
