"""What people fill in when pay is asked back."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract
from payroll.models import Repayment
from project.kernel.forms import NoteForm, ReasonForm
from project.kernel.money import CENT
from project.kernel.months import MonthFormField, today
from project.kernel.roles import Permission
from registry.access import areas, in_areas


def _day(label):
    picker = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, initial=today, widget=picker)


def _amount(label, **kwargs):
    return forms.DecimalField(
        label=label, min_value=CENT, max_digits=14, decimal_places=2, **kwargs
    )


class ProposeForm(forms.Form):
    """Whose pay of which months is asked back, why, and which decision says so."""

    contract = forms.IntegerField(label=_("Contract number"), min_value=1)
    first = MonthFormField(label=_("First month"))
    last = MonthFormField(label=_("Last month"))
    amount = _amount(
        _("Amount (yuan)"),
        required=False,
        help_text=_("Left empty, all that was paid in these months is asked back."),
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    decision = forms.CharField(label=_("Case or decision"), max_length=120)

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_contract(self):
        """A contract in the areas in which the person proposes recoveries."""
        codes = areas(self.user, Permission.RECOVERY_PROPOSE)
        found = Contract.objects.filter(in_areas(codes), pk=self.cleaned_data["contract"]).first()
        if found is None:
            raise ValidationError(translate("No contract in your areas has this number."))
        return found

    def clean(self):
        facts = super().clean()
        first, last = facts.get("first"), facts.get("last")
        if first and last and last.first < first.first:
            self.add_error("last", _("The last month comes before the first."))
        return facts


class DemandForm(NoteForm):
    """The day on which the notice was served, where to pay, and in how many monthly parts."""

    on = _day(_("Served on"))
    pay_to = forms.CharField(label=_("Account to pay into"), max_length=200)
    instalments = forms.IntegerField(
        label=_("Monthly instalments"), min_value=1, max_value=36, initial=1
    )
    field_order = ["on", "pay_to", "instalments", "note"]


class RepayForm(NoteForm):
    """Money with its voucher number, or pay of a month that was kept back."""

    way = forms.ChoiceField(
        label=_("Way"), choices=Repayment.Way.choices, initial=Repayment.Way.REFUND
    )
    amount = _amount(_("Amount (yuan)"))
    received_on = _day(_("Received on"))
    voucher = forms.CharField(label=_("Voucher number"), max_length=40, required=False)
    month = MonthFormField(
        label=_("Month kept back from"),
        required=False,
        help_text=_("Only for pay that was kept back."),
    )
    field_order = ["way", "amount", "received_on", "voucher", "month", "note"]

    def clean(self):
        """Money needs its voucher number; pay kept back needs its month."""
        facts = super().clean()
        needed = "month" if facts.get("way") == Repayment.Way.OFFSET else "voucher"
        if not facts.get(needed) and needed not in self.errors:
            self.add_error(needed, _("This is needed. Fill it in."))
        return facts


class UndoForm(ReasonForm):
    """Which repayment was entered wrongly, and how."""

    repayment = forms.IntegerField(label=_("Number of the repayment"), min_value=1)
    field_order = ["repayment", "note"]


class AskOffsetForm(NoteForm):
    """How much of which later month's pay is to be kept back."""

    month = MonthFormField(label=_("Month"))
    amount = _amount(_("Amount (yuan)"))
    field_order = ["month", "amount", "note"]


class ApproveOffsetForm(NoteForm):
    """The month whose offset is agreed to."""

    month = MonthFormField(label=_("Month"))
    field_order = ["month", "note"]
