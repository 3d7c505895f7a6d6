"""What came of a measure in words, and the way to the record in which it lives on."""

from django.utils.translation import gettext as _

from inspections.models import Measure
from project.kernel.pages import url_of

# What is withheld, and who is barred, is told in words: it has no page with steps of its own.
WITHOUT_PAGE = (Measure.Kind.WITHHOLD, Measure.Kind.BAR)


def came_of(measure):
    """The record a measure began, named with its state, and its address where it has a page."""
    record = measure.record
    if record is None:
        return {"came": measure.outcome, "url": ""}
    if measure.kind == Measure.Kind.WITHHOLD:
        return {"came": withheld(record), "url": ""}
    words = str(record._meta.verbose_name)
    if hasattr(record, "get_state_display"):
        words = f"{words} · {record.get_state_display()}"
    return {"came": words, "url": "" if measure.kind in WITHOUT_PAGE else url_of(record)}


def withheld(record):
    """Which months' pay waits, and whether it still does."""
    said = {"first": record.first, "last": record.last}
    since = _("From %(first)s on") if record.last is None else _("%(first)s to %(last)s")
    if record.lifted_at:
        standing = _("Lifted")
    else:
        standing = _("Kept back for good") if record.final else _("Pay waits")
    return f"{since % said} · {standing}"
