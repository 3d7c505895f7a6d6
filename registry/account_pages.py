"""Entering the account somebody is paid on, from their page."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import path, reverse
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from project.kernel import pages
from project.kernel.roles import Permission
from registry.accounts import enter_account
from registry.models import Person


class AccountForm(forms.Form):
    """The number as it stands on the card, and the bank."""

    number = forms.CharField(
        label=_("Account"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    bank = forms.CharField(label=_("Bank"), max_length=60)


class EnterAccount(pages.EntryPage):
    """The first account of a person whom the officer sees; a change is the ledger's work."""

    permission = Permission.PERSON_EDIT
    form_class = AccountForm
    title = _("Enter the bank account")
    label = _("Save the account")
    help = _("The account must be in the person's own name; the subsidy is paid to it.")

    def dispatch(self, request, *args, **kwargs):
        seen = Person.objects.visible_to(request.user).select_related("area")
        self.person = seen.filter(pk=kwargs["pk"]).first()
        if self.person is None:
            raise Http404
        if not request.user.has_perm(self.permission, self.person.area_id):
            raise PermissionDenied(translate("This page belongs to another role or another area."))
        self.crumb, self.back_url = self.person, pages.url_of(self.person)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        del kwargs["user"]
        return kwargs

    def enter(self, *, by, **fields):
        enter_account(self.person, by=by, **fields)
        return self.back_url


def account_of(person):
    """The way from a person without an account to the page that enters one."""
    if person.accounts.filter(current=True).exists():
        return []
    url = reverse("registry:account", args=[person.pk])
    return [pages.Link(_("Enter the bank account"), url, Permission.PERSON_EDIT)]


account_paths = [path("<int:pk>/account/", EnterAccount.as_view(), name="account")]
