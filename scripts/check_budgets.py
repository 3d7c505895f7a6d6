"""Refuse files and functions that have grown past what one can hold in the head.

Complexity and imports inside functions are ruff's part (C901, PLC0415).
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE_LINES, FILE_P90 = 400, 250
FUNCTION_LINES, FUNCTION_P90 = 40, 25
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Measure:
    """How long something is, and where it stands."""

    lines: int
    place: str


def sources() -> Iterator[Path]:
    """Our Python, committed or about to be; migrations are written by a machine."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    for name in sorted(set(listed)):
        if "migrations/" not in name and (ROOT / name).exists():
            yield Path(name)


def functions(name: Path, tree: ast.Module) -> Iterator[tuple[Function, Measure]]:
    for node in ast.walk(tree):
        if isinstance(node, Function):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            yield node, Measure(lines, f"{name}:{node.lineno} {node.name}")


def hidden_imports(node: Function, place: str) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Import | ast.ImportFrom):
            yield f"{place} imports inside a function (line {inner.lineno})."


def ninetieth(measures: list[Measure]) -> int:
    ordered = sorted(measure.lines for measure in measures)
    return ordered[int(len(ordered) * 0.9)] if ordered else 0


def faults() -> Iterator[str]:
    """One sentence for each budget that is overdrawn."""
    files, bodies = [], []
    for name in sources():
        text = (ROOT / name).read_text()
        product = name.parts[0] not in {"tests", "scripts"}
        file = Measure(text.count("\n"), str(name))
        if file.lines > FILE_LINES:
            yield f"{name} has {file.lines} lines; {FILE_LINES} at most."
        files += [file] * product
        for node, body in functions(name, ast.parse(text)):
            bodies += [body] * product
            if body.lines > FUNCTION_LINES:
                yield f"{body.place} has {body.lines} lines; {FUNCTION_LINES} at most."
            yield from hidden_imports(node, body.place)
    if ninetieth(files) > FILE_P90:
        yield f"One file in ten has over {ninetieth(files)} lines; {FILE_P90} at most."
    if ninetieth(bodies) > FUNCTION_P90:
        yield f"One function in ten has over {ninetieth(bodies)} lines; {FUNCTION_P90} at most."


if __name__ == "__main__":
    found = list(faults())
    sys.exit("\n".join(found) or 0)
