"""Registers of disposal: each lists what two people let go of, and what is gone is listed."""

from django.db import connection
from django.utils.translation import gettext as _

from project.disposals.expired import every_row
from project.disposals.lists import hash_of, listed
from project.integrity.findings import Check
from project.kernel.disposable import KeptUnlessDisposed
from project.kernel.models import Event
from registry.models import Disposal

PAST = [Disposal.State.APPROVED, Disposal.State.UNDER_WAY, Disposal.State.CARRIED_OUT]


class RegistersHold(Check):
    """Nothing was let go but by a list that one person drew up and another approved."""

    name = "registers of disposal"

    def findings(self):
        table = Disposal._meta.db_table
        for disposal in Disposal.objects.select_related("area").order_by("pk").iterator():
            for said in self._faults(disposal):
                yield self.found(table, disposal.pk, said)

    def _faults(self, disposal):
        if hash_of(disposal.pk) != disposal.sha256:
            yield _("The list of this register is not the one that was drawn up.")
        if disposal.state in PAST and not _approved(disposal):
            yield _("Nobody approved this register, though it says so. Find out who changed it.")
        if disposal.state == Disposal.State.CARRIED_OUT and (left := _left(disposal)):
            said = _("%(count)s rows of this register still say what it let go of.")
            yield said % {"count": left}


def _approved(disposal):
    """Somebody else than who drew it up took the step, with this very list before them."""
    events = Event.objects.of(disposal).filter(verb="approve", by=disposal.approved_by_id)
    return events.exclude(by=disposal.drawn_by_id).exclude(after="refused").exists()


def _left(disposal):
    """How many listed rows are not empty where the register empties them."""
    return sum(
        listed(disposal, part.rows).extra(where=[_says_something(part.rows.model)]).count()
        for part in every_row(disposal.kind)
        if _trigger(part.rows.model)
    )


def _trigger(model):
    found = (one for one in model._meta.triggers if isinstance(one, KeptUnlessDisposed))
    return next(found, None)


def _says_something(model):
    quoted = connection.ops.quote_name
    table = quoted(model._meta.db_table)
    blanks = _trigger(model).blanks.items()
    return " OR ".join(f"{table}.{quoted(name)} IS DISTINCT FROM {to}" for name, to in blanks)
