"""What the API says of objections; who objected, it never says."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from notices import flows
from notices.forms import HeardForm
from notices.models import Notice, Objection
from project.api.shapes import RecordShape
from project.kernel.roles import Permission
from project.kernel.steps import Verb


class ObjectionShape(RecordShape):
    """What is said against a notice; without a notice it is a complaint, which few see."""

    notice_id: int | None
    line: int | None
    channel: str
    text: str
    code: str
    received_on: date
    due_on: date
    finding: str
    outcome: str
    answer: str
    answered_on: date | None


class TakenInForm(HeardForm):
    """What came by telephone or on paper, with the number of the notice it is about."""

    notice = forms.ModelChoiceField(Notice.objects.none(), label=_("Notice"))

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        if user is not None:
            self.fields["notice"].queryset = Notice.objects.visible_to(user)


OBJECTIONS = ("objections", Objection, ObjectionShape)
RECEIVE = Verb(
    flows.receive, _("Take an objection in"), TakenInForm, "receive", Permission.OBJECTION_RECEIVE
)
