"""The files of work-for-relief that are taken in: projects with their money, and rosters."""

from workrelief.imports.members import Members
from workrelief.imports.projects import Projects

__all__ = ["Members", "Projects"]
