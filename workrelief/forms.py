"""What the steps of a project ask for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from project.kernel.forms import NoteForm, ReasonForm


class OnForm(NoteForm):
    """A step that happened on a day."""

    on = forms.DateField(label=_("On"), widget=forms.DateInput(attrs={"type": "date"}))


class StopForm(ReasonForm):
    """From which day on the work stands still, and why."""

    on = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))


class IssuePlanForm(NoteForm):
    """The document of the plan, when it came and when it was handed on (R-77)."""

    document = forms.CharField(label=_("Plan document"), max_length=120)
    received_on = forms.DateField(
        label=_("Plan received on"), widget=forms.DateInput(attrs={"type": "date"})
    )
    on = forms.DateField(label=_("Handed on on"), widget=forms.DateInput(attrs={"type": "date"}))
