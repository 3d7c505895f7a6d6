"""The paper of a contract (F-05): wording and terms, the press, batches, and what is kept."""

from contracts.documents.batch import filled
from contracts.documents.papers import (
    code_in,
    file_of,
    files_of,
    is_as_sealed,
    issue,
    reissue,
)
from contracts.documents.press import pressed, previewed
from contracts.documents.terms import LABELS, terms_of
from contracts.documents.wording import clauses_of, enact, faults, summary_of, template_for

__all__ = [
    "LABELS",
    "clauses_of",
    "code_in",
    "enact",
    "faults",
    "file_of",
    "files_of",
    "filled",
    "is_as_sealed",
    "issue",
    "pressed",
    "previewed",
    "reissue",
    "summary_of",
    "template_for",
    "terms_of",
]
