"""Signing in by way of the identity provider, and which of its accounts are whose."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import RedirectURLMixin
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView, View

from project.kernel import pages, sign_ins
from project.kernel.guards import Refused
from registry import provider
from registry.identities import LONGEST, bind, in_reach, person_of, unbind
from registry.sessions import overseen

ERRAND = "provider"
BACKEND = "registry.access.RoleBackend"
SHOWN = 200


@method_decorator([login_not_required, never_cache], name="dispatch")
class AtProvider(RedirectURLMixin, View):
    """What passes between this house and the provider; without one there is nothing here."""

    http_method_names = ("get",)
    next_page = settings.LOGIN_REDIRECT_URL

    def dispatch(self, request, *args, **kwargs):
        if not provider.is_there():
            raise Http404
        if request.user.is_authenticated:
            return redirect(self.next_page)
        self.back = request.build_absolute_uri(reverse("provider-back"))
        try:
            return super().dispatch(request, *args, **kwargs)
        except Refused as refused:
            messages.error(request, " ".join(refused.messages))
            return redirect("login")


class ToProvider(AtProvider):
    """Send somebody to the provider, and remember what for."""

    def get(self, request):
        url, kept = provider.ask(self.back)
        request.session[ERRAND] = kept | {"next": self.get_redirect_url()}
        return redirect(url)


class FromProvider(AtProvider):
    """Somebody comes back: each errand is run once, whatever came of it."""

    def get(self, request):
        kept = request.session.pop(ERRAND, None)
        claims = provider.heard(kept, request.GET.dict(), self.back)
        user = person_of(claims)
        login(request, user, backend=BACKEND)
        if provider.by_second_factor(claims):
            sign_ins.prove(request, user)
        return redirect(kept["next"] or self.get_success_url())


class Identities(pages.Permitted, TemplateView):
    """The bound accounts of one's own and of the people one oversees."""

    template_name = "registry/identities.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        return super().get_context_data(
            title=_("Accounts at the identity provider"),
            identities=in_reach(user).order_by("user__name", "user__username")[:SHOWN],
            binds=provider.is_there() and overseen(user).exclude(pk=user.pk).exists(),
            **kwargs,
        )


class BindForm(forms.Form):
    """A person by their login, and their account at the provider."""

    user_name = forms.CharField(label=_("Login"), max_length=150)
    subject = forms.CharField(label=_("Account at the provider (sub)"), max_length=LONGEST)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.by = user

    def clean_user_name(self):
        people = overseen(self.by).exclude(pk=self.by.pk)
        wanted = self.cleaned_data["user_name"].strip()
        found = people.filter(username=wanted, is_active=True).first()
        if found is None:
            raise ValidationError(translate("You appoint nobody who signs in with this name."))
        return found


class Bind(pages.EntryPage):
    """Say which account at the provider is whose."""

    form_class = BindForm
    title = label = _("Bind an account")
    help = _("The provider tells the account's lasting name (sub), not what people call it.")
    crumb = _("Accounts at the identity provider")
    back_url = reverse_lazy("identities")

    def enter(self, *, by, user_name, subject):
        bind(user_name, subject, by=by)
        messages.success(self.request, translate("The account is bound."))
        return self.back_url


class Unbind(pages.EndPage):
    """End what an account at the provider opens here."""

    reach, end = staticmethod(in_reach), staticmethod(unbind)
    said, back_url = _("The account is unbound."), reverse_lazy("identities")


entrance = [
    path("provider/", ToProvider.as_view(), name="provider"),
    path("provider/back/", FromProvider.as_view(), name="provider-back"),
]
urlpatterns = [
    path("", Identities.as_view(), name="identities"),
    path("new/", Bind.as_view(), name="identity-new"),
    path("<int:pk>/unbind/", Unbind.as_view(), name="identity-unbind"),
]
