"""Who is signed in where: one's own sessions, those of people one appoints, and the password."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import PasswordChangeView
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView, View

from project.kernel import pages, second_factor, sign_ins
from project.kernel.guards import log
from project.kernel.models import SignIn, User
from registry import provider
from registry.second_factors import of_others
from registry.sessions import end, end_all, in_reach, overseen

OWN, OTHERS = 20, 200


class Sessions(pages.Permitted, TemplateView):
    """One's own sessions of late, and the open ones of people one oversees."""

    template_name = "registry/sessions.html"

    def get_context_data(self, **kwargs):
        user, wanted = self.request.user, self.request.GET.get("q", "").strip()
        others = in_reach(user).exclude(user=user).order_by("-seen_at")
        if wanted:
            others = others.filter(user__username=wanted) | others.filter(user__name=wanted)
        return super().get_context_data(
            title=_("Sessions and password"),
            own=SignIn.objects.filter(user=user).order_by("-pk")[:OWN],
            alive=set(sign_ins.open_ones().filter(user=user).values_list("pk", flat=True)),
            here=sign_ins.digest_of(self.request.session.session_key),
            others=others[:OTHERS],
            oversees=overseen(user).exists(),
            wanted=wanted,
            by_provider=provider.is_there(),
            **self.second_factor(wanted),
            **kwargs,
        )

    def second_factor(self, wanted):
        """The own authenticator, where one is asked for, and those of people one oversees."""
        user = self.request.user
        if not settings.SECOND_FACTOR:
            return {"asked": False}
        devices = of_others(user)
        if wanted:
            devices = devices.filter(user__username=wanted) | devices.filter(user__name=wanted)
        return {
            "asked": True,
            "device": second_factor.authenticator(user),
            "codes_left": second_factor.codes_left(user),
            "devices": devices[:OTHERS],
        }


class EndSession(pages.EndPage):
    """End one session."""

    reach, end = staticmethod(in_reach), staticmethod(end)
    said, back_url = _("The session is ended."), reverse_lazy("sessions")


class EndSessions(pages.Permitted, View):
    """End all sessions of one person, such as of somebody who left."""

    http_method_names = ("post",)

    def post(self, request, pk):
        people = overseen(request.user) | User.objects.filter(pk=request.user.pk)
        found = people.filter(pk=pk).first()
        if found is None:
            raise Http404
        count = end_all(found, by=request.user)
        said = ngettext("%(count)d session is ended.", "%(count)d sessions are ended.", count)
        messages.success(request, said % {"count": count})
        return redirect("sessions")


class ChangePassword(pages.Permitted, PasswordChangeView):
    """A new password; every other session of the person ends."""

    template_name = "entry.html"
    success_url = reverse_lazy("sessions")
    extra_context = {
        "title": _("Change the password"),
        "label": _("Change the password"),
        "help": _("Wherever else you are signed in, you are signed out."),
        "crumb": _("Sessions and password"),
        "back_url": success_url,
    }

    @transaction.atomic
    def form_valid(self, form):
        """Django gives this session another key, so it begins anew while the others end."""
        answer, user = super().form_valid(form), self.request.user
        sign_ins.end_all(user, by=user)
        sign_ins.begin(self.request, user, second_factor=sign_ins.proved(self.request))
        log(user, "change_password", by=user)
        messages.success(self.request, translate("The password is changed."))
        return answer


urlpatterns = [
    path("", Sessions.as_view(), name="sessions"),
    path("<int:pk>/end/", EndSession.as_view(), name="session-end"),
    path("of/<int:pk>/end/", EndSessions.as_view(), name="sessions-end"),
    path("password/", ChangePassword.as_view(), name="password-change"),
]
