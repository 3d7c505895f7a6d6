"""What waits for somebody: which record, which step, since when, due when, late or not."""

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.mixins import LoginRequiredMixin
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView


@dataclass(frozen=True)
class Waiting:
    """One line of the inbox."""

    kind: str
    step: str
    what: str
    area: str
    url: str
    since: datetime
    due: date | None = None
    late: bool = False
    taken_by: str = ""


class InboxPage(LoginRequiredMixin, TemplateView):
    """Everything that `waiting(user)` says waits for the person who looks, the late first."""

    template_name = "inbox.html"
    waiting = staticmethod(lambda user: [])

    def get_context_data(self, **kwargs):
        lines = sorted(self.waiting(self.request.user), key=urgency)
        groups = {}
        for line in lines:
            groups.setdefault((line.kind, line.step), []).append(line)
        return super().get_context_data(
            **kwargs,
            title=_("Waiting for me"),
            groups=[{"kind": k, "step": s, "lines": w} for (k, s), w in groups.items()],
            count=len(lines),
            late=sum(1 for line in lines if line.late),
        )


def urgency(line):
    """Late before due, due before undated, the longest waiting first."""
    return not line.late, line.due is None, line.due or line.since.date(), line.since
