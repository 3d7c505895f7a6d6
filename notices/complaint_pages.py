"""Reporting what is wrong: the page behind the QR code, and the hotline as staff write it down."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.generic import FormView

from notices import flows
from notices.complaint_forms import ComplaintForm, HeardComplaintForm
from notices.complaint_papers import poster
from notices.models import Objection
from notices.pace import refuse_programs
from project.kernel import pages
from project.kernel.guards import Refused
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.access import areas, in_areas
from registry.models import Area

COMPLAINTS_AN_HOUR = 10


@method_decorator([login_not_required, never_cache], name="dispatch")
class Report(FormView):
    """What anybody may report without signing in; the QR code of a village fills in the place."""

    template_name = "notices/complain.html"
    form_class = ComplaintForm

    def get_form_kwargs(self):
        found = Area.objects.on(today()).filter(pk=self.request.GET.get("at", ""))
        return super().get_form_kwargs() | {"at": found.first()}

    def form_valid(self, form):
        try:
            refuse_programs(self.request, "complaints", COMPLAINTS_AN_HOUR)
            made = flows.complain(channel=Objection.Channel.WEB, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused)
            return self.form_invalid(form)
        return redirect("objection-receipt", made.code)


class WriteDown(pages.EntryPage):
    """Write down what somebody reports by telephone or on paper."""

    permission = Permission.OBJECTION_RECEIVE
    form_class = HeardComplaintForm
    title = _("Write down a complaint")
    label = _("Take a complaint in")
    crumb = Objection._meta.verbose_name_plural
    back_url = reverse_lazy("notices:objection-list")
    help = _(
        "It goes to the county at once, and only those who look into complaints can read it "
        "again. Read the receipt out: with it the answer can be read."
    )

    def enter(self, *, by, **said):
        made = flows.complain(by=by, **said)
        words = translate("The complaint is taken in. Its receipt is %(code)s.")
        messages.success(self.request, words % {"code": made.code})
        return self.back_url


class Poster(pages.Permitted, View):
    """The sheet of paper with the QR code of a place, to be hung up there."""

    permission = Permission.OBJECTION_RECEIVE

    def get(self, request, code):
        mine = in_areas(areas(request.user, self.permission), "code")
        area = get_object_or_404(Area.objects.select_related("parent").filter(mine), pk=code)
        return HttpResponse(poster(area), content_type="application/pdf")


urlpatterns = [path("", Report.as_view(), name="complain")]
inside = [
    path("complaints/add/", WriteDown.as_view(), name="complaint-add"),
    path("complaints/poster/<slug:code>/", Poster.as_view(), name="complaint-poster"),
]
