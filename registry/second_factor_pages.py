"""The second factor of who is signed in: new recovery codes, another phone, others' lost ones."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from project.kernel import pages
from project.kernel.guards import Refused
from registry.entrance_pages import CodeForm, opened, shown_once
from registry.second_factors import of_others, renewed_codes, replace, take_away


class OwnCodeForm(CodeForm):
    """A code, from whoever is signed in."""

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)


class ReasonForm(forms.Form):
    """Why the authenticator is ended."""

    note = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)


class WithCode(pages.EntryPage):
    """What a code of the own authenticator opens."""

    form_class = OwnCodeForm
    crumb = _("Sessions and password")
    back_url = reverse_lazy("sessions")

    def form_valid(self, form):
        user, said = self.request.user, form.cleaned_data["code"]
        try:
            return self.answer(opened(self.request, user, said, self.opens))
        except Refused as refused:
            form.add_error("code", refused.messages)
            return self.form_invalid(form)


class RenewCodes(WithCode):
    """New recovery codes in place of the old ones."""

    title = label = _("New recovery codes")
    help = _("The codes you have now open nothing any more. Enter a code of your authenticator.")
    opens = staticmethod(renewed_codes)

    def answer(self, codes):
        return shown_once(self.request, codes, onward=self.back_url)


class Replace(WithCode):
    """Another phone in place of this one."""

    title = label = _("Use another phone")
    help = _("You are signed out everywhere, and set the other phone up when you sign in again.")
    opens = staticmethod(replace)

    def answer(self, _done):
        return redirect("login")


class TakeAway(pages.EntryPage):
    """The lost authenticator of somebody whom only the person asking may appoint."""

    form_class = ReasonForm
    title = label = _("End the authenticator")
    help = _("The person is signed out everywhere and sets up another at the next sign-in.")
    crumb = _("Sessions and password")
    back_url = reverse_lazy("sessions")

    def dispatch(self, request, *args, **kwargs):
        found = request.user.is_authenticated and of_others(request.user)
        self.device = found.filter(user=kwargs["pk"]).first() if found else None
        if request.user.is_authenticated and self.device is None:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        summary = [(translate("Name"), f"{self.device.user} ({self.device.user.username})")]
        return super().get_context_data(summary=summary, **kwargs)

    def enter(self, *, by, note):
        take_away(self.device.user, by=by, note=note)
        messages.success(self.request, translate("The authenticator is ended."))
        return self.back_url


urlpatterns = [
    path("codes/", RenewCodes.as_view(), name="second-factor-codes"),
    path("authenticator/", Replace.as_view(), name="second-factor-replace"),
    path("of/<int:pk>/authenticator/", TakeAway.as_view(), name="second-factor-end"),
]
