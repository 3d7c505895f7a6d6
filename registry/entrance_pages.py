"""The way in: the password, then a code of the authenticator, or setting one up."""

import segno
from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.signals import user_login_failed
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.generic import FormView

from project.kernel import second_factor, sign_ins
from project.kernel.guards import Refused
from project.kernel.history import acts_now
from registry import provider
from registry.identity_pages import entrance
from registry.second_factors import taken_from


class CodeForm(forms.Form):
    """Six figures, or a recovery code."""

    code = forms.CharField(
        label=_("Code or recovery code"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "none"}),
    )


class OfferForm(CodeForm):
    """The first code of a new authenticator, with the offer it answers."""

    offer = forms.CharField(widget=forms.HiddenInput, max_length=1000)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code from the phone")


class SignInPage(auth.LoginView):
    """The password; whoever has given it already is led to what is still missing."""

    redirect_authenticated_user = True
    extra_context = {"by_provider": provider.is_there}

    def get(self, request, *args, **kwargs):
        if sign_ins.half(request):
            return redirect(_with_next("second-factor", self.get_redirect_url()))
        return super().get(request, *args, **kwargs)


@method_decorator([login_not_required, never_cache], name="dispatch")
class HalfWay(auth.RedirectURLMixin, FormView):
    """A page for who has given the password and not yet the second factor."""

    next_page = settings.LOGIN_REDIRECT_URL
    other = ""

    def dispatch(self, request, *args, **kwargs):
        self.person = self.who()
        if self.person is None:
            return redirect("login")
        if self.belongs_elsewhere():
            return redirect(_with_next(self.other, self.get_redirect_url()))
        acts_now(self.person)
        return super().dispatch(request, *args, **kwargs)

    def who(self):
        return sign_ins.half(self.request)

    def get_context_data(self, **kwargs):
        onward = self.get_redirect_url()
        return super().get_context_data(person=self.person, next=onward, **kwargs)

    def refused(self, form, refused):
        form.add_error("code", refused.messages)
        return self.form_invalid(form)


class GiveCode(HalfWay):
    """The code of the authenticator."""

    template_name = "registration/code.html"
    form_class = CodeForm
    other = "second-factor-setup"

    def belongs_elsewhere(self):
        return second_factor.authenticator(self.person) is None

    def form_valid(self, form):
        try:
            opened(self.request, self.person, form.cleaned_data["code"], second_factor.accepts)
        except Refused as refused:
            return self.refused(form, refused)
        sign_ins.prove(self.request, self.person)
        return redirect(self.get_success_url())


class SetUp(HalfWay):
    """The picture for the phone, its first code, and the recovery codes, shown once."""

    template_name = "registration/set_up.html"
    form_class = OfferForm
    other = "second-factor"

    def who(self):
        """Also whoever need not have one and wants one."""
        user = self.request.user
        if settings.SECOND_FACTOR and user.is_authenticated:
            return None if second_factor.authenticator(user) else user
        return super().who()

    def belongs_elsewhere(self):
        return second_factor.authenticator(self.person) is not None

    def get(self, request, *args, **kwargs):
        self.secret, self.offer = second_factor.offer(self.person)
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        """What is scanned from a page is confirmed on that page and on no other."""
        self.offer = request.POST.get("offer", "")
        try:
            self.secret = second_factor.offered(self.person, self.offer)
        except Refused as refused:
            messages.error(request, refused.messages[0])
            return redirect(request.get_full_path())
        return super().post(request, *args, **kwargs)

    def get_initial(self):
        return {"offer": self.offer}

    def get_context_data(self, **kwargs):
        says = second_factor.address(self.person, self.secret)
        return super().get_context_data(
            picture=segno.make(says, error="m", micro=False).svg_data_uri(border=2, scale=5),
            secret=" ".join(self.secret[at : at + 4] for at in range(0, len(self.secret), 4)),
            taken=taken_from(self.person),
            **kwargs,
        )

    def form_valid(self, form):
        try:
            codes = second_factor.set_up(self.person, self.secret, form.cleaned_data["code"])
        except Refused as refused:
            return self.refused(form, refused)
        sign_ins.prove(self.request, self.person)
        return shown_once(self.request, codes, onward=self.get_success_url())


def opened(request, person, said, opens):
    """What a code opens; a wrong one counts as a wrong password does."""
    whose = {"username": person.username}
    if not AxesProxyHandler.is_allowed(request, whose):
        raise Refused(translate("Too many wrong codes. Wait a quarter of an hour, then try again."))
    if found := opens(person, said):
        return found
    user_login_failed.send(sender=__name__, request=request, credentials=whose)
    raise Refused(translate("This code is wrong or was used already. Enter the newest one."))


def shown_once(request, codes, *, onward):
    """The recovery codes on a page that no browser keeps."""
    found = {"title": translate("Recovery codes"), "codes": codes, "onward": onward}
    return never_cache(render)(request, "registry/recovery_codes.html", found)


def _with_next(name, onward):
    return reverse(name) + (f"?{urlencode({'next': onward})}" if onward else "")


urlpatterns = [
    path("", SignInPage.as_view(), name="login"),
    path("code/", GiveCode.as_view(), name="second-factor"),
    path("set-up/", SetUp.as_view(), name="second-factor-setup"),
    *entrance,
]
