"""What in free text looks like personal data: a hint for the one who wrote it, or masked before others read it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from enum import StrEnum, auto


class Hint(StrEnum):
    """What a text seems to hold."""

    IDENTITY_NUMBER = auto()
    PHONE = auto()
    REGISTRATION = auto()
    EMAIL = auto()


_IDENTITY = re.compile(r"(?<!\d)(?:18|19|20)?(\d{2})[-. ]?(\d{2})[-. ]?(\d{2})[-+ .]?(\d{4})(?!\d)")
# A Swedish number as people group it: 070-123 45 67, (08) 123 456 78, 070/123.45.67, +46 (0)70 123 45 67; and any
# that begins with the code of a country.
_PHONE = re.compile(
    r"(?<![\d-])(?:(?:\+46|0046)[\s-]?(?:\(?0\)?[\s-]?)?[1-9]|\(?0[1-9]|(?:\+|00)[1-9])(?:[\s./()-]{0,2}\d){6,12}(?![\d-])"
)
# Swedish plates have no I, Q, V or letters with rings and dots; in lower case only where it is one word.
_REGISTRATION = re.compile(
    r"\b(?:[A-HJ-PR-UW-Z]{3}[ -]?\d{2}[0-9A-HJ-PR-UW-Z]|[A-HJ-PR-UW-Za-hj-pr-uw-z]{3}-?\d{3})\b"
)
_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[\w-]{1,63}\.)+[^\W\d_]{2,}")


def hints(texts: Iterable[str]) -> set[Hint]:
    """What these texts seem to hold that their writer may not have meant: a number of a person, telephone or car.

    Mail addresses are written on purpose, mostly those of functions.
    """
    return {hint for text in texts for _start, _end, hint in found_in(text)} - {Hint.EMAIL}


def found_in(text: str) -> Iterator[tuple[int, int, Hint]]:
    """Where it seems to hold what, in the order of the text; nothing lies over something else."""
    plain = "".join(_western(sign) for sign in text)
    taken: list[tuple[int, int, Hint]] = []
    for hint, pattern in (
        (Hint.EMAIL, _EMAIL),
        (Hint.IDENTITY_NUMBER, _IDENTITY),
        (Hint.PHONE, _PHONE),
        (Hint.REGISTRATION, _REGISTRATION),
    ):
        for match in pattern.finditer(plain):
            if hint is Hint.IDENTITY_NUMBER and not _is_identity_number(*match.groups()):
                continue
            if all(match.end() <= start or match.start() >= end for start, end, _hint in taken):
                taken.append((*match.span(), hint))
    yield from sorted(taken)


def _western(sign: str) -> str:
    """The digit as a phone in Sweden shows it: people who write Arabic may write ٠٧٠ for 070."""
    return str(unicodedata.digit(sign)) if sign.isdecimal() else sign


def _is_identity_number(year: str, month: str, day: str, last: str) -> bool:
    """Whether ten digits are a personnummer or samordningsnummer (day + 60): a date, and Luhn's check digit."""
    if not (1 <= int(month) <= 12 and 1 <= int(day) % 60 <= 31):
        return False
    digits = year + month + day + last
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(digits))
    return sum(sum(divmod(value, 10)) for value in doubled) % 10 == 0
