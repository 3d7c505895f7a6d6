"""What the steps of a doubt ask for, and the pages beside them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from project.kernel.forms import NoteForm
from project.kernel.months import MonthFormField, today
from project.kernel.roles import Permission
from registry.access import areas, in_areas
from registry.models import Area


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


class DetectForm(forms.Form):
    """A month, and one of the areas in which the person may look for doubts."""

    month = MonthFormField(label=_("Month"))
    area = forms.ModelChoiceField(Area.objects.none(), label=_("Area"), empty_label=None)

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        codes = areas(user, Permission.DOUBT_DETECT) if user else []
        inside = Area.objects.filter(in_areas(codes, "code"), level__lte=Area.Level.TOWNSHIP)
        self.fields["area"].queryset = inside.on(today()).order_by("pk")


class LearntForm(forms.Form):
    """The months and the area whose doubts are counted; all may be left open."""

    since = MonthFormField(label=_("From month"), required=False)
    until = MonthFormField(label=_("To month"), required=False)
    area = forms.ModelChoiceField(
        Area.objects.none(), label=_("Area"), required=False, empty_label=_("All")
    )

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        codes = areas(user, Permission.DOUBT_VIEW) if user else []
        inside = Area.objects.filter(in_areas(codes, "code"), level__lte=Area.Level.TOWNSHIP)
        self.fields["area"].queryset = inside.order_by("pk")


class RiskForm(forms.Form):
    """The county or township whose people are put in order."""

    area = forms.ModelChoiceField(Area.objects.none(), label=_("Area"), empty_label=None)

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        codes = areas(user, Permission.DOUBT_VIEW) if user else []
        levels = (Area.Level.COUNTY, Area.Level.TOWNSHIP)
        inside = Area.objects.filter(in_areas(codes, "code"), level__in=levels)
        self.fields["area"].queryset = inside.order_by("pk")
