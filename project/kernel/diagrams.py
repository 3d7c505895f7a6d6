"""The states of every record as Mermaid diagrams, read from the transitions themselves."""

import inspect

from django.apps import apps
from django.utils import translation
from django_fsm import FSMFieldMixin

OPENING = """# States of the records

Written by `make diagrams` from the transitions in the code; `make check` refuses a stale page.
What a record is, only its state says; whose turn it is, its flow says.
"""


def all_diagrams():
    """One chapter per record that moves, in the order of their names; always the same text."""
    with translation.override("en"):
        chapters = [_chapter(model, field) for model, field in _machines()]
    return "\n".join([OPENING, *chapters])


def _machines():
    found = [
        (model, field)
        for model in apps.get_models()
        for field in model._meta.fields
        if isinstance(field, FSMFieldMixin) and any(field.get_all_transitions(model))
    ]
    return sorted(found, key=lambda pair: pair[0]._meta.label)


def _chapter(model, field):
    moves = sorted(field.get_all_transitions(model), key=_order(field))
    lines = [f"## {model._meta.label}", "", inspect.getdoc(model), "", *_drawing(field, moves), ""]
    lines += ["| step | from | to | meaning | asks |", "|---|---|---|---|---|"]
    for name in dict.fromkeys(move.name for move in moves):
        lines.append(_row([move for move in moves if move.name == name]))
    return "\n".join([*lines, ""])


def _order(field):
    """As the states are declared, so that the diagram reads from first to last."""
    place = {str(value): number for number, (value, _label) in enumerate(field.flatchoices)}
    return lambda move: (place[str(move.source)], place[str(move.target)], move.name)


def _drawing(field, moves):
    labels = {str(value): str(label) for value, label in field.flatchoices}
    left = {str(move.source) for move in moves}
    used = left | {str(move.target) for move in moves} | {str(field.default)}
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f"    {state} : {label}" for state, label in labels.items() if state in used]
    lines += [f"    [*] --> {field.default}"]
    lines += [f"    {move.source} --> {move.target} : {move.name}" for move in moves]
    lines += [f"    {state} --> [*]" for state in labels if state in used - left]
    return [*lines, "```"]


def _row(moves):
    first = moves[0]
    sources = ", ".join(dict.fromkeys(str(move.source) for move in moves))
    meaning = " ".join((inspect.getdoc(first.method) or "").split())
    soft = getattr(first.method, "warnings", ())
    asked = [_words(condition) for condition in first.conditions]
    asked += [f"{_words(condition)} (or a written reason)" for condition in soft]
    cells = [first.name, sources, str(first.target), meaning, ", ".join(asked) or "—"]
    return f"| {' | '.join(cells)} |"


def _words(condition):
    return condition.__name__.replace("_", " ")
