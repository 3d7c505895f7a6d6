"""What is refused is answered as refused: to programs by a problem, to people by a page and 422."""

from django.forms import BaseForm
from django.forms.formsets import BaseFormSet

REFUSED = 422
SAID = ("reasons", "refusals")


class Refusals:
    """A page that shows again what was posted, with what is wrong about it, is no success (422).

    Pages show the sentences of a service that refused under one of two names.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_template_response(self, request, response):
        shown = response.context_data or {}
        if request.method == "POST" and response.status_code == 200 and _is_refused(shown):
            response.status_code = REFUSED
        return response


def _is_refused(shown):
    told = any(shown.get(name) for name in SAID)
    return told or any(_is_faulty(value) for value in shown.values())


def _is_faulty(value):
    return isinstance(value, BaseForm | BaseFormSet) and value.is_bound and not value.is_valid()
