"""A list of records: area, search, filters in the address, keyset pages, bulk steps, Excel."""

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from project.kernel.looks import people_of
from project.kernel.pages.addresses import address_of, url_of
from project.kernel.pages.navigation import Permitted
from project.kernel.pages.workbooks import workbook
from project.kernel.steps import FLOWS
from project.kernel.texts import without_controls

COUNTED_AT_MOST = 1000


class RecordList(Permitted, TemplateView):
    """Show the records the user may see, a page at a time, in a constant number of queries."""

    template_name = "list.html"
    model = None
    title = ""
    columns = ()
    filters = ()
    search_fields = ()
    search_hint = _("Name")
    joins = ()
    steps = ()
    links = ()
    area_field = "area_id"
    people = ()  # where a record names the people it shows, if not as records do
    page_size = 50
    empty = _("Nothing has been entered here yet.")

    def get(self, request, *args, **kwargs):
        self.misread, self.chosen = [], {}
        records = self.narrowed(self.records())
        if request.GET.get("format") == "xlsx":
            return self.workbook(records)
        return self.render_to_response(self.get_context_data(records=records))

    def records(self):
        """Everything the user may see. Narrow it further, never widen it."""
        return self.model.objects.visible_to(self.request.user).select_related(*self.joins)

    def search(self, records, words):
        """Every word must be found in one of the search fields."""
        for word in words.split():
            found = Q()
            for field in self.search_fields:
                found |= Q(**{f"{field}__icontains": word})
            records = records.filter(found)
        return records

    def narrowed(self, records):
        """The records that the address asks for."""
        for chosen in self.filters:
            if value := self.request.GET.get(chosen.name, "").strip():
                records = self._apply(chosen, value, records)
        if words := without_controls(self.request.GET.get("q", "")).strip():
            self.chosen["q"] = words
            records = self.search(records, words)
        return records

    def _apply(self, chosen, value, records):
        self.chosen[chosen.name] = value
        try:
            return chosen.narrow(records, chosen.clean(value, self))
        except ValidationError as error:
            self.misread += [f"{chosen.label}: {sentence}" for sentence in error.messages]
            return records.none()

    def page(self, records):
        """The rows after the cursor, and the cursor of the page that follows."""
        area, number = self.area_field, self.request.GET.get("after", "")
        if number:
            records = records.filter(self._beyond(number))
        rows = list(records.order_by(area, "pk")[: self.page_size + 1])
        more = len(rows) > self.page_size
        rows = rows[: self.page_size]
        return rows, f"{self._area_of(rows[-1])},{rows[-1].pk}" if more else ""

    def _beyond(self, cursor):
        code, _comma, pk = cursor.partition(",")
        if not pk.isdecimal():
            self.misread.append(str(_("The page in the address is not known. Go to the first.")))
            return Q(pk__in=[])
        area = self.area_field
        further = Q(**{f"{area}__gt": code}) | Q(**{area: code}, pk__gt=int(pk))
        return Q(**{f"{area}__gte": code}) & further

    def _area_of(self, record):
        for name in self.area_field.split("__"):
            record = getattr(record, name)
        return record

    def get_context_data(self, *, records, **kwargs):
        rows, after = self.page(records)
        count = records.order_by()[: COUNTED_AT_MOST + 1].count()
        return super().get_context_data(
            **kwargs,
            title=self.title or self.model._meta.verbose_name_plural,
            heads=self.columns,
            rows=[self.row(record) for record in rows],
            bar=[self._field(chosen) for chosen in self.filters],
            bulk=self.bulk(),
            links=[link for link in self.links if self._may(link)],
            count=min(count, COUNTED_AT_MOST),
            over=count > COUNTED_AT_MOST,
            after=after,
            first=not self.request.GET.get("after"),
            words=self.chosen.get("q", ""),
            narrowed=bool(self.chosen),
            misread=self.misread,
        )

    def row(self, record):
        """One line of the table: the record's number and its cells with their columns."""
        url = self.url(record) if any(column.link for column in self.columns) else ""
        cells = [(column, column.text(record)) for column in self.columns]
        return {"pk": record.pk, "name": str(record), "url": url, "cells": cells}

    def url(self, record):
        return url_of(record)

    def bulk(self):
        """The steps of this person's roles that can be taken on many rows at once."""
        flow = FLOWS.get(self.model)
        return [
            (flow.verbs[name].title, address_of(self.model, "bulk", name))
            for name in self.steps
            if self.request.user.has_perm(flow.verbs[name].permission)
        ]

    def _may(self, link):
        return not link.permission or self.request.user.has_perm(link.permission)

    def _field(self, chosen):
        value = self.chosen.get(chosen.name, "")
        options = [(str(key), words) for key, words in chosen.choices(self)]
        return {"filter": chosen, "value": value, "options": options}

    def workbook(self, records):
        """The same columns of all the rows that were asked for, not only of this page."""
        ordered = records.order_by(self.area_field, "pk").iterator(chunk_size=2000)
        rows = ([column.cell(record) for column in self.columns] for record in ordered)
        return self.taken_out(self.model._meta.model_name, self.columns, rows, records)

    def taken_out(self, name, columns, rows, records):
        """The workbook of these rows, and the look at the people whom the records name."""
        headings = [getattr(column, "heading", column) for column in columns]
        shown = people_of(records, *self.people)
        return workbook(name, headings, rows, by=self.request.user, people=shown)
