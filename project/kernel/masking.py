"""Show the least of a personal number that still lets its owner know it (A10)."""


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
