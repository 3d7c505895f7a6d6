"""`manage.py open_month`: open the attendance sheets due and put each before its village."""

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from attendance import flows
from attendance.models import Sheet
from project.commands import OfficeCommand, acting, area_of, month_of, outermost
from project.kernel.roles import Permission
from registry.access import areas


class Command(OfficeCommand):
    help = "Open the attendance sheets of a month, one per village with holders."

    def add_arguments(self, parser):
        parser.add_argument("month", metavar="YYYY-MM")
        parser.add_argument("--area", metavar="CODE", help="without it, every area of the person")
        self.acts_for(parser)

    @transaction.atomic
    def handle(self, *args, **options):
        month = month_of(options["month"])
        area = area_of(options["area"]) if options["area"] else None
        by = acting(options["username"], Permission.SHEET_OPEN, area, say=self.remark)
        where = [area.code] if area else outermost(areas(by, Permission.SHEET_OPEN))
        opened = [sheet for code in where for sheet in flows.open_month(month, code, by=by)]
        sheets = _sheets(month, where)
        fresh = {sheet.pk for sheet in opened}
        if options["as_json"]:
            self.print_json({"month": str(month), "sheets": [_told(x, fresh) for x in sheets]})
            return
        for sheet in sheets:
            word = _("opened") if sheet.pk in fresh else _("already open")
            self.stdout.write(f"{sheet.area_id} {sheet.area}: {sheet.people} · {word}")
        self.stdout.write(
            _("%(opened)s sheets opened for %(month)s, %(all)s in all.")
            % {"opened": len(opened), "month": month, "all": len(sheets)}
        )


def _sheets(month, where):
    found = Sheet.objects.none()
    for code in where:
        found |= Sheet.objects.due(month, code)
    return list(found.select_related("area").annotate(people=Count("lines")).order_by("area_id"))


def _told(sheet, fresh):
    return {
        "id": sheet.pk,
        "area": sheet.area_id,
        "village": sheet.area.name,
        "state": sheet.state,
        "people": sheet.people,
        "opened": sheet.pk in fresh,
    }
