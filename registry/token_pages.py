"""Tokens of programs: one's own and those of people one appoints, made, shown once and revoked."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.shortcuts import render
from django.urls import path, reverse_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from project.kernel import pages
from project.kernel.guards import Refused
from project.kernel.models import User
from project.kernel.months import today
from registry.access import permissions
from registry.sessions import overseen
from registry.tokens import LONGEST, LONGEST_NAME, in_reach, issue, revoke

SHOWN = 200
USUAL_DAYS = 90


class Tokens(pages.Permitted, TemplateView):
    """The tokens that open something today, and those of late that do not any more."""

    template_name = "registry/tokens.html"

    def get_context_data(self, **kwargs):
        tokens = in_reach(self.request.user).order_by("-pk")[:SHOWN]
        return super().get_context_data(
            title=_("Tokens of programs"), tokens=tokens, today=today(), **kwargs
        )


class TokenForm(forms.Form):
    """Whose rights, for which program, for how long, and which of them."""

    user_name = forms.CharField(label=_("Login"), max_length=150)
    name = forms.CharField(label=_("Used by"), max_length=LONGEST_NAME)
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=LONGEST, initial=USUAL_DAYS)
    read_only = forms.BooleanField(label=_("Only reads"), required=False, initial=True)
    scopes = forms.CharField(
        label=_("Permissions"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Names separated by spaces; empty: all that the person may do."),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.by = user
        self.fields["user_name"].initial = user.username

    def clean_user_name(self):
        wanted = self.cleaned_data["user_name"].strip()
        people = User.objects.filter(Q(pk=self.by.pk) | Q(pk__in=overseen(self.by)))
        found = people.filter(username=wanted, is_active=True).first()
        if found is None:
            raise ValidationError(translate("This is neither you nor somebody you appoint."))
        return found

    def clean_scopes(self):
        return self.cleaned_data["scopes"].replace(",", " ").split()


class MakeToken(pages.EntryPage):
    """A new token; its secret is shown once."""

    form_class = TokenForm
    title = label = _("Make a token")
    crumb = _("Tokens of programs")
    back_url = reverse_lazy("tokens")

    def get_context_data(self, **kwargs):
        """The names to choose from stand above the form."""
        names = " ".join(sorted(map(str, permissions(self.request.user))))
        self.help = translate("Your permissions: %(names)s") % {"names": names or "—"}
        return super().get_context_data(**kwargs)

    def form_valid(self, form):
        said = dict(form.cleaned_data)
        try:
            token, secret = issue(said.pop("user_name"), by=self.request.user, **said)
        except Refused as refused:
            form.add_error(None, refused)
            return self.form_invalid(form)
        found = {"title": translate("The token"), "token": token, "secret": secret}
        return never_cache(render)(self.request, "registry/token.html", found)


class RevokeToken(pages.EndPage):
    """End a token now."""

    reach, end = staticmethod(in_reach), staticmethod(revoke)
    said, back_url = _("The token is revoked."), reverse_lazy("tokens")


urlpatterns = [
    path("", Tokens.as_view(), name="tokens"),
    path("new/", MakeToken.as_view(), name="token-new"),
    path("<int:pk>/revoke/", RevokeToken.as_view(), name="token-revoke"),
]
