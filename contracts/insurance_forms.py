"""What is filled in for a policy and for the people on it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.forms import PolicyForm, day
from contracts.models import InsurancePolicy
from policy.models import Fund
from project.kernel.forms import NoteForm, ReasonForm
from project.kernel.months import today


def amount(label, **options):
    return forms.DecimalField(
        label=label, max_digits=12, decimal_places=2, min_value=0, required=False, **options
    )


def years(label):
    return forms.IntegerField(label=label, min_value=0, max_value=120, required=False)


class TermsForm(PolicyForm):
    """A policy as it is written on the insurer's paper, with what it costs and whom it takes."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=InsurancePolicy.Kind.choices,
        initial=InsurancePolicy.Kind.ACCIDENT,
        required=False,
    )
    fund = forms.ModelChoiceField(
        Fund.objects.order_by("pk"), label=_("Fund that pays"), required=False
    )
    premium = amount(_("Premium for one person (yuan)"))
    sum_insured = amount(_("Sum insured for one person (yuan)"))
    age_min = years(_("Youngest age the insurer takes"))
    age_max = years(_("Oldest age the insurer takes"))

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        own = self.fields["area"].queryset
        self.fields["area"].initial = own.first() if user else None

    def clean_kind(self):
        return self.cleaned_data["kind"] or InsurancePolicy.Kind.ACCIDENT


class PlanForm(TermsForm):
    """A policy that is still to be taken out; the insurer gives its number later."""

    number = None

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        self.fields["premium"].required = True


class IssueForm(NoteForm):
    """The number on the insurer's paper."""

    number = forms.CharField(label=_("Policy number"), max_length=40)
    field_order = ["number", "note"]


class CancelForm(ReasonForm):
    """The last day on which the policy covers anybody, and why it is given up."""

    on = day(_("Last day of cover"), initial=today)
    field_order = ["on", "note"]


class RemoveForm(ReasonForm):
    """The last day on which the chosen people are covered, and why they go off."""

    on = day(_("Last day of cover"), initial=today)
    field_order = ["on", "note"]


class NumberForm(forms.Form):
    """The number the insurer gave to a change."""

    number = forms.CharField(label=_("Endorsement number"), max_length=40)

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
