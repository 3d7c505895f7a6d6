"""Pages on which a month's pay is looked at, and tried out, before anything is written."""

from decimal import Decimal

from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse, reverse_lazy
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView, TemplateView

from payroll.forms import PrepareForm
from payroll.preview_forms import OtherValues
from payroll.preview_shapes import ZERO, Preview, WhatIf, revived
from payroll.preview_tables import (
    CHANGES,
    LINE_SORTS,
    LINES,
    LINES_SHOWN,
    SORTS,
    TRIED,
    TRIED_SHOWN,
    Rows,
    table,
)
from payroll.previews import is_large, preview
from payroll.tasks import PREVIEW, WHAT_IF, ask_to_preview
from payroll.what_if import Wish, what_if
from project.kernel import pages
from project.kernel.answers import REFUSED
from project.kernel.guards import Refused
from project.kernel.models import Job
from project.kernel.months import Month, today
from project.kernel.roles import Permission

OF_THE_LIST = {"q", "show", "sort", "after", "format"}
SUMS = ("people", "lines", "sum", "payable_sum", "held", "held_sum", "nothing", "before")
SUMS_OF = {
    "runs": (*SUMS, "new", "gone", "difference"),
    "effects": ("people", "before", "after", "difference", "more", "less"),
}


class Looking(pages.Permitted, TemplateView):
    """A month and an area from the address; what one request cannot compute the workers do."""

    permission = Permission.PAY_PREPARE
    title = ""

    def get(self, request, *args, **kwargs):
        asked = self._asked()
        if not asked:
            return self.render_to_response(self.get_context_data())
        month, area = asked["month"], asked["area"].code
        large = is_large(month, area)
        try:
            return self.shown(month, area, large=large)
        except Refused as refused:
            return self.render_to_response(self.get_context_data(refusals=refused.messages))

    def post(self, request, *args, **kwargs):
        """Give the workers what is too much for one request."""
        if not (asked := self._asked()):
            return self.render_to_response(self.get_context_data(), status=REFUSED)
        wish = self.wish(asked["month"], asked["area"].code)
        if wish is None:
            answer = self.get(request, *args, **kwargs)
            answer.status_code = REFUSED
            return answer
        return redirect("job", ask_to_preview(by=request.user, wish=wish, **asked).pk)

    def _asked(self):
        """The month and the area, or nothing as long as they are not both chosen."""
        given = {"month", "area"} & set(self.request.GET)
        before = Month.of(today()).previous()
        self.form = PrepareForm(
            self.request.GET if given else None, user=self.request.user, initial={"month": before}
        )
        return self.form.cleaned_data if given and self.form.is_valid() else None

    def wish(self, month, area):
        """Which other values are asked for; None where they cannot be read."""
        return Wish()

    def shown(self, month, area, *, large):
        raise NotImplementedError

    def get_context_data(self, **kwargs):
        asked = self.request.GET.items()
        told = {
            "title": self.title,
            "form": self.form,
            "back_url": reverse("payroll:payrun-list"),
            "kept_fields": [(name, value) for name, value in asked if name not in OF_THE_LIST],
        }
        return super().get_context_data(**told | kwargs)


class PreviewMonth(Looking):
    """What a month would pay, what holds, what is different, what stands in its way."""

    template_name = "payroll/preview.html"
    title = _("Preview of a month")

    def shown(self, month, area, *, large):
        if large:
            return self.render_to_response(self.get_context_data(large=True))
        found = preview(month, area, by=self.request.user)
        rows = Rows(self.request.GET, found.lines, LINES, shown=LINES_SHOWN, sorts=LINE_SORTS)
        if self.request.GET.get("format") == "xlsx":
            return rows.workbook("pay-preview", self.request.user)
        told = of_preview(found, self.request.user) | rows.context() | {"listed": found.lines}
        return self.render_to_response(self.get_context_data(**told))


class TryValues(Looking):
    """What a month would pay under other rules or standards."""

    template_name = "payroll/what_if.html"
    title = _("What if")

    def wish(self, month, area):
        self.values = OtherValues(self.request.GET, month=month, area=area)
        return self.values.wish if self.values.is_valid() else None

    def shown(self, month, area, *, large):
        wish = self.wish(month, area)
        if not wish or large:
            return self.render_to_response(self.get_context_data(large=large and wish))
        found = what_if(month, area, wish, by=self.request.user)
        rows = Rows(self.request.GET, found.changes, TRIED, shown=TRIED_SHOWN, sorts=SORTS)
        if self.request.GET.get("format") == "xlsx":
            return rows.workbook("pay-what-if", self.request.user)
        told = of_what_if(found) | rows.context() | {"listed": found.changes}
        return self.render_to_response(self.get_context_data(**told))

    def get_context_data(self, **kwargs):
        values = getattr(self, "values", None)
        parts = values.parts() if values else []
        return super().get_context_data(values=values, parts=parts, **kwargs)


class KeptPage(pages.Permitted, DetailView):
    """What the workers found out, for the person who asked."""

    permission = Permission.PAY_PREPARE
    context_object_name = "job"

    def get_queryset(self):
        mine = Job.objects.filter(by=self.request.user, state=Job.State.DONE)
        return mine.filter(kind__in=[PREVIEW, WHAT_IF])

    def get_template_names(self):
        name = "preview" if self.object.kind == PREVIEW else "what_if"
        return [f"payroll/{name}.html"]

    def get_context_data(self, **kwargs):
        if not self.object.found:
            raise Http404
        if self.object.kind == PREVIEW:
            told = of_preview(revived(Preview, self.object.found), self.request.user)
        else:
            found = revived(WhatIf, self.object.found)
            told = of_what_if(found) | table(TRIED, found.changes)
        back = {"back_url": reverse("payroll:payrun-list"), "title": self.object.title}
        return super().get_context_data(**told, **back, kept=True, **kwargs)


def of_preview(found, user):
    """What the page of a preview shows of it."""
    query = f"?month={found.month}&area={found.area}"
    return {
        "found": found,
        "runs": [(run, _town_url("payroll:preview", found, run)) for run in found.runs],
        "total": together(found.runs, SUMS_OF["runs"]),
        "changed": table(CHANGES, found.changes),
        "what_if_url": reverse("payroll:what-if") + query,
        "prepare_url": reverse("payroll:prepare"),
    }


def of_what_if(found):
    """What the page of a what-if shows of it."""
    return {
        "found": found,
        "runs": [(run, _town_url("payroll:what-if", found, run)) for run in found.runs],
        "total": together(found.runs, SUMS_OF["effects"]),
        "last": f"{found.month[:4]}-12",
    }


def _town_url(name, found, run):
    """Where a township alone is seen; nothing where it is alone already."""
    return "" if run.area == found.area else f"{reverse(name)}?month={found.month}&area={run.area}"


def with_a_look_first(words):
    """What the page of preparing says, with the way to the preview."""
    first = _("Look at the month first")
    said = lazy(format_html, SafeString)
    return said('{} <a href="{}">{}</a>', words, reverse_lazy("payroll:preview"), first)


def together(runs, names):
    """The sum of each number over all the runs."""
    empty: dict[str, int | Decimal] = dict.fromkeys(names, ZERO)
    return {name: sum((getattr(run, name) for run in runs), empty[name]) for name in names}


urlpatterns = [
    path("preview/", PreviewMonth.as_view(), name="preview"),
    path("what-if/", TryValues.as_view(), name="what-if"),
    path("kept/<int:pk>/", KeptPage.as_view(), name="kept-preview"),
]
