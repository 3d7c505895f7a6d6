"""What the steps of a doubt ask for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from project.kernel.forms import NoteForm


class VerifyForm(NoteForm):
    """What the person says, and what was found out."""

    statement = forms.CharField(
        label=_("What the person says"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    finding = forms.CharField(
        label=_("What was found out, and how"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    field_order = ["statement", "finding", "note"]
