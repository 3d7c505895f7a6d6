"""A month's wages on the pages: every batch, its lines, and the engineer's own measures."""

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.shortcuts import redirect
from django.urls import include, path, reverse, reverse_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from attendance.models import Sheet
from payroll.models import PayLine, PayRun
from payroll.pages import CLOCK
from project.kernel import pages
from project.kernel.guards import Refused
from project.kernel.money import capitals
from project.kernel.roles import Permission
from workrelief import wages
from workrelief.lateness import lateness, lateness_of, stages
from workrelief.models import WageBatch, WageLine
from workrelief.parties import acts_as
from workrelief.roster_pages import ProjectFilter
from workrelief.wage_entries import entry_paths
from workrelief.wage_forms import MeasureForm
from workrelief.wage_lines import amount_of, capitals_of, count_of, lines_of

LINE = WageLine.objects.filter(batch=OuterRef("pk")).order_by().values("batch")


def due(batch):
    """The day by which the wages must be on the cards, and by how many days they are late."""
    late = batch.late if hasattr(batch, "late") else lateness(batch)
    if not late.days:
        return late.due_on
    words = {"due": late.due_on, "days": late.days}
    return translate("%(due)s · %(days)s days late") % words


def lay_lateness(batches):
    """Tell every batch of a page how late it is, however many they are."""
    told = lateness_of(WageBatch.objects.filter(pk__in=[batch.pk for batch in batches]))
    for batch in batches:
        batch.late = told[batch.pk]


class WageList(pages.RecordList):
    model = WageBatch
    permission = Permission.RELIEF_VIEW
    joins = ("project", "area")
    columns = (
        pages.Column(_("Project"), "project.name", link=True),
        pages.Column(_("Month"), "month"),
        pages.Column(_("Area"), "area.name"),
        pages.Column(_("Workers"), "people", align="end"),
        pages.Column(_("Amount (yuan)"), "sum", align="end"),
        pages.Column(_("Due on the cards by"), due),
        pages.Column(_("State"), "state", badge=True),
    )
    filters = (
        ProjectFilter("project", _("Project")),
        pages.AreaFilter(),
        pages.MonthFilter(),
        pages.StateFilter(),
    )
    search_fields = ("project__name", "project__number")
    search_hint = _("Name or number of the project")
    steps = ("approve", "verify")
    links = (
        pages.Link(
            _("Draw the wages up"), reverse_lazy("workrelief:wages-draw"), Permission.WAGE_DRAFT
        ),
    )
    empty = _("No wages have been drawn up yet. The contractor draws a month up when it is over.")

    def records(self):
        people = Subquery(LINE.annotate(n=Count("pk")).values("n"))
        amounts = Subquery(LINE.annotate(n=Sum("amount")).values("n"))
        return super().records().annotate(people=Coalesce(people, 0), sum=amounts)

    def page(self, records):
        rows, after = super().page(records)
        lay_lateness(rows)
        return rows, after

    def workbook(self, records):
        """The same columns of every month that was asked for; their lateness is read once."""
        rows = list(records.order_by(self.area_field, "pk"))
        lay_lateness(rows)
        cells = ([column.cell(row) for column in self.columns] for row in rows)
        return self.taken_out("wages", self.columns, cells, records)


class WagePage(pages.RecordPage):
    """One month of one project: who did what, who signed, who checked, and what has arrived."""

    model = WageBatch
    permission = Permission.RELIEF_VIEW
    template_name = "workrelief/wages.html"
    joins = ("project", "area")
    deeds = {
        "draft": _("Drawn up"),
        "draw_up_again": _("Drawn up again"),
        "keep_signatures": _("Signed list kept"),
        "measure": _("Measured by the engineer"),
        "print": _("Printed"),
        "export": _("Taken out as a workbook"),
    }
    summary = (
        pages.Column(_("Project"), "project.name"),
        pages.Column(_("Month"), "month"),
        pages.Column(_("Workers"), count_of),
        pages.Column(_("Amount (yuan)"), amount_of),
        pages.Column(_("In capitals"), capitals_of),
        pages.Column(_("Due on the cards by"), due),
    )

    def links(self, batch):
        """The project; and while it is a draft, what the contractor still does to it."""
        found = [pages.Link(translate("Project"), pages.url_of(batch.project))]
        if batch.state == WageBatch.State.DRAFTED:
            again = reverse("workrelief:wages-again", args=[batch.pk])
            signed = reverse("workrelief:wages-signatures", args=[batch.pk])
            draws = Permission.WAGE_DRAFT
            found.append(pages.Link(translate("Keep the signed list"), signed, draws))
            found.append(pages.Link(translate("Draw the wages up again"), again, draws))
        return found

    def tables(self, batch):
        """The signed lists, and as far as the person sees them the sheets and the runs."""
        user, lines = self.request.user, batch.lines.order_by()
        found = [(_("Signed lists"), SCANS, batch.scans.select_related("added_by"))]
        if user.has_perm(Permission.SHEET_VIEW, batch.area_id):
            villages = lines.values("contract__area")
            sheets = Sheet.objects.visible_to(user).filter(month=batch.month, area__in=villages)
            sheets = sheets.select_related("area").order_by("area_id")
            found.append((_("Sheets of the villages"), SHEETS, sheets))
        if user.has_perm(Permission.PAY_VIEW, batch.area_id):
            runs = PayLine.objects.filter(contract__in=lines.values("contract"), month=batch.month)
            paid_by = PayRun.objects.visible_to(user).filter(pk__in=runs.values("run"))
            found.append((_("Pay runs"), RUNS, paid_by.select_related("area").order_by("pk")))
        return [*found, (_("How long it took, since the end of the month"), CLOCK, stages(batch))]

    def measures(self, batch):
        """Whether this person measures its lines now."""
        user = self.request.user
        may = user.has_perm(Permission.WAGE_CHECK, batch.area_id)
        at_hand = batch.state == WageBatch.State.SIGNED
        return at_hand and may and acts_as(batch.project, user, "engineer")

    def get_context_data(self, **kwargs):
        batch, typed = self.object, kwargs.pop("typed", {})
        rows = lines_of(batch, self.request.user)
        for row in rows:
            row["typed"] = typed.get(row["line"].number, kept(row["line"]))
        amount = sum((row["line"].amount for row in rows), start=0)
        return super().get_context_data(
            rows=rows,
            days=sum((row["line"].days for row in rows), start=0),
            amount=amount,
            in_capitals=capitals(amount),
            measures=self.measures(batch),
            **kwargs,
        )


class Measures(WagePage):
    """The engineer's measures of many lines, kept together or not at all."""

    permission = Permission.WAGE_CHECK

    def post(self, request, *args, **kwargs):
        batch = self.object = self.get_object()
        typed = self.typed(batch)
        wrong = keep_measures(batch, typed, by=request.user)
        if wrong:
            return self.render_to_response(self.get_context_data(typed=typed, wrong=wrong))
        words = translate("%(count)s measures are kept.")
        messages.success(request, words % {"count": len(typed)})
        return redirect(pages.url_of(batch))

    def typed(self, batch):
        """What was typed for each line, where it is not what is kept already."""
        found = {}
        for line in batch.lines.all():
            asked = tuple(
                self.request.POST.get(f"{name}-{line.number}", "").strip() for name in "mr"
            )
            if asked != kept(line) and any(asked):
                found[line.number] = asked
        return found


def kept(line):
    """The engineer's measure and its reason as they stand, as they would be typed."""
    return "" if line.corrected is None else f"{line.corrected:f}", line.reason


def keep_measures(batch, typed, *, by):
    """Keep every measure through its service; say what is wrong with any, and then keep none."""
    forms = {
        number: MeasureForm({"corrected": measure, "reason": reason})
        for number, (measure, reason) in typed.items()
    }
    wrong = [words for number, form in forms.items() for words in form.sentences(number)]
    if wrong:
        return wrong
    try:
        with transaction.atomic():
            for number, form in forms.items():
                wages.measure(batch, by=by, number=number, **form.cleaned_data)
    except Refused as refused:
        return refused.messages
    return []


SCANS = (
    pages.Column(_("File"), "name", link=True),
    pages.Column(_("SHA-256"), "sha256"),
    pages.Column(_("Added by"), "added_by"),
    pages.Column(_("Added at"), "added_at"),
)
SHEETS = (
    pages.Column(_("Village"), "area.name", link=True),
    pages.Column(_("State"), "state", badge=True),
)
RUNS = (
    pages.Column(_("Area"), "area.name", link=True),
    pages.Column(_("Month"), "month"),
    pages.Column(_("Revision"), "revision", align="end"),
    pages.Column(_("State"), "state", badge=True),
)
wage_paths = [
    path(
        "wages/",
        include(
            [
                *entry_paths,
                path("<int:pk>/measures/", Measures.as_view(), name="wages-measures"),
                *pages.record_paths(WageList, WagePage),
            ]
        ),
    ),
]
