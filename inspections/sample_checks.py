"""What must be true of a round of inspection before its next step."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from project.kernel.guards import guard


@guard(gettext_lazy("Not everybody on the list was visited."))
def everybody_was_visited(plan):
    """Whoever was drawn was visited, telephoned or looked at, or it says why not."""
    left = plan.drawn.filter(visits__isnull=True, missed="").count()
    if not left:
        return True
    return [
        _("%(left)s people on the list were not visited; visit them, or write down why not.")
        % {"left": left}
    ]


@guard(gettext_lazy("Somebody was visited already; the round is finished and reported."))
def nobody_was_visited(plan):
    return not plan.visits.exists()
