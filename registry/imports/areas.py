"""Area codes (X-15): the tree of counties, townships and villages, with their dates."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from project.kernel.roles import Permission
from project.kernel.tables import Column
from registry.access import prefix_of
from registry.intake import Importer, at_most
from registry.models import NATION, Area

FIELDS = ["name", "level", "parent", "urban_class", "valid_from", "valid_to", "merged_into"]


class Areas(Importer):
    """Areas are entered, renamed, closed and merged by their twelve-digit codes."""

    kind = "areas"
    title = gettext_lazy("Area codes")
    permission = Permission.AREA_EDIT
    columns = (
        Column("code", "区划代码", ("代码", "行政区划代码", "code"), kind="area"),
        Column("name", "名称", ("区划名称", "name"), rule=at_most(60)),
        Column("parent", "上级代码", ("上级区划代码", "parent"), kind="area", required=False),
        Column("urban", "城乡分类", ("城乡分类代码",), required=False, rule=at_most(3)),
        Column("valid_from", "启用日期", ("valid_from",), kind="date"),
        Column("valid_to", "停用日期", ("valid_to",), kind="date", required=False),
        Column("merged_into", "并入代码", ("merged_into",), kind="area", required=False),
    )

    def check(self, rows):
        named = {row["code"] for row in rows}
        others = {code for row in rows for code in (_parent(row), row["merged_into"]) if code}
        self.known = Area.objects.in_bulk(named | others)
        there = named | set(self.known)
        self.counts = [
            (_("New areas"), len(named - set(self.known))),
            (_("Areas known"), len(named & set(self.known))),
        ]
        repeated = self.repeats(
            rows, "code", lambda row: row["code"], _("The code stands in row %(row)s already.")
        )
        return repeated + [fault for row in rows for fault in self._faults(row, there)]

    def _faults(self, row, there):
        code, parent, heir = row["code"], _parent(row), row["merged_into"]
        if not self.reaches(code):
            yield self.fault(row, "code", _("This area lies outside your areas."))
        if code == NATION:
            yield self.fault(row, "code", _("The whole country is known already; leave it out."))
        if parent and parent not in there:
            sentence = _("The area above, %(code)s, is unknown. Add a row for it.")
            yield self.fault(row, "parent", sentence % {"code": parent})
        if parent and not _lies_in(code, parent):
            sentence = _("Area %(code)s does not lie in %(parent)s. Correct one of the codes.")
            yield self.fault(row, "parent", sentence % {"code": code, "parent": parent})
        if heir and heir not in there:
            sentence = _("The area it was merged into, %(code)s, is unknown. Add a row for it.")
            yield self.fault(row, "merged_into", sentence % {"code": heir})
        if row["valid_to"] and row["valid_to"] < row["valid_from"]:
            yield self.fault(row, "valid_to", _("The area would end before it begins."))

    def commit(self, rows, *, file):
        Area.objects.bulk_create(
            [_area(row) for row in rows],
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=FIELDS,
        )


def _parent(row):
    """The area above as written, else the one that the code itself says."""
    if row["parent"]:
        return row["parent"]
    above = Area(code=row["code"], level=len(prefix_of(row["code"]))).ancestors()[1:]
    return above[0] if above else ""


def _lies_in(code, parent):
    return code != parent and code.startswith(prefix_of(parent))


def _area(row):
    return Area(
        code=row["code"],
        name=row["name"],
        level=len(prefix_of(row["code"])),
        parent_id=_parent(row) or None,
        urban_class=row["urban"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        merged_into_id=row["merged_into"] or None,
    )
