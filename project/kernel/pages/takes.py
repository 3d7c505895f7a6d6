"""Take a step: on one record with its form, or on many at once, naming those that cannot."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from project.kernel.guards import NeedsReason, Refused
from project.kernel.models import Event
from project.kernel.pages.addresses import address_of, url_of
from project.kernel.pages.navigation import Permitted
from project.kernel.pages.records import shown, state_of
from project.kernel.steps import FLOWS, do, steps_for

AT_ONCE = 200


class Taking(Permitted, FormView):
    """What a step on one record and a step on many have in common: the step and its form."""

    model = None

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.verb = self.asked_for()

    def asked_for(self):
        """The step of the address; an unknown one is a page that does not exist."""
        try:
            return FLOWS[self.model].verbs[self.kwargs["step"]]
        except KeyError as unknown:
            raise Http404 from unknown

    def seen(self):
        return self.model.objects.visible_to(self.request.user)

    def get_form_class(self):
        return self.verb.form or forms.Form

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        if self.warned():
            form.fields["note"] = forms.CharField(
                label=_("Reason for going on"), widget=forms.Textarea(attrs={"rows": 3})
            )
        return form

    def warned(self):
        return []


class StepPage(Taking):
    """One form and one button, with everything that speaks against pressing it."""

    template_name = "step.html"
    summary = ()

    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.record = self.seen().filter(pk=kwargs["pk"]).first()
        if self.record is None:
            raise Http404
        offers = steps_for(self.record, request.user)
        self.offer = next((o for o in offers if o.name == self.verb.name), None)
        if self.offer is None:
            raise PermissionDenied(_("This step belongs to another role or another area."))
        if not self.offer.in_turn and (taken := self.taken()):
            return self.already(taken)
        return super().dispatch(request, *args, **kwargs)

    def taken(self):
        """The last time this step was taken on the record, by whomever."""
        mine = Event.objects.of(self.record).filter(verb=self.verb.name).exclude(after="refused")
        return mine.select_related("by").order_by("-pk").first()

    def already(self, event):
        """Two people open one task; the second is told who was first."""
        context = self.frame() | {"event": event}
        status = 409 if self.request.method == "POST" else 200
        return self.response_class(self.request, ["done.html"], context, status=status)

    def warned(self):
        return self.offer.warnings

    def frame(self):
        return {
            "title": self.verb.title,
            "record": self.record,
            "record_url": url_of(self.record),
            "state": state_of(self.record),
            "summary": shown(self.summary, self.record),
        }

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs, **self.frame(), offer=self.offer)

    def form_valid(self, form):
        try:
            do(self.record, self.verb.name, by=self.request.user, **form.cleaned_data)
        except NeedsReason as refused:
            self.offer.warnings = refused.messages[:-1]
            return self.form_invalid(self.get_form())
        except Refused as refused:
            form.add_error(None, refused)
            return self.form_invalid(form)
        return redirect(url_of(self.record))


class BulkPage(Taking):
    """Apply a step to those that can, name those that cannot, and say what came of it."""

    template_name = "bulk.html"
    http_method_names = ["post"]
    area_field = "area_id"

    def post(self, request, *args, **kwargs):
        numbers = [pk for pk in request.POST.getlist("pk") if pk.isdecimal()][:AT_ONCE]
        self.asked = list(self.seen().filter(pk__in=numbers).order_by(self.area_field, "pk"))
        self.can, self.cannot = self.sorted_out()
        if "confirmed" not in request.POST:
            return self.render_to_response(self.get_context_data(form=self.blank()))
        form = self.get_form()
        return self.form_valid(form) if form.is_valid() else self.form_invalid(form)

    def back(self):
        """The list as it was narrowed when the rows were selected."""
        asked = self.request.POST.get("back", "")
        inside = url_has_allowed_host_and_scheme(asked, {self.request.get_host()})
        return asked if inside else address_of(self.model, "list")

    def blank(self):
        return self.get_form_class()(initial=self.get_initial())

    def sorted_out(self):
        """The records the step can be taken on, and the others with their reasons."""
        can, cannot = [], []
        for record in self.asked:
            reasons = self.against(record)
            (cannot if reasons else can).append((record, reasons) if reasons else record)
        return can, cannot

    def against(self, record):
        """Why the step cannot be taken in bulk here; a warning wants its own reason, alone."""
        offers = steps_for(record, self.request.user)
        offer = next((o for o in offers if o.name == self.verb.name), None)
        if offer is None:
            return [_("This step belongs to another role or another area.")]
        if offer.warnings:
            return [*offer.warnings, _("Open it alone and write the reason.")]
        return offer.refusals

    def take(self, record, **details):
        """Take the step on one of them."""
        do(record, self.verb.name, by=self.request.user, **details)

    def form_valid(self, form):
        done, refused = [], []
        for record in self.can:
            try:
                self.take(record, **form.cleaned_data)
                done.append(record)
            except Refused as error:
                refused.append((record, error.messages))
        context = self.get_context_data(form=form, done=done, cannot=self.cannot + refused)
        return self.response_class(self.request, ["bulk_done.html"], context)

    def get_context_data(self, **kwargs):
        words = {
            "title": self.verb.title,
            "kind": self.model._meta.verbose_name_plural,
            "list_url": self.back(),
            "can": self.can,
            "cannot": self.cannot,
        }
        return super().get_context_data(**(words | kwargs))
