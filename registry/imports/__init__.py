"""The files that fill the registry: areas, the calendar, people, and what others say of them."""

from registry.imports.areas import Areas
from registry.imports.calendar import Calendar
from registry.imports.facts import Facts
from registry.imports.people import People

__all__ = ["Areas", "Calendar", "Facts", "People"]
