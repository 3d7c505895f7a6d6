"""Collect, check and compile the sentences people read, without GNU gettext.

python scripts/translations.py update    take new sentences into the catalogue, drop old ones
python scripts/translations.py check     refuse a catalogue that is stale or incomplete
python scripts/translations.py compile   write the .mo files Django reads
"""

import io
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
KEYWORDS: dict[str, tuple] = {
    "_": (1,),
    "gettext": (1,),
    "translate": (1,),
    "gettext_lazy": (1,),
    "gettext_noop": (1,),
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
SKIPPED = ("tests/", "scripts/", "static/")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*(?:[!:][^}]*)?\}|%[sd]")


def files(suffix: str) -> Iterator[str]:
    """Our files of a kind, committed or about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", f"*{suffix}"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    for name in sorted(set(listed)):
        if not name.startswith(SKIPPED) and "/migrations/" not in name and (ROOT / name).exists():
            yield name


def sentences_of_code(name: str) -> Iterator[tuple]:
    with (ROOT / name).open("rb") as source:
        yield from extract_python(source, KEYWORDS, ["Translators:"], {"encoding": "utf-8"})


def sentences_of_template(name: str) -> Iterator[tuple]:
    """Django turns a template into something like Python; indentation would mislead the reader."""
    like_python = templatize((ROOT / name).read_text(), origin=name)
    flat = "\n".join(line.lstrip() for line in like_python.split("\n"))
    yield from extract_python(io.BytesIO(flat.encode()), KEYWORDS, [], {"encoding": "utf-8"})


def add_sentences(catalogue: Catalog, name: str, found: Iterator[tuple]) -> None:
    for line, keyword, words, comments in found:
        words = words if isinstance(words, tuple) else (words,)
        context = words[0] if "pgettext" in keyword else None
        spoken = [word for word in words[1 if context else 0 :] if isinstance(word, str)]
        plural = keyword.removesuffix("_lazy").endswith("ngettext") or "npgettext" in keyword
        if not spoken or not spoken[0]:
            continue
        sentence = tuple(spoken[:2]) if plural else spoken[0]
        catalogue.add(sentence, None, [(name, line)], auto_comments=comments, context=context)


def untranslated_in_viewflow(catalogue: Catalog) -> None:
    """The front end's own Chinese catalogue is mostly empty, so ours fills it."""
    theirs = (
        Path(str(distribution("django-viewflow").locate_file("viewflow")))
        / "locale"
        / "zh_Hans"
        / "LC_MESSAGES"
        / "django.po"
    )
    for message in read(theirs):
        if message.id and not is_translated(message):
            catalogue.add(message.id, None, [("viewflow", 1)], context=message.context)


def expected() -> Catalog:
    """Every sentence that needs Chinese words today."""
    catalogue = Catalog(domain="django")
    for name in files(".py"):
        add_sentences(catalogue, name, sentences_of_code(name))
    for name in files(".html"):
        add_sentences(catalogue, name, sentences_of_template(name))
    untranslated_in_viewflow(catalogue)
    return catalogue


def read(path: Path) -> Catalog:
    with path.open("rb") as source:
        return read_po(source, locale="zh_Hans", domain="django")


def forms(words: str | list | tuple | None) -> list[str]:
    """One word, or one for each plural, as a list."""
    return [words or ""] if isinstance(words, str | None) else [word or "" for word in words]


def is_translated(message: Message) -> bool:
    return all(forms(message.string)) and not message.fuzzy


def key(message: Message) -> tuple:
    return message.context, forms(message.id)[0]


def faults() -> Iterator[str]:
    """One sentence for each thing wrong with the catalogue."""
    if not CATALOGUE.exists():
        yield f"{CATALOGUE.relative_to(ROOT)} does not exist; run `make translations`."
        return
    wanted = {key(message): message for message in expected() if message.id}
    present = {key(message): message for message in read(CATALOGUE) if message.id}
    for missing in wanted.keys() - present.keys():
        where = ", ".join(sorted({place for place, _ in wanted[missing].locations}))
        yield f"Not in the catalogue ({where}): {missing[1]!r}"
    for stale in present.keys() - wanted.keys():
        yield f"In the catalogue but no longer said: {stale[1]!r}"
    for both in wanted.keys() & present.keys():
        yield from faults_of(present[both])


def faults_of(message: Message) -> Iterator[str]:
    sentence = key(message)[1]
    if not is_translated(message):
        yield f"Not translated: {sentence!r}"
        return
    allowed = {mark for source in forms(message.id) for mark in PLACEHOLDER.findall(source)}
    for word in forms(message.string):
        if strange := set(PLACEHOLDER.findall(word)) - allowed:
            yield f"Placeholders {sorted(strange)} do not exist in {sentence!r}"
        if isinstance(message.id, str) and allowed - set(PLACEHOLDER.findall(word)):
            yield f"Placeholders are lost in the translation of {sentence!r}"


def update() -> None:
    """Keep every translation whose sentence is still said; the order is that of the alphabet."""
    wanted = expected()
    catalogue = read(CATALOGUE) if CATALOGUE.exists() else Catalog("zh_Hans", domain="django")
    created = catalogue.creation_date
    catalogue.update(wanted, no_fuzzy_matching=True)
    catalogue.creation_date = created
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as target:
        write_po(
            target,
            catalogue,
            width=100,
            sort_output=True,
            ignore_obsolete=True,
            include_lineno=False,
        )


def compile_all() -> None:
    for source in sorted((ROOT / "locale").rglob("*.po")):
        with source.with_suffix(".mo").open("wb") as target:
            write_mo(target, read(source))


def main(verb: str) -> None:
    if verb == "update":
        update()
    elif verb == "compile":
        compile_all()
    elif verb == "check":
        found = sorted(faults())
        print("\n".join(found[:50]), end="\n" if found else "")
        if found:
            sys.exit(f"{len(found)} faults in the translations; `make translations` collects them.")
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) == 2 else "")
