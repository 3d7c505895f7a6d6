"""Untidy spreadsheets in, tidy ones out."""

from project.kernel.tables.columns import Column, Row, RowError
from project.kernel.tables.parse import parse
from project.kernel.tables.read import Page, Sheet, Unreadable, read
from project.kernel.tables.text import is_active, write_text
from project.kernel.tables.write import write, write_errors

__all__ = [
    "Column",
    "Page",
    "Row",
    "RowError",
    "Sheet",
    "Unreadable",
    "is_active",
    "parse",
    "read",
    "write",
    "write_errors",
    "write_text",
]
