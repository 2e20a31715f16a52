"""What in free text looks like personal data: a hint for the one who wrote it, never a verdict."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum, auto


class Hint(StrEnum):
    """What a text seems to hold."""

    IDENTITY_NUMBER = auto()
    PHONE = auto()
    REGISTRATION = auto()


_IDENTITY = re.compile(r"(?<!\d)(?:18|19|20)?(\d{2}(\d{2})(\d{2}))[-+ ]?(\d{4})(?!\d)")
# A Swedish number as people group it: 070-123 45 67, 08 123 456 78, +46 70 123 45 67.
_PHONE = re.compile(r"(?<![\d-])(?:\+46|0046|0)[\s-]?[1-9](?:[\s-]?\d){6,9}(?![\d-])")
# Swedish plates have no I, Q, V or letters with rings and dots; in lower case only where it is one word.
_REGISTRATION = re.compile(r"\b(?:[A-HJ-PR-UW-Z]{3} ?\d{2}[0-9A-HJ-PR-UW-Z]|[a-hj-pr-uw-z]{3}\d{3})\b")


def hints(texts: Iterable[str]) -> set[Hint]:
    """What these texts seem to hold: a personal identity number, a telephone number, a vehicle's plate."""
    found: set[Hint] = set()
    for text in texts:
        if any(_is_identity_number(*match.groups()) for match in _IDENTITY.finditer(text)):
            found.add(Hint.IDENTITY_NUMBER)
        if any(_IDENTITY.fullmatch(match[0]) is None for match in _PHONE.finditer(text)):
            found.add(Hint.PHONE)
        if _REGISTRATION.search(text):
            found.add(Hint.REGISTRATION)
    return found


def _is_identity_number(date: str, month: str, day: str, last: str) -> bool:
    """Whether ten digits are a personnummer or samordningsnummer (day + 60): a date, and Luhn's check digit."""
    if not (1 <= int(month) <= 12 and 1 <= int(day) % 60 <= 31):
        return False
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(date + last))
    return sum(sum(divmod(value, 10)) for value in doubled) % 10 == 0
