"""The gradual retirement age in force since 2025-01-01 (R-97, A7)."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from project.kernel.months import Month


class Track(models.TextChoices):
    """The retirement age a person had before 2025."""

    MAN_60 = "man_60", _("man, 60")
    WOMAN_55 = "woman_55", _("woman, 55")
    WOMAN_50 = "woman_50", _("woman, 50")


@dataclass(frozen=True)
class Step:
    """Born in `base` or later, one month more for every `months` months, up to `cap` months."""

    age: int
    base: Month
    months: int
    cap: int


STEPS = {
    Track.MAN_60: Step(60, Month(1965, 1), 4, 36),
    Track.WOMAN_55: Step(55, Month(1970, 1), 4, 36),
    Track.WOMAN_50: Step(50, Month(1975, 1), 2, 60),
}


def retirement_age(birth, track):
    """The statutory age of a person, as years and months."""
    step = STEPS[Track(track)]
    since = (birth.year - step.base.year) * 12 + birth.month - step.base.month
    late = 0 if since < 0 else min(since // step.months + 1, step.cap)
    return step.age + late // 12, late % 12


def retirement_month(birth, track):
    """The month in which a person reaches the statutory age."""
    years, months = retirement_age(birth, track)
    return Month.of(birth).plus(years * 12 + months)
