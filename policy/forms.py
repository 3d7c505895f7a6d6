"""What people fill in on the pages of the rules."""

from django import forms
from django.utils.translation import gettext_lazy as _

from policy.models import PolicyDocument


class SuccessorForm(forms.Form):
    """The document that follows."""

    successor = forms.ModelChoiceField(
        PolicyDocument.objects.none(), label=_("The document that follows"), empty_label=None
    )

    def __init__(self, *args, user=None, record=None, **kwargs):
        super().__init__(*args, **kwargs)
        if user and record:
            seen = PolicyDocument.objects.visible_to(user).filter(predecessor__isnull=True)
            self.fields["successor"].queryset = seen.exclude(pk=record.pk).order_by("-valid_from")
