"""What people see or are told and no query finds: each has a code, a severity and a sentence."""

from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from project.kernel.months import SHANGHAI


class Told:
    """One kind of finding that a person brings home; a doubt of it says who found it."""

    code: ClassVar[str]
    severity: ClassVar[str]
    title: ClassVar[str]
    sentence: ClassVar[str]

    @classmethod
    def why(cls, shows):
        """What was seen, in a sentence for people."""
        return str(cls.sentence) % (shows | _moment(shows))


def _moment(shows):
    """When it was, by China's clock; the moment is kept as ISO text."""
    if "at" not in shows:
        return {}
    return {"at": f"{datetime.fromisoformat(shows['at']).astimezone(SHANGHAI):%Y-%m-%d %H:%M}"}


class SomebodyElse(Told):
    """Inspectors met somebody else at the holder's work (V-01)."""

    code = "V-01.visit"
    severity = "A"
    title = _("Somebody else seen at work")
    sentence = _("On a visit at %(at)s, %(other)s was doing this person's work.")


class NotAtWork(Told):
    """Work was due at that hour and the holder was not there, or did none (V-02).

    Once is a doubt; two absences on visits that nobody announced are the stronger sign.
    """

    code = "V-02.visit"
    severity = "B"
    title = _("Not at work on a visit")
    sentence = _("On a visit at %(at)s the person was not there although work was due.")
    idle = _("On a visit at %(at)s the person was there but did not work although work was due.")
    again = _(
        "On a visit at %(at)s the person was not there although work was due. Unannounced visits "
        "have found them absent %(times)s times."
    )

    @classmethod
    def why(cls, shows):
        sentence = cls.sentence
        if shows.get("seen") == "idle":
            sentence = cls.idle
        elif shows.get("times", 1) > 1:
            sentence = cls.again
        return str(sentence) % (shows | _moment(shows))


class ReturnedMoney(Told):
    """The holder says that money was given back (V-14)."""

    code = "V-14.told"
    severity = "A"
    title = _("Money given back, as told")
    sentence = _("On a visit at %(at)s the person said that they gave some of the money back.")


class CardKept(Told):
    """The holder says that somebody else keeps the bank card (V-16)."""

    code = "V-16.told"
    severity = "B"
    title = _("Card kept by somebody else, as told")
    sentence = _("On a visit at %(at)s the person said that somebody else keeps the bank card.")


TOLD = (SomebodyElse, NotAtWork, ReturnedMoney, CardKept)
