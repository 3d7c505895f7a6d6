"""What somebody saw in a picture of a check-in, the seven abuses of pictures among it (V-32)."""

from django.utils.translation import gettext_lazy as _

from inspections.patterns.told import Told


class SomebodyElsePictured(Told):
    """The picture shows somebody else than the holder (V-01)."""

    code = "V-01.seen"
    severity = "A"
    title = _("Somebody else in the picture")
    sentence = _("The picture of the check-in of %(day)s shows somebody else: %(note)s")


class Irrelevant(Told):
    """The picture shows no work at all (V-32)."""

    code = "V-32.seen"
    severity = "B"
    title = _("A picture that shows no work")
    sentence = _("The picture of the check-in of %(day)s shows no work: %(note)s")


class OfAPicture(Told):
    """The picture is one of a screen or of a print (V-32)."""

    code = "V-32.screen"
    severity = "B"
    title = _("A picture of a picture")
    sentence = _("The picture of the check-in of %(day)s is a picture of a picture: %(note)s")


class TooFew(Told):
    """Fewer people are pictured than were recorded (V-32)."""

    code = "V-32.count"
    severity = "B"
    title = _("Fewer people pictured than recorded")
    sentence = _("The picture of %(day)s shows fewer people than were recorded: %(note)s")


OF_OUTCOME = {
    "other": SomebodyElsePictured,
    "irrelevant": Irrelevant,
    "screen": OfAPicture,
    "count": TooFew,
}
REVIEWED = tuple(OF_OUTCOME.values())
