"""What is filled in for a month's wages."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from project.kernel.forms import NoteForm
from project.kernel.months import Month, MonthFormField, today
from workrelief.models import Project
from workrelief.parties import named_in

SPAN = re.compile(r"(\d{1,5})(?:\s*[-–—~至]\s*(\d{1,5}))?")
BETWEEN = re.compile(r"[,，、;；\s]+")
AT_MOST = 2000


def numbers_in(text):
    """The numbers of a text such as “1-30, 35”; refuse what is none."""
    found = []
    for part in filter(None, BETWEEN.split(re.sub(r"\s*([-–—~至])\s*", r"\1", text))):
        span = SPAN.fullmatch(part)
        if span is None:
            words = _("“%(part)s” is no number. Write numbers like 1-30, 35.")
            raise ValidationError(words % {"part": part})
        first, last = int(span[1]), int(span[2] or span[1])
        if last < first or last - first >= AT_MOST:
            raise ValidationError(_("“%(part)s” runs backwards or too far.") % {"part": part})
        found += range(first, last + 1)
    return found


def spans(numbers):
    """Numbers in as few words as possible: 1-30, 35."""
    runs = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in runs)


class DrawUpForm(NoteForm):
    """Which project and which month."""

    project = forms.ModelChoiceField(None, label=_("Project"), empty_label=None)
    month = MonthFormField(label=_("Month"), initial=lambda: Month.of(today()).previous())
    field_order = ("project", "month", "note")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        own = Project.objects.visible_to(user).filter(named_in(user, "contractor"))
        at_work = [*Project.AT_WORK, Project.State.SUSPENDED]
        own = own.filter(state__in=at_work).distinct().order_by("-pk")
        self.fields["project"].queryset = own
        self.fields["project"].initial = own.first()


class SignaturesForm(forms.Form):
    """The scan of the signed list, and the lines whose signatures it shows."""

    numbers = forms.CharField(
        label=_("Numbers of the lines on the scan"),
        max_length=2000,
        help_text=_("Such as 1-30, 35. The lines without a signature are filled in."),
    )
    scan = forms.FileField(label=_("Scan (PDF, JPEG or PNG)"))

    def clean_numbers(self):
        return numbers_in(self.cleaned_data["numbers"])


class MeasureForm(forms.Form):
    """What the engineer measured for one line, and why it differs."""

    corrected = forms.DecimalField(max_digits=8, decimal_places=2, min_value=0)
    reason = forms.CharField(max_length=200)

    def sentences(self, number):
        """What is wrong with it, each sentence with the number of its line."""
        titles = {"corrected": translate("Measured quantity"), "reason": translate("Reason")}
        words = translate("Line %(number)s, %(field)s: %(sentence)s")
        return [
            words % {"number": number, "field": titles[name], "sentence": sentence}
            for name, sentences in self.errors.items()
            for sentence in sentences
        ]
