"""What is filled in when months and years are assessed."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from attendance.forms import HolderField
from attendance.grading import items_of
from attendance.models import Assessment, Grade
from project.kernel.forms import NoteForm
from project.kernel.months import today
from project.kernel.roles import Permission

HOW = [(one.value, one.label) for one in (Assessment.Told.SLIP, Assessment.Told.SPOKEN)]


def words(label, **options):
    return forms.CharField(
        label=label, max_length=500, widget=forms.Textarea(attrs={"rows": 3}), **options
    )


class ItemsField(forms.CharField):
    """Points taken off with what for, such as “2 late; 1 no vest”; 0 takes nothing off."""

    def clean(self, value):
        text = super().clean(value)
        try:
            return items_of(text)
        except ValueError as wrong:
            raise ValidationError(str(wrong)) from wrong


class ScoreForm(NoteForm):
    """What one side takes off a month."""

    deductions = ItemsField(
        label=_("Points off and what for"),
        max_length=1000,
        help_text=_("Such as “2 late; 1.5 no vest”. 0 if nothing is taken off."),
    )
    field_order = ["deductions", "note"]


class GradeForm(NoteForm):
    """A grade alone."""

    grade = forms.ChoiceField(label=_("Grade"), choices=Grade.choices)
    field_order = ["grade", "note"]


class ToldForm(NoteForm):
    """How a worker was told, and whether the worker agreed."""

    how = forms.ChoiceField(label=_("How the worker was told"), choices=HOW)
    agrees = forms.BooleanField(
        label=_("The worker agrees; nobody has to wait for an appeal"), required=False
    )
    field_order = ["how", "agrees", "note"]


class AppealForm(forms.Form):
    """What is wrong with a grade, in the worker's words."""

    text = words(_("What is wrong, in the worker's words"))


class AnswerForm(forms.Form):
    """Whether the appeal is upheld, what changes by it, and the answer to the worker."""

    upheld = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("yes", _("the worker is right")), ("no", _("the grade stays"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    waived = forms.CharField(
        label=_("Numbers of the items that fall away"),
        required=False,
        max_length=100,
        help_text=_("As they stand in the table of deductions, such as 1, 3."),
    )
    grade = forms.ChoiceField(
        label=_("Another grade, where grades are given alone"),
        choices=[("", "—"), *Grade.choices],
        required=False,
    )
    reply = words(_("Answer to the worker"))

    def clean_waived(self):
        """The numbers, each once."""
        parts = self.cleaned_data["waived"].replace("，", ",").replace("、", ",").split(",")
        parts = [part.strip() for part in parts if part.strip()]
        if not all(part.isdecimal() and len(part) < 4 for part in parts):
            raise ValidationError(translate("Write the numbers of items, such as 1, 3."))
        return sorted({int(part) for part in parts})


class ProposeForm(forms.Form):
    """A holder's year: the grade, and the words of the review where the months say otherwise."""

    contract = HolderField(_("Holder"))
    year = forms.IntegerField(label=_("Year"), min_value=2020, max_value=2100)
    grade = forms.ChoiceField(
        label=_("Grade"), choices=[("", _("as the months say")), *Grade.choices], required=False
    )
    review = words(_("Review of the year"), required=False)

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = today().year
        if user:
            self.fields["contract"].open_to(user, Permission.ASSESS_TOWNSHIP)
