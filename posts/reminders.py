"""What waits for the township without any flow: vacant places to report, terms that run out."""

from datetime import datetime, time, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from policy.selectors import rules_read_once
from posts import announcements, vacancies
from posts.models import Hire
from project.kernel.months import SHANGHAI, today
from project.kernel.pages import Waiting
from project.kernel.roles import Permission
from registry.access import areas, in_areas

SHOWN = 50


def lines(user):
    """Inbox lines: each vacant place to report, and a count for each kind of announcement."""
    with rules_read_once():
        return [*_reports(user), *_announcements(user)]


def _reports(user):
    codes = areas(user, Permission.VACANCY_REPORT)
    if not codes:
        return []
    due = vacancies.unreported(Hire.objects.filter(in_areas(codes)))
    due = due.select_related("area", "post", "person", "contract").order_by("contract__ends_on")
    return [_report(hire) for hire in due[:SHOWN]]


def _report(hire):
    return Waiting(
        kind=_("vacated place"),
        step=_("Report a vacant place"),
        what=f"{hire.post.title} · {hire.person.name}",
        area=hire.area.name,
        url=f"{reverse('posts:vacancy-report')}?hire={hire.pk}",
        since=_moment(vacancies.vacant_since(hire)),
        due=vacancies.report_due(hire),
        late=vacancies.is_reported_late(hire),
    )


def _announcements(user):
    if not areas(user, Permission.CONTRACT_OFFER):
        return []
    found = announcements.announced(user)
    return [
        _announcement(kind, days, number, found)
        for kind, numbers in announcements.counts(found).items()
        for days, number in numbers.items()
        if number
    ]


def _announcement(kind, days, number, found):
    first = min(one.day for one in found if one.kind == kind)
    return Waiting(
        kind=_("announcement"),
        step=str(announcements.KINDS[kind]),
        what=_("%(number)s within %(days)s days") % {"number": number, "days": days},
        area="",
        url=f"{reverse('posts:announcements')}?kind={kind}&within={days}",
        since=_moment(first - timedelta(days=days)),
        due=max(first, today()),
    )


def _moment(day):
    return datetime.combine(day, time(), tzinfo=SHANGHAI)
