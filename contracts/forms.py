"""What is filled in on the way of a contract, and for the insurance behind it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.models import InsurancePolicy
from contracts.selectors import without_cover
from project.kernel.forms import NoteForm
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.access import areas, in_areas
from registry.models import Area, Person


def day(label, **options):
    """A day, chosen with the browser's own calendar."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget, **options)


class SignForm(NoteForm):
    """The day on the paper and, where it was scanned, the paper itself."""

    on = day(_("Signed on"), initial=today)
    scan = forms.FileField(
        label=_("Scan of the signed contract (PDF, JPEG or PNG)"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )

    field_order = ["on", "scan", "note"]


class PolicyForm(forms.Form):
    """An accident insurance policy as it is written on the insurer's paper."""

    area = forms.ModelChoiceField(Area.objects.none(), label=_("Area"), empty_label=None)
    number = forms.CharField(label=_("Policy number"), max_length=40)
    insurer = forms.CharField(label=_("Insurer"), max_length=60)
    starts_on = day(_("From"))
    ends_on = day(_("To"))

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if user:
            inside = in_areas(areas(user, Permission.INSURANCE_EDIT), "code")
            known = Area.objects.filter(inside, level__gte=Area.Level.COUNTY)
            self.fields["area"].queryset = known.on(today())


class CoverForm(forms.Form):
    """The first day of cover, for one person of the gap list or, left empty, for a whole area."""

    starts_on = day(_("Covered from"), initial=today)
    area = forms.ModelChoiceField(
        Area.objects.none(),
        label=_("Everybody without cover in"),
        required=False,
        help_text=_("Choose an area, or one person below."),
    )
    person = forms.ModelChoiceField(
        Person.objects.none(), label=_("Only this person"), required=False
    )

    def __init__(self, *args, user=None, record=None, **kwargs):
        super().__init__(*args, **kwargs)
        if user and record:
            inside = in_areas(areas(user, Permission.INSURANCE_EDIT), "code")
            within = Area.objects.filter(inside).inside(record.area_id)
            self.fields["area"].queryset = within.on(today())
            open_ = without_cover(record.area_id, record.starts_on, until=record.ends_on)
            self.fields["person"].queryset = (
                Person.objects.visible_to(user)
                .filter(pk__in=open_.values("person"))
                .order_by("area_id", "pk")
            )

    def clean(self):
        said = super().clean()
        if bool(said.get("area")) == bool(said.get("person")) and not self.errors:
            raise forms.ValidationError(_("Choose an area or one person, not both."))
        return said


class OwnCoverForm(forms.Form):
    """The policy that covers the worker of one contract, and from when."""

    policy = forms.ModelChoiceField(
        InsurancePolicy.objects.none(), label=_("Insurance policy"), empty_label=None
    )
    starts_on = day(_("Covered from"))

    def __init__(self, *args, contract, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["policy"].queryset = (
            InsurancePolicy.objects.filter(area__in=contract.area.ancestors())
            .filter(ends_on__gte=contract.starts_on)
            .order_by("-starts_on", "number")
        )
        self.fields["starts_on"].initial = contract.starts_on
