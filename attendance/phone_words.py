"""What is doubtful about a day, in a worker's words: what was seen, and what to do next time."""

from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from attendance.models import Flag, FlagReview

Code = Flag.Code
DOUBTS = {
    Code.OUTSIDE_FENCE: _("You were far from the place of work when you checked in."),
    Code.NO_PLACE: _("The phone did not find where you were. Switch on its location service."),
    Code.MOCK_PLACE: _("The place came from a program that invents places."),
    Code.POOR_ACCURACY: _("The phone did not find the place well. Check in out of doors."),
    Code.CLOCK_DRIFT: _("The clock of your phone is wrong. Let the phone set its time itself."),
    Code.REPLAY: _("The same check-in came twice with different contents."),
    Code.LATE: _("The check-in was sent many hours after it was made."),
    Code.SHARED_DEVICE: _("Several workers check in on this phone."),
    Code.SAME_PHOTO: _("The picture was used before."),
    Code.PHOTO_OF_SCREEN: _("The picture looks like a picture of a picture."),
    Code.NO_SECOND_PHOTO: _("The second picture of the day is missing."),
    Code.NO_PHOTO: _("The picture has not arrived."),
    Code.OUTSIDE_CONTRACT: _("Your contract did not run on this day."),
    Code.SUSPENDED: _("Your contract was suspended on this day."),
    Code.TWO_PROGRAMMES: _("You are recorded elsewhere on the same day."),
    Code.BROKEN_CHAIN: _("A check-in before this one has not arrived."),
    Code.BAD_SIGNATURE: _("The check-in does not fit this phone."),
    Code.FUTURE_DAY: _("The day had not come yet. The date of your phone is wrong."),
    Code.LEFT_BEFORE: _("The check-out came before the check-in."),
}


def doubt(flag):
    """A doubt that nobody has looked at, or what came of the look; nothing once it counts."""
    review = getattr(flag, "review", None)
    if review is None:
        return str(DOUBTS[flag.code])
    if review.decision == FlagReview.Decision.COUNTS:
        return ""
    return translate("It was looked into and the day does not count: %(reason)s") % {
        "reason": review.reason
    }
