"""What is filled in for a round of inspection."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from inspections.models import Plan
from project.kernel.forms import NoteForm
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.access import areas, in_areas
from registry.models import Area

AREAS_AT_MOST = 400
HUNDRED = Decimal(100)


def day(label, **options):
    """A day, chosen with the browser's own calendar."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget, **options)


def per_cent(label, least, help_text):
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=Decimal(least),
        max_value=HUNDRED,
        max_digits=5,
        decimal_places=2,
        help_text=help_text,
    )


class PlanForm(forms.Form):
    """An area, a way of looking and the days; what is left open follows the rules of the area."""

    area = forms.ModelChoiceField(
        Area.objects.none(),
        label=_("Area"),
        empty_label=None,
        help_text=_(
            "The list is seen by those who inspect this area and by those above. For what a "
            "township must not know yet, choose the county."
        ),
    )
    way = forms.ChoiceField(label=_("Way"), choices=Plan.Way.choices)
    title = forms.CharField(
        label=_("Title"),
        required=False,
        max_length=80,
        help_text=_("Left empty: the area, the way and the days."),
    )
    first = day(_("From"), initial=today)
    last = day(
        _("To"), required=False, help_text=_("Left empty: the end of the quarter, or of the rule.")
    )
    percent = per_cent(
        _("Share drawn (per cent)"), "0.01", _("Left empty: the share that the rule sets.")
    )
    risk_percent = per_cent(
        _("Of these by risk (per cent)"),
        "0",
        _("The others are drawn by chance alone. Left empty: the share that the rule sets."),
    )

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        codes = areas(user, Permission.SAMPLE_DRAW) if user else []
        mine = Area.objects.filter(in_areas(codes, "code")).on(today()).order_by("pk")
        # Where the villages do not fit in one menu, rounds are of townships and more.
        few = mine[: AREAS_AT_MOST + 1].count() <= AREAS_AT_MOST
        self.fields["area"].queryset = mine if few else mine.exclude(level=Area.Level.VILLAGE)

    def clean(self):
        """The shares as the service takes them: parts of one."""
        fields = super().clean() or {}
        for name in ("percent", "risk_percent"):
            share = fields.pop(name, None)
            fields[name.replace("percent", "share")] = None if share is None else share / HUNDRED
        return fields


class TellForm(NoteForm):
    """What a round found, in the words of whoever inspected."""

    report = forms.CharField(
        label=_("What was found"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6})
    )

    field_order = ["report", "note"]


class MissForm(forms.Form):
    """Why somebody on a list is not looked at after all."""

    why = forms.CharField(
        label=_("Why not"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
