"""Resident ID numbers (GB 11643, R-91): read them as people type them, and say what is wrong."""

import re
from datetime import date

from django.utils.translation import gettext as _

from project.kernel.texts import is_scientific, plain_number

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"
SHAPE = re.compile(r"[0-9]{17}[0-9X]")
OLD_SHAPE = re.compile(r"[0-9]{15}")
SYNTHETIC = "99"
EARLIEST = date(1900, 1, 1)


def normalise(text):
    """Undo what typing and spreadsheets do to a number: wide digits, spaces, a lower-case x."""
    return plain_number(text)


def problems(id_number, *, on, areas=None):
    """Every reason why this is not a resident ID number on the day `on`, as sentences.

    Where `areas`, a set of six-digit codes of any year, is given, the number must begin with one.
    """
    if not isinstance(id_number, str):
        return [
            _(
                "The ID number was typed into a number cell and has lost digits."
                " Format the column as text and type the number again."
            )
        ]
    number = normalise(id_number)
    if wrong := _misshapen(number):
        return [wrong]
    return [*_birth_problems(number, on), *_number_problems(number, areas)]


def check(id_number, *, on, areas=None):
    """Give back the normalised number, or raise ValueError with every problem."""
    if found := problems(id_number, on=on, areas=areas):
        raise ValueError(" ".join(found))
    return normalise(id_number)


def check_digit(number):
    """The eighteenth character that the first seventeen digits call for."""
    return CHECK[sum(w * int(d) for w, d in zip(WEIGHTS, number[:17], strict=True)) % 11]


def birth_on(id_number):
    """The birthday within a number, or ValueError where there is no such day."""
    return date(int(id_number[6:10]), int(id_number[10:12]), int(id_number[12:14]))


def sex(id_number):
    """`m` or `f`, by the seventeenth digit."""
    return "m" if int(id_number[16]) % 2 else "f"


def age_on(birth, day):
    """Full years on a day, counted from the birthday itself; 29 February counts on 1 March."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def birthday(birth, age):
    """The first day on which a person has that many full years."""
    year = birth.year + age
    leap_day_missing = (birth.month, birth.day) == (2, 29) and not _is_leap(year)
    return date(year, 3, 1) if leap_day_missing else birth.replace(year=year)


def is_synthetic(id_number):
    """No real area begins with 99: such numbers belong to demonstrations and tests."""
    return id_number.startswith(SYNTHETIC)


def _is_leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _misshapen(number):
    if not number:
        return _("The ID number is missing.")
    if is_scientific(number):
        return _(
            "The ID number is in scientific notation and has lost digits."
            " Format the column as text and type the number again."
        )
    if OLD_SHAPE.fullmatch(number):
        return _(
            "The ID number has 15 digits, the form before 1999."
            " Enter the 18-digit number of the present card."
        )
    if len(number) != 18:
        return _("The ID number has %(count)s characters; it must have 18.") % {
            "count": len(number)
        }
    if not SHAPE.fullmatch(number):
        return _("The ID number may hold only digits, and X as the last character.")
    return None


def _birth_problems(number, on):
    try:
        birth = birth_on(number)
    except ValueError:
        return [_("The birth date in the ID number, %(digits)s, does not exist.") % _born(number)]
    if birth > on:
        return [_("The birth date in the ID number, %(digits)s, is in the future.") % _born(number)]
    if birth < EARLIEST:
        return [_("The birth date in the ID number, %(digits)s, is before 1900.") % _born(number)]
    return []


def _born(number):
    return {"digits": number[6:14]}


def _number_problems(number, areas):
    if areas is not None and not is_synthetic(number) and number[:6] not in areas:
        yield _("The ID number begins with %(code)s, which is no area code.") % {"code": number[:6]}
    if number[14:17] == "000":
        yield _("The sequence in the ID number, digits 15 to 17, cannot be 000.")
    if number[17] != check_digit(number):
        yield _("The check digit of the ID number is wrong. Compare the number with the card.")
