"""Places that fell vacant: reported within days of an exit, advertised again within more (R-57).

Nothing is stored but the report: that a place is vacant follows from the contracts.
"""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from policy.selectors import rule
from posts.models import Hire, Recruitment, VacancyReport
from project.kernel.guards import NeedsReason, Refused, log
from project.kernel.months import today
from project.kernel.roles import Permission

HOLDING = ["signed", "in_force", "suspended", "ended"]


def vacated(hires):
    """The hires whose contract is over and was followed by none of the same person and post.

    Each carries `readvertised`: applicants for the post were called after the last day.
    """
    next_contract = Hire.objects.filter(
        post=OuterRef("post"),
        person=OuterRef("person"),
        state=Hire.State.PLACED,
        contract__starts_on__gt=OuterRef("contract__ends_on"),
    ).exclude(contract__state="void")
    called = Recruitment.objects.filter(
        post=OuterRef("post"), opens_on__gt=OuterRef("contract__ends_on")
    )
    over = hires.filter(
        state=Hire.State.PLACED,
        contract__state__in=HOLDING,
        contract__ends_on__lt=today(),
        post__state__in=["open", "suspended"],
    )
    return over.exclude(Exists(next_contract)).annotate(readvertised=Exists(called))


def unreported(hires):
    """The vacated places that nobody has reported yet."""
    return vacated(hires).filter(vacancy_report__isnull=True)


def vacant_since(hire):
    return hire.contract.ends_on + timedelta(days=1)


def report_due(hire):
    """The day by which the township reports the place (exit.report_days after the last day)."""
    return _after(hire, "exit.report_days")


def refill_due(hire):
    """The day by which applicants are called again (post.refill_days after the last day)."""
    return _after(hire, "post.refill_days")


def _after(hire, code):
    last = hire.contract.ends_on
    return last + timedelta(days=rule(code, on=last, area=hire.area_id))


def is_reported_late(hire):
    """Whether the report came, or still is, after its day (V-27)."""
    report = getattr(hire, "vacancy_report", None)
    return (report.reported_on if report else today()) > report_due(hire)


@transaction.atomic
def report(*, hire, by, note=""):
    """Report a vacated place (F-17); a late report is named and needs its reason (V-27)."""
    if not by.has_perm(Permission.VACANCY_REPORT, hire.area_id):
        raise PermissionDenied(_("Reporting a vacant place belongs to the township officer."))
    hire = Hire.objects.select_for_update(of=("self",)).select_related("contract").get(pk=hire.pk)
    if VacancyReport.objects.filter(hire=hire).exists():
        raise Refused(_("This place has been reported already."))
    if not vacated(Hire.objects.filter(pk=hire.pk)).exists():
        raise Refused(_("This place is not vacant: its holder has not left."))
    due = report_due(hire)
    if today() > due and not note.strip():
        raise NeedsReason(
            [
                _("The report was due on %(due)s and counts as late (V-27).") % {"due": due},
                _("Write the reason for the delay."),
            ]
        )
    made = VacancyReport.objects.create(
        area_id=hire.area_id,
        hire=hire,
        vacant_since=vacant_since(hire),
        due_on=due,
        reported_on=today(),
        reported_by=by,
        note=note.strip(),
    )
    log(made, "report", by=by, note=made.note, late=made.is_late)
    return made
