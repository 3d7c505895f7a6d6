"""Rows that stand in no table: searched, sorted, paged and given out as a workbook."""

from django.utils.translation import gettext_lazy as _

from project.kernel import pages
from project.kernel.pages.workbooks import workbook

AT_ONCE = 50

LINES = (
    pages.Column(_("Name"), "name"),
    pages.Column(_("ID number"), "id_number"),
    pages.Column(_("Village"), "village"),
    pages.Column(_("Post"), "post"),
    pages.Column(_("Item"), "item"),
    pages.Column(_("Days worked"), "days", align="end"),
    pages.Column(_("Hours or pieces"), "quantity", align="end"),
    pages.Column(_("Standard"), "standard", align="end"),
    pages.Column(_("Amount (yuan)"), "amount", align="end"),
    pages.Column(_("Month before"), "before", align="end"),
    pages.Column(_("Difference"), "difference", align="end"),
    pages.Column(_("State"), "words", badge=True),
    pages.Column(_("Why it waits"), "why"),
)
LINES_SHOWN = {
    "payable": (_("Payable"), lambda line: line.state == "payable"),
    "held": (_("Held"), lambda line: line.state == "held"),
    "excluded": (_("Nothing due"), lambda line: line.state == "excluded"),
    "new": (_("New this month"), lambda line: line.is_new),
    "differs": (_("Differs from last month"), lambda line: line.difference != 0),
}
WORDS_OF = {
    "new": _("new"),
    "gone": _("no longer there"),
    "more": _("more"),
    "less": _("less"),
}
CHANGES = (
    pages.Column(_("Name"), "name"),
    pages.Column(_("ID number"), "id_number"),
    pages.Column(_("Village"), "village"),
    pages.Column(_("Post"), "post"),
    pages.Column(_("Fund"), "fund"),
    pages.Column(_("Month before"), "before", align="end"),
    pages.Column(_("This month"), "after", align="end"),
    pages.Column(_("Difference"), "difference", align="end"),
    pages.Column(_("What is different"), lambda change: WORDS_OF[change.kind]),
)
TRIED = (
    *CHANGES[:5],
    pages.Column(_("Now"), "before", align="end"),
    pages.Column(_("Then"), "after", align="end"),
    pages.Column(_("Difference"), "difference", align="end"),
)
TRIED_SHOWN = {
    "more": (_("Who gains"), lambda change: change.difference > 0),
    "less": (_("Who loses"), lambda change: change.difference < 0),
}
SORTS = {
    "most": (_("Largest difference"), lambda row: -abs(row.difference)),
    "up": (_("Gains first"), lambda row: -row.difference),
    "down": (_("Losses first"), lambda row: row.difference),
    "name": (_("Name"), lambda row: row.name),
}
LINE_SORTS = SORTS | {
    "high": (_("Highest amount"), lambda line: -line.amount),
    "low": (_("Lowest amount"), lambda line: line.amount),
}


class Rows:
    """Rows as an address asks for them; what it does not know is left out of account."""

    def __init__(self, asked, rows, columns, *, shown, sorts):
        self.columns, self.shown, self.sorts = columns, shown, sorts
        self.words = asked.get("q", "").strip()
        self.show = asked.get("show", "") if asked.get("show") in shown else ""
        self.sort = asked.get("sort", "") if asked.get("sort") in sorts else ""
        after = asked.get("after", "")
        self.start = int(after) if after.isdecimal() and len(after) < 9 else 0
        self.found = self._sorted(self._narrowed(rows))

    def _narrowed(self, rows):
        if self.show:
            rows = [row for row in rows if self.shown[self.show][1](row)]
        for word in self.words.split():
            rows = [row for row in rows if word in f"{row.name} {row.village} {row.post}"]
        return rows

    def _sorted(self, rows):
        return sorted(rows, key=self.sorts[self.sort][1]) if self.sort else list(rows)

    def context(self):
        """What the list's template shows of one page."""
        end = self.start + AT_ONCE
        return {
            "heads": self.columns,
            "rows": [
                {"cells": [(column, column.text(row)) for column in self.columns]}
                for row in self.found[self.start : end]
            ],
            "count": len(self.found),
            "after": end if len(self.found) > end else "",
            "first": not self.start,
            "words": self.words,
            "shown": [(key, words, key == self.show) for key, (words, _is) in self.shown.items()],
            "sorts": [(key, words, key == self.sort) for key, (words, _by) in self.sorts.items()],
            "narrowed": bool(self.words or self.show),
        }

    def workbook(self, name, by):
        """All the rows that were asked for, not only this page's."""
        rows = ([column.cell(row) for column in self.columns] for row in self.found)
        headings = [column.heading for column in self.columns]
        return workbook(name, headings, rows, by=by, people=[row.person for row in self.found])


def table(columns, rows):
    """A short table as the template of tables shows it."""
    return {
        "heads": columns,
        "rows": [{"cells": [(column, column.text(row)) for column in columns]} for row in rows],
    }
