"""What travels in the form from page to page: the answers so far, so that the server keeps nothing until the end."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from app.models.surveys import Channel
from forms.text import clean

START, SEND = "", "/send"
"""Where somebody is when it is no page of the questionnaire; no question has such a name."""
POSTER = "affisch"
"""`?via=affisch` stands in the address that a poster shows."""
MOST_LETTERS = 400_000
_BY = {POSTER: Channel.POSTER, "": Channel.LINK}


@dataclass(frozen=True)
class Carried:
    """The hidden fields of a page's form."""

    id: UUID = field(default_factory=uuid4)
    """Of the response, made by chance on the first page: sending twice is one answer."""
    wave: UUID | None = None
    at: str = START
    language: str = ""
    via: str = ""
    code: str = ""
    trial: str = ""
    """The token of a test."""
    answers: Mapping[str, Any] = field(default_factory=dict)
    """As typed, also where they cannot be kept (yet)."""

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Name and value of each hidden field; what is empty is left out."""
        packed = json.dumps(self.answers, ensure_ascii=False, separators=(",", ":")) if self.answers else ""
        pairs = [
            ("id", str(self.id)),
            ("wave", str(self.wave or "")),
            ("at", self.at),
            ("lang", self.language),
            ("via", self.via),
            ("kod", self.code if self.at else ""),
            ("prov", self.trial),
            ("answers", packed),
        ]
        return [(name, value) for name, value in pairs if value]


def read_carried(sent: Mapping[str, str]) -> Carried:
    """What came with a form; what cannot be read counts as not there, since we wrote it ourselves."""
    return Carried(
        id=_id(sent.get("id", "")) or uuid4(),
        wave=_id(sent.get("wave", "")),
        at=sent.get("at", START),
        language=sent.get("lang", ""),
        via=sent.get("via", ""),
        code=sent.get("kod", "").strip()[:40],
        trial=sent.get("prov", ""),
        answers=_answers(sent.get("answers", "")),
    )


def channel_of(via: str, code: str, offered: list[str]) -> Channel:
    """The channel of an answer: what the address says, unless only the other of link and poster is offered."""
    if code:
        return Channel.LETTER
    wanted = _BY.get(via, Channel.LINK)
    other = Channel.LINK if wanted is Channel.POSTER else Channel.POSTER
    return wanted if wanted in offered or other not in offered else other


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _answers(text: str) -> dict[str, Any]:
    try:
        found = _storable(json.loads(text)) if 0 < len(text) < MOST_LETTERS else {}
    except (ValueError, RecursionError):
        found = {}
    return found if isinstance(found, dict) else {}


def _storable(found: Any) -> Any:
    """The same JSON, its text such as UTF-8 can hold: an escape may have made half a pair of it."""
    if isinstance(found, str):
        return clean(found)
    if isinstance(found, list):
        return [_storable(one) for one in found]
    if isinstance(found, dict):
        return {clean(name): _storable(one) for name, one in found.items()}
    return found
