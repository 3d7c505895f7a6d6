"""`manage.py detect`: look for every pattern of violation in a month."""

from django.utils.translation import gettext as _

from inspections import flows
from inspections.models import Doubt
from inspections.words import why
from project.commands import OfficeCommand, acting, area_of, month_of, outermost
from project.kernel.roles import Permission
from registry.access import areas, in_areas


class Command(OfficeCommand):
    help = "Look for every pattern of violation in a month; each finding is a doubt, no verdict."

    def add_arguments(self, parser):
        parser.add_argument("month", metavar="YYYY-MM")
        parser.add_argument("--area", metavar="CODE", help="without it, every area of the person")
        self.acts_for(parser)

    def handle(self, *args, **options):
        month = month_of(options["month"])
        area = area_of(options["area"]) if options["area"] else None
        by = acting(options["username"], Permission.DOUBT_DETECT, area, say=self.remark)
        where = [area.code] if area else outermost(areas(by, Permission.DOUBT_DETECT))
        made = [one for code in where for one in flows.detect(month, area_of(code), by=by)]
        doubts = Doubt.objects.filter(in_areas(where), month=month).order_by("area_id", "id")
        if options["as_json"]:
            self.print_json([told(doubt) for doubt in doubts])
            return
        for doubt in doubts:
            self.stdout.write(f"{doubt.area_id} {doubt.pattern} {doubt.severity} {why(doubt)}")
        self.stdout.write(
            _("%(found)s findings, %(fresh)s of them new.")
            % {
                "found": sum(one.found for one in made),
                "fresh": sum(one.fresh for one in made),
            }
        )


def told(doubt):
    """A doubt as programs read it."""
    return {
        "rule": doubt.pattern,
        "severity": doubt.severity,
        "people": doubt.people,
        "period": str(doubt.month),
        "evidence": doubt.evidence,
        "why": why(doubt),
        "state": doubt.state,
        "id": doubt.pk,
    }
