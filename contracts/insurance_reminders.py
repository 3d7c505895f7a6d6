"""What waits for the township's insurance without any flow: gaps ahead, changes unanswered."""

from datetime import datetime, time, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from contracts.insurance_gaps import ahead
from contracts.models import Endorsement
from project.kernel.months import SHANGHAI, today
from project.kernel.pages import Waiting
from project.kernel.roles import Permission
from registry.access import areas, in_areas


def lines(user):
    """Inbox lines: who loses cover within each span of days, and changes without a number."""
    return [*map(_gap, ahead(user)), *_unanswered(user)]


def _gap(found):
    first = datetime.combine(found.first - timedelta(days=found.days), time(), tzinfo=SHANGHAI)
    return Waiting(
        kind=_("insurance"),
        step=_("Close gaps in cover"),
        what=_("%(people)s people lose their cover within %(days)s days, the first on %(day)s")
        % {"people": found.people, "days": found.days, "day": found.first},
        area="",
        url=f"{reverse('contracts:forecast-list')}?within={found.days}",
        since=min(first, datetime.combine(today(), time(), tzinfo=SHANGHAI)),
        due=found.first - timedelta(days=1),
        late=found.first <= today(),
    )


def _unanswered(user):
    """One line for all changes whose numbers the insurer still owes."""
    codes = areas(user, Permission.INSURANCE_EDIT)
    if not codes:
        return []
    waiting = Endorsement.objects.filter(in_areas(codes)).unanswered().order_by("entered_at")
    oldest = waiting.first()
    if oldest is None:
        return []
    return [
        Waiting(
            kind=_("insurance"),
            step=_("Send changes to the insurer and enter their numbers"),
            what=_("%(count)s changes without a number") % {"count": waiting.count()},
            area="",
            url=f"{reverse('contracts:endorsement-list')}?answered=no",
            since=oldest.entered_at,
            due=None,
            late=False,
        )
    ]
