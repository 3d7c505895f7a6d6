"""What is filled in for a register of disposal."""

from django import forms
from django.utils.translation import gettext_lazy as _

from project.kernel.forms import NoteForm
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.access import areas, in_areas
from registry.models import Area, Disposal


class DrawUpForm(forms.Form):
    """A county, and what of it is looked through for what has expired."""

    area = forms.ModelChoiceField(Area.objects.none(), label=_("County"), empty_label=None)
    kind = forms.ChoiceField(label=_("What goes"), choices=Disposal.Kind.choices)

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        codes = areas(user, Permission.DISPOSAL_DRAW) if user else []
        mine = Area.objects.filter(in_areas(codes, "code"), level=Area.Level.COUNTY).on(today())
        self.fields["area"].queryset = mine.order_by("pk")


class CarryOutForm(NoteForm):
    """Who watches while it is carried out."""

    witness = forms.CharField(
        label=_("Supervised on site by"),
        max_length=60,
        help_text=_("Somebody else than you: they sign the printed register afterwards."),
    )

    field_order = ["witness", "note"]
