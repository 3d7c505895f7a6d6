"""Entries on the roster: finding a person, listing, correcting, placing, teams."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from project.kernel import pages
from project.kernel.forms import NoteForm, ReasonForm
from project.kernel.months import today
from project.kernel.roles import Permission
from project.kernel.steps import Verb
from registry.idnumber import normalise
from registry.models import Person
from workrelief import flows, roster
from workrelief.models import Member, Project
from workrelief.roster_forms import (
    CorrectForm,
    EnlistForm,
    LeadForm,
    ReclassifyForm,
    SearchForm,
)

FOUND_AT_MOST = 20
JOINS = ("project__area", "area", "person", "fund_line", "contract")
CLASSES_ARE_SET_BY = (Permission.RELIEF_ROSTER, Permission.WAGE_CHECK, Permission.RELIEF_PLAN)
PLACING = Verb(
    flows.place, _("Place by contract"), NoteForm, name="place", permission=Permission.RELIEF_PLACE
)


def may_reclassify(user, member):
    """Site, engineer and county each may say what somebody's work is to the share."""
    return any(user.has_perm(side, member.project.area_id) for side in CLASSES_ARE_SET_BY)


def asked_of(user, permission, area):
    """Refuse whoever does not hold the permission there before the form is shown."""
    if user.is_authenticated and not user.has_perm(permission, area):
        raise PermissionDenied(translate("This page belongs to another role or another area."))


class OfProject(pages.Permitted):
    """A page of one project's roster, found where the person sees the project and keeps it."""

    permission = Permission.RELIEF_ROSTER

    def dispatch(self, request, *args, **kwargs):
        seen = Project.objects.visible_to(request.user).select_related("area")
        self.project = get_object_or_404(seen, pk=kwargs["pk"])
        asked_of(request.user, self.permission, self.project.area_id)
        self.crumb, self.back_url = self.project, roster_of(self.project)
        return super().dispatch(request, *args, **kwargs)

    def person(self):
        """The person named in the address, where this user sees them."""
        seen = Person.objects.visible_to(self.request.user).select_related("area")
        return get_object_or_404(seen, pk=self.kwargs["person"])


def roster_of(project):
    return f"{reverse('workrelief:member-list')}?project={project.pk}"


class FindPerson(OfProject, FormView):
    """Find whom to list or to make foreman; a number never stands in an address."""

    template_name = "workrelief/roster_find.html"
    form_class = SearchForm

    def form_valid(self, form):
        found = self.found(form.cleaned_data["words"])
        return self.render_to_response(self.get_context_data(form=form, found=found))

    def found(self, words):
        seen = Person.objects.visible_to(self.request.user).select_related("area")
        number = normalise(words)
        if number[:6].isdigit():
            return list(seen.with_id(number))
        return list(seen.filter(name__icontains=words).order_by("name", "pk")[:FOUND_AT_MOST])

    def get_context_data(self, **kwargs):
        project = self.project.pk
        people = [
            {
                "person": person,
                "enlist": reverse("workrelief:enlist", args=[project, person.pk]),
                "lead": reverse("workrelief:lead", args=[project, person.pk]),
            }
            for person in kwargs.pop("found", ())
        ]
        return super().get_context_data(
            title=_("List people"),
            label=_("Search"),
            crumb=self.crumb,
            back_url=self.back_url,
            people=people,
            teams=self.project.teams.select_related("foreman").order_by("name"),
            searched=self.request.method == "POST",
            **kwargs,
        )


class Enlist(OfProject, pages.EntryPage):
    """List one person on the roster (F-25)."""

    form_class = EnlistForm
    label = _("Put on the roster")

    @property
    def title(self):
        return translate("List %(name)s") % {"name": self.person().name}

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs() | {"project": self.project}
        del kwargs["user"]
        return kwargs

    def get_initial(self):
        """The person's own village, from today to the planned end."""
        first = max(today(), self.project.planned_start or today())
        own = {"area": self.person().area_id, "starts_on": first}
        return own | {"ends_on": self.project.planned_end}

    def enter(self, *, by, **listed):
        made = roster.enlist(self.project, by=by, person=self.person(), **listed)
        words = translate("%(name)s is on the roster. Look for the next one.")
        messages.success(self.request, words % {"name": made.person.name})
        return reverse("workrelief:find", args=[self.project.pk])


class Lead(OfProject, pages.EntryPage):
    """Set up a team under its foreman, who is management (R-83)."""

    form_class = LeadForm
    label = _("Set up the team")
    help = _("A foreman is management and never counts as labour (R-83).")

    @property
    def title(self):
        return translate("A team led by %(name)s") % {"name": self.person().name}

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        del kwargs["user"]
        return kwargs

    def enter(self, *, by, name):
        made = roster.lead(self.project, by=by, name=name, foreman=self.person())
        words = translate("The team “%(team)s” is set up.") % {"team": made.name}
        messages.success(self.request, words)
        return reverse("workrelief:find", args=[self.project.pk])


class OfMember(pages.EntryPage):
    """An entry upon one row of the roster, for people of the project's side."""

    permission = Permission.RELIEF_ROSTER

    def dispatch(self, request, *args, **kwargs):
        seen = Member.objects.visible_to(request.user).select_related(*JOINS)
        self.member = get_object_or_404(seen, pk=kwargs["pk"])
        self.asked()
        self.crumb, self.back_url = self.member, pages.url_of(self.member)
        return super().dispatch(request, *args, **kwargs)

    def asked(self):
        asked_of(self.request.user, self.permission, self.member.project.area_id)

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        del kwargs["user"]
        return kwargs

    def enter(self, *, by, **fields):
        self.service(self.member, by=by, **fields)
        return self.back_url


class Correct(OfMember):
    """Correct a row before its contract is drafted."""

    form_class = CorrectForm
    service = staticmethod(roster.correct)
    title = _("Correct the roster")
    label = _("Save")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"project": self.member.project}

    def get_initial(self):
        return {name: getattr(self.member, name) for name in roster.CORRECTED}


class Reclassify(OfMember):
    """Say what the person's work is to the labour share."""

    permission = Permission.RELIEF_VIEW
    form_class = ReclassifyForm
    service = staticmethod(roster.reclassify)
    title = _("Change the labour class")
    label = _("Change the class")
    help = _("From now on every share of the project counts the person so, past wages too.")

    def asked(self):
        if self.request.user.is_authenticated and not may_reclassify(
            self.request.user, self.member
        ):
            raise PermissionDenied(translate("This page belongs to another role or another area."))

    def get_initial(self):
        return {"labour_class": self.member.labour_class}


class StrikeOff(OfMember):
    """Take a row off the roster that never became a contract."""

    form_class = ReasonForm
    service = staticmethod(roster.strike_off)
    title = label = _("Strike off")


class Leave(OfMember):
    """Take over the last day of a contract that ended early."""

    form_class = NoteForm
    service = staticmethod(roster.leave)
    title = label = _("Take over the last day")


class Place(OfMember):
    """Draft the worker's contract, and go on to it."""

    permission = Permission.RELIEF_PLACE
    form_class = NoteForm
    title = label = _("Place by contract")

    def asked(self):
        asked_of(self.request.user, self.permission, self.member.area_id)

    def enter(self, *, by, note):
        return pages.url_of(flows.place(self.member, by=by, note=note).contract)


class PlaceMany(pages.BulkPage):
    """Place the selected people, each by the one service, and name those that cannot be."""

    model = Member
    permission = Permission.RELIEF_PLACE

    def asked_for(self):
        return PLACING

    def seen(self):
        return super().seen().select_related(*JOINS)

    def against(self, member):
        """Why this person cannot be placed now."""
        if not self.request.user.has_perm(self.permission, member.area_id):
            return [translate("This step belongs to another role or another area.")]
        return roster.against_placing(member)

    def take(self, member, **details):
        flows.place(member, by=self.request.user, **details)


entry_paths = [
    path("place/", PlaceMany.as_view(), name="place-many"),
    path("of/<int:pk>/", FindPerson.as_view(), name="find"),
    path("of/<int:pk>/list/<int:person>/", Enlist.as_view(), name="enlist"),
    path("of/<int:pk>/lead/<int:person>/", Lead.as_view(), name="lead"),
    path("<int:pk>/correct/", Correct.as_view(), name="correct"),
    path("<int:pk>/reclassify/", Reclassify.as_view(), name="reclassify"),
    path("<int:pk>/strike-off/", StrikeOff.as_view(), name="strike-off"),
    path("<int:pk>/leave/", Leave.as_view(), name="leave"),
    path("<int:pk>/place/", Place.as_view(), name="place"),
]
