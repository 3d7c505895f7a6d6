"""What is written down beside the steps: who acts, progress, training, papers, other payments."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from project.kernel.guards import Refused, log
from project.kernel.months import today
from project.kernel.roles import Permission
from project.kernel.uploads import PAPERS, handed_in
from workrelief.models import (
    Party,
    Progress,
    Project,
    ProjectPaper,
    Spending,
    Trainee,
    Training,
)
from workrelief.services import locked, may

SIDES = {
    Party.Part.OWNER: Permission.RELIEF_OWN,
    Party.Part.CONTRACTOR: Permission.WAGE_DRAFT,
    Party.Part.ENGINEER: Permission.WAGE_CHECK,
}


@transaction.atomic
def name_party(project, *, by, user, part):
    """Name who acts for a side of a project; whoever acted for it before no longer does."""
    project = locked(project)
    sentence = _("The sides of a project are named by its owner or the county.")
    if not by.has_perm(Permission.RELIEF_PLAN, project.area_id):
        may(by, Permission.RELIEF_OWN, project.area_id, sentence)
    if not user.has_perm(SIDES[part], project.area_id):
        raise Refused(
            _("%(name)s holds no role for this side here; have them appointed first.")
            % {"name": user}
        )
    if project.parties.filter(user=user, until=None).exists():
        raise Refused(_("%(name)s acts for a side of the project already.") % {"name": user})
    project.parties.filter(part=part, until=None).update(until=today())
    made = Party.objects.create(
        project=project, user=user, part=part, named_on=today(), named_by=by
    )
    log(project, "name_party", by=by, part=part, user=user.pk)
    return made


@transaction.atomic
def hand_on_party(party, *, by, to, note):
    """Whoever acted for a side leaves: another, or for now nobody, acts for it from today on."""
    project = locked(party.project)
    if not by.has_perm(Permission.APPOINT, project.area_id):
        raise PermissionDenied(_("Handing over belongs to whoever appoints people there."))
    party = project.parties.select_for_update(of=("self",)).get(pk=party.pk)
    if party.until is not None:
        raise Refused(_("%(name)s no longer acts for this side.") % {"name": party.user})
    party.until = today()
    party.save(update_fields=["until"])
    if to is not None:
        facts = {"user": to, "part": party.part, "named_on": today(), "named_by": by}
        Party.objects.create(project=project, **facts)
    names = {"from": party.user.username, "to": to.username if to else "", "part": party.part}
    log(project, "hand_over", by=by, before=project.state, after=project.state, note=note, **names)
    return project


@transaction.atomic
def report_progress(project, *, by, on, percent, done=""):
    """Report how far the works are; they never go back, and no day lies ahead."""
    project = locked(project)
    may(by, Permission.RELIEF_REPORT, project.area_id, _("Progress is reported by the site."))
    if project.state not in Project.AT_WORK:
        raise Refused(_("Progress is reported while there is work on the site."))
    if on > today() or on < project.started_on:
        raise Refused(_("Progress is reported for a day between the start and today."))
    if not 0 <= percent <= 100:
        raise Refused(_("Progress is a number from 0 to 100."))
    last = project.progress.last()
    if last and (on < last.on or percent < last.percent):
        raise Refused(
            _("The last report says %(percent)s %% on %(day)s; works do not go back.")
            % {"percent": last.percent, "day": last.on}
        )
    made = Progress.objects.create(
        project=project, on=on, percent=percent, done=done, reported_by=by
    )
    log(project, "report_progress", by=by, on=str(on), percent=str(percent))
    return made


@transaction.atomic
def plan_training(project, *, by, on, topic, hours, teacher, planned_people):
    """Plan a course for the project's workers (R-75)."""
    project = locked(project)
    may(by, Permission.RELIEF_ROSTER, project.area_id, _("Courses are planned by the site."))
    if hours <= 0:
        raise Refused(_("A course lasts more than no hours."))
    made = Training.objects.create(
        project=project,
        on=on,
        topic=topic,
        hours=hours,
        teacher=teacher,
        planned_people=planned_people,
        added_by=by,
    )
    log(project, "plan_training", by=by, topic=topic)
    return made


@transaction.atomic
def hold_training(training, *, by, on, people):
    """Say that a course was held and who signed its list (F-29)."""
    project = locked(training.project)
    training = Training.objects.select_for_update().get(pk=training.pk)
    may(by, Permission.RELIEF_ROSTER, project.area_id, _("Courses are held by the site."))
    if on > today():
        raise Refused(_("That day has not come yet."))
    listed = set(project.members.values_list("person", flat=True))
    if strangers := [person.name for person in people if person.pk not in listed]:
        raise Refused(_("Not on the roster: %(names)s.") % {"names": "、".join(strangers[:3])})
    if not people:
        raise Refused(_("Choose who signed the list of the course."))
    training.on, training.held = on, True
    training.save(update_fields=["on", "held"])
    Trainee.objects.bulk_create(
        [Trainee(training=training, person=person) for person in people], ignore_conflicts=True
    )
    log(project, "hold_training", by=by, topic=training.topic, people=len(people))
    return training


@transaction.atomic
def keep_paper(project, *, by, kind, upload):
    """Keep a paper or picture of the project as it came, once."""
    project = locked(project)
    sentence = _("Papers of a project are kept by those who act in it.")
    if not by.has_perm(Permission.RELIEF_PLAN, project.area_id):
        may(by, Permission.RELIEF_REPORT, project.area_id, sentence)
    handed = handed_in(upload, PAPERS)
    made = ProjectPaper(
        project=project, kind=kind, name=handed.name, sha256=handed.sha256, added_by=by
    )
    if project.papers.filter(sha256=made.sha256).exists():
        raise Refused(_("This very file is kept already."))
    made.file.save(handed.stored_as, handed.file)
    log(project, "keep_paper", by=by, kind=kind, sha256=made.sha256)
    return made


@transaction.atomic
def spend(project, *, by, fund_line, kind, payee, amount, paid_on, voucher, note=""):
    """Enter a payment for machines, materials, management or a crew; no wage is entered here."""
    project = locked(project)
    may(by, Permission.RELIEF_SPEND, project.area_id, _("Payments are entered by the owner."))
    if fund_line.project_id != project.pk:
        raise Refused(_("The fund line belongs to another project."))
    if amount <= 0:
        raise Refused(_("Enter an amount of more than zero yuan."))
    if paid_on > today():
        raise Refused(_("That day has not come yet."))
    if kind == "mass":
        raise Refused(_("Wages are paid by the month's wage batch, never entered as a payment."))
    if fund_line.spendings.filter(voucher=voucher, takes_back=None).exists():
        raise Refused(_("Voucher %(number)s is entered already.") % {"number": voucher})
    made = Spending.objects.create(
        fund_line=fund_line,
        kind=kind,
        payee=payee,
        amount=amount,
        paid_on=paid_on,
        voucher=voucher,
        note=note,
        added_by=by,
    )
    log(project, "spend", by=by, amount=str(amount), voucher=voucher)
    return made


@transaction.atomic
def take_back(spending, *, by, note):
    """Take a wrong payment back by a second row that names it."""
    project = locked(spending.fund_line.project)
    may(by, Permission.RELIEF_SPEND, project.area_id, _("Payments are entered by the owner."))
    if spending.takes_back_id or hasattr(spending, "taken_back_by"):
        raise Refused(_("This payment is taken back already."))
    if not note.strip():
        raise Refused(_("Say why."))
    made = Spending.objects.create(
        fund_line=spending.fund_line,
        kind=spending.kind,
        payee=spending.payee,
        amount=-spending.amount,
        paid_on=today(),
        voucher=spending.voucher,
        note=note,
        takes_back=spending,
        added_by=by,
    )
    log(project, "take_back", by=by, note=note, voucher=spending.voucher)
    return made
