"""What is asked of whoever reports something; all but the place and the words may be left."""

from django import forms
from django.utils.translation import gettext_lazy as _

from notices.forms import day, words
from notices.models import Objection
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.access import areas, in_areas
from registry.models import Area

PLACES = (Area.Level.COUNTY, Area.Level.TOWNSHIP, Area.Level.VILLAGE)


class PlaceChoice(forms.ModelChoiceField):
    """Places with the one above them, because many villages bear one name."""

    def label_from_instance(self, area):
        return f"{area.parent.name} · {area.name}" if area.parent_id else area.name


class ComplaintForm(forms.Form):
    """What anybody may report, with or without a name."""

    place = PlaceChoice(Area.objects.none(), label=_("Where"))
    text = words(
        _("What you report"),
        rows=6,
        help_text=_(
            "Who, what and since when; the more exactly, the better it can be looked into."
        ),
    )
    complainant = forms.CharField(label=_("Your name, if you wish"), max_length=60, required=False)
    contact = forms.CharField(label=_("Your telephone, if you wish"), max_length=40, required=False)

    def __init__(self, *args, at=None, **kwargs):
        super().__init__(*args, **kwargs)
        found = Area.objects.on(today()).select_related("parent").order_by("code")
        if at is None:
            levels = [Area.Level.TOWNSHIP, Area.Level.COUNTY]
            self.fields["place"].queryset = found.filter(level__in=levels)
        else:
            near = found.inside(f"{at.pk[:9]}000" if at.level == Area.Level.VILLAGE else at.pk)
            self.fields["place"].queryset = near.filter(level__in=PLACES)
            self.fields["place"].initial = at.pk


class HeardComplaintForm(ComplaintForm):
    """What came by telephone or on paper, as staff write it down."""

    channel = forms.ChoiceField(
        label=_("How it came"),
        choices=[
            (channel.value, channel.label)
            for channel in (Objection.Channel.PHONE, Objection.Channel.PAPER)
        ],
    )
    on = day(_("Received on"))
    field_order = ["channel", "on", "place", "text", "complainant", "contact"]

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        codes = areas(user, Permission.OBJECTION_RECEIVE) if user else []
        found = Area.objects.on(today()).filter(in_areas(codes, "code"), level__in=PLACES)
        self.fields["place"].queryset = found.select_related("parent").order_by("code")
        self.fields["complainant"].label = _("Name, if it was given")
        self.fields["contact"].label = _("Telephone, if it was given")
