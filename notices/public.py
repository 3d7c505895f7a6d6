"""The board in the street: what hangs, what anybody may say against it, and what was answered."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import DetailView, ListView
from django.views.generic.edit import FormMixin

from notices import flows
from notices.forms import ObjectionForm
from notices.models import Notice, Objection
from notices.pace import refuse_programs
from notices.pages import columns
from project.kernel.guards import Refused

SHOWN_AT_ONCE = 100
OBJECTIONS_AN_HOUR = 10


def hanging():
    """What everybody may read: posted notices, until their last day has passed and is certified."""
    posted = Notice.objects.filter(state=Notice.State.POSTED)
    return posted.select_related("area").order_by("-posted_on", "-pk")


@method_decorator(login_not_required, name="dispatch")
class PublicNotices(ListView):
    """The board in the village street, for everybody."""

    template_name = "notices/board.html"
    paginate_by = SHOWN_AT_ONCE
    context_object_name = "notices"

    def get_queryset(self):
        return hanging()


@method_decorator([login_not_required, never_cache], name="dispatch")
class PublicNotice(FormMixin, DetailView):
    """One notice as it hangs, the hash of its words, and a form to object without signing in."""

    template_name = "notices/notice.html"
    context_object_name = "notice"
    form_class = ObjectionForm

    def get_queryset(self):
        return hanging()

    def post(self, request, *args, **kwargs):
        self.object = self.get_object()
        form = self.get_form()
        return self.form_valid(form) if form.is_valid() else self.form_invalid(form)

    def form_valid(self, form):
        channel = Objection.Channel.WEB
        try:
            refuse_programs(self.request, "objections", OBJECTIONS_AN_HOUR)
            objection = flows.receive(self.object, channel=channel, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused)
            return self.form_invalid(form)
        return redirect("objection-receipt", objection.code)

    def get_context_data(self, **kwargs):
        heads = columns(self.object)
        rows = [
            {"cells": [(column, column.text(row)) for column in heads]}
            for row in self.object.content["rows"]
        ]
        answered = self.object.objections.exclude(answered_on=None).order_by("answered_on", "pk")
        return super().get_context_data(heads=heads, rows=rows, answered=answered, **kwargs)


@method_decorator([login_not_required, never_cache], name="dispatch")
class Receipt(DetailView):
    """Where an objection stands, for whoever holds its receipt: no word of who objected."""

    template_name = "notices/receipt.html"
    context_object_name = "objection"
    slug_field = "code"
    slug_url_kwarg = "code"

    def get_queryset(self):
        return Objection.objects.select_related("notice")


urlpatterns = [
    path("", PublicNotices.as_view(), name="board"),
    path("<int:pk>/", PublicNotice.as_view(), name="board-notice"),
    path("objections/<slug:code>/", Receipt.as_view(), name="objection-receipt"),
]
