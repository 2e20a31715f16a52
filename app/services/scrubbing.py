"""Residents' free text as it is kept: scrubbed by our list of names and the operator's."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from config import settings
from forms.scrubbing import Names, read_names, scrub


def scrubbed(words: str) -> str:
    """The words with names, numbers of people and vehicles, and mail addresses masked, e.g. as `[namn]`."""
    path = settings().names_file
    return scrub(words, [_listed(path)] if path else [])


@lru_cache(maxsize=1)
def _listed(path: Path) -> Names:
    return read_names(path.read_text("utf-8"))
