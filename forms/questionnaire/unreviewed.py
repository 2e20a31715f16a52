"""The words of a questionnaire that no human has reviewed, so that the operator sees them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from forms.questionnaire.definition import Choice, Definition, Group, Item


@dataclass(frozen=True)
class Unreviewed:
    """One text in one language, with what it says in the questionnaire's first one."""

    item: str
    original: str
    words: str


def unreviewed(definition: Definition) -> dict[str, list[Unreviewed]]:
    """Language → its texts that nobody has reviewed, in the order asked, each once."""
    found: dict[str, dict[Unreviewed, None]] = {}
    first = definition.languages[0]
    for part in _parts(definition.items):
        for language in part.unreviewed:
            words = part.label.get(language, "")
            if words:
                text = Unreviewed(part.name, part.label.get(first, ""), words)
                found.setdefault(language, {})[text] = None
    return {language: list(found[language]) for language in definition.languages if language in found}


def _parts(items: tuple[Item, ...]) -> Iterator[Item | Choice]:
    for item in items:
        yield item
        yield from _parts(item.items) if isinstance(item, Group) else item.choices
