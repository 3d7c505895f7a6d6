"""What is written down on the way onto a post."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from posts.hire_checks import MATERIALS, PROOFS
from posts.models import Hire, Post
from project.kernel.forms import NoteForm, PostForm
from project.kernel.months import today
from registry.idnumber import normalise
from registry.models import Area, Household, Person
from registry.residents import id_rule, name_rule

PAPERS = MATERIALS | PROOFS


def day(label, **fields):
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget, **fields)


class PapersForm(NoteForm):
    """One box for each paper of the checklist; what was ticked comes as a list of names."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, words in PAPERS.items():
            self.fields[name] = forms.BooleanField(label=words, required=False)
        self.order_fields([name for name in self.fields if name != "note"] + ["note"])

    def clean(self):
        given = super().clean() or self.cleaned_data
        ticked = [name for name in PAPERS if given.pop(name, False)]
        return given | {"materials": ticked}


class HandInForm(PapersForm):
    """Papers that have come, and the first day if it changes."""

    starts_on = day(_("Planned first day, if it changes"), required=False)


class ApplicationForm(PapersForm):
    """A person's application for a post, as the clerk takes it."""

    applied_on = day(_("Applied on"), initial=today)
    starts_on = day(_("Planned first day"))
    source = forms.CharField(label=_("How it came"), max_length=60, required=False)

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.by = user


class PersonForm(forms.Form):
    """Who applies and is not yet known."""

    name = forms.CharField(label=_("Name"), max_length=60)
    id_number = forms.CharField(label=_("ID number"), max_length=40)
    household = forms.CharField(label=_("Household number"), max_length=30, required=False)
    head_name = forms.CharField(label=_("Household head"), max_length=60, required=False)
    relation = forms.CharField(label=_("Relation to head"), max_length=20, required=False)
    category = forms.CharField(label=_("Category"), max_length=30, required=False)
    capacity = forms.ChoiceField(
        label=_("Labour capacity"), choices=Person.Capacity.choices, required=False
    )
    health = forms.CharField(label=_("Health"), max_length=20, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=20, required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)

    def clean_name(self):
        return ruled(name_rule, self.cleaned_data["name"])

    def clean_id_number(self):
        return ruled(id_rule, self.cleaned_data["id_number"])

    def clean(self):
        given = super().clean() or self.cleaned_data
        number = given.get("household")
        known = not number or Household.objects.filter(number=number).exists()
        if not known and not given.get("head_name"):
            raise ValidationError(
                translate("The household is not known yet; enter its head as well.")
            )
        return given


def ruled(rule, text):
    """A rule of a file's column, on a page."""
    try:
        return rule(text)
    except ValueError as wrong:
        raise ValidationError(str(wrong)) from wrong


class CallForm(forms.Form):
    """A call for applicants."""

    places = forms.IntegerField(label=_("Places"), min_value=1)
    on = day(_("Posted on"), initial=today)
    closes_on = day(_("Applications until"))

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)


class MeetingForm(forms.Form):
    """A meeting of villagers and its votes on every applicant who waits for them (F-04)."""

    held_on = day(_("Held on"), initial=today)
    place = forms.CharField(label=_("Place"), max_length=120)
    host = forms.CharField(label=_("Chair"), max_length=60)
    recorder = forms.CharField(label=_("Keeper of the minutes"), max_length=60)
    expected = forms.IntegerField(label=_("Expected"), min_value=1, max_value=30_000)
    present = forms.IntegerField(label=_("Present"), min_value=1, max_value=30_000)
    signatures = forms.CharField(
        label=_("Who signed"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, user, hires=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.hires = list(hires)
        for hire in self.hires:
            for ballot, words in BALLOTS.items():
                label = f"{hire.person.name}（{hire.post.title}）· {words}"
                self.fields[f"{ballot}_{hire.pk}"] = forms.IntegerField(
                    label=label, min_value=0, max_value=30_000, required=False
                )

    def clean(self):
        given = super().clean() or self.cleaned_data
        votes = {}
        for hire in self.hires:
            counted = [given.pop(f"{ballot}_{hire.pk}", None) for ballot in BALLOTS]
            if any(count is not None for count in counted):
                votes[hire.pk] = tuple(count or 0 for count in counted)
        return given | {"votes": votes}


BALLOTS = {"for": _("for"), "against": _("against"), "abstained": _("abstained")}


class TrainingForm(NoteForm):
    """The training before the first day."""

    on = day(_("Trained on"), initial=today)
    training = forms.CharField(
        label=_("What was explained, and by whom"), max_length=200, initial="岗位职责、安全须知"
    )

    field_order = ["on", "training", "note"]


class CallUpForm(NoteForm):
    """The first day, where it is not the one that was planned."""

    starts_on = day(_("First day, if it changes"), required=False)

    field_order = ["starts_on", "note"]


class PlaceForm(CallUpForm):
    """The first day as well as the last, where that is not the usual one."""

    ends_on = day(_("Last day, if it is not the end of the year or of the post"), required=False)

    field_order = ["starts_on", "ends_on", "note"]


class SearchForm(forms.Form):
    """Whom to look for."""

    words = forms.CharField(label=_("Name or ID number"), max_length=60)


def seen_by(user, records):
    """What a person sees of some records; nobody sees nothing."""
    return records.visible_to(user) if user else records.none()


class ApplyForm(ApplicationForm):
    """An application that names its post and its person, by record or by ID number."""

    post = forms.ModelChoiceField(Post.objects.none(), label=_("Post"))
    person = forms.ModelChoiceField(Person.objects.none(), label=_("Person"), required=False)
    id_number = forms.CharField(label=_("ID number"), max_length=40, required=False)

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        self.fields["post"].queryset = seen_by(user, Post.objects).select_related("area")
        self.fields["person"].queryset = seen_by(user, Person.objects).select_related("area")

    def clean(self):
        given = super().clean()
        number = given.pop("id_number", "")
        if not given.get("person") and number:
            people = seen_by(self.by, Person.objects).select_related("area")
            given["person"] = people.with_id(normalise(number)).first()
        if not given.get("person"):
            raise ValidationError(
                {"person": translate("Nobody in your areas was found; register the person first.")}
            )
        return given


class CallEntryForm(CallForm):
    """A call for applicants that names its post."""

    post = forms.ModelChoiceField(Post.objects.none(), label=_("Post"))

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        self.fields["post"].queryset = seen_by(user, Post.objects)


class VotesField(forms.Field):
    """Votes as texts, one for each applicant: “hire:for:against:abstained”."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value):
        votes = {}
        for text in value or []:
            parts = str(text).split(":")
            if len(parts) != 4 or not all(part.isascii() and part.isdigit() for part in parts):
                raise ValidationError(
                    translate("Write each vote as “hire:for:against:abstained”, as in “12:18:1:1”.")
                )
            hire, *counted = map(int, parts)
            votes[hire] = tuple(counted)
        return votes


class MeetingEntryForm(MeetingForm):
    """A meeting that names its village and carries its votes in one field."""

    area = forms.ModelChoiceField(Area.objects.none(), label=_("Village"))
    votes = VotesField(label=_("Votes"))

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        self.fields["area"].queryset = seen_by(user, Area.objects)

    def clean(self):
        votes = self.cleaned_data.get("votes")
        return super().clean() | {"votes": votes}


class NamesForm(PostForm):
    """Several people of one village for one notice."""

    hires = forms.ModelMultipleChoiceField(Hire.objects.none(), label=_("Hires"))

    field_order = ["hires", "on", "note"]

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["hires"].queryset = seen_by(user, Hire.objects)
