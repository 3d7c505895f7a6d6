"""What people and programs ask of the sums of pay: a year or a span, an area and a grouping."""

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from project.kernel.months import Month, MonthFormField, today
from project.kernel.roles import Permission
from registry.access import areas, in_areas
from registry.models import Area
from reports.pay_scope import Span
from reports.pay_sums import GROUPINGS

LONGEST = 24


class SpanForm(forms.Form):
    """Everything may be left out: then it is the current year, all areas, by township."""

    first = MonthFormField(label=_("From month"), required=False)
    last = MonthFormField(label=_("To month"), required=False)
    year = forms.IntegerField(
        label=_("Year"), required=False, min_value=2000, max_value=2100, widget=forms.HiddenInput
    )
    area = forms.CharField(
        label=_("Area"),
        required=False,
        validators=[RegexValidator(r"^\d{12}$", _("An area code has twelve digits."))],
        widget=forms.Select,
    )
    by = forms.ChoiceField(
        label=_("Grouped by"),
        required=False,
        choices=[(name, grouping.title) for name, grouping in GROUPINGS.items()],
    )
    above = forms.DecimalField(
        label=_("Households also above (yuan)"),
        required=False,
        min_value=0,
        max_digits=14,
        decimal_places=2,
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        codes = areas(user, Permission.PAY_VIEW)
        levels = (Area.Level.COUNTY, Area.Level.TOWNSHIP)
        inside = Area.objects.filter(in_areas(codes, "code")).on(today())
        asked = Area.objects.filter(in_areas(codes, "code"), code=self.data.get("area", ""))
        offered = dict((inside.filter(level__in=levels) | asked).values_list("code", "name"))
        widget = self.fields["area"].widget
        widget.choices = [("", _("All my areas")), *sorted(offered.items())]

    def clean(self):
        """A year alone, or months: the one that is not told is the year's first or last."""
        super().clean()
        asked = self.cleaned_data
        first, last, year = asked.get("first"), asked.get("last"), asked.get("year")
        if year and (first or last):
            self.add_error("year", translate("Name a year or months, not both."))
            return asked
        year = year or (first or last or Month.of(today())).year
        first, last = first or Month(year, 1), last or Month(year, 12)
        if last < first:
            self.add_error("last", translate("The last month lies before the first."))
        elif last >= first.plus(LONGEST):
            sentence = translate("At most %(count)s months are counted together.")
            self.add_error("last", sentence % {"count": LONGEST})
        asked["span"] = Span(first, last, asked.get("area", ""))
        return asked
