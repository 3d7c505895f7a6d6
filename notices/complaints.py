"""Complaints: what anybody reports, by the hotline, on paper or by the QR code (W-13, 举报).

A complaint is an objection without a notice. It belongs to the county, whatever village it is
about, and only those who look into complaints ever see it.
"""

import secrets

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from notices.models import Objection
from notices.objections import CLEAR_LETTERS, CODE_LENGTH
from policy.selectors import rule
from project.kernel.guards import Refused, log
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.calendar import end_of_notice
from registry.models import Area
from registry.workdays import Unit


@transaction.atomic
def receive(*, place, text, channel, complainant="", contact="", by=None, on=None):
    """Take in what somebody reports about a place; they may stay unknown, and get a receipt."""
    if channel != Objection.Channel.WEB and not _may_receive(place, by):
        raise PermissionDenied(_("Complaints are written down by the village, township or county."))
    on = on or today()
    if problems := _problems(text, on):
        raise Refused(problems)
    county = Area.objects.get(pk=f"{place.pk[:6]}000000")
    days = rule("objection.answer_days", on=on, area=county.pk)
    made = Objection.objects.create(
        area=county,
        place=place,
        channel=channel,
        text=text.strip(),
        complainant=complainant.strip(),
        contact=contact.strip(),
        code="".join(secrets.choice(CLEAR_LETTERS) for _letter in range(CODE_LENGTH)),
        received_on=on,
        received_by=by,
        due_on=end_of_notice(on, days, Unit.WORKING),
    )
    if by:
        log(made, "receive", by=by, after=made.state)
    return made


def _may_receive(place, by):
    return bool(by and by.has_perm(Permission.OBJECTION_RECEIVE, place.pk))


def _problems(text, on):
    found = []
    if not text.strip():
        found.append(_("Write what is wrong, where and since when."))
    if on > today():
        found.append(_("This day has not come yet."))
    return found
