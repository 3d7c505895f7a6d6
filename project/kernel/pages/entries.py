"""One form that calls one service; what the service refuses is said above the form."""

from django.shortcuts import redirect
from django.views.generic import FormView

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
