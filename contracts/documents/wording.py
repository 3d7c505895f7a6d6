"""The wording of contracts: which one holds, and what it says once the terms stand in it."""

import re

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from contracts.documents.terms import LABELS
from contracts.models import ContractTemplate
from project.kernel.guards import Refused, log
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.access import prefix_of

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
NAMES = {label: name for name, label in LABELS.items()}
SENTENCES = 10  # of the summary: it is read aloud


def template_for(contract):
    """The wording for a contract: the nearest area's, then the latest that holds on its first day.

    Of two for one area from one day the one that was added later counts.
    """
    area, day = contract.area, contract.starts_on
    rows = ContractTemplate.objects.filter(
        area__in=area.ancestors(), kind=contract.kind, valid_from__lte=day
    )
    found = max(
        rows,
        key=lambda row: (len(prefix_of(row.area_id)), row.valid_from, row.pk),
        default=None,
    )
    if found is None:
        raise Refused(
            _("No contract wording is valid on %(day)s. Ask the county department to enter one.")
            % {"day": day}
        )
    return found


@transaction.atomic
def enact(*, by, area, kind, title, body, valid_from):
    """Enter a new wording for an area from a day on; whatever was printed keeps its own."""
    if not by.has_perm(Permission.CONTRACT_TEMPLATE, area.code):
        raise PermissionDenied(_("Wordings belong to the county department."))
    reasons = faults(body)
    if valid_from < today():
        reasons.append(_("A wording holds from today on at the earliest."))
    if reasons:
        raise Refused(reasons)
    made = ContractTemplate.objects.create(
        area=area, kind=kind, title=title, body=body, valid_from=valid_from, added_by=by
    )
    log(made, "enact", by=by)
    return made


def faults(body):
    """Everything that is wrong with a wording, in sentences; nothing when it can be printed."""
    clauses, summary = body["clauses"], body["summary"]
    found = []
    if not clauses:
        found.append(_("The wording has no clause."))
    if not 1 <= len(summary) <= SENTENCES:
        found.append(
            _("The summary has %(count)s sentences; write 1 to %(most)s short ones.")
            % {"count": len(summary), "most": SENTENCES}
        )
    if any(set("{}") & set(clause["heading"]) for clause in clauses):
        found.append(_("A heading names no term; write it without braces."))
    return found + _unknown([clause["text"] for clause in clauses] + summary)


def _unknown(texts):
    """Each name in braces that is no term, and each brace that stands alone."""
    found = []
    for text in texts:
        for name in PLACEHOLDER.findall(text):
            if name not in NAMES:
                found.append(
                    _("“{%(name)s}” is no term of a contract. Terms are: %(terms)s.")
                    % {"name": name, "terms": "、".join(NAMES)}
                )
        rest = PLACEHOLDER.sub("", text)
        if "{" in rest or "}" in rest:
            found.append(
                _("A brace stands alone in “%(text)s”; a term stands between two.")
                % {"text": text[:30]}
            )
    return list(dict.fromkeys(found))


def said(text, terms):
    """A text with the terms in the place of their names."""
    return PLACEHOLDER.sub(lambda found: terms[NAMES[found[1]]], text)


def varies(text):
    """Whether a text names a term and so differs from contract to contract."""
    return PLACEHOLDER.search(text) is not None


def summary_of(paper):
    """The contract in plain words, a short sentence each, to be read aloud."""
    return [said(text, paper.terms) for text in paper.template.body["summary"]]


def clauses_of(paper):
    """The whole contract to read on a screen: the table of facts first, then every clause."""
    facts = "\n".join(f"{label}：{paper.terms[name]}" for name, label in LABELS.items())
    clauses = paper.template.body["clauses"]
    return [
        {"heading": "要素表", "text": facts},
        *({part: said(clause[part], paper.terms) for part in clause} for clause in clauses),
    ]
