"""The password of a locked bank file: it waits for one other person and is shown once."""

from django import forms
from django.http import Http404
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.generic import FormView

from payroll import locking
from payroll.models import LockedFile
from project.kernel import pages
from project.kernel.guards import Refused
from project.kernel.months import today
from project.kernel.pages.records import shown
from project.kernel.roles import Permission

LOCKED = (
    pages.Column(_("File name"), "name"),
    pages.Column(_("Taken at"), "made_at"),
    pages.Column(_("Taken by"), "taken_by"),
    pages.Column(_("Password read by"), "read_by"),
    pages.Column(_("Password read at"), "read_at"),
    pages.Column(_("Kept until"), "keep_until"),
    pages.Column(_("Content hash"), "sha256"),
)


class ShowForm(forms.Form):
    """Nothing to fill in: the button alone."""


@method_decorator(never_cache, name="dispatch")
class ReadPassword(pages.Permitted, FormView):
    """Show the password of a locked file once, on a page that nothing keeps."""

    permission = Permission.PAY_PASSWORD
    template_name = "payroll/password.html"
    form_class = ShowForm

    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        seen = LockedFile.objects.visible_to(request.user).filter(pk=kwargs["pk"])
        self.locked = seen.select_related("run__area", "taken_by", "read_by").first()
        if self.locked is None:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form):
        try:
            password = locking.read_password(self.locked, by=self.request.user)
        except Refused as refused:
            form.add_error(None, refused)
            return self.form_invalid(form)
        return self.render_to_response(self.get_context_data(password=password))

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            title=_("Password of a locked file"),
            label=_("Show the password once"),
            facts=shown(LOCKED, self.locked),
            gone=locking.gone(self.locked),
            **kwargs,
        )


def lines(user):
    """Inbox lines: the passwords that wait for this person, not for who took the file."""
    if not user.has_perm(Permission.PAY_PASSWORD):
        return []
    waiting = LockedFile.objects.visible_to(user).filter(password__isnull=False)
    waiting = waiting.filter(keep_until__gte=today()).exclude(taken_by=user).defer("password")
    return [_line(locked) for locked in waiting.select_related("run__area").order_by("pk")]


def _line(locked):
    return pages.Waiting(
        kind=translate("locked bank file"),
        step=translate("Read the password and give it to the bank"),
        what=locked.name,
        area=locked.run.area.name,
        url=reverse("payroll:file-password", args=[locked.pk]),
        since=locked.made_at,
        due=locked.keep_until,
    )


urlpatterns = [path("files/locked/<int:pk>/", ReadPassword.as_view(), name="file-password")]
