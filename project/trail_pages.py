"""The trail: how a row became what it is, and the seals over what was written."""

import json

from django.db import models
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.urls import path
from django.utils.timezone import localtime
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View

from project.integrity.export import exported
from project.kept import kept
from project.kernel import pages
from project.kernel.looks import look, people_of
from project.kernel.masking import mask_phone
from project.kernel.models import Change, Look, Seal
from project.kernel.pages.workbooks import workbook
from project.kernel.roles import Permission
from project.kernel.secrets import EncryptedTextField

LAST = 500
HIDDEN = "••••"
HEADS = (
    _("When"),
    _("Who"),
    _("By way of"),
    _("What"),
    _("Column of the row"),
    _("Before"),
    _("After"),
)
SEALS = 200
# Rows without a page of their own are told of with the record they belong to.
WITH = {"registry.person": ("accounts",)}


class Changes(pages.Permitted, TemplateView):
    """Every change of one row, newest first, for readers of the logs who see the record."""

    template_name = "changes.html"
    permission = Permission.LOOK_VIEW

    def get(self, request, kind, pk, *args, **kwargs):
        self.record = seen(request.user, kind, pk)
        self.changes = list(of(self.record).select_related("by").order_by("-pk")[:LAST])
        people = self._people()
        if request.GET.get("format") == "xlsx":
            rows = [cells for change in self.changes for cells in lines(change)]
            return workbook("changes", HEADS, rows, by=request.user, people=people)
        if people:
            look(request.user, Look.What.PAPER, people, record=self.record)
        return super().get(request, *args, **kwargs)

    def _people(self):
        return people_of(type(self.record).objects.filter(pk=self.record.pk))

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            title=_("Every change of %(record)s") % {"record": self.record},
            crumb=self.record,
            back_url=pages.url_of(self.record),
            heads=HEADS,
            lines=[cells for change in self.changes for cells in lines(change)],
            last=LAST,
            **kwargs,
        )


def seen(user, kind, pk):
    """A record that tells of its changes, if it lies in the reader's areas; else nothing."""
    model = next((one for one in kept() if one._meta.label_lower == kind), None)
    if model is None or not hasattr(model.objects, "visible_to"):
        raise Http404
    record = model.objects.visible_to(user).filter(pk=pk).first()
    if record is None:
        raise Http404
    return record


def of(record):
    """The changes of a record, and of the rows that are told of with it."""
    names = WITH.get(record._meta.label_lower, ())
    rows = [record, *(row for name in names for row in getattr(record, name).all())]
    condition = Q()
    for row in rows:
        condition |= Q(table=row._meta.db_table, row=str(row.pk))
    return Change.objects.filter(condition)


def lines(change):
    """One change as lines of a table: a line for each field that differs."""
    model = next(one for one in kept() if one._meta.db_table == change.table)
    name = str(model._meta.verbose_name)
    when = f"{localtime(change.at):%Y-%m-%d %H:%M:%S}"
    who = str(change.by) if change.by else translate("Nobody who signed in")
    via = change.via or translate("past the house: %(role)s") % {"role": change.server_role}
    start = [when, who, via, f"{name}: {change.get_deed_display()}"]
    fields = [
        [str(field.verbose_name), _text(field, change.was), _text(field, change.became)]
        for field in model._meta.local_concrete_fields
        if field.column in (change.became or change.was or {}) and _is_told(field)
    ]
    return [[*start, *cells] for cells in fields or [["", "", ""]]]


def _is_told(field):
    return field.editable or isinstance(field, EncryptedTextField)


def _text(field, values):
    """A kept value as a reader may see it: choices in words, protected numbers hidden."""
    value = (values or {}).get(field.column)
    if value in (None, ""):
        return ""
    if isinstance(field, EncryptedTextField):
        return HIDDEN
    if field.name == "phone":
        return mask_phone(value)
    if isinstance(field, models.BooleanField):
        return translate("Yes") if value else translate("No")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


class Seals(pages.Permitted, TemplateView):
    """The heads of the chain, newest first, to compare with those another office keeps."""

    template_name = "seals.html"
    permission = Permission.LOOK_VIEW

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            title=_("Seals over what was written"),
            seals=[
                (seal, sum(head["rows"] for head in seal.heads.values()), len(seal.heads))
                for seal in Seal.objects.order_by("-number")[:SEALS]
            ],
            count=Seal.objects.count(),
            last=SEALS,
            **kwargs,
        )


class SealHeads(pages.Permitted, View):
    """Every head with its signature, as a file that is judged without this house."""

    permission = Permission.LOOK_VIEW

    def get(self, request):
        content = json.dumps(exported(), ensure_ascii=False, indent=1) + "\n"
        answer = HttpResponse(content, content_type="application/json")
        answer.headers["Content-Disposition"] = 'attachment; filename="seal-heads.json"'
        return answer


urlpatterns = [
    path("changes/<str:kind>/<str:pk>/", Changes.as_view(), name="changes"),
    path("seals/", Seals.as_view(), name="seals"),
    path("seals/heads.json", SealHeads.as_view(), name="seal-heads"),
]
