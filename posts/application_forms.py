"""What a person fills in on their phone, and what the village adds when it takes that up."""

import re

from django import forms
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from posts.hire_forms import PapersForm, PersonForm, day, ruled
from posts.models import Recruitment
from project.kernel.texts import without_spaces
from registry.residents import id_rule, name_rule

PHONE = re.compile(r"1[0-9]{10}|0?[0-9]{7,11}")


class CallChoice(forms.ModelChoiceField):
    """The open calls of a village, each as the post it is for."""

    def label_from_instance(self, call):
        words = translate("%(post)s (apply until %(day)s)")
        return words % {"post": call.post.title, "day": f"{call.closes_on:%m-%d}"}


class PhoneApplicationForm(forms.Form):
    """An application in a few large boxes; nothing is asked that the village knows already."""

    recruitment = CallChoice(Recruitment.objects.none(), label=_("Post"), empty_label=None)
    name = forms.CharField(
        label=_("Your name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    id_number = forms.CharField(
        label=_("Your ID number"),
        max_length=40,
        help_text=_("18 characters, as on your ID card."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    phone = forms.CharField(
        label=_("Your phone"),
        max_length=20,
        help_text=_("The village calls you on this number."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    category = forms.ChoiceField(
        label=_("What applies to you (need not be filled in)"), required=False
    )
    agrees = forms.BooleanField(
        label=_(
            "I agree that my name and part of my ID number are put on public notice if I am chosen."
        ),
        error_messages={"required": _("Tick this box: nobody is hired without a public notice.")},
    )

    def __init__(self, *args, calls, categories, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["recruitment"].queryset = calls
        self.fields["category"].choices = [("", _("None of these, or not sure")), *categories]

    def clean_name(self):
        return ruled(name_rule, self.cleaned_data["name"])

    def clean_id_number(self):
        return ruled(id_rule, self.cleaned_data["id_number"])

    def clean_phone(self):
        return ruled(phone_rule, self.cleaned_data["phone"])


def phone_rule(text):
    """A phone as it is dialled: a mobile, or a landline with its area."""
    number = without_spaces(text).replace("-", "")
    if not PHONE.fullmatch(number):
        raise ValueError(
            translate("Enter a mobile of 11 digits, or a landline with its area code.")
        )
    return number


class AskForm(forms.Form):
    """What somebody needs to ask for their application: the receipt, and the end of the number."""

    code = forms.CharField(label=_("Receipt"), max_length=12)
    tail = forms.CharField(label=_("Last four characters of your ID number"), max_length=4)


class AcceptForm(PapersForm):
    """Papers that came with the person, and the first day."""

    starts_on = day(
        _("Planned first day"),
        required=False,
        help_text=_("Left empty: the first of next month, or the day the post begins if later."),
    )


class RegisterForm(PersonForm):
    """What the register needs of an applicant beyond what they sent."""

    field_order = ["household", "head_name", "relation", "category", "capacity", "health"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for known in ("name", "id_number", "phone"):
            del self.fields[known]
