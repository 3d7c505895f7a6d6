"""What is written down about an objection and a photo; the day a box asks for is a real day."""

from django import forms
from django.utils.translation import gettext_lazy as _

from notices.models import NoticePhoto, Objection
from project.kernel.forms import NoteForm
from project.kernel.models import User
from project.kernel.months import today
from project.kernel.roles import Permission, roles_with


def day(label):
    return forms.DateField(
        label=label,
        initial=today,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


def words(label, rows=4, **fields):
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=2000, widget=area, **fields)


class ObjectionForm(forms.Form):
    """What anybody may say against a notice, with or without a name."""

    line = forms.IntegerField(
        label=_("Number of the line"),
        min_value=1,
        required=False,
        help_text=_("The number in front of the name; leave it empty if you mean the whole list."),
    )
    text = words(_("What is wrong"))
    complainant = forms.CharField(label=_("Your name, if you wish"), max_length=60, required=False)
    contact = forms.CharField(label=_("Your telephone, if you wish"), max_length=40, required=False)


class HeardForm(ObjectionForm):
    """An objection that came by telephone or on paper, as staff write it down."""

    channel = forms.ChoiceField(
        label=_("How it came"),
        choices=[
            (channel.value, channel.label)
            for channel in (Objection.Channel.PHONE, Objection.Channel.PAPER)
        ],
    )
    on = day(_("Received on"))

    field_order = ["channel", "on", "line", "text", "complainant", "contact"]

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["complainant"].label = _("Name, if it was given")
        self.fields["contact"].label = _("Telephone, if it was given")


class AssignForm(NoteForm):
    """Who looks into an objection; the page offers only those who may do so there."""

    assignee = forms.ModelChoiceField(
        User.objects.none(), label=_("Who looks into it"), to_field_name="username"
    )

    field_order = ["assignee", "note"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = User.objects.filter(
            is_active=True, appointments__role__in=roles_with(Permission.OBJECTION_VERIFY)
        ).distinct()


class FindingForm(NoteForm):
    """What was found, and whether the objection is right."""

    finding = words(_("What was found"))
    outcome = forms.ChoiceField(label=_("Outcome"), choices=Objection.Outcome.choices)

    field_order = ["finding", "outcome", "note"]


class AnswerForm(NoteForm):
    """The answer as everybody reads it."""

    answer = words(_("Answer"), help_text=_("Everybody can read it. Name nobody who objected."))

    field_order = ["answer", "note"]


class PhotoForm(forms.Form):
    """A photo of the notice on its board."""

    moment = forms.ChoiceField(label=_("What it shows"), choices=NoticePhoto.Moment.choices)
    image = forms.FileField(
        label=_("Photo"),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    taken_on = day(_("Taken on"))
    place = forms.CharField(label=_("Place of the board"), max_length=120, required=False)

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)


class LookForm(forms.Form):
    """Why somebody must know who objected."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
