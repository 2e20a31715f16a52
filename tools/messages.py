"""Keeps the translation catalogues: `update` brings them up to date with the code, `check` refuses a missing string,
`compile` makes what the application reads. Message ids are English; Swedish is complete, and so is each language of
what residents read (app/resident_words.py), where `fuzzy` says that no human has reviewed the words yet.

Pages of a place are read by residents and partly by staff: their Swedish is that of staff's catalogue, so that it is
written once, and the further languages are those of residents.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import assets
import field_words
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "app" / "translations"
METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
OPTIONS = {"**/templates/**.html": {"trimmed": "true", "silent": "false"}}
PUBLIC_MARKS: dict[str, None] = {"P_": None, "_pl": None}
"""Of messages that residents read beside staff, in files where most are for staff alone."""
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, **PUBLIC_MARKS}
RESIDENTS = {"r_": None, "R_": None}
PUBLIC = (
    "app/services/transitions.py",
    "app/templates/components/error_summary.html",
    "app/templates/components/field.html",
    "app/templates/public/",
    "app/templates/results/_",
    "app/templates/start/visitor.html",
    "app/views/public_",
    "app/views/result_words.py",
    "app/views/where_words.py",
)
"""How the names of files begin of which residents read every message."""


def _extract(keywords: dict[str, tuple[int, ...] | None], files: tuple[str, ...] = ("",)) -> Catalog:
    found = Catalog(project="platskollen", fuzzy=False)
    for folder in ("app", "forms", "geo"):
        for name, _line, message, comments, context in extract_from_dir(
            ROOT / folder, METHODS, OPTIONS, keywords, strip_comment_tags=True
        ):
            if f"{folder}/{name}".startswith(files):
                found.add(message, None, [(f"{folder}/{name}", 0)], auto_comments=comments, context=context)
    return found


def extract() -> Catalog:
    """Every message of the code, the templates and the scripts of the phone's apps."""
    found = _extract(KEYWORDS)
    assets.install_packages()
    for message, script in field_words.extract():
        found.add(message, None, [(script, 0)])
    return found


def _extract_for_residents() -> Catalog:
    found = _extract(RESIDENTS)
    for message, script in field_words.extract_for_residents():
        found.add(message, None, [(script, 0)])
    return found


def _together(*catalogues: Catalog) -> Catalog:
    """All messages, each with every file that has it."""
    found = Catalog(project="platskollen", fuzzy=False)
    for message in (message for catalogue in catalogues for message in catalogue if message.id):
        found.add(message.id, None, message.locations, auto_comments=message.auto_comments)
    return found


def _domains() -> Iterator[tuple[Catalog, list[Path]]]:
    """What each domain must hold, and its catalogues."""
    yield extract(), sorted(TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"))
    frame = _extract_for_residents()
    swedish = TRANSLATIONS / "residents" / "sv.po"
    yield frame, [swedish]
    further = sorted(set(TRANSLATIONS.glob("residents/*.po")) - {swedish})
    yield _together(frame, _extract(PUBLIC_MARKS), _extract(KEYWORDS, PUBLIC)), further


def _read(path: Path) -> Catalog:
    # Easy Swedish is no locale of anybody's: it is written as Swedish.
    locale = path.stem.split("-")[0] if path.parent.name == "residents" else path.parent.parent.name
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def write(path: Path, catalogue: Catalog) -> None:
    """Write a catalogue as they all are written: sorted, without line numbers."""
    with path.open("wb") as file:
        write_po(file, catalogue, width=120, omit_header=False, sort_output=True, include_lineno=False)


def update() -> int:
    """Add new messages to every catalogue and drop those that are gone."""
    for wanted, paths in _domains():
        for path in paths:
            catalogue = _read(path)
            catalogue.update(wanted, no_fuzzy_matching=True, update_creation_date=False)
            catalogue.obsolete.clear()
            catalogue.header_comment = "# Translations of Platskollen."
            write(path, catalogue)
    return 0


def check() -> int:
    """Name every message that has no translation, and every one that the code no longer has."""
    faults = [fault for wanted, paths in _domains() for path in paths for fault in _faults(wanted, path)]
    for fault in sorted(faults):
        sys.stderr.write(fault + "\n")
    return 1 if faults else 0


def _faults(messages: Catalog, path: Path) -> Iterator[str]:
    where = path.relative_to(ROOT)
    wanted = {message.id for message in messages if message.id}
    have = {message.id: message for message in _read(path) if message.id}
    yield from (f"{where}: missing: {key}" for key in wanted - have.keys())
    yield from (f"{where}: no longer used: {key}" for key in have.keys() - wanted)
    for key, message in have.items():
        words = message.string if isinstance(message.string, (list, tuple)) else [message.string]
        unreviewed = message.fuzzy and path.parent.name != "residents"
        if not all(words) or unreviewed:
            yield f"{where}: not translated: {key}"
        elif any(message.check()):
            yield f"{where}: the places for values differ: {key}"


def compile_all() -> int:
    """Make the binary catalogues that are older than their text."""
    for path in sorted(TRANSLATIONS.rglob("*.po")):
        target = path.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < path.stat().st_mtime:
            with target.open("wb") as file:
                write_mo(file, _read(path), use_fuzzy=path.parent.name == "residents")
    return 0


if __name__ == "__main__":
    sys.exit({"update": update, "check": check, "compile": compile_all}[sys.argv[1]]())
