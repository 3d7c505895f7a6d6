"""The holiday arrangement (X-16): the days that differ from their weekday."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from project.kernel.roles import Permission
from project.kernel.tables import Column
from registry.intake import Importer, at_most
from registry.models import CalendarDay

HOLIDAY, MAKE_UP = "holiday", "makeup"
TYPES = {
    **dict.fromkeys(("休息", "放假", "休", "节假日", "holiday"), HOLIDAY),
    **dict.fromkeys(("上班", "补班", "调休上班", "班", "makeup"), MAKE_UP),
}


class Calendar(Importer):
    """Public holidays and make-up working days; a day entered again is corrected."""

    kind = "calendar"
    title = gettext_lazy("Holiday arrangement")
    permission = Permission.AREA_EDIT
    columns = (
        Column("day", "日期", ("date",), kind="date"),
        Column("type", "类型", ("type",), kind="choice", choices=TYPES),
        Column("name", "名称", ("节日", "name"), required=False, rule=at_most(40)),
        Column("document", "依据", ("文件", "来源文件"), required=False, rule=at_most(120)),
    )

    def check(self, rows):
        days = {row["day"] for row in rows}
        known = len(CalendarDay.objects.in_bulk(days))
        self.counts = [(_("New days"), len(days) - known), (_("Days corrected"), known)]
        again = _("The day stands in row %(row)s already.")
        return self.repeats(rows, "day", lambda row: row["day"], again)

    def commit(self, rows, *, file):
        CalendarDay.objects.bulk_create(
            [
                CalendarDay(
                    day=row["day"],
                    works=row["type"] == MAKE_UP,
                    name=row["name"],
                    document=row["document"],
                )
                for row in rows
            ],
            update_conflicts=True,
            unique_fields=["day"],
            update_fields=["works", "name", "document"],
        )
