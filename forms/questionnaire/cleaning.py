"""One answer as it was sent → as it is kept, or why it cannot be taken; nothing of other answers is looked at."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from forms.questionnaire.definition import Answer, Kind, Question, Text
from forms.text import clean
from geo.errors import N_

LONGEST_TEXT = 2_000
"""Characters of one free-text answer, unless the question says `max-length`."""
LARGEST_INTEGER, LARGEST_DECIMAL = 2**31 - 1, 10.0**15
_LONGEST_NAME = 255
_INTEGER = re.compile(r"[+-]?\d{1,15}")
_DECIMAL = re.compile(r"[+-]?(\d{1,20}([.,]\d{0,20})?|[.,]\d{1,20})")
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(T[\d:.+Z-]{0,30})?")

MESSAGES = {
    "required": N_("Answer this question."),
    "constraint": N_("This answer does not fit."),
    "choice": N_("Choose one of the answers that are listed."),
    "length": N_("Write at most %(most)s characters."),
    "number": N_("Write a number in digits."),
    "integer": N_("Write a whole number in digits."),
    "range": N_("Choose a number from %(least)s to %(most)s."),
    "step": N_("Choose one of the steps of the scale."),
    "date": N_("Write a day like 2026-05-01."),
    "place": N_("Choose a place on the map or in the list."),
    "photo": N_("Choose the photo again."),
    "type": N_("This answer does not fit."),
    "unknown": N_("This question is not asked."),
    "turns": N_("At most %(most)s of these can be answered."),
}
"""Code of a fault → its sentence, a message id."""


@dataclass(frozen=True)
class Fault:
    """Why an answer cannot be taken: a stable code, its values, and the questionnaire's own words where it has some."""

    code: str
    values: tuple[tuple[str, Any], ...] = ()
    words: Text | None = None

    @property
    def message(self) -> str:
        """A message id with places for `values`."""
        return MESSAGES[self.code]


def clean_answer(question: Question, sent: object) -> Answer | Fault | None:
    """The answer as it is kept, None where there is none, or the Fault.

    `sent` is text as a form or an XForm sends it (choices apart by blanks), or a JSON value: number, list of choices.
    """
    if sent is None or question.kind in (Kind.NOTE, Kind.CALCULATE):
        return None
    if question.kind is Kind.SELECT_MULTIPLE:
        return _choices(question, sent)
    if isinstance(sent, bool) or not isinstance(sent, str | int | float):
        return Fault("type")
    words = sent if isinstance(sent, str) else _plain(sent)
    if question.kind is Kind.TEXT:
        return _text(question, words)
    words = clean(words[: LONGEST_TEXT + 1]).strip()
    if not words:
        return None
    if question.kind is Kind.SELECT_ONE:
        return _choice(question, words)
    return _range(question, words) if question.kind is Kind.RANGE else _CLEANERS[question.kind](words)


def _plain(sent: float) -> str:
    if isinstance(sent, float) and sent.is_integer() and abs(sent) < LARGEST_DECIMAL:
        return str(int(sent))
    return f"{sent:.17g}" if isinstance(sent, float) and "e" in repr(sent) else str(sent)


def _text(question: Question, sent: str) -> Answer | Fault | None:
    limit = _limit(question)
    words = clean(sent)
    if len(words) > limit:
        return Fault("length", (("most", limit),))
    return words if words.strip() else None


def _limit(question: Question) -> int:
    said = question.parameters.get("max-length", "")
    return min(int(said), 10 * LONGEST_TEXT) if said.isdecimal() and len(said) < 9 else LONGEST_TEXT


def _choice(question: Question, words: str) -> Answer | Fault:
    return words if any(choice.name == words for choice in question.choices) else Fault("choice")


def _choices(question: Question, sent: object) -> Answer | Fault | None:
    chosen = sent[: 20 * LONGEST_TEXT].split() if isinstance(sent, str) else sent
    if not isinstance(chosen, list | tuple) or not all(isinstance(name, str) for name in chosen):
        return Fault("type")
    names = [choice.name for choice in question.choices]
    wanted = {name.strip() for name in chosen[: len(names) * 4 + 1]} - {""}
    if not wanted <= set(names):
        return Fault("choice")
    return [name for name in dict.fromkeys(names) if name in wanted] or None


def _integer(words: str) -> Answer | Fault:
    if not _INTEGER.fullmatch(words):
        return Fault("integer")
    found = int(words)
    if abs(found) > LARGEST_INTEGER:
        return Fault("range", (("least", -LARGEST_INTEGER), ("most", LARGEST_INTEGER)))
    return found


def _decimal(words: str) -> Answer | Fault:
    if not _DECIMAL.fullmatch(words):
        return Fault("number")
    found = float(words.replace(",", "."))
    if abs(found) > LARGEST_DECIMAL:
        return Fault("range", (("least", -LARGEST_DECIMAL), ("most", LARGEST_DECIMAL)))
    return found


def _range(question: Question, words: str) -> Answer | Fault:
    found = _decimal(words)
    if not isinstance(found, float):
        return found
    start, end, step = (float(question.parameters[name]) for name in ("start", "end", "step"))
    if not min(start, end) <= found <= max(start, end):
        return Fault("range", (("least", f"{min(start, end):g}"), ("most", f"{max(start, end):g}")))
    turns = (found - start) / step
    if not math.isclose(turns, round(turns), abs_tol=1e-9):
        return Fault("step")
    return int(found) if all(value.is_integer() for value in (start, end, step)) else found


def _day(words: str) -> Answer | Fault:
    match = _DAY.fullmatch(words)
    try:
        day = date.fromisoformat(match[1]) if match else None
    except ValueError:
        day = None
    return day.isoformat() if day and 1850 <= day.year <= 2200 else Fault("date")


def _place(words: str) -> Answer | Fault:
    """Latitude and longitude in degrees (WGS84), to about a metre; height and accuracy are not kept."""
    parts = words.split()
    if not 2 <= len(parts) <= 4 or not all(_DECIMAL.fullmatch(part) for part in parts):
        return Fault("place")
    lat, lon = (float(part.replace(",", ".")) for part in parts[:2])
    return f"{lat:.5f} {lon:.5f}" if abs(lat) <= 90 and abs(lon) <= 180 else Fault("place")


def _file(words: str) -> Answer | Fault:
    if len(words) > _LONGEST_NAME or words.startswith(".") or re.search(r"[/\\\x00-\x1f]", words):
        return Fault("photo")
    return words


_CLEANERS = {
    Kind.INTEGER: _integer,
    Kind.DECIMAL: _decimal,
    Kind.DATE: _day,
    Kind.GEOPOINT: _place,
    Kind.IMAGE: _file,
}
