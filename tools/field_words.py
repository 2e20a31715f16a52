"""Words of the field app's scripts, which call them by `t('…')` and `tn('…', '…', n)`, and the JSON with the Swedish.

esbuild turns template literals into plain calls first, since Babel's reader of JavaScript gets lost in nested ones.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import node
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

SCRIPTS = node.ROOT / "app" / "frontend"
PLAIN = node.ROOT / "node_modules" / ".plain"
WORDS = node.ROOT / "node_modules" / ".words"
TRANSLATIONS = node.ROOT / "app" / "translations"
KEYWORDS = {"t": None, "tn": (1, 2)}

Message = str | tuple[str, ...]


def extract() -> Iterator[tuple[Message, str]]:
    """Every message of the field app with the script that says it; needs the npm packages."""
    scripts = sorted([SCRIPTS / "field.js", *(SCRIPTS / "field").rglob("*.js")])
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
        for _line, message, _comments, _context in extract_from_file("javascript", PLAIN / name, KEYWORDS):
            yield message, f"app/frontend/{name}"


def write(language: str) -> None:
    """Write the words of one language to node_modules/.words; what is not translated is left out, as English."""
    with (TRANSLATIONS / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    words: dict[str, str | list[str]] = {}
    for message, _script in extract():
        entry = catalogue.get(message[0] if isinstance(message, tuple) else message)
        if entry is None or not entry.string:
            continue
        if isinstance(message, tuple):
            words[message[0]] = list(entry.string)
        else:
            words[message] = str(entry.string)
    WORDS.mkdir(parents=True, exist_ok=True)
    text = json.dumps(dict(sorted(words.items())), ensure_ascii=False, indent=0)
    (WORDS / f"{language}.json").write_text(text + "\n", encoding="utf-8")
