"""Evidence of a case on the pages: what it says, and its file; every look at a file is logged."""

from django.http import Http404
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView, View

from inspections.models import Exhibit
from project.kernel import pages
from project.kernel.looks import look
from project.kernel.models import Look
from project.kernel.roles import Permission
from project.kernel.uploads import served, served_picture
from registry.access import areas, in_areas

WORDS = {
    "amount": _("Amount"),
    "at": _("At"),
    "contract": _("Contract"),
    "day": _("Day"),
    "days": _("Days"),
    "device": _("Device"),
    "doubts": _("Doubts"),
    "cases": _("Cases"),
    "earlier": _("Earlier doubts and cases"),
    "evidence": _("Evidence"),
    "found_at": _("Found at"),
    "from": _("From"),
    "in_at": _("In"),
    "item": _("Item"),
    "kind": _("Kind"),
    "latitude": _("Latitude"),
    "level": _("Evidence level"),
    "longitude": _("Longitude"),
    "month": _("Month"),
    "months": _("Months"),
    "number": _("Number"),
    "out_at": _("Out"),
    "pattern": _("Pattern"),
    "pay": _("Pay"),
    "person": _("Person"),
    "phone_id": _("Phone"),
    "received_at": _("Received at"),
    "shows": _("What it shows"),
    "source": _("Source"),
    "standard": _("Standard"),
    "state": _("State"),
    "text": _("Text"),
    "title": _("Post"),
    "to": _("To"),
    "village": _("Village"),
    "violation": _("Violation"),
    "worth": _("Days"),
}


def called(name):
    return WORDS.get(name, name)


def parts_of(data):
    """Frozen records as tables: a list of rows each, or the facts of one record."""
    found, plain = [], []
    for name, value in (data or {}).items():
        if isinstance(value, dict):
            found += [(called(name), *facts) for facts in _nested(value)]
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            found.append((called(name), *_rows(value)))
        else:
            plain.append((called(name), value))
    heads = [head for head, _value in plain]
    return ([(_("What it is"), heads, [plain])] if plain else []) + found


def _nested(value):
    """The rows inside a record, and what is said of the record itself."""
    lists = [rows for rows in value.values() if isinstance(rows, list) and rows]
    if lists and isinstance(lists[0][0], dict):
        return [_rows(rows) for rows in lists]
    said = {name: one for name, one in value.items() if not isinstance(one, list)}
    return [_rows([said])] if said else []


def _rows(rows):
    """The headings of rows, and their cells, each with its heading."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = [[(called(name), row.get(name, "")) for name in names] for row in rows]
    return [called(name) for name in names], cells


def exhibits(user):
    """The evidence of the cases somebody sees."""
    inside = in_areas(areas(user, Permission.CASE_VIEW), "case__area_id")
    return Exhibit.objects.filter(inside).select_related("case", "added_by")


class ExhibitPage(pages.Permitted, DetailView):
    """One piece of evidence as it was kept; who opened it is written down."""

    permission = Permission.CASE_VIEW
    template_name = "inspections/exhibit.html"
    context_object_name = "exhibit"

    def get_queryset(self):
        return exhibits(self.request.user)

    def get_context_data(self, **kwargs):
        one = self.object
        look(self.request.user, Look.What.CASE, one.case.people, record=one.case)
        shown = [
            pages.Column(_("Kind"), "kind"),
            pages.Column(_("Of the day"), "taken_on"),
            pages.Column(_("Place"), "place"),
            pages.Column(_("Added at"), "added_at"),
            pages.Column(_("Added by"), "added_by"),
            pages.Column(_("File name"), "name"),
            pages.Column("SHA-256", "sha256"),
        ]
        return super().get_context_data(
            title=f"{one.number}. {one.title}",
            crumb=one.case,
            back_url=pages.url_of(one.case),
            summary=[(column.heading, column.text(one)) for column in shown],
            parts=parts_of(one.data),
            **kwargs,
        )


class ExhibitFile(pages.Permitted, View):
    """The file of a piece of evidence, for those who see the case; the look is written down."""

    permission = Permission.CASE_VIEW
    drawn = False

    def get(self, request, pk):
        one = exhibits(request.user).exclude(file="").filter(pk=pk).first()
        if one is None:
            raise Http404
        what = Look.What.PHOTO if one.kind == Exhibit.Kind.PHOTO else Look.What.PAPER
        look(request.user, what, one.case.people, record=one.case)
        return served_picture(one.file) if self.drawn else served(one.file, one.name)


exhibit_paths = [
    path("evidence/<int:pk>/", ExhibitPage.as_view(), name="exhibit"),
    path("evidence/<int:pk>/file/", ExhibitFile.as_view(), name="exhibit-file"),
    path("evidence/<int:pk>/picture/", ExhibitFile.as_view(drawn=True), name="exhibit-picture"),
]
