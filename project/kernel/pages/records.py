"""A record page: what it is, what can be done and why the rest cannot, facts, papers, history."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView

from project.kernel.history import NAME as KEPT
from project.kernel.models import Event
from project.kernel.pages.addresses import address_of, url_of
from project.kernel.pages.navigation import Permitted
from project.kernel.roles import Permission
from project.kernel.steps import FLOWS, steps_for

EVENTS_AT_MOST = 200
ON_PAPER = {
    "print": gettext_lazy("Printed"),
    "export": gettext_lazy("Taken out as a workbook"),
    "hand_over": gettext_lazy("Given to another person"),
}


class RecordPage(Permitted, DetailView):
    """One record, for people whose areas it lies in; to others it does not exist."""

    template_name = "record.html"
    context_object_name = "record"
    summary = ()
    facts = ()
    joins = ()
    deeds = {}

    def get_queryset(self):
        seen = self.model.objects.visible_to(self.request.user)
        return seen.select_related(*self.joins)

    def papers(self, record):
        """The printed forms that belong to this record, as the house offers them."""
        return self.request.resolver_match.site.papers_for(record)

    def links(self, record):
        """Ways on from the record, each shown to those who hold its permission there."""
        return []

    def tables(self, record):
        """Rows that belong to the record: (title, columns, records) for each table."""
        return []

    def history(self, record):
        """What was done to the record, newest first."""
        return Event.objects.of(record).select_related("by").order_by("-pk")[:EVENTS_AT_MOST]

    def _changes(self, record):
        """Where every change of the row is told, for readers of the logs."""
        kept = any(trigger.name == KEPT for trigger in getattr(self.model._meta, "triggers", []))
        if not (kept and self.request.user.has_perm(Permission.LOOK_VIEW)):
            return ""
        return reverse("changes", args=[self.model._meta.label_lower, record.pk])

    def _may(self, link, record):
        return not link.permission or self.request.user.has_perm(link.permission, record)

    def get_context_data(self, **kwargs):
        record = self.object
        offers = [
            (offer, address_of(self.model, "step", record.pk, offer.name))
            for offer in (steps_for(record, self.request.user) if self.model in FLOWS else [])
        ]
        return super().get_context_data(
            **kwargs,
            title=str(record),
            kind=self.model._meta.verbose_name,
            state=state_of(record),
            list_url=address_of(self.model, "list"),
            offers=offers,
            open_steps=[pair for pair in offers if pair[0].allowed],
            held_steps=[pair for pair in offers if pair[0].in_turn and not pair[0].allowed],
            other_steps=[pair for pair in offers if not pair[0].in_turn],
            summary=shown(self.summary, record),
            groups=[(group.title, shown(group.facts, record)) for group in self.facts],
            papers=self.papers(record),
            links=[link for link in self.links(record) if self._may(link, record)],
            tables=[table(*parts) for parts in self.tables(record)],
            history=[line(event, record, self.deeds) for event in self.history(record)],
            changes_url=self._changes(record),
        )


def shown(columns, record):
    """The facts of a record as pairs of words."""
    return [(column.heading, column.text(record)) for column in columns]


def state_of(record):
    return record.get_state_display() if hasattr(record, "get_state_display") else ""


def verb_title(record, verb, deeds):
    """A step in the words of its button; what is no step of the flow, in the page's own words."""
    flow = FLOWS.get(type(record))
    known = flow.verbs.get(verb) if flow else None
    return known.title if known else (ON_PAPER | deeds).get(verb, verb)


def line(event, record, deeds):
    """One event in words: when, who, what, from which state to which, and why."""
    refused = event.after == "refused"
    after = _("Refused") if refused else _state_words(record, event.after)
    return {
        "event": event,
        "step": verb_title(record, event.verb, deeds),
        "before": _state_words(record, event.before),
        "after": after,
    }


def _state_words(record, state):
    names = {field.name for field in record._meta.fields}
    if "state" not in names:
        return state
    return dict(record._meta.get_field("state").flatchoices).get(state, state)


def table(title, columns, records):
    """Rows under their headings, each a way to its record where a column says so."""
    linked = any(column.link for column in columns)
    rows = [
        {
            "cells": [(column, column.text(row)) for column in columns],
            "url": url_of(row) if linked else "",
        }
        for row in records
    ]
    return {"title": title, "heads": columns, "rows": rows}
