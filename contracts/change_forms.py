"""What is filled in when a contract is suspended, resumed or amended."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from contracts.forms import day
from contracts.models import Contract
from project.kernel.forms import NoteForm, ReasonForm
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.access import areas, in_areas


class SuspendForm(ReasonForm):
    """The first day without work, and why."""

    on = day(_("Suspended from"), initial=today)
    field_order = ["on", "note"]


class ResumeForm(NoteForm):
    """The day on which the work goes on."""

    on = day(
        _("First day of work"),
        initial=today,
        help_text=_("The first day of the suspension itself takes the suspension back."),
    )
    field_order = ["on", "note"]


class AmendForm(forms.Form):
    """The new terms of a contract; what stays empty goes on as before."""

    contract = forms.IntegerField(label=_("Contract number"), min_value=1)
    starts_on = day(_("First day of the new terms"))
    standard = forms.DecimalField(
        label=_("New standard (yuan)"),
        max_digits=12,
        decimal_places=2,
        min_value=0,
        required=False,
    )
    title = forms.CharField(label=_("New post"), max_length=60, required=False)
    duties = forms.CharField(
        label=_("New duties"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    ends_on = day(_("New last day"), required=False)
    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_contract(self):
        """A contract in the areas in which the person proposes amendments."""
        codes = areas(self.user, Permission.CONTRACT_OFFER)
        found = Contract.objects.filter(in_areas(codes), pk=self.cleaned_data["contract"]).first()
        if found is None:
            raise ValidationError(translate("No contract in your areas has this number."))
        return found

    def clean_standard(self):
        """Nothing is no standard: whoever is to earn nothing is suspended or leaves."""
        standard = self.cleaned_data["standard"]
        if standard is not None and standard <= 0:
            raise ValidationError(translate("The standard must be more than 0 yuan."))
        return standard


class AgreeForm(NoteForm):
    """The day on which the worker signed the amendment, and the paper itself."""

    on = day(_("Signed on"), initial=today)
    scan = forms.FileField(
        label=_("Scan of the signed amendment (PDF, JPEG or PNG)"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )
    field_order = ["on", "scan", "note"]
