"""What a visit says when it comes from a phone, from a program, or from paper at the desk."""

import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from attendance.roll_call_forms import PicturesField
from contracts.models import Contract
from inspections.inspectors import fellows
from inspections.models import Plan, Visit
from inspections.questions import LONGEST, QUESTIONS
from inspections.visit_checks import ON_PAPER, SIGNERS, WAYS, was_met
from project.kernel.models import User
from project.kernel.roles import Permission
from registry.access import areas, in_areas

LONG = 2000
MARK = 60_000


def _text(label, longest=120, **kwargs):
    return forms.CharField(label=label, max_length=longest, required=False, **kwargs)


def _lines(label):
    return _text(label, LONG, widget=forms.Textarea(attrs={"rows": 3}))


def _now():
    """This moment as people write it."""
    return f"{timezone.localtime():%Y-%m-%d %H:%M}"


def _degrees(label, most, digits):
    return forms.DecimalField(
        label=label,
        min_value=-most,
        max_value=most,
        max_digits=digits,
        decimal_places=6,
        required=False,
    )


def _answer(question):
    """The field of a question; everything may be left open."""
    if not question.choices:
        return _text(question.words, LONGEST)
    choices = [("", "—"), *question.choices.items()]
    return forms.ChoiceField(label=question.words, choices=choices, required=False)


class WithAnswers(forms.Form):
    """What was seen and said on a visit, whichever way it comes in."""

    contract = forms.IntegerField(label=_("Contract number"), min_value=1, max_value=2**63 - 1)
    plan = forms.ModelChoiceField(
        Plan.objects.none(), label=_("Inspection plan"), required=False, empty_label="—"
    )
    way = forms.ChoiceField(label=_("Way"), choices=[(way, way.label) for way in WAYS])
    at = forms.DateTimeField(
        label=_("At"),
        initial=_now,
        help_text=_("As 2026-11-22 08:30."),
        widget=forms.TextInput,
    )
    second = forms.ModelChoiceField(User.objects.none(), label=_("Second inspector"))
    seen = forms.ChoiceField(label=_("What was seen"), choices=Visit.Seen.choices)
    other = _text(_("Who worked instead"))
    work = _lines(_("Work that was done"))
    problem = _lines(_("Problem"))
    note = _lines(_("Note"))
    place = _text(_("Place"))
    refused = forms.BooleanField(label=_("The person would not sign"), required=False)
    corrects = forms.ModelChoiceField(
        Visit.objects.none(), label=_("Visit that is corrected"), required=False, empty_label="—"
    )
    because = _lines(_("Why it is corrected"))

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields |= {f"answer_{question.code}": _answer(question) for question in QUESTIONS}
        if user is None:
            return
        self.fields["plan"].queryset = Plan.objects.visible_to(user).exclude(way=Plan.Way.PHOTO)
        self.fields["corrects"].queryset = Visit.objects.visible_to(user).select_related(
            "contract__person"
        )
        self.fields["second"].queryset = fellows(user)

    def clean_contract(self):
        """A contract in the areas in which the person records visits."""
        inside = in_areas(areas(self.user, Permission.VISIT_RECORD))
        held = Contract.objects.filter(inside, pk=self.cleaned_data["contract"])
        found = held.exclude(state__in=[Contract.State.DRAFT, Contract.State.OFFERED]).first()
        if found is None:
            raise ValidationError(translate("No contract in your areas has this number."))
        return found

    def clean(self):
        cleaned = super().clean()
        answers = {question.code: self._taken(f"answer_{question.code}") for question in QUESTIONS}
        self.cleaned_data["answers"] = {code: said for code, said in answers.items() if said}
        return cleaned

    def _taken(self, name):
        """What a field holds, which the service knows by another name."""
        return self.cleaned_data.pop(name, "")


class VisitForm(WithAnswers):
    """A visit as a phone or a program sends it: numbered by the device, with drawn signatures."""

    client_id = forms.UUIDField(label=_("Number made by the device"))
    longitude = _degrees(_("Longitude"), 180, 9)
    latitude = _degrees(_("Latitude"), 90, 8)
    accuracy = forms.IntegerField(
        label=_("Accuracy in metres"), min_value=0, max_value=9_999_999, required=False
    )
    signature_first = _text(_("Signature of the first inspector"), MARK)
    signature_second = _text(_("Signature of the second inspector"), MARK)
    signature_person = _text(_("Signature of the person"), MARK)

    def clean(self):
        cleaned = super().clean()
        marks = {name: self._taken(f"signature_{name}") for name in SIGNERS}
        self.cleaned_data["signatures"] = {name: mark for name, mark in marks.items() if mark}
        return cleaned


class PaperVisitForm(WithAnswers):
    """A visit typed in from the signed sheet, whose picture is handed in with it."""

    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    photos = PicturesField(label=_("Pictures: the signed sheet, and what was seen"))

    field_order = [
        *("contract", "plan", "way", "at", "second", "seen", "other", "work"),
        *(f"answer_{question.code}" for question in QUESTIONS),
        *("problem", "note", "place", "photos", "refused", "corrects", "because"),
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["corrects"].widget = forms.HiddenInput()
        if not self["corrects"].value():
            del self.fields["because"]
        self.order_fields(self.field_order)

    def clean(self):
        cleaned = super().clean()
        signed = was_met(cleaned.get("way"), cleaned.get("seen")) and not cleaned.get("refused")
        self.cleaned_data["signatures"] = dict.fromkeys(SIGNERS[: 3 if signed else 2], ON_PAPER)
        return cleaned


class VisitPictureForm(forms.Form):
    """A picture of a visit, numbered by the device."""

    client_id = forms.UUIDField(label=_("Number made by the device"))
    picture = forms.FileField(label=_("Picture"))
    shows = _text(_("What it shows"))

    def __init__(self, *args, user=None, record=None, **kwargs):
        super().__init__(*args, **kwargs)
