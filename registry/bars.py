"""Employers that may use no post holders and build no project for a time, by a decision (W-9)."""

import unicodedata

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from project.kernel.guards import Refused, log
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.access import ancestors
from registry.models import Bar


def barred(name, area, on):
    """The bar that holds against an employer in an area on a day, or None; spaces do not tell."""
    return next(iter(bars_against([name], area, on)), None)


def bars_against(employers, area, on):
    """The bars that hold in an area against any of these, each a unit or a name, asked once."""
    units = {one.pk for one in employers if hasattr(one, "pk")}
    names = {_plain(str(one)) for one in employers if one} - {""}
    if not names:
        return []
    code = getattr(area, "pk", area)
    holds = Q(lifted_on__isnull=True) & (Q(ends_on__isnull=True) | Q(ends_on__gte=on))
    standing = Bar.objects.filter(holds, starts_on__lte=on, area_id__in=ancestors(code))
    return [
        bar
        for bar in standing.select_related("unit").order_by("pk")
        if bar.unit_id in units or _plain(bar.name) in names
    ]


def sentences(employers, area, on):
    """What each bar says against going on, with its decision and its days."""
    return [_sentence(bar) for bar in bars_against(employers, area, on)]


def _sentence(bar):
    words = {
        "name": bar.name,
        "decision": bar.decision,
        "first": bar.starts_on,
        "last": bar.ends_on,
    }
    if bar.ends_on is None:
        said = _(
            "“%(name)s” has been barred since %(first)s by %(decision)s, for good: choose somebody "
            "else, or have the bar lifted."
        )
    else:
        said = _(
            "“%(name)s” is barred from %(first)s to %(last)s by %(decision)s: choose somebody "
            "else, or have the bar lifted."
        )
    return said % words


def _plain(name):
    """A name as it is compared: without spaces, with one kind of brackets and figures."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


@transaction.atomic
def lift(bar, *, by, because):
    """Lift a bar from today on, with the reason; it stays on record and is never changed again."""
    bar = Bar.objects.select_for_update(of=("self",)).get(pk=bar.pk)
    if not by.has_perm(Permission.EMPLOYER_BAR, bar.area_id):
        raise PermissionDenied(_("Bars are lifted by the county's inspectors and department."))
    if bar.lifted_on is not None:
        raise Refused(_("This bar was lifted on %(day)s already.") % {"day": bar.lifted_on})
    if not because.strip():
        raise Refused(_("Say why the bar is lifted."))
    bar.lifted_on, bar.lifted_by, bar.lifted_because = today(), by, because.strip()
    bar.save(update_fields=["lifted_on", "lifted_by", "lifted_because"])
    log(bar, "lift", by=by, note=bar.lifted_because)
    return bar
