"""What a worker's phone sends when a contract is signed."""

import base64
import binascii

from django import forms
from django.utils.translation import gettext_lazy as _

PNG = "data:image/png;base64,"


class DrawnField(forms.CharField):
    """A picture drawn in the browser, as the browser writes it into a form."""

    def to_python(self, value):
        value = super().to_python(value)
        if not value:
            return b""
        try:
            return base64.b64decode(value.removeprefix(PNG), validate=True)
        except binascii.Error as error:
            raise forms.ValidationError(_("The drawing did not arrive; sign again.")) from error


class SignatureForm(forms.Form):
    """The drawing, which wording it stands under, and who and where if that is known."""

    agreed = forms.BooleanField(
        error_messages={"required": _("Tick that you have read the contract and agree.")}
    )
    picture = DrawnField(
        max_length=2_000_000,
        error_messages={
            "required": _("Write your name in the box first."),
            "max_length": _("The drawing is too large; clear it and sign again."),
        },
    )
    paper_hash = forms.CharField(max_length=64)
    witness = forms.CharField(max_length=60, required=False)
    latitude = forms.DecimalField(min_value=-90, max_value=90, required=False)
    longitude = forms.DecimalField(min_value=-180, max_value=180, required=False)
    read = forms.BooleanField(required=False)

    def clean(self):
        """A place is two numbers or none."""
        super().clean()
        said = self.cleaned_data
        point = said.pop("latitude", None), said.pop("longitude", None)
        said["place"] = None if None in point else point
        return said

    def sentences(self):
        """Everything that is wrong, without the names of boxes nobody sees."""
        return [sentence for errors in self.errors.values() for sentence in errors]
