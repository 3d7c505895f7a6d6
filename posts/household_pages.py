"""Households nobody of whom works: found, recognised, helped, cleared."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.urls import path, reverse, reverse_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from posts import households
from posts.models import JobOffer, ZeroEmployment
from project.kernel import pages
from project.kernel.forms import NoteForm
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.access import areas, in_areas
from registry.models import Household, Person

HELP = Permission.HOUSEHOLD_HELP


def day_field(label):
    picker = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, initial=today, widget=picker)


def standing(record):
    """Where the household stands, in words."""
    if record.cleared_on:
        return translate("Household cleared")
    return translate("Helped") if record.helped_on else translate("Recognised")


class StandingFilter(pages.Filter):
    """Recognised, helped or cleared."""

    def choices(self, listing):
        return [
            ("open", _("Recognised")),
            ("helped", _("Helped")),
            ("cleared", _("Household cleared")),
        ]

    def narrow(self, records, value):
        if value == "cleared":
            return records.filter(cleared_on__isnull=False)
        return records.filter(cleared_on__isnull=True, helped_on__isnull=value == "open")


class RecordedHouseholds(pages.RecordList):
    model = ZeroEmployment
    permission = Permission.POST_VIEW
    joins = ("area", "household", "helped_person")
    columns = (
        pages.Column(_("Household"), "household", link=True),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("Recognised on"), "recognised_on"),
        pages.Column(_("Who was helped"), "helped_person.name"),
        pages.Column(_("Helped on"), "helped_on"),
        pages.Column(_("Cleared on"), "cleared_on"),
        pages.Column(_("State"), standing, badge=True),
    )
    filters = (pages.AreaFilter(), StandingFilter("standing", _("State")))
    search_fields = ("household__number", "household__head_name")
    search_hint = _("Household head or number")
    links = (
        pages.Link(_("Nobody works, not recognised"), reverse_lazy("posts:without-work-list")),
    )
    empty = _("No household has been recognised. Look through those in which nobody works.")


class WithoutWork(pages.RecordList):
    """Households the registers show to be without work, waiting for somebody to look at them."""

    model = Household
    title = _("Nobody works, not recognised")
    permission = Permission.POST_VIEW
    joins = ("area",)
    columns = (
        pages.Column(_("Household number"), "number", link=True),
        pages.Column(_("Household head"), "head_name"),
        pages.Column(_("Village"), "area.name"),
    )
    filters = (pages.AreaFilter(),)
    search_fields = ("number", "head_name")
    search_hint = _("Household head or number")
    empty = _("In every household of your areas somebody works, or it is recognised.")

    def records(self):
        return households.unrecognised(super().records())

    def url(self, household):
        """Only whoever may recognise it there is led on."""
        if not self.request.user.has_perm(HELP, household.area_id):
            return ""
        return f"{reverse('posts:zeroemployment-recognise')}?household={household.pk}"


class RecordedHousehold(pages.RecordPage):
    model = ZeroEmployment
    permission = Permission.POST_VIEW
    joins = ("area", "household", "helped_person", "recognised_by")
    deeds = {
        "recognise": _("Recognised"),
        "offer_job": _("Job offered"),
        "give_help": _("Helped"),
        "clear": _("Household cleared"),
    }
    summary = (
        pages.Column(_("Household"), "household"),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("State"), standing),
    )
    facts = (
        pages.Group(
            _("What was done"),
            (
                pages.Column(_("Applied on"), "applied_on"),
                pages.Column(_("Recognised on"), "recognised_on"),
                pages.Column(_("Recognised by"), "recognised_by"),
                pages.Column(_("Who was helped"), "helped_person.name"),
                pages.Column(_("Help given"), "help_given"),
                pages.Column(_("Helped on"), "helped_on"),
                pages.Column(_("Cleared on"), "cleared_on"),
                pages.Column(_("Why cleared"), "clearing"),
            ),
        ),
    )

    def tables(self, record):
        seen = Person.objects.visible_to(self.request.user).filter(household=record.household_id)
        offers = JobOffer.objects.filter(person__in=seen).select_related("person")
        return [
            (_("Members"), MEMBERS, seen.order_by("pk")),
            (_("Job offers"), OFFERS, offers.order_by("offered_on", "pk")),
        ]

    def links(self, record):
        """What may be done for a household that is not cleared."""
        if record.cleared_on:
            return []
        return [
            pages.Link(page.title, reverse(f"posts:zeroemployment-{deed}", args=[record.pk]), HELP)
            for deed, page in DEEDS.items()
        ]


MEMBERS = (
    pages.Column(_("Name"), "name", link=True),
    pages.Column(_("Born on"), "born_on"),
    pages.Column(_("Labour capacity"), "capacity"),
    pages.Column(_("Category"), "category"),
)
OFFERS = (
    pages.Column(_("Name"), "person.name"),
    pages.Column(_("Offered on"), "offered_on"),
    pages.Column(_("Employer"), "employer"),
    pages.Column(_("Result"), "result"),
)


class RecogniseForm(NoteForm):
    """Which household applied, and when."""

    household = forms.CharField(label=_("Household number"), max_length=30)
    applied_on = day_field(_("Applied on"))
    field_order = ["household", "applied_on", "note"]

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_household(self):
        """A household in the areas of the person, by its number."""
        inside = Household.objects.filter(in_areas(areas(self.user, HELP)))
        found = inside.filter(number=self.cleaned_data["household"].strip()).first()
        if found is None:
            raise ValidationError(translate("No household in your areas has this number."))
        return found


class MemberForm(NoteForm):
    """Which member of the household is meant."""

    person = forms.ModelChoiceField(Person.objects.none(), label=_("Member"), empty_label=None)

    def __init__(self, *args, user=None, record=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record:
            members = Person.objects.filter(household=record.household_id)
            self.fields["person"].queryset = members.order_by("pk")


class OfferForm(MemberForm):
    """One job recommended to a member."""

    offered_on = day_field(_("Offered on"))
    employer = forms.CharField(label=_("Employer"), max_length=120)
    result = forms.CharField(label=_("Result"), max_length=120)
    field_order = ["person", "offered_on", "employer", "result", "note"]


class HelpForm(MemberForm):
    """Who was helped, and how."""

    help_given = forms.CharField(label=_("Help given"), max_length=200)
    field_order = ["person", "help_given", "note"]


class ClearForm(NoteForm):
    """Why the household is struck off; without words, who of it works."""

    clearing = forms.CharField(label=_("Why cleared"), max_length=200, required=False)
    field_order = ["clearing", "note"]

    def __init__(self, *args, user=None, record=None, **kwargs):
        super().__init__(*args, **kwargs)


class Recognise(pages.EntryPage):
    """Recognise a household without work."""

    permission = HELP
    form_class = RecogniseForm
    title = label = _("Recognise a household")
    crumb = ZeroEmployment._meta.verbose_name_plural
    back_url = reverse_lazy("posts:zeroemployment-list")

    def get_initial(self):
        asked = self.request.GET.get("household", "")
        seen = Household.objects.visible_to(self.request.user)
        found = seen.filter(pk=asked).first() if asked.isdecimal() else None
        return super().get_initial() | {"household": found.number if found else ""}

    def enter(self, *, by, **facts):
        record = households.recognise(by=by, **facts)
        messages.success(self.request, translate("The household is recognised."))
        return pages.url_of(record)


class Deed(pages.EntryPage):
    """Something done for one recognised household."""

    permission = HELP
    service = None

    def dispatch(self, request, *args, **kwargs):
        seen = ZeroEmployment.objects.visible_to(request.user).select_related("household")
        self.record = seen.filter(pk=kwargs["pk"]).first()
        if self.record is None:
            raise Http404
        if not request.user.has_perm(self.permission, self.record.area_id):
            raise PermissionDenied(translate("This page belongs to another role or another area."))
        self.crumb, self.back_url = self.record, pages.url_of(self.record)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"record": self.record}

    def enter(self, *, by, **facts):
        type(self).service(self.record, by=by, **facts)
        messages.success(self.request, translate("It is recorded."))
        return self.back_url


class Offer(Deed):
    title = label = _("Record a job offer")
    form_class = OfferForm
    service = staticmethod(households.offer_job)


class Help(Deed):
    title = label = _("Record the help")
    form_class = HelpForm
    service = staticmethod(households.give_help)


class Clear(Deed):
    title = label = _("Clear the household")
    form_class = ClearForm
    service = staticmethod(households.clear)


DEEDS = {"offer": Offer, "help": Help, "clear": Clear}
household_paths = [
    path("households/", RecordedHouseholds.as_view(), name="zeroemployment-list"),
    path("households/without-work/", WithoutWork.as_view(), name="without-work-list"),
    path("households/recognise/", Recognise.as_view(), name="zeroemployment-recognise"),
    path("households/<int:pk>/", RecordedHousehold.as_view(), name="zeroemployment"),
    *(
        path(f"households/<int:pk>/{deed}/", page.as_view(), name=f"zeroemployment-{deed}")
        for deed, page in DEEDS.items()
    ),
]
