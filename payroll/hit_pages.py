"""Doubts from comparisons on the pages: what was reported, what was found, how often rightly."""

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import TruncMonth
from django.shortcuts import get_object_or_404
from django.urls import include, path, reverse, reverse_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from payroll import comparisons, precision
from payroll.comparison_forms import ExamineForm, PrecisionForm
from payroll.models import Hit, Outcome, PayLine
from project.kernel import pages
from project.kernel.pages.workbooks import workbook
from project.kernel.roles import Permission
from registry.models import Fact

HIT_COLUMNS = (
    pages.Column(_("Name"), "fact.person.name", link=True),
    pages.Column(_("ID number"), "fact.person.masked_id"),
    pages.Column(_("Village"), "area.name"),
    pages.Column(_("Source department"), "fact.source"),
    pages.Column(_("Kind of hit"), "fact.kind"),
    pages.Column(_("From"), "fact.starts_on"),
    pages.Column(_("To"), "fact.ends_on"),
    pages.Column(_("What was found"), "state", badge=True),
)
LINE_COLUMNS = (
    pages.Column(_("Name"), "person.name", link=True),
    pages.Column(_("Village"), "area.name"),
    pages.Column(_("Month"), "month"),
    pages.Column(_("Amount (yuan)"), "amount", align="end"),
    pages.Column(_("State"), "state_words", badge=True),
)
LOOKS = (
    pages.Column(_("On"), "examined_at"),
    pages.Column(_("Looked at by"), "examined_by"),
    pages.Column(_("What was found"), "outcome", badge=True),
    pages.Column(_("What follows"), "follows"),
    pages.Column(_("Reason"), "reason"),
)


def speaking_of(hits, person, month):
    """The hits that speak of a person's month, both named from outside."""
    told = hits.annotate(first=TruncMonth("fact__starts_on")).filter(first__lte=month)
    still = Q(fact__ends_on__isnull=True) | Q(fact__ends_on__gte=month)
    return told.filter(still, fact__person=person).exclude(fact__kind=Fact.Kind.DISABLED)


def lines_of(hits, user):
    """The pay lines a person sees that hits speak against."""
    said = speaking_of(hits, OuterRef("person"), OuterRef("month"))
    lines = PayLine.objects.visible_to(user).filter(
        Exists(said), person__in=hits.values("fact__person")
    )
    return lines.with_state().select_related("person", "area").order_by("area_id", "pk")


def sent_lines(hits, user):
    """Lines already at the bank that hits speak against: to be looked at, nothing is held."""
    open_ = hits.with_state().exclude(state=Outcome.CLEARED)
    return lines_of(open_, user).filter(sent__isnull=False)


class HitList(pages.RecordList):
    model = Hit
    permission = Permission.PAY_VIEW
    joins = ("area", "comparison", "fact__person")
    columns = (*HIT_COLUMNS, pages.Column(_("Comparison batch"), "comparison.number"))
    filters = (
        pages.AreaFilter(),
        pages.MonthFilter("month", field="comparison__month"),
        pages.ChoiceFilter("kind", _("Kind of hit"), "fact__kind", choices=Fact.Kind.choices),
        pages.ChoiceFilter("state", _("What was found"), choices=Outcome.choices),
    )
    search_fields = ("fact__person__name", "comparison__number", "fact__source")
    search_hint = _("Name, batch or department")
    links = (
        pages.Link(_("Data comparisons"), reverse_lazy("payroll:comparison-list")),
        pages.Link(_("How often hits are right"), reverse_lazy("payroll:precision")),
    )
    empty = _("No department has reported anybody on a list.")

    def records(self):
        return super().records().with_state()


class HitPage(pages.RecordPage):
    model = Hit
    permission = Permission.PAY_VIEW
    joins = ("area", "comparison", "fact__person__area")
    deeds = {"examine": _("Looked at")}
    summary = (
        pages.Column(_("Name"), "fact.person.name"),
        pages.Column(_("ID number"), "fact.person.masked_id"),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("Source department"), "fact.source"),
        pages.Column(_("Kind of hit"), "fact.kind"),
        pages.Column(_("From"), "fact.starts_on"),
        pages.Column(_("To"), "fact.ends_on"),
        pages.Column(_("Basis"), "fact.basis"),
        pages.Column(_("What was found"), "state"),
        pages.Column(
            _("How often such hits are right"),
            lambda hit: precision.in_a_sentence(hit.fact, hit.area_id),
        ),
    )

    def get_queryset(self):
        return super().get_queryset().with_state()

    def links(self, hit):
        decide = reverse("payroll:hit-examine", args=[hit.pk])
        death = hit.fact.kind == Fact.Kind.DECEASED
        person = pages.url_of(hit.fact.person)
        return [
            pages.Link(_("Write what was found"), decide, Permission.PAY_RELEASE),
            *([pages.Link(_("Clear"), decide, Permission.PAY_DEPARTMENT)] if death else []),
            pages.Link(hit.comparison.number, pages.url_of(hit.comparison)),
            pages.Link(hit.fact.person.name, person, Permission.PERSON_VIEW),
        ]

    def tables(self, hit):
        user, only = self.request.user, Hit.objects.filter(pk=hit.pk)
        found = hit.fact.examinations.select_related("examined_by")
        return [
            (_("What was found"), LOOKS, found.order_by("-pk")),
            (_("Pay lines of the time"), LINE_COLUMNS, lines_of(only, user).filter(standing=True)),
        ]


class OfRecord(pages.EntryPage):
    """A form about one record that the person sees."""

    model = None

    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        seen = self.model.objects.visible_to(request.user)
        self.crumb = self.record = get_object_or_404(seen, pk=kwargs["pk"])
        self.back_url = pages.url_of(self.record)
        return super().dispatch(request, *args, **kwargs)


class Examine(OfRecord):
    """Write what was found about a doubt."""

    model = Hit
    permission = Permission.PAY_VIEW
    form_class = ExamineForm
    title = _("Write what was found")
    label = _("Keep it")
    help = _(
        "A hit is a doubt and no verdict. Write what was checked and which paper shows it. What is "
        "cleared lets go the lines of runs that nobody has confirmed yet."
    )

    def get_form(self, form_class=None):
        """Neither shown to nor read from anybody who may not write it."""
        comparisons.refuse_strangers(self.record, by=self.request.user)
        return super().get_form(form_class)

    def enter(self, *, by, **facts):
        comparisons.examine(self.record, by=by, **facts)
        messages.success(self.request, translate("What was found is kept."))
        return self.back_url

    def get_context_data(self, **kwargs):
        fact = self.record.fact
        summary = [
            (_("Name"), fact.person.name),
            (_("Source department"), fact.source),
            (_("Kind of hit"), fact.get_kind_display()),
            (_("From"), fact.starts_on),
            (
                _("How often such hits are right"),
                precision.in_a_sentence(fact, self.record.area_id),
            ),
        ]
        return super().get_context_data(summary=summary, **kwargs)


HEADS = (
    _("Source department"),
    _("Kind of hit"),
    _("Hits"),
    _("Looked at"),
    _("Found true"),
    _("Found untrue"),
    _("Share that was right"),
)


class PrecisionPage(pages.Permitted, TemplateView):
    """How often the hits of each department and kind were right, over months and an area."""

    template_name = "payroll/precision.html"
    permission = Permission.PAY_VIEW

    def get(self, request, *args, **kwargs):
        self.form = PrecisionForm(request.GET or None, user=request.user)
        self.rows = precision.of_rules(self._hits())
        if request.GET.get("format") == "xlsx" and not self.form.errors:
            headings = [*HEADS, _("Per cent")]
            rows = [_cells(row) for row in self._with_sum()]
            return workbook("precision", headings, rows, by=request.user)
        return super().get(request, *args, **kwargs)

    def _hits(self):
        """The hits asked for; with something misread there are none to count."""
        hits = Hit.objects.visible_to(self.request.user)
        if not self.form.is_bound:
            return hits
        if not self.form.is_valid():
            return hits.none()
        asked = self.form.cleaned_data
        hits = hits.inside(asked["area"].pk) if asked["area"] else hits
        hits = hits.filter(fact__kind=asked["kind"]) if asked["kind"] else hits
        return precision.between(hits, asked["since"], asked["until"])

    def _with_sum(self):
        return [*self.rows, precision.together(self.rows)] if self.rows else []

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            title=_("How often hits are right"),
            crumb=_("Data comparisons"),
            back_url=reverse("payroll:comparison-list"),
            form=self.form,
            heads=HEADS,
            rows=self.rows,
            total=precision.together(self.rows),
            few=precision.FEW,
            **kwargs,
        )


def _cells(row):
    counts = (row.hits, row.looked_at, row.confirmed, row.cleared)
    return [row.source or _("Together"), str(row.kind_title), *counts, row.fraction, row.percent]


urlpatterns = [
    path("hits/precision/", PrecisionPage.as_view(), name="precision"),
    path("hits/<int:pk>/examine/", Examine.as_view(), name="hit-examine"),
    path("hits/", include(pages.plain_paths(HitList, HitPage))),
]
