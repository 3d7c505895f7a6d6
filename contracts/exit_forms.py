"""What people fill in when somebody leaves."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract, Exit
from project.kernel.forms import NoteForm, ReasonForm
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.access import areas, in_areas


def day_field(label, **kwargs):
    picker = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=picker, **kwargs)


def lines_field(label, **kwargs):
    box = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, max_length=2000, required=False, widget=box, **kwargs)


class ProposeForm(forms.Form):
    """Who leaves, why, and on which day the person works last."""

    contract = forms.IntegerField(label=_("Contract number"), min_value=1)
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[(code, f"{code} {words}") for code, words in Exit.Reason.choices],
    )
    last_day = day_field(_("Last working day"), initial=today)
    explanation = lines_field(_("Explanation"))
    finding = lines_field(_("Finding of a disciplinary case"))
    proof = lines_field(_("Proof of a death"))

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_contract(self):
        """A contract in the areas in which the person proposes exits."""
        codes = areas(self.user, Permission.EXIT_PROPOSE)
        found = Contract.objects.filter(in_areas(codes), pk=self.cleaned_data["contract"]).first()
        if found is None:
            raise ValidationError(translate("No contract in your areas has this number."))
        return found


class ProveForm(NoteForm):
    """The papers that came after the proposal."""

    proof = lines_field(_("Proof of a death"))
    finding = lines_field(_("Finding of a disciplinary case"))
    field_order = ["proof", "finding", "note"]


class NotifyForm(NoteForm):
    """The day on which the person was told."""

    on = day_field(_("Told on"), initial=today)
    field_order = ["on", "note"]


class HearForm(NoteForm):
    """What the person says; empty where the days for it have passed in silence."""

    statement = lines_field(
        _("Statement"), help_text=_("Leave it empty if the days for a statement passed in silence.")
    )
    field_order = ["statement", "note"]


class SettleForm(ReasonForm):
    """Why nothing is due although no run settled the exit."""


class FollowUpForm(NoteForm):
    """Where the person works now."""

    follow_up = forms.CharField(
        label=_("New work, or what was done to find some"), max_length=200, required=False
    )
    field_order = ["follow_up", "note"]
