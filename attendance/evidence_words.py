"""What shows a doubt, in words and pictures."""

from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from attendance.models import CheckIn, Flag, Photo, RollCall

CODE = Flag.Code
SHOWN = ("check_in__contract__person", "roll_call__area")
SENTENCES = {
    CODE.OUTSIDE_FENCE: _("%(metres)s m from %(place)s; the fence is %(radius)s m."),
    CODE.POOR_ACCURACY: _("The place is accurate to %(metres)s m; %(limit)s m are allowed."),
    CODE.CLOCK_DRIFT: _("The clock is wrong by %(seconds)s s; %(limit)s s are allowed."),
    CODE.LATE: _("Sent after %(hours)s hours; %(limit)s are allowed."),
    CODE.SHARED_DEVICE: _("%(workers)s workers used this phone on the day."),
    CODE.SAME_PHOTO: _("It differs from an earlier picture in %(bits)s of 64 spots."),
    CODE.NO_SECOND_PHOTO: _("%(hours)s hours between coming and leaving without another picture."),
    CODE.OUTSIDE_CONTRACT: _("The contract runs from %(from)s to %(to)s."),
    CODE.FUTURE_DAY: _("It arrived on %(today)s."),
    CODE.BROKEN_CHAIN: _("Record %(sequence)s does not follow the one before it."),
}


@dataclass(frozen=True)
class Picture:
    """A picture to look at, with whose it is and when it was taken."""

    url: str
    words: str


def evidence_in_words(flag):
    """The evidence of a doubt as a sentence; what has none is said by the doubt itself."""
    sentence = SENTENCES.get(flag.code)
    if sentence is None:
        return other_record(flag) if flag.code == CODE.TWO_PROGRAMMES else ""
    try:
        return translate(sentence) % flag.evidence
    except KeyError:  # evidence of an older shape is shown as it is kept
        return ", ".join(f"{name} {value}" for name, value in flag.evidence.items())


def other_record(flag):
    """Where else the person was recorded on the day (S-14)."""
    other = CheckIn.objects.filter(pk=flag.evidence.get("check_in"))
    other = other.select_related("contract__area").first()
    if other is None:
        return ""
    words = {
        "post": other.contract.title,
        "village": other.contract.area.name,
        "source": other.get_source_display(),
    }
    return translate("Also recorded as %(post)s in %(village)s (%(source)s).") % words


def pictures_of(flag):
    """The day's pictures, and beside them the one they are said to be like."""
    entry, photos = flag.check_in, Photo.objects.select_related(*SHOWN)
    own = Q(check_in__contract=entry.contract_id, check_in__day=entry.day)
    called = RollCall.objects.filter(lines__check_in__contract=entry.contract_id, day=entry.day)
    group = Q(roll_call__in=called) | Q(roll_call__corrections__in=called)
    found = list(photos.filter(own | group).order_by("check_in__at", "pk").distinct())
    if flag.code == CODE.SAME_PHOTO:
        found += photos.filter(_like(flag.evidence))
    return [picture_of(photo) for photo in dict.fromkeys(found)]


def _like(evidence):
    """The picture that was there before: of a check-in, or those of a roll call."""
    if evidence.get("roll_call"):
        return Q(roll_call=evidence["roll_call"])
    return Q(check_in=evidence.get("check_in"), roll_call=None)


def picture_of(photo):
    """A picture with whose it is; one of a roll call is of everybody who was there."""
    entry = photo.check_in or photo.roll_call
    who = photo.check_in.contract.person.name if photo.check_in else entry.area.name
    words = f"{who} · {entry.day} · {entry.get_kind_display()}"
    return Picture(reverse("attendance:photo", args=[photo.pk]), words)
