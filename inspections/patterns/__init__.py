"""Every pattern that is looked for, by its code."""

from inspections.patterns.base import Pattern, Scope
from inspections.patterns.devices import SharedPhone

ALL = (SharedPhone,)
BY_CODE = {pattern.code: pattern for pattern in ALL}

__all__ = ["ALL", "BY_CODE", "Pattern", "Scope"]
