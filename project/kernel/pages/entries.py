"""One form that calls one service; what the service refuses is said above the form."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.views.generic import FormView, View

from project.kernel.guards import Refused
from project.kernel.pages.navigation import Permitted


class EntryPage(Permitted, FormView):
    """A page to enter something; `enter` calls the service and answers with the next address."""

    template_name = "entry.html"
    title = label = help = ""
    back_url = crumb = ""

    def get_form_kwargs(self):
        """Forms limit their choices to what the person may use."""
        return super().get_form_kwargs() | {"user": self.request.user}

    def enter(self, *, by, **fields):
        raise NotImplementedError

    def form_valid(self, form):
        try:
            return redirect(self.enter(by=self.request.user, **form.cleaned_data))
        except Refused as refused:
            form.add_error(None, refused)
            return self.form_invalid(form)

    def get_context_data(self, **kwargs):
        words = {name: getattr(self, name) for name in ("title", "label", "help", "crumb")}
        return super().get_context_data(**words, back_url=self.back_url, **kwargs)


class EndPage(Permitted, View):
    """A button that ends one thing within somebody's reach; of any other nothing is learnt.

    `reach(user)` gives the query of what they may end, `end(record, by=)` is the service.
    """

    http_method_names = ("post",)
    said = back_url = ""

    @staticmethod
    def reach(user):
        raise NotImplementedError

    @staticmethod
    def end(record, *, by):
        raise NotImplementedError

    def post(self, request, pk):
        found = self.reach(request.user).filter(pk=pk).first()
        if found is None:
            raise Http404
        try:
            self.end(found, by=request.user)
            messages.success(request, self.said)
        except Refused as refused:
            messages.error(request, " ".join(refused.messages))
        return redirect(self.back_url)
