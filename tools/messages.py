"""Keeps the translation catalogues: `update` brings them up to date with the code, `check` refuses a missing string,
`compile` makes what the application reads. Message ids are English; Swedish is complete.
"""

from __future__ import annotations

import sys
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
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None}


def extract() -> Catalog:
    """Every message of the code, the templates and the field app's scripts."""
    found = Catalog(project="platskollen", fuzzy=False)
    for folder in ("app", "forms", "geo"):
        for name, _line, message, comments, context in extract_from_dir(
            ROOT / folder, METHODS, OPTIONS, KEYWORDS, strip_comment_tags=True
        ):
            found.add(message, None, [(f"{folder}/{name}", 0)], auto_comments=comments, context=context)
    assets.install_packages()
    for message, script in field_words.extract():
        found.add(message, None, [(script, 0)])
    return found


def _catalogues() -> list[Path]:
    return sorted(TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"))


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def update() -> int:
    """Add new messages to every catalogue and drop those that are gone."""
    wanted = extract()
    for path in _catalogues():
        catalogue = _read(path)
        catalogue.update(wanted, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        catalogue.header_comment = "# Translations of Platskollen."
        with path.open("wb") as file:
            write_po(file, catalogue, width=120, omit_header=False, sort_output=True, include_lineno=False)
    return 0


def check() -> int:
    """Name every message that has no translation, and every one that the code no longer has."""
    wanted = {message.id for message in extract() if message.id}
    faults = []
    for path in _catalogues():
        have = {message.id: message for message in _read(path) if message.id}
        faults += [f"{path.relative_to(ROOT)}: missing: {key}" for key in wanted - have.keys()]
        faults += [f"{path.relative_to(ROOT)}: no longer used: {key}" for key in have.keys() - wanted]
        for key, message in have.items():
            words = message.string if isinstance(message.string, (list, tuple)) else [message.string]
            if not all(words) or message.fuzzy:
                faults.append(f"{path.relative_to(ROOT)}: not translated: {key}")
            elif any(message.check()):
                faults.append(f"{path.relative_to(ROOT)}: the places for values differ: {key}")
    for fault in sorted(faults):
        sys.stderr.write(fault + "\n")
    return 1 if faults else 0


def compile_all() -> int:
    """Make the binary catalogues that are older than their text."""
    for path in _catalogues():
        target = path.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < path.stat().st_mtime:
            with target.open("wb") as file:
                write_mo(file, _read(path))
    return 0


if __name__ == "__main__":
    sys.exit({"update": update, "check": check, "compile": compile_all}[sys.argv[1]]())
