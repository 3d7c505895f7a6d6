"""What somebody, or an office, holds; giving it to others; and the day somebody leaves."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView

from project import handing
from project.holdings import AT_MOST, holdings, in_office, of_keys
from project.kernel import pages
from project.kernel.forms import ReasonForm
from project.kernel.looks import people_of
from project.kernel.models import User
from project.kernel.months import today
from project.kernel.pages.workbooks import workbook
from project.kernel.roles import Permission
from registry.access import areas, in_areas
from registry.handovers import offices, open_again
from registry.models import Appointment, Area

COLUMNS = (
    pages.Column(_("Kind"), "kind"),
    pages.Column(_("What"), "what"),
    pages.Column(_("To be done"), "title"),
    pages.Column(_("Area"), "place"),
    pages.Column(_("Held by"), "holder"),
    pages.Column(_("Since"), "since"),
)


class OfAppointer(pages.Permitted):
    """Pages about people who were appointed where whoever looks appoints; others do not exist."""

    permission = Permission.APPOINT

    def dispatch(self, request, *args, **kwargs):
        self.user = None
        if request.user.is_authenticated and request.user.has_perm(self.permission):
            self.find(request, **kwargs)
        return super().dispatch(request, *args, **kwargs)

    def find(self, request, pk=None, **kwargs):
        if pk is not None:
            inside = Appointment.objects.filter(in_areas(areas(request.user, Permission.APPOINT)))
            people = User.objects.filter(pk__in=inside.values("user"))
            self.user = get_object_or_404(people, pk=pk)

    @property
    def back_url(self):
        return reverse("holdings", args=[self.user.pk])

    @property
    def crumb(self):
        return str(self.user)


class Holdings(OfAppointer, TemplateView):
    """Everything unfinished that names somebody, with the ways to hand it over."""

    template_name = "holdings.html"

    def found(self):
        return holdings(self.user, self.request.user)

    def get(self, request, *args, **kwargs):
        if request.GET.get("format") != "xlsx":
            return super().get(request, *args, **kwargs)
        found = self.found()
        rows = ([column.cell(held) for column in COLUMNS] for held in found)
        heads = [column.heading for column in COLUMNS]
        return workbook("holdings", heads, rows, by=request.user, people=_people(found))

    def head(self):
        user, by = self.user, self.request.user
        return {
            "title": translate("What %(name)s holds") % {"name": user},
            "person": user,
            "offices": offices(user, by),
            "plan": handing.planned(user),
            "why_not_yet": handing.why_not_yet(user),
            "warnings": handing.warnings(user, by),
        }

    def get_context_data(self, **kwargs):
        rows = [
            {"pk": held.pk, "name": str(held), "cells": [(c, c.text(held)) for c in COLUMNS]}
            for held in self.found()
        ]
        give_url = reverse("holdings-give")
        return super().get_context_data(
            heads=COLUMNS, rows=rows, give_url=give_url, **self.head(), **kwargs
        )


class OfficeHoldings(Holdings):
    """The open tasks of an area, in whoever's hands they are."""

    def find(self, request, code):
        inside = in_areas(areas(request.user, Permission.APPOINT), "code")
        self.area = get_object_or_404(Area.objects.filter(inside), code=code)

    def found(self):
        return in_office(self.area.code, self.request.user)

    def head(self):
        words = {"area": self.area.name}
        return {"title": translate("Open tasks in %(area)s") % words, "most": AT_MOST}


def _people(found):
    """Everybody whom the records are about, one question for each kind."""
    wanted = {}
    for held in found:
        wanted.setdefault(type(held.record), set()).add(held.record.pk)
    shown = (people_of(model.objects.filter(pk__in=pks)) for model, pks in wanted.items())
    return set().union(*shown)


def person(username):
    """An open account, by what its person signs in with."""
    found = User.objects.filter(username=username.strip(), is_active=True).first()
    if found is None:
        raise ValidationError(translate("Nobody signs in with this name."))
    return found


class GiveForm(forms.Form):
    """Who gets it, or nobody for now, and why."""

    to = forms.CharField(
        label=_("Login of the successor"),
        max_length=150,
        required=False,
        help_text=_("Leave it empty to give it back to the office."),
    )
    note = forms.CharField(label=_("Reason"), max_length=200)

    def clean_to(self):
        name = self.cleaned_data["to"]
        return person(name) if name.strip() else None


class Give(OfAppointer, FormView):
    """Give the selected rows to one person; those that cannot go are named with every reason."""

    template_name = "bulk.html"
    form_class = GiveForm
    http_method_names = ("post",)
    title = _("Give to another person")

    def post(self, request, *args, **kwargs):
        self.keys = request.POST.getlist("pk")[:AT_MOST]
        self.known = of_keys(self.keys, request.user)
        if "confirmed" not in request.POST:
            return self.render_to_response(self.get_context_data(form=GiveForm()))
        form = self.get_form()
        return self.form_valid(form) if form.is_valid() else self.form_invalid(form)

    def form_valid(self, form):
        keys = list(self.known)
        done, refused = handing.give_many(keys, by=self.request.user, **form.cleaned_data)
        cannot = [(self.known[key], reasons) for key, reasons in refused]
        context = self.get_context_data(form=form, done=done, cannot=cannot)
        return self.response_class(self.request, ["bulk_done.html"], context)

    def get_context_data(self, **kwargs):
        words = {
            "title": self.title,
            "kind": _("In somebody's hands"),
            "can": list(self.known.values()),
            "cannot": [],
        }
        return super().get_context_data(list_url=self._back(), **(words | kwargs))

    def _back(self):
        asked = self.request.POST.get("back", "")
        inside = asked.startswith("/holdings/")
        return asked if inside else reverse("registry:appointment-list")


class LeaveForm(forms.Form):
    """The first day without the person, why, and a successor for each role and area."""

    on = forms.DateField(
        label=_("First day without the person"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    note = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args, ending, **kwargs):
        super().__init__(*args, **kwargs)
        self.ending = ending
        self.fields["on"].initial = today()
        for held in ending:
            words = {"role": held.get_role_display(), "area": held.area.name}
            self.fields[f"to_{held.pk}"] = forms.CharField(
                label=translate("Successor as “%(role)s” in %(area)s (login)") % words,
                max_length=150,
                required=False,
                help_text=translate("Leave it empty to give it back to the office."),
            )

    def clean(self):
        said, successors = super().clean(), {}
        for held in self.ending:
            name = said.pop(f"to_{held.pk}", "")
            if name.strip():
                try:
                    successors[held.pk] = person(name)
                except ValidationError as unknown:
                    self.add_error(f"to_{held.pk}", unknown)
        return said | {"successors": successors}


class Leave(OfAppointer, pages.EntryPage):
    """Somebody leaves: what they hold goes on, and their office ends on that day."""

    form_class = LeaveForm
    title = label = _("Hand over and end the office")
    help = _(
        "On the day everything goes to the successors or back to the office, and roles, "
        "substitutions, sessions, tokens and, where nothing is left, the account end. What they "
        "did stays theirs. To undo it, open the account and appoint them again."
    )

    def get_form_kwargs(self):
        asked = super().get_form_kwargs()
        del asked["user"]
        return asked | {"ending": list(offices(self.user, self.request.user))}

    def enter(self, *, by, on, successors, note):
        handing.plan(self.user, by=by, on=on, successors=successors, note=note)
        messages.success(self.request, translate("The handover is written down."))
        return self.back_url


class CallOff(OfAppointer, pages.EntryPage):
    """The person stays after all."""

    form_class = ReasonForm
    title = label = _("Call the handover off")

    def get_form_kwargs(self):
        asked = super().get_form_kwargs()
        del asked["user"]
        return asked

    def enter(self, *, by, note):
        handing.call_off(self.user, by=by, note=note)
        return self.back_url


class OpenAgain(CallOff):
    """Somebody comes back; their roles are given by appointing them."""

    title = label = _("Open the account again")

    def enter(self, *, by, note):
        open_again(self.user, by=by, note=note)
        return self.back_url


urlpatterns = [
    path("holdings/give/", Give.as_view(), name="holdings-give"),
    path("holdings/of/<int:pk>/", Holdings.as_view(), name="holdings"),
    path("holdings/of/<int:pk>/leave/", Leave.as_view(), name="holdings-leave"),
    path("holdings/of/<int:pk>/call-off/", CallOff.as_view(), name="holdings-call-off"),
    path("holdings/of/<int:pk>/open/", OpenAgain.as_view(), name="holdings-open"),
    path("holdings/in/<str:code>/", OfficeHoldings.as_view(), name="holdings-office"),
]
