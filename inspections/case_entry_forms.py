"""What is asked of whoever opens a case, adds evidence or plans what follows."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract
from inspections.models import Exhibit, Measure
from inspections.violations import choices
from notices.models import Objection
from project.kernel.money import CENT
from project.kernel.months import MonthFormField, today
from project.kernel.roles import Permission
from registry.access import areas, in_areas
from registry.models import Area, Person

HANDED = (Exhibit.Kind.SAYING, Exhibit.Kind.PHOTO, Exhibit.Kind.SCAN)
NUMBERS = 2**63 - 1


def _words(label, *, required=True, rows=4, help_text=""):
    return forms.CharField(
        label=label,
        required=required,
        max_length=8000,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def _day(label):
    picker = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=False, widget=picker)


class Asked(forms.Form):
    """A form that knows who fills it in, and beside which record."""

    def __init__(self, *args, user=None, record=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.user, self.record = user, record


class OpenCaseForm(Asked):
    """Whom a case is about, by the number of a contract or as an employer, and what is alleged."""

    violation = forms.ChoiceField(label=_("Violation"), choices=choices)
    contract = forms.IntegerField(
        label=_("Contract number"),
        required=False,
        min_value=1,
        max_value=NUMBERS,
        help_text=_("The case is about its holder. Leave it empty if it is about an employer."),
    )
    employer = forms.CharField(label=_("Employer"), required=False, max_length=80)
    area = forms.ModelChoiceField(
        Area.objects.none(),
        label=_("Area"),
        required=False,
        empty_label="—",
        help_text=_("Where the employer is; a contract says its village itself."),
    )
    first = MonthFormField(label=_("From month"))
    last = MonthFormField(label=_("To month"))
    allegation = _words(_("What is alleged"), help_text=_("Without the name of who reported it."))
    complaint = forms.ModelChoiceField(
        Objection.objects.none(), required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        if user is None:
            return
        mine = in_areas(areas(user, Permission.CASE_INVESTIGATE), "code")
        found = Area.objects.on(today()).filter(mine, level__lte=Area.Level.TOWNSHIP)
        self.fields["area"].queryset = found.order_by("pk")
        self.fields["complaint"].queryset = Objection.objects.visible_to(user).filter(notice=None)

    def clean_contract(self):
        """A contract in the areas in which the person may open cases."""
        number = self.cleaned_data["contract"]
        if number is None:
            return None
        inside = in_areas(areas(self.user, Permission.CASE_INVESTIGATE))
        held = Contract.objects.filter(inside, pk=number).select_related("area", "person__area")
        if (found := held.first()) is None:
            raise ValidationError(translate("No contract in your areas has this number."))
        return found

    def clean(self):
        cleaned = super().clean()
        contract = cleaned.get("contract")
        if contract is not None:
            cleaned |= {"area": contract.area, "person": contract.person}
        elif "contract" in cleaned and not cleaned.get("area"):
            self.add_error("area", translate("Choose the area where the employer is."))
        return cleaned


class WhomForm(Asked):
    """Whom of those a doubt is about the case is opened about."""

    person = forms.ModelChoiceField(
        Person.objects.none(), label=_("Whom the case is about"), empty_label=None
    )

    def __init__(self, *args, user=None, people=(), **kwargs):
        super().__init__(*args, user=user, **kwargs)
        seen = Person.objects.visible_to(user).filter(pk__in=people)
        self.fields["person"].queryset = seen.select_related("area").order_by("area", "pk")


class ExhibitForm(Asked):
    """One piece of evidence: a picture, a scan, or what somebody said."""

    kind = forms.ChoiceField(label=_("Kind"), choices=[(kind.value, kind.label) for kind in HANDED])
    title = forms.CharField(label=_("Title"), max_length=120)
    text = _words(_("What was said, or what it shows"), required=False)
    file = forms.FileField(label=_("Picture or scan"), required=False)
    taken_on = _day(_("Of the day"))
    place = forms.CharField(label=_("Place"), required=False, max_length=120)


class MeasureForm(Asked):
    """What is to follow, and whether it cannot wait for the decision."""

    kind = forms.ChoiceField(label=_("Consequence"), choices=Measure.Kind.choices)
    at_once = forms.BooleanField(
        label=_("At once, before the decision"),
        required=False,
        help_text=_("Only stopping the work, keeping pay back and sending a sheet back can be."),
    )
    words = _words(_("What is to be done"), required=False, rows=2)
    first = MonthFormField(label=_("From month"), required=False)
    last = MonthFormField(label=_("To month"), required=False)
    amount = forms.DecimalField(
        label=_("Amount"),
        required=False,
        min_value=CENT,
        max_digits=14,
        decimal_places=2,
        help_text=_("Left empty, what the months paid is asked back."),
    )
    due_on = _day(_("To be done by"))
