"""What is looked at, and what is told of it: the table, the row, and what to do."""

from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext as _

MOST = 1000  # findings of one check that are told one by one


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it must be; a note is worth knowing and no fault."""

    check: str
    table: str
    row: str
    said: str
    note: bool = False


class Check:
    """One invariant over the whole database: `findings` tells of every row that breaks it."""

    name = ""
    reads_files = False

    def findings(self):
        raise NotImplementedError

    def found(self, table, row, said, *, note=False):
        return Finding(self.name, table, str(row), said, note)

    def told(self):
        """The findings, up to a number at which the whole table needs a person."""
        findings = self.findings()
        yield from islice(findings, MOST)
        if more := [one.note for one in findings]:
            said = _("%(count)s further findings are not listed; mend these first.")
            yield self.found("", "", said % {"count": len(more)}, note=all(more))
