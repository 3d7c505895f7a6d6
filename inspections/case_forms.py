"""What the steps of a case and of its measures ask for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from project.kernel.forms import NoteForm
from project.kernel.months import MonthFormField, today


def _words(label, *, required=True, rows=4, help_text=""):
    return forms.CharField(
        label=label,
        required=required,
        max_length=8000,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def _day(label, *, required=True, initial=today):
    picker = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=required, initial=initial, widget=picker)


class InvestigateForm(NoteForm):
    """What was found out, and of which months."""

    finding = _words(_("What was found out, and how"))
    first = MonthFormField(label=_("From month"), required=False)
    last = MonthFormField(label=_("To month"), required=False)
    field_order = ["finding", "first", "last", "note"]


class HearForm(NoteForm):
    """What the person says to it, and when."""

    on = _day(_("Heard on"))
    statement = _words(_("What the person says"))
    field_order = ["on", "statement", "note"]


class DecideForm(NoteForm):
    """The decision and its grounds."""

    decision = _words(_("Decision"))
    basis = _words(_("Grounds: document and article"), rows=2)
    field_order = ["decision", "basis", "note"]


class DropForm(NoteForm):
    """Why the case is dropped."""

    finding = _words(_("Why it is dropped"))
    field_order = ["finding", "note"]


class TransferForm(NoteForm):
    """To whom the case is handed, and by which paper."""

    to = forms.CharField(label=_("Handed to"), max_length=120)
    paper = forms.CharField(label=_("Paper it is handed over by"), max_length=120)
    field_order = ["to", "paper", "note"]


class AppealForm(NoteForm):
    """What the person says against the decision, and when."""

    on = _day(_("Appealed on"))
    text = _words(_("What the person says against the decision"))
    field_order = ["on", "text", "note"]


class AnswerForm(NoteForm):
    """The answer to an appeal, with its reasons."""

    answer = _words(_("Answer with its reasons"))
    field_order = ["answer", "note"]


class SuspendForm(NoteForm):
    """From which day the work stops."""

    on = _day(_("Work stops from"))
    field_order = ["on", "note"]


class RemoveForm(NoteForm):
    """The last working day of whoever leaves."""

    last_day = _day(_("Last working day"))
    field_order = ["last_day", "note"]


class BarForm(NoteForm):
    """Until when an employer is barred."""

    until = _day(_("Barred until"), required=False, initial=None)
    field_order = ["until", "note"]


class OutcomeForm(NoteForm):
    """What was done, or why it is not wanted any more."""

    outcome = _words(_("What was done, or why it is not wanted any more"))
    field_order = ["outcome", "note"]
