"""Pages that take any record by convention: lists, record pages, steps, imports, progress.

A model takes part when its default manager has `visible_to(user)`, it has an `area`, and its pages
are named `<app label>:<model name>`, which `record_paths` does.
"""

from project.kernel.pages.addresses import url_of
from project.kernel.pages.columns import Column, Group, Paper
from project.kernel.pages.entries import EndPage, EntryPage
from project.kernel.pages.filters import AreaFilter, ChoiceFilter, Filter, MonthFilter, StateFilter
from project.kernel.pages.imports import Preview, Wizard, import_paths
from project.kernel.pages.inbox import InboxPage, Waiting
from project.kernel.pages.jobs import JobPage
from project.kernel.pages.links import Link, plain_paths, record_paths
from project.kernel.pages.lists import RecordList
from project.kernel.pages.navigation import Office, Permitted, Section
from project.kernel.pages.records import RecordPage
from project.kernel.pages.takes import BulkPage, StepPage

__all__ = [
    "AreaFilter",
    "BulkPage",
    "ChoiceFilter",
    "Column",
    "EndPage",
    "EntryPage",
    "Filter",
    "Group",
    "InboxPage",
    "JobPage",
    "Link",
    "MonthFilter",
    "Office",
    "Paper",
    "Permitted",
    "Preview",
    "RecordList",
    "RecordPage",
    "Section",
    "StateFilter",
    "StepPage",
    "Waiting",
    "Wizard",
    "import_paths",
    "plain_paths",
    "record_paths",
    "url_of",
]
