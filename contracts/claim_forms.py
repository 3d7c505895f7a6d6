"""What is filled in when somebody has an accident at work."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from contracts.forms import day
from contracts.models import Claim, Contract
from project.kernel.forms import NoteForm, ReasonForm
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.access import areas, in_areas


class ReportForm(NoteForm):
    """Who had an accident, when, where and how; a late report says why it is late."""

    contract = forms.IntegerField(label=_("Contract number"), min_value=1)
    happened_on = day(_("Day of the accident"), initial=today)
    happened_at = forms.TimeField(
        label=_("Time"), required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )
    place = forms.CharField(label=_("Place"), max_length=120)
    account = forms.CharField(
        label=_("What happened"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    injury = forms.CharField(label=_("Injury"), max_length=200, required=False)
    field_order = ["contract", "happened_on", "happened_at", "place", "account", "injury", "note"]

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_contract(self):
        """A contract in the areas in which the person reports accidents."""
        codes = areas(self.user, Permission.CLAIM_REPORT)
        found = Contract.objects.filter(in_areas(codes), pk=self.cleaned_data["contract"]).first()
        if found is None:
            raise ValidationError(translate("No contract in your areas has this number."))
        return found


class CollectForm(NoteForm):
    """Each paper that has come in is ticked; papers ticked before need not be ticked again."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for value, words in Claim.Paper.choices:
            self.fields[value] = forms.BooleanField(label=words, required=False)
        self.order_fields([*Claim.Paper.values, "note"])


def amount(label, **options):
    return forms.DecimalField(label=label, max_digits=12, decimal_places=2, min_value=0, **options)


class SubmitForm(NoteForm):
    """When the claim went to the insurer, for how much, under which number."""

    on = day(_("Sent to the insurer on"), initial=today)
    asked = amount(_("Amount claimed (yuan)"), required=False)
    number = forms.CharField(label=_("Case number of the insurer"), max_length=40, required=False)
    field_order = ["on", "asked", "number", "note"]


class SettleForm(NoteForm):
    """What the insurer paid, and when."""

    on = day(_("Paid on"), initial=today)
    paid = amount(_("Amount paid (yuan)"))
    field_order = ["on", "paid", "note"]


class RejectForm(ReasonForm):
    """Why nothing is paid."""
