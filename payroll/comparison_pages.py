"""Comparisons on the pages: who was asked about, which departments, and what came back."""

from io import BytesIO

from django.contrib import messages
from django.db.models import Count, Max
from django.http import FileResponse
from django.urls import include, path, reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from payroll import comparisons, hit_pages
from payroll.comparison_forms import AskForm, TakeListForm
from payroll.handing import Origin
from payroll.hit_pages import HIT_COLUMNS, LINE_COLUMNS, OfRecord, sent_lines
from payroll.models import Comparison, Hit
from project.kernel import pages
from project.kernel.guards import Refused
from project.kernel.roles import Permission

AT_ONCE = 200
TAKEN_COLUMNS = (
    pages.Column(_("Taken at"), "taken_at"),
    pages.Column(_("Taken by"), "taken_by"),
    pages.Column(_("Purpose"), "purpose"),
    pages.Column(_("File name"), "name"),
    pages.Column(_("Rows"), "rows", align="end"),
    pages.Column(_("From where"), "address"),
    pages.Column(_("Content hash"), "sha256"),
)
DEPARTMENT_COLUMNS = (
    pages.Column(_("Source department"), lambda row: row["department"]),
    pages.Column(_("Hits"), lambda row: row["hits"], align="end"),
    pages.Column(_("Last answer"), lambda row: row["last"]),
)


class ComparisonList(pages.RecordList):
    model = Comparison
    permission = Permission.PAY_VIEW
    joins = ("area", "asked_by")
    columns = (
        pages.Column(_("Comparison batch"), "number", link=True),
        pages.Column(_("Area"), "area.name"),
        pages.Column(_("Month"), "month"),
        pages.Column(_("As of"), "as_of"),
        pages.Column(_("People asked about"), "people", align="end"),
        pages.Column(_("Asked by"), "asked_by"),
        pages.Column(_("Asked at"), "asked_at"),
        pages.Column(_("State"), "state", badge=True),
    )
    filters = (
        pages.AreaFilter(),
        pages.MonthFilter(),
        pages.ChoiceFilter("state", _("State"), choices=Comparison.State.choices),
    )
    search_fields = ("number", "area__name")
    search_hint = _("Number or area")
    links = (
        pages.Link(
            _("Ask other departments"),
            reverse_lazy("payroll:comparison-ask"),
            Permission.PAY_DEPARTMENT,
        ),
        pages.Link(_("Import answers"), reverse_lazy("import-facts"), Permission.FACT_IMPORT),
        pages.Link(_("All doubts"), reverse_lazy("payroll:hit-list")),
        pages.Link(_("How often hits are right"), reverse_lazy("payroll:precision")),
    )
    empty = _(
        "No other department has been asked yet. The county department asks each month, before "
        "the pay is confirmed."
    )

    def records(self):
        return super().records().with_state()


class ComparisonPage(pages.RecordPage):
    model = Comparison
    permission = Permission.PAY_VIEW
    joins = ("area", "asked_by")
    deeds = {"ask": _("List made")}
    summary = (
        pages.Column(_("Area"), "area.name"),
        pages.Column(_("Month"), "month"),
        pages.Column(_("As of"), "as_of"),
        pages.Column(_("People asked about"), "people"),
        pages.Column(_("Departments asked"), lambda record: "、".join(record.departments)),
        pages.Column(_("Asked by"), "asked_by"),
        pages.Column(_("Asked at"), "asked_at"),
        pages.Column(_("Content hash"), "sha256"),
    )

    def get_queryset(self):
        return super().get_queryset().with_state()

    def links(self, comparison):
        take = reverse("payroll:comparison-take", args=[comparison.pk])
        doubts = f"{reverse('payroll:hit-list')}?q={comparison.number}"
        return [
            pages.Link(_("Take the list out"), take, Permission.PAY_DEPARTMENT),
            pages.Link(_("Import answers"), reverse("import-facts"), Permission.FACT_IMPORT),
            pages.Link(_("All doubts of this comparison"), doubts),
        ]

    def tables(self, comparison):
        user = self.request.user
        hits = Hit.objects.visible_to(user).filter(comparison=comparison)
        shown = hits.with_state().select_related("area", "fact__person")
        undecided_first = shown.order_by("-state", "area_id", "pk")
        return [
            (_("Departments"), DEPARTMENT_COLUMNS, departments(comparison, hits)),
            (_("Doubts, to be looked at first"), HIT_COLUMNS, undecided_first[:AT_ONCE]),
            (
                _("Money already sent to people in doubt"),
                LINE_COLUMNS,
                sent_lines(hits, user)[:AT_ONCE],
            ),
            (_("Lists handed out"), TAKEN_COLUMNS, self._taken(comparison)),
        ]

    def _taken(self, comparison):
        return comparison.taken.select_related("taken_by").order_by("-pk")


def departments(comparison, hits):
    """Every department that was asked or answered, with its hits and the day of the last."""
    counted = hits.order_by().values("fact__source")
    counted = counted.annotate(hits=Count("pk"), last=Max("received_at"))
    found = {row["fact__source"]: row for row in counted}
    names = dict.fromkeys([*comparison.departments, *sorted(found)])
    return [{"department": name, "hits": 0, "last": None} | found.get(name, {}) for name in names]


class Ask(pages.EntryPage):
    """Freeze a list of people to be asked about."""

    permission = Permission.PAY_DEPARTMENT
    form_class = AskForm
    title = _("Ask other departments")
    label = _("Make the list")
    crumb = Comparison._meta.verbose_name_plural
    back_url = reverse_lazy("payroll:comparison-list")
    help = _(
        "The list holds names and ID numbers and nothing else. It is frozen with its hash; what "
        "the departments answer are doubts to be looked at, one by one."
    )

    def enter(self, *, by, **facts):
        comparison = comparisons.ask(by=by, **facts)
        messages.success(self.request, translate("The list is made. Take it out to send it."))
        return pages.url_of(comparison)


@method_decorator(never_cache, name="dispatch")
class TakeList(OfRecord):
    """Take a list of ID numbers out of the house; it is on record who did and what for."""

    model = Comparison
    permission = Permission.PAY_DEPARTMENT
    form_class = TakeListForm
    title = _("Take the list out")
    label = _("Take it")
    help = _(
        "ID numbers leave the house with this file. Your name, the purpose, the number of rows "
        "and the hash of the file are kept."
    )

    def get_form_kwargs(self):
        found = super().get_form_kwargs()
        found.pop("user")
        return found

    def form_valid(self, form):
        try:
            made = comparisons.take_out(
                self.record,
                by=self.request.user,
                origin=Origin.of(self.request),
                **form.cleaned_data,
            )
        except Refused as refused:
            form.add_error(None, refused)
            return self.form_invalid(form)
        return FileResponse(BytesIO(made.content), as_attachment=True, filename=made.name)


def covering(run, user):
    """Ways from a pay run to the comparisons of its month that ask about its people."""
    made = Comparison.objects.visible_to(user).covering(run.area_id).filter(month=run.month)
    title = translate("Data comparison %(number)s")
    return [
        pages.Link(title % {"number": one.number}, pages.url_of(one)) for one in made.order_by("pk")
    ]


urlpatterns = [
    path("comparisons/ask/", Ask.as_view(), name="comparison-ask"),
    path("comparisons/<int:pk>/take/", TakeList.as_view(), name="comparison-take"),
    path("comparisons/", include(pages.plain_paths(ComparisonList, ComparisonPage))),
    *hit_pages.urlpatterns,
]
