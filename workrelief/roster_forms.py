"""What is filled in for a person on a project's roster."""

from django import forms
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract
from project.kernel.forms import NoteForm, ReasonForm
from project.kernel.months import today
from registry.models import Area
from workrelief.models import Member
from workrelief.models.money import LabourClass

BY_WHAT_IS_DONE = [pair for pair in Contract.PayBasis.choices if pair[0] != "month"]


def day(label, **fields):
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget, **fields)


class SearchForm(forms.Form):
    """A name or a whole ID number."""

    words = forms.CharField(label=_("Name or ID number"), max_length=40)


class ListedForm(forms.Form):
    """Where a person works, at which trade, for what rate, from when to when."""

    team = forms.ModelChoiceField(None, label=_("Team"), required=False, empty_label=_("No team"))
    trade = forms.CharField(label=_("Trade"), max_length=30)
    section = forms.CharField(label=_("Section of the site"), max_length=40, required=False)
    category = forms.ChoiceField(label=_("Category"), choices=Member.Category)
    rate = forms.DecimalField(label=_("Rate (yuan)"), max_digits=12, decimal_places=2)
    starts_on = day(_("First day"))
    ends_on = day(_("Last day"))

    def __init__(self, *args, project, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = project.teams.order_by("name")
        plans = project.fund_lines.values_list("labour_plans__trade", flat=True)
        if planned := list(dict.fromkeys(filter(None, plans))):
            words = translate("Planned trades: %(trades)s") % {"trades": "、".join(planned)}
            self.fields["trade"].help_text = words


class EnlistForm(ListedForm):
    """Everything the roster says of a person, with the money that pays."""

    area = forms.ModelChoiceField(None, label=_("Village"), empty_label=None)
    fund_line = forms.ModelChoiceField(None, label=_("Fund line"), empty_label=None)
    labour_class = forms.ChoiceField(
        label=_("Labour class"),
        choices=LabourClass,
        initial=LabourClass.MASS,
        help_text=_("Only local labour counts into the labour share (R-83)."),
    )
    pay_basis = forms.ChoiceField(label=_("Pay basis"), choices=BY_WHAT_IS_DONE, initial="day")
    field_order = (
        *("area", "fund_line", "team", "trade", "section", "category", "labour_class"),
        *("pay_basis", "rate", "starts_on", "ends_on"),
    )

    def __init__(self, *args, project, **kwargs):
        super().__init__(*args, project=project, **kwargs)
        villages = Area.objects.inside(project.area_id).filter(level=Area.Level.VILLAGE)
        self.fields["area"].queryset = villages.on(today()).order_by("code")
        lines = project.fund_lines.select_related("fund").order_by("pk")
        self.fields["fund_line"].queryset = lines
        self.fields["fund_line"].initial = lines.first()


class CorrectForm(ListedForm, NoteForm):
    """What may still be corrected before the contract is drafted."""

    field_order = (
        *("team", "trade", "section", "category", "rate", "starts_on", "ends_on", "note"),
    )


class ReclassifyForm(ReasonForm):
    """What a person's work is to the labour share, and why."""

    labour_class = forms.ChoiceField(label=_("Labour class"), choices=LabourClass)
    field_order = ("labour_class", "note")


class LeadForm(forms.Form):
    """The name of a new team."""

    name = forms.CharField(label=_("Team"), max_length=40)
