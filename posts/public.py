"""Applying in the street: the open calls, an application on the phone, and what became of it."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, ListView

from notices.models import Notice
from notices.pace import refuse_programs, within_pace
from posts import application_flows, applications
from posts.application_forms import AskForm, PhoneApplicationForm
from posts.models import Post, Recruitment
from project.kernel.guards import Refused
from project.kernel.months import today

SHOWN_AT_ONCE = 100
SENT_AN_HOUR = 10
SENT_TO_A_CALL_AN_HOUR = 100
ASKED_AN_HOUR = 20


def open_calls():
    """The calls to which anybody may apply today."""
    calls = Recruitment.objects.filter(opens_on__lte=today(), closes_on__gte=today())
    calls = calls.filter(post__state=Post.State.OPEN).exclude(notice__state=Notice.State.VOID)
    return calls.select_related("area", "post", "notice").order_by("closes_on", "pk")


@method_decorator(login_not_required, name="dispatch")
class OpenCalls(ListView):
    """Every post one can apply for today, whether or not its notice still hangs."""

    template_name = "posts/open_calls.html"
    paginate_by = SHOWN_AT_ONCE
    context_object_name = "calls"

    def get_queryset(self):
        return open_calls()


@method_decorator([login_not_required, never_cache], name="dispatch")
class ApplyByPhone(FormView):
    """An application without signing in; the reply is the same for everybody."""

    template_name = "posts/apply_by_phone.html"
    form_class = PhoneApplicationForm

    def setup(self, request, *args, **kwargs):
        """The call of the notice in the address."""
        super().setup(request, *args, **kwargs)
        joined = Recruitment.objects.select_related("area", "post", "notice")
        self.call = joined.filter(notice=kwargs["pk"]).first()

    def dispatch(self, request, *args, **kwargs):
        if self.call is None:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self):
        return {"recruitment": self.call.pk}

    def get_form_kwargs(self):
        """Whoever reads one call may choose any that is open in the same village."""
        calls = open_calls().filter(area=self.call.area_id)
        listed = {"calls": calls, "categories": applications.categories(self.call)}
        return super().get_form_kwargs() | listed

    def post(self, request, *args, **kwargs):
        """What comes too often is not even read."""
        try:
            refuse_programs(request, "applications", SENT_AN_HOUR)
            if not within_pace(f"applications-to-{self.call.pk}", SENT_TO_A_CALL_AN_HOUR):
                raise Refused(_("Many people apply just now; try again in an hour."))
            if reasons := applications.against(self.call):
                raise Refused(reasons)
        except Refused as refused:
            return self.stopped(refused)
        return super().post(request, *args, **kwargs)

    def stopped(self, refused):
        form = self.get_form()
        form.full_clean()
        form.add_error(None, refused)
        return self.form_invalid(form)

    def form_valid(self, form):
        sent = dict(form.cleaned_data)
        try:
            receipt = application_flows.receive(sent.pop("recruitment"), **sent)
        except Refused as refused:
            return self.stopped(refused)
        context = {"receipt": receipt, "call": self.call}
        return self.response_class(self.request, ["posts/application_sent.html"], context)

    def get_context_data(self, **kwargs):
        over = [] if self.request.method == "POST" else applications.against(self.call)
        return super().get_context_data(call=self.call, over=over, **kwargs)


@method_decorator([login_not_required, never_cache], name="dispatch")
class AskForApplication(FormView):
    """What became of an application, for whoever holds its receipt: a sentence, nothing else."""

    template_name = "posts/application_asked.html"
    form_class = AskForm

    def form_valid(self, form):
        try:
            refuse_programs(self.request, "applications-asked", ASKED_AN_HOUR)
            answer = applications.became(**form.cleaned_data)
            if answer is None:
                raise ValidationError(
                    _("There is no application with this receipt and these four characters.")
                )
        except ValidationError as refused:
            form.add_error(None, refused)
            return self.form_invalid(form)
        return self.render_to_response(self.get_context_data(form=form, answer=answer))


urlpatterns = [
    path("calls/", OpenCalls.as_view(), name="board-calls"),
    path("<int:pk>/apply/", ApplyByPhone.as_view(), name="board-apply"),
    path("applications/", AskForApplication.as_view(), name="application-asked"),
]
