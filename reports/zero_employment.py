"""The two monthly tables of households without work (C-31), counted from what was recorded."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from posts.models import Hire, JobOffer, ZeroEmployment
from project.kernel import pages
from project.kernel.months import Month, today
from project.kernel.pages.workbooks import workbook
from project.kernel.roles import Permission
from registry.mergers import rolled_up, successors, township_of
from registry.models import Area

SHOWN = 500
COUNTED = ("at_start", "recognised", "helped", "offers", "placed", "cleared", "at_end")
HEADS = {
    "at_start": _("Households at the start"),
    "recognised": _("Recognised this month"),
    "helped": _("Helped this month"),
    "offers": _("Jobs offered this month"),
    "placed": _("Placed on public posts"),
    "cleared": _("Cleared this month"),
    "at_end": _("Households at the end"),
}
CLEARING = (
    pages.Column(_("Township"), lambda row: row["town"]),
    pages.Column(_("Village"), lambda row: row["village"]),
    pages.Column(_("Household head"), "household.head_name"),
    pages.Column(_("Household number"), "household.number"),
    pages.Column(_("Members"), "members", align="end"),
    pages.Column(_("Recognised on"), "recognised_on"),
    pages.Column(_("Who was helped"), "helped_person.name"),
    pages.Column(_("Help given"), "help_given"),
    pages.Column(_("Helped on"), "helped_on"),
    pages.Column(_("Cleared on"), "cleared_on"),
    pages.Column(_("Why cleared"), "clearing"),
)
HOUSEHOLD = CLEARING[2:]


@dataclass(frozen=True)
class Places:
    """Under which village and township each code counts at a month's end, by name."""

    merged: dict
    names: dict

    @classmethod
    def on(cls, day, codes):
        merged = successors(day)
        villages = {merged.get(code, code) for code in codes}
        towns = {township_of(code, merged) for code in codes}
        areas = Area.objects.filter(code__in=villages | towns)
        return cls(merged, dict(areas.values_list("code", "name")))

    def of(self, code):
        """The village and its township, by code."""
        return township_of(code, self.merged), self.merged.get(code, code)

    def name(self, code):
        return self.names.get(code, code)


def open_in(records, month):
    """The households that were without work on at least one day of a month."""
    still = Q(cleared_on__isnull=True) | Q(cleared_on__gte=month.first)
    return records.filter(still, recognised_on__lte=month.last)


def progress(records, month):
    """进展情况统计表: what moved in a month, village by village as the villages are now."""
    counted = _counted(open_in(records, month), month)
    places = Places.on(month.last, counted)
    rows = defaultdict(lambda: dict.fromkeys(COUNTED, 0))
    for code, numbers in counted.items():
        for name in COUNTED:
            rows[places.of(code)][name] += numbers[name]
    return [
        {"town": places.name(town), "village": places.name(village), "numbers": numbers}
        for (town, village), numbers in sorted(rows.items())
    ]


def _counted(records, month):
    """{village code: numbers}, one query for the households and one each for offers and posts."""
    within = (month.first, month.last)
    moved = (
        records.order_by()
        .values("area_id")
        .annotate(
            at_start=Count("pk", filter=Q(recognised_on__lt=month.first)),
            recognised=Count("pk", filter=Q(recognised_on__range=within)),
            helped=Count("pk", filter=Q(helped_on__range=within)),
            cleared=Count("pk", filter=Q(cleared_on__range=within)),
        )
    )
    found = {row.pop("area_id"): row | {"offers": 0, "placed": 0} for row in moved}
    for numbers in found.values():
        numbers["at_end"] = numbers["at_start"] + numbers["recognised"] - numbers["cleared"]
    home = "person__household__zero_employment"
    offers = JobOffer.objects.filter(offered_on__range=within)
    placed = Hire.objects.filter(state=Hire.State.PLACED, contract__starts_on__range=within)
    for name, rows in (("offers", offers), ("placed", placed.exclude(contract__state="void"))):
        theirs = rows.filter(**{f"{home}__in": records}).order_by()
        for code, number in theirs.values_list(f"{home}__area").annotate(
            number=Count("pk", distinct=True)
        ):
            if code in found:
                found[code][name] += number
    return found


def clearing(records, month):
    """零就业家庭动态清零情况统计表: every household of a month, and what became of it."""
    joined = open_in(records, month).select_related("household", "helped_person")
    listed = list(
        joined.annotate(members=Count("household__members")).order_by("area_id", "recognised_on")
    )
    places = Places.on(month.last, {record.area_id for record in listed})
    rows = []
    for record in listed:
        town, village = places.of(record.area_id)
        rows.append({"town": places.name(town), "village": places.name(village), "of": record})
    return rows


def total(rows):
    """The last line of the first table."""
    return {name: sum(row["numbers"][name] for row in rows) for name in COUNTED}


class ZeroEmploymentTables(pages.Permitted, TemplateView):
    """Both tables of a month on one page, each as a workbook too."""

    template_name = "reports/zero_employment.html"
    permission = Permission.REPORT_VIEW

    def get(self, request, *args, **kwargs):
        self.month, self.misread = self._month()
        asked = request.GET.get("format", "")
        records = self._records()
        if asked == "progress.xlsx":
            made = _progress_sheet(records, self.month)
            return workbook(f"progress-{self.month}", *made, by=request.user)
        if asked == "clearing.xlsx":
            made, shown = _clearing_sheet(records, self.month)
            name = f"动态清零情况统计表-{self.month}"
            return workbook(name, *made, by=request.user, people=shown)
        return self.render_to_response(self.get_context_data(records=records))

    def _records(self):
        """What the person may see; an area takes with it what was merged into it."""
        records = ZeroEmployment.objects.visible_to(self.request.user)
        area = self.request.GET.get("area", "")
        if len(area) == 12 and area.isdecimal():
            records = records.filter(rolled_up(area, self.month.last))
        return records

    def _month(self):
        asked, this = self.request.GET.get("month", ""), Month.of(today())
        try:
            return (Month.parse(asked) if asked else this), []
        except ValueError as error:
            return this, [str(error)]

    def get_context_data(self, *, records, **kwargs):
        rows, households = progress(records, self.month), clearing(records, self.month)
        sums = total(rows)
        return super().get_context_data(
            title=_("Zero-employment households"),
            month=self.month,
            misread=self.misread,
            heads=list(HEADS.values()),
            rows=[(row, [row["numbers"][name] for name in COUNTED]) for row in rows],
            total=[sums[name] for name in COUNTED],
            household_heads=[column.heading for column in CLEARING],
            households=[_cells(row) for row in households[:SHOWN]],
            over=len(households) > SHOWN,
            area=self.request.GET.get("area", ""),
            **kwargs,
        )


def _cells(row):
    return [row["town"], row["village"], *(column.text(row["of"]) for column in HOUSEHOLD)]


def _progress_sheet(records, month):
    """Headings and rows of the first table with its sum."""
    rows = progress(records, month)
    heads = [translate("Township"), translate("Village"), *map(str, HEADS.values())]
    lines = [[row["town"], row["village"], *row["numbers"].values()] for row in rows]
    return heads, [*lines, [translate("Together"), "", *total(rows).values()]]


def _clearing_sheet(records, month):
    """Headings and rows of the second table, and the people it names."""
    heads = [str(column.heading) for column in CLEARING]
    found = clearing(records, month)
    rows = [
        [row["town"], row["village"], *(column.cell(row["of"]) for column in HOUSEHOLD)]
        for row in found
    ]
    return (heads, rows), [row["of"].helped_person_id for row in found if row["of"].helped_person]
