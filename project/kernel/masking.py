"""Show the least of a personal number that still lets its owner know it (A10)."""

import re

# An ID number has its owner's birthday in the middle, which other long numbers have not.
ID_NUMBER = re.compile(
    r"(?<!\d)\d{6}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)"
)


def mask_id(number):
    """Keep the area and the tail of an ID number: 990123********0122."""
    if len(number) != 18:
        return "*" * len(number)
    return f"{number[:6]}{'*' * 8}{number[14:]}"


def mask_account(number):
    """Keep the last four digits of a bank account."""
    return f"****{number[-4:]}" if len(number) > 4 else "*" * len(number)


def mask_phone(number):
    """Keep three digits and four: 139****7230."""
    if len(number) < 8:
        return "*" * len(number)
    return f"{number[:3]}****{number[-4:]}"


def masked(facts, name=""):
    """The same facts with every ID number, and every account where it is named so, masked."""
    if isinstance(facts, dict):
        return {key: masked(value, key) for key, value in facts.items()}
    if isinstance(facts, list | tuple):
        parts = [masked(one, name) for one in facts]
        return type(facts)(*parts) if hasattr(facts, "_fields") else type(facts)(parts)
    if not isinstance(facts, str):
        return facts
    if name == "account" and facts.isdigit():
        return mask_account(facts)
    return ID_NUMBER.sub(lambda found: mask_id(found[0]), facts)
