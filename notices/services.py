"""Hanging notices up, taking them down. Called by the flow of the record that needs the notice."""

from django.db import transaction
from django.utils.translation import gettext as _

from notices.models import Notice
from policy.selectors import rule
from project.kernel.guards import Refused, take
from project.kernel.masking import mask_id
from project.kernel.months import today
from project.kernel.sealing import seal
from registry.calendar import end_of_notice

KEPT_BACK = {"account", "bank", "phone", "contact", "address"}


@transaction.atomic
def post(*, by, kind, area, title, content, on, length):
    """Freeze the content and hang it up on `on` for the length the rules ask: the longest counts.

    `length` is the code of a rule, or several.
    """
    if on > today():
        raise Refused(_("A notice cannot be posted on a day that has not come yet."))
    codes = [length] if isinstance(length, str) else length
    ends_on, required = _longest([rule(code, on=on, area=area.code) for code in codes], on)
    content = for_everybody(content)
    notice = Notice.objects.create(
        kind=kind,
        area=area,
        title=title,
        content=content,
        sha256=seal(content),
        days=required["days"],
        unit=required["unit"],
    )
    return take(notice.post, by=by, on=on, ends_on=ends_on)


def _longest(lengths, on):
    """The last day that any of some lengths asks for, and the length that asks for it."""
    ends = [(end_of_notice(on, said["days"], said["unit"]), said) for said in lengths]
    return max(ends, key=lambda end: end[0])


def for_everybody(content):
    """What may hang in the street: ID numbers masked, accounts, telephones, homes left out."""
    rows = [
        {name: value for name, value in row.items() if name not in KEPT_BACK}
        for row in content.get("rows", [])
    ]
    for row in rows:
        if "id_number" in row:
            row["id_number"] = mask_id(row["id_number"])
    return {**content, "rows": rows}


@transaction.atomic
def certify(notice, *, by, note=""):
    """Witness that a notice that stands alone hung for its full length."""
    return take(_locked(notice).certify, by=by, note=note, on=today())


@transaction.atomic
def certify_along(notice, *, by, note=""):
    """Witness the notice of a sheet or a run, whose own step has asked who may."""
    return take(_locked(notice).certify_along, by=by, note=note, on=today())


@transaction.atomic
def void(notice, *, by, note):
    """Take a notice back because what it says changed."""
    return take(_locked(notice).void, by=by, note=note)


def _locked(notice):
    found = Notice.objects.select_for_update(of=("self",)).select_related("area")
    return found.get(pk=notice.pk)
