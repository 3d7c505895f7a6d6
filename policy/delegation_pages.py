"""Who stands in for whom: one's own substitutions, those of one's area, naming and ending one."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.urls import path, reverse, reverse_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from policy.delegations import delegate
from project.kernel import pages
from project.kernel.forms import ReasonForm
from project.kernel.models import User
from project.kernel.months import today
from project.kernel.roles import ROLES, Permission
from registry.delegations import end, seen_by
from registry.models import Area, Delegation


def standing(delegation):
    """Whether a substitution holds today, and why not."""
    if delegation.ended_by_id:
        return translate("Ended")
    if delegation.starts_on > today():
        return translate("Not yet")
    return translate("Holds") if delegation.ends_on >= today() else translate("Over")


class DelegationList(pages.RecordList):
    model = Delegation
    permission = Permission.POLICY_VIEW
    joins = ("area", "absent", "substitute", "made_by")
    columns = (
        pages.Column(_("Person away"), "absent", link=True),
        pages.Column(_("Substitute in office"), "substitute"),
        pages.Column(_("Role"), "role"),
        pages.Column(_("Area"), "area.name"),
        pages.Column(_("From"), "starts_on"),
        pages.Column(_("To"), "ends_on"),
        pages.Column(_("Reason"), "reason"),
        pages.Column(_("By"), "made_by"),
        pages.Column(_("State"), standing, badge=True),
    )
    search_fields = ("absent__name", "substitute__name")
    empty = _("Nobody stands in for anybody here.")
    links = (pages.Link(_("Name a substitute"), reverse_lazy("policy:delegate")),)

    def records(self):
        return seen_by(self.request.user).select_related(*self.joins)

    def url(self, record):
        return reverse("policy:delegation-end", args=[record.pk])


DAY = {"format": "%Y-%m-%d", "attrs": {"type": "date"}}


class DelegateForm(forms.Form):
    """Who is away, who stands in, in which role and area, from when to when, and why."""

    absent = forms.CharField(
        label=_("Login of the person away"),
        max_length=150,
        required=False,
        help_text=_("Leave it empty for yourself."),
    )
    substitute = forms.CharField(label=_("Login of the substitute"), max_length=150)
    role = forms.ChoiceField(
        label=_("Role"), choices=[(name, role.title) for name, role in ROLES.items()]
    )
    area = forms.CharField(label=_("Area code"), min_length=12, max_length=12)
    starts_on = forms.DateField(label=_("From"), initial=today, widget=forms.DateInput(**DAY))
    ends_on = forms.DateField(label=_("To"), widget=forms.DateInput(**DAY))
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.by = user

    def clean_absent(self):
        name = self.cleaned_data["absent"].strip()
        return _person(name) if name else self.by

    def clean_substitute(self):
        return _person(self.cleaned_data["substitute"].strip())

    def clean_area(self):
        area = Area.objects.on(today()).filter(code=self.cleaned_data["area"].strip()).first()
        if area is None:
            raise ValidationError(translate("No area in use has this code."))
        return area


def _person(username):
    found = User.objects.filter(username=username, is_active=True).first()
    if found is None:
        raise ValidationError(translate("Nobody signs in with this name."))
    return found


class Delegate(pages.EntryPage):
    """Name somebody who takes over one role for some days."""

    permission = Permission.POLICY_VIEW
    form_class = DelegateForm
    title = label = _("Name a substitute")
    crumb = Delegation._meta.verbose_name_plural
    back_url = reverse_lazy("policy:delegation-list")
    help = _(
        "The substitute acts under their own name. Where one of the two has taken a step, the "
        "other cannot take the one that needs a second person."
    )

    def enter(self, *, by, **fields):
        delegate(**fields, by=by)
        messages.success(self.request, translate("The substitute is named."))
        return self.back_url


class EndDelegation(pages.EntryPage):
    """End a substitution before its last day."""

    permission = Permission.POLICY_VIEW
    form_class = ReasonForm
    title = label = _("End the substitution")
    crumb = Delegation._meta.verbose_name_plural
    back_url = reverse_lazy("policy:delegation-list")
    help = _("The substitute loses the role at once. What they did in it stays as it is.")

    def dispatch(self, request, *args, **kwargs):
        self.delegation = None
        if request.user.is_authenticated:
            found = seen_by(request.user).select_related("absent", "substitute", "area")
            self.delegation = get_object_or_404(found, pk=kwargs["pk"])
            self.title = f"{translate('End the substitution')}: {self.delegation}"
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        asked = super().get_form_kwargs()
        del asked["user"]
        return asked

    def enter(self, *, by, note):
        end(self.delegation, by=by, reason=note)
        return self.back_url


delegation_paths = [
    path("delegations/", DelegationList.as_view(), name="delegation-list"),
    path("delegations/add/", Delegate.as_view(), name="delegate"),
    path("delegations/<int:pk>/end/", EndDelegation.as_view(), name="delegation-end"),
]
