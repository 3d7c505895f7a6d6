"""What people ask of the pages of work-for-relief: an area, a year, a fund, a project."""

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from policy.models import Fund
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.access import areas, in_areas
from registry.mergers import rolled_up
from registry.models import Area
from workrelief.models import Project


class ReliefForm(forms.Form):
    """Everything may be left out: then it is every project of one's areas."""

    area = forms.CharField(
        label=_("Area"),
        required=False,
        validators=[RegexValidator(r"^\d{12}$", _("An area code has twelve digits."))],
        widget=forms.Select,
    )
    year = forms.IntegerField(
        label=_("Plan year"), required=False, min_value=2000, max_value=2100, widget=forms.Select
    )
    fund = forms.ModelChoiceField(
        Fund.objects.order_by("name"), label=_("Fund"), required=False, empty_label=_("All funds")
    )
    short = forms.BooleanField(label=_("Only what falls short"), required=False)
    project = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.seen = Project.objects.visible_to(user)
        codes = areas(user, Permission.RELIEF_VIEW)
        levels = (Area.Level.COUNTY, Area.Level.TOWNSHIP)
        offered = Area.objects.filter(in_areas(codes, "code"), level__in=levels).on(today())
        places = sorted(offered.values_list("code", "name"))
        self.fields["area"].widget.choices = [("", _("All my areas")), *places]
        years = self.seen.order_by("-year").values_list("year", flat=True).distinct()
        self.fields["year"].widget.choices = [("", _("All years")), *((y, y) for y in years)]

    def projects(self):
        """The projects asked for among those the person sees; cancelled ones are none."""
        asked, found = self.cleaned_data, self.seen.exclude(state=Project.State.CANCELLED)
        if asked["area"]:
            found = found.filter(rolled_up(asked["area"], today()))
        if asked["year"]:
            found = found.filter(year=asked["year"])
        if asked["project"]:
            found = found.filter(pk=asked["project"])
        return found
