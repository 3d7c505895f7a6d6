"""What people fill in to ask other departments, and to say what they found."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from payroll.comparisons import FORMS
from payroll.models import Examination, Outcome
from project.kernel.months import MonthFormField, today
from project.kernel.roles import Permission
from registry.access import areas, in_areas
from registry.models import Area, Fact

SEPARATED = re.compile(r"[\n\r、，,；;]+")


class AskForm(forms.Form):
    """About whom is asked, for which month, as of which day, and where."""

    area = forms.ModelChoiceField(Area.objects.none(), label=_("Area"), empty_label=None)
    month = MonthFormField(label=_("Month"), help_text=_("The month that is to be paid."))
    as_of = forms.DateField(
        label=_("As of"),
        initial=today,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Everybody whose contract holds on this day is on the list."),
    )
    departments = forms.CharField(
        label=_("Departments asked"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line, named as in the column 来源部门 of their answers."),
    )

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        codes = areas(user, Permission.PAY_DEPARTMENT) if user else []
        levels = (Area.Level.COUNTY, Area.Level.TOWNSHIP)
        inside = Area.objects.filter(in_areas(codes, "code"), level__in=levels)
        self.fields["area"].queryset = inside.on(today())

    def clean_departments(self):
        names = [name.strip() for name in SEPARATED.split(self.cleaned_data["departments"])]
        names = [name for name in names if name]
        if any(len(name) > 60 for name in names):
            raise forms.ValidationError(_("A department's name is at most 60 characters long."))
        if not names:
            raise forms.ValidationError(_("Name at least one department."))
        return names


class TakeListForm(forms.Form):
    """In which form a list is wanted, and what for."""

    form = forms.ChoiceField(
        label=_("Format"),
        choices=[(code, form.title) for code, form in FORMS.items()],
        initial="xlsx",
    )
    purpose = forms.CharField(
        label=_("Purpose"),
        max_length=200,
        help_text=_("Who gets the list, by which way, on which legal ground."),
    )


class ExamineForm(forms.Form):
    """What was found about a doubt."""

    outcome = forms.ChoiceField(
        label=_("What was found"), choices=Outcome.choices[1:], initial=Outcome.VERIFYING
    )
    follows = forms.ChoiceField(
        label=_("What follows, if it is confirmed"),
        choices=[("", "—"), *Examination.Follows.choices],
        required=False,
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, user=None, record=None, **kwargs):
        super().__init__(*args, **kwargs)

    def clean(self):
        """A confirmed doubt has a consequence."""
        facts = super().clean()
        if facts.get("outcome") == Outcome.CONFIRMED and not facts.get("follows"):
            self.add_error("follows", _("This is needed. Fill it in."))
        return facts


class PrecisionForm(forms.Form):
    """The months and the area whose hits are counted; all may be left open."""

    since = MonthFormField(label=_("From month"), required=False)
    until = MonthFormField(label=_("To month"), required=False)
    area = forms.ModelChoiceField(
        Area.objects.none(), label=_("Area"), required=False, empty_label=_("All")
    )
    kind = forms.ChoiceField(
        label=_("Kind of hit"), choices=[("", _("All")), *Fact.Kind.choices], required=False
    )

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        seen = Area.objects.visible_to(user) if user else Area.objects.none()
        self.fields["area"].queryset = seen.filter(level__lte=Area.Level.TOWNSHIP).order_by("pk")
