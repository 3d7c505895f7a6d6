"""Hanging notices up, taking them down. Called by the flow of the record that needs the notice."""

from django.db import transaction
from django.utils.translation import gettext as _

from notices.models import Notice
from policy.selectors import rule
from project.kernel.guards import Refused, take
from project.kernel.months import today
from project.kernel.sealing import seal
from registry.calendar import end_of_notice


@transaction.atomic
def post(*, by, kind, area, title, content, on, length):
    """Freeze the content and hang it up on `on` for the length the rule asks."""
    if on > today():
        raise Refused(_("A notice cannot be posted on a day that has not come yet."))
    required = rule(length, on=on, area=area.code)
    notice = Notice.objects.create(
        kind=kind,
        area=area,
        title=title,
        content=content,
        sha256=seal(content),
        days=required["days"],
        unit=required["unit"],
    )
    ends_on = end_of_notice(on, required["days"], required["unit"])
    return take(notice.post, by=by, on=on, ends_on=ends_on)


@transaction.atomic
def certify(notice, *, by, note=""):
    """Witness that the notice hung for its full length."""
    return take(_locked(notice).certify, by=by, note=note, on=today())


@transaction.atomic
def void(notice, *, by, note):
    """Take a notice back because what it says changed."""
    return take(_locked(notice).void, by=by, note=note)


def _locked(notice):
    return Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
