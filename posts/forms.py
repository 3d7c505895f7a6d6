"""What is filled in on the way of a post: the village's request (F-01), and an approval's end."""

from django import forms
from django.utils.translation import gettext_lazy as _

from posts.models import Post
from posts.services import NEED
from project.kernel.forms import NoteForm
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.access import areas, in_areas
from registry.models import Area, Unit

DAY = {"attrs": {"type": "date"}, "format": "%Y-%m-%d"}
LINES = {"attrs": {"rows": 3}}


class UntilForm(NoteForm):
    """The last day of an approval."""

    until = forms.DateField(label=_("Approved until"), widget=forms.DateInput(**DAY))

    field_order = ["until", "note"]


class NeedForm(forms.ModelForm):
    """The village's request for a post, with everything that F-01 asks for (W-1)."""

    class Meta:
        model = Post
        fields = ("area", *NEED)
        widgets = {
            "duties": forms.Textarea(**LINES),
            "workload": forms.Textarea(**LINES),
            "minutes": forms.Textarea(**LINES),
            "starts_on": forms.DateInput(**DAY),
            "ends_on": forms.DateInput(**DAY),
        }

    def __init__(self, *args, user=None, record=None, **kwargs):
        super().__init__(*args, **kwargs, instance=record)
        self.fields["department"].empty_label = None
        self.fields["fund"].empty_label = None
        if record:
            del self.fields["area"]
        if user:
            self._limit(areas(user, Permission.POST_SUBMIT))

    def _limit(self, codes):
        """Choose only among the villages of the person and the departments of their counties."""
        villages = Area.objects.filter(in_areas(codes, "code"), level=Area.Level.VILLAGE)
        if "area" in self.fields:
            self.fields["area"].queryset = villages.on(today())
            self.fields["area"].empty_label = None
        counties = {f"{code[:6]}000000" for code in codes}
        self.fields["department"].queryset = Unit.objects.filter(area__in=counties).order_by("name")

    def _post_clean(self):
        """The request is checked by the service; the form only reads it."""
