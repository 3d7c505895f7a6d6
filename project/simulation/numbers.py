"""Numbers that pass every check and belong to nobody: they begin with 99."""

from datetime import date, timedelta

from registry.idnumber import check_digit

OLDEST = date(1962, 1, 1)
BIRTHDAYS = 365 * 40
STRIDE = 7919  # Coprime to BIRTHDAYS: neighbours in a list do not share a birthday.
LARGEST_COUNTY = BIRTHDAYS * 499


def birthday(index):
    """The birthday of the person numbered `index` in a county."""
    return OLDEST + timedelta(days=index * STRIDE % BIRTHDAYS)


def id_number(county, index, *, male):
    """An ID number of the county's six digits, one for each index and sex."""
    sequence = 2 * (index // BIRTHDAYS) + (1 if male else 2)
    number = f"{county[:6]}{birthday(index):%Y%m%d}{sequence:03}"
    return number + check_digit(number)


def account_number(county, index):
    """A card number of sixteen digits with its check digit (Luhn), one for each index."""
    digits = f"99{county[2:6]}{index:09}"
    doubled = [int(d) * (2 - place % 2) for place, d in enumerate(digits)]
    return digits + str(-sum(n // 10 + n % 10 for n in doubled) % 10)


def household_number(county, index):
    return f"99H{county[2:6]}{index:09}"
