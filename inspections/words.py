"""A doubt in words: which pattern saw it, and what it saw."""

from inspections.patterns import BY_CODE


def why(doubt):
    """What was seen, in a sentence; a pattern that is no longer looked for stands by its code."""
    pattern = BY_CODE.get(doubt.pattern)
    return pattern.why(doubt.shows) if pattern else doubt.pattern


def title_of(code):
    """A pattern's code with its title."""
    pattern = BY_CODE.get(code)
    return f"{code} {pattern.title}" if pattern else code
