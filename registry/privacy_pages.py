"""What is protected about a person: whole numbers with a purpose, their picture, who looked."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import path, reverse
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View

from project.kernel import pages
from project.kernel.looks import look, looks_at
from project.kernel.models import Look
from project.kernel.months import today
from project.kernel.pages.workbooks import workbook
from project.kernel.roles import Permission
from project.kernel.uploads import served_picture
from registry.models import Consent, Person, Portrait
from registry.portraits import add_portrait, consent, withdraw

LAST = 500


def _day(label):
    picker = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, initial=today, widget=picker)


class _Form(forms.Form):
    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)


class PurposeForm(_Form):
    """Why somebody must know the whole numbers."""

    purpose = forms.CharField(
        label=_("Purpose"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )


class PortraitForm(_Form):
    """The picture taken at enrolment, and when."""

    picture = forms.FileField(
        label=_("Picture"),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    taken_on = _day(_("Taken on"))


class ConsentForm(_Form):
    """What the person agrees to, in writing."""

    kind = forms.ChoiceField(label=_("What for"), choices=Consent.Kind.choices)
    given_on = _day(_("Given on"))
    paper = forms.CharField(label=_("Paper it is written on"), max_length=120)


class WithdrawForm(_Form):
    """What the person takes back."""

    kind = forms.ChoiceField(label=_("What for"), choices=Consent.Kind.choices)


class OfPerson(pages.EntryPage):
    """A page about one person whom the reader sees, for holders of a permission there."""

    permission = Permission.PERSON_EDIT

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            self.person = seen_person(request.user, kwargs["pk"])
            if not request.user.has_perm(self.permission, self.person.area_id):
                words = translate("This page belongs to another role or another area.")
                raise PermissionDenied(words)
            self.crumb, self.back_url = self.person, pages.url_of(self.person)
        return super().dispatch(request, *args, **kwargs)


def seen_person(user, pk):
    """A person in the reader's areas; of anybody else nothing is learnt."""
    person = Person.objects.visible_to(user).select_related("area").filter(pk=pk).first()
    if person is None:
        raise Http404
    return person


class WholeNumbers(OfPerson):
    """The whole ID and account numbers, once, after a purpose is given and written down."""

    permission = Permission.NUMBER_VIEW
    form_class = PurposeForm
    title = _("See the whole numbers")
    label = _("Show the numbers")
    help = _("That you looked, when and why, is kept and shown to the person on request.")

    def form_valid(self, form):
        person = self.person
        purpose = form.cleaned_data["purpose"]
        look(self.request.user, Look.What.NUMBER, [person.pk], record=person, purpose=purpose)
        summary = [(_("ID number"), person.id_number), (_("phone"), person.phone or "—")]
        summary += [
            (f"{account.bank} {account.holder_name}", account.number)
            for account in person.accounts.order_by("-current", "-pk")
        ]
        context = self.get_context_data(form=form, summary=summary)
        answer = self.render_to_response(context)
        answer.headers["Cache-Control"] = "no-store"
        return answer


class AddPortrait(OfPerson):
    """Keep the picture taken at enrolment."""

    form_class = PortraitForm
    title = _("Add the enrolment picture")
    label = _("Keep the picture")
    help = _("It is shown beside the pictures of check-ins where somebody looks into a doubt.")

    def enter(self, *, by, **said):
        add_portrait(self.person, by=by, **said)
        return self.back_url


class AddConsent(OfPerson):
    """Note what the person agreed to in writing."""

    form_class = ConsentForm
    title = _("Note a consent")
    label = _("Keep the consent")
    help = _("Nobody is worse off for not agreeing, and it can be taken back on any day.")

    def enter(self, *, by, **said):
        consent(self.person, by=by, **said)
        return self.back_url


class WithdrawConsent(OfPerson):
    """Note that the person takes a consent back."""

    form_class = WithdrawForm
    title = _("Take a consent back")
    label = _("Take it back")

    def enter(self, *, by, **said):
        withdraw(self.person, by=by, **said)
        return self.back_url


class PortraitPicture(pages.Permitted, View):
    """The enrolment picture; whoever looks is written down."""

    permission = Permission.PERSON_VIEW

    def get(self, request, pk, number):
        person = seen_person(request.user, pk)
        found = Portrait.objects.filter(person=person, pk=number).first()
        if found is None:
            raise Http404
        look(request.user, Look.What.PHOTO, [person.pk], record=found)
        return served_picture(found.file)


HEADS = (_("When"), _("Who looked"), _("What was read"), _("Purpose"), _("Rows"))


class WhoLooked(pages.Permitted, TemplateView):
    """Who read what of a person's protected data: shown to the person whenever they ask."""

    template_name = "registry/looks.html"
    permission = Permission.PERSON_VIEW

    def get(self, request, pk, *args, **kwargs):
        self.person = seen_person(request.user, pk)
        whole = request.user.has_perm(Permission.CASE_VIEW, self.person.area_id)
        found = looks_at(self.person, whole=whole).select_related("by")
        self.looks = list(found.order_by("-pk")[:LAST])
        if request.GET.get("format") == "xlsx":
            rows = [_cells(one) for one in self.looks]
            return workbook("looks", HEADS, rows, by=request.user, people=[self.person.pk])
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            title=_("Who looked at the data of %(name)s") % {"name": self.person.name},
            crumb=self.person,
            back_url=pages.url_of(self.person),
            heads=HEADS,
            looks=self.looks,
            last=LAST,
            **kwargs,
        )


def _cells(one):
    at = f"{one.at.astimezone():%Y-%m-%d %H:%M}"
    return [at, str(one.by), one.get_what_display(), one.purpose, one.rows]


def protected(person):
    """The ways from a person's page to what is protected."""
    at = [person.pk]
    may = Permission
    return [
        pages.Link(
            _("See the whole numbers"), reverse("registry:numbers", args=at), may.NUMBER_VIEW
        ),
        pages.Link(_("Who looked"), reverse("registry:looks", args=at)),
        pages.Link(
            _("Add the enrolment picture"),
            reverse("registry:portrait-add", args=at),
            may.PERSON_EDIT,
        ),
        pages.Link(_("Note a consent"), reverse("registry:consent-add", args=at), may.PERSON_EDIT),
    ]


privacy_paths = [
    path("<int:pk>/numbers/", WholeNumbers.as_view(), name="numbers"),
    path("<int:pk>/looks/", WhoLooked.as_view(), name="looks"),
    path("<int:pk>/portraits/add/", AddPortrait.as_view(), name="portrait-add"),
    path("<int:pk>/portraits/<int:number>/", PortraitPicture.as_view(), name="portrait"),
    path("<int:pk>/consents/add/", AddConsent.as_view(), name="consent-add"),
    path("<int:pk>/consents/withdraw/", WithdrawConsent.as_view(), name="consent-withdraw"),
]
