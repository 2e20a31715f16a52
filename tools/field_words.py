"""Words of the scripts of the phone's two apps, the field app and interviews on the spot, and the JSON that they read.

Staff's words are called by `t('…')` and `tn('…', '…', n)`, those of the people who are asked by `r('…')`.
esbuild turns template literals into plain calls first, since Babel's reader of JavaScript gets lost in nested ones.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import node
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

SCRIPTS = node.ROOT / "app" / "frontend"
PLAIN = node.ROOT / "node_modules" / ".plain"
WORDS = node.ROOT / "node_modules" / ".words"
TRANSLATIONS = node.ROOT / "app" / "translations"
KEYWORDS = {"t": None, "tn": (1, 2)}
RESIDENTS = {"r": None}
FIELD, INTERVIEW = "field", "interview"
"""Each app is a script and the folder of its name."""

Message = str | tuple[str, ...]


def extract(*apps: str) -> Iterator[tuple[Message, str]]:
    """Every message of the apps (all, where none is named) with the script that says it; needs the npm packages."""
    yield from _extract(apps or (FIELD, INTERVIEW), KEYWORDS)


def extract_for_residents() -> Iterator[tuple[Message, str]]:
    """The same of what the people who are asked read."""
    yield from _extract((INTERVIEW,), RESIDENTS)


def _extract(
    apps: Iterable[str], keywords: dict[str, tuple[int, ...] | None]
) -> Iterator[tuple[Message, str]]:
    scripts = sorted(file for app in apps for file in [SCRIPTS / f"{app}.js", *(SCRIPTS / app).rglob("*.js")])
    scripts = [script for script in scripts if script.is_file()]
    command = [
        "npx",
        "--no-install",
        "esbuild",
        *map(str, scripts),
        f"--outdir={PLAIN}",
        f"--outbase={SCRIPTS}",
    ]
    node.run(*command, "--supported:template-literal=false", "--charset=utf8", "--log-level=warning")
    for script in scripts:
        name = script.relative_to(SCRIPTS)
        for _line, message, _comments, _context in extract_from_file("javascript", PLAIN / name, keywords):
            yield message, f"app/frontend/{name}"


def write(language: str) -> None:
    """Write the words of one language to node_modules/.words; what is not translated is left out, as English."""
    catalogue = _read(TRANSLATIONS / language / "LC_MESSAGES" / "messages.po", language)
    _write(language, _translated(extract(FIELD), catalogue))
    # What an app takes over from the field app says nothing there, or brings its words along.
    _write(f"{INTERVIEW}-{language}", _translated(extract(INTERVIEW), catalogue))


def write_for_residents() -> None:
    """Write the words of the people who are asked, language by language; a `fuzzy` one is shown all the same."""
    found = list(extract_for_residents())
    _write(
        "residents",
        {
            path.stem: _translated(found, _read(path, path.stem.split("-")[0]))
            for path in sorted((TRANSLATIONS / "residents").glob("*.po"))
        },
    )


def _read(path: Path, locale: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def _translated(messages: Iterable[tuple[Message, str]], catalogue: Catalog) -> dict[str, str | list[str]]:
    words: dict[str, str | list[str]] = {}
    for message, _script in messages:
        entry = catalogue.get(message[0] if isinstance(message, tuple) else message)
        if entry is None or not entry.string:
            continue
        if isinstance(message, tuple):
            words[message[0]] = list(entry.string)
        else:
            words[message] = str(entry.string)
    return words


def _write(name: str, words: Mapping[str, object]) -> None:
    WORDS.mkdir(parents=True, exist_ok=True)
    text = json.dumps(dict(sorted(words.items())), ensure_ascii=False, indent=0)
    (WORDS / f"{name}.json").write_text(text + "\n", encoding="utf-8")
