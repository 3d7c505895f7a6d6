"""The forms most steps share: a remark, a reason, a day."""

from django import forms
from django.utils.translation import gettext_lazy as _

from project.kernel.months import today


class NoteForm(forms.Form):
    """Nothing has to be filled in; a remark or the reason for going on may be."""

    note = forms.CharField(
        label=_("Remark, or the reason for going on"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ReasonForm(forms.Form):
    """A step that must say why."""

    note = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class PostForm(NoteForm):
    """The day a notice was hung up; the first day of its period is the day after."""

    on = forms.DateField(
        label=_("Posted on"),
        initial=today,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    field_order = ["on", "note"]
