"""Free text without what points at one person: names of a list, numbers of people and vehicles, mail addresses.

What is masked is gone: where a mask and an ordinary word look alike, the word is lost rather than the person told.
Only a list of names keeps ordinary words apart, see `names.txt`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from forms.personal_data import Hint, found_in

NAME = "[namn]"
MASKS = {
    Hint.EMAIL: "[e-postadress]",
    Hint.IDENTITY_NUMBER: "[personnummer]",
    Hint.PHONE: "[telefonnummer]",
    Hint.REGISTRATION: "[registreringsnummer]",
}
"""What stands instead; staff read it, so it is Swedish whatever language the text is in."""
_SHIPPED = Path(__file__).with_name("names.txt")
_WORD_OR_MASK = re.compile(
    r"[^\W\d_]+(?:['’][^\W\d_]+)*|" + "|".join(map(re.escape, [NAME, *MASKS.values()]))
)
_MARKS = re.compile(r"[\u064b-\u0652\u0640]")  # Arabic vowel signs and the stretching line
_ALEF = re.compile(r"[أإآ]")
_CLITICS = "وفبلك"
"""Arabic letters that are written together with the word behind them: and, so, with, to, like."""
_ENDED = re.compile(r"(?:^|[.!?:;•\n])[\s\"”»'(–-]*$")
_BETWEEN = re.compile(r"[ \-]")


@dataclass(frozen=True)
class Names:
    """Names in two kinds: those that are nothing else, and those that are words as well; both folded."""

    sure: frozenset[str]
    words: frozenset[str]


def read_names(text: str) -> Names:
    """Read a list of names: with blanks between, `#` begins a comment, a capital marks one that is a word as well."""
    listed = [name for line in text.splitlines() for name in line.partition("#")[0].split()]
    words = {_folded(name) for name in listed if name[0].isupper()}
    # A name with hyphens is found part by part.
    parts = (part for name in listed if not name[0].isupper() for part in name.split("-"))
    return Names(frozenset(map(_folded, parts)) - words, frozenset(words))


@cache
def shipped_names() -> Names:
    """The list that comes with the product."""
    return read_names(_SHIPPED.read_text("utf-8"))


def scrub(words: str, names: Iterable[Names] = ()) -> str:
    """The words with names (of the shipped list and of further ones) and people's numbers and addresses masked."""
    text = unicodedata.normalize("NFC", words)
    text = _masked(text, [(start, end, MASKS[hint]) for start, end, hint in found_in(text)])
    lists = (shipped_names(), *names)
    known = Names(
        frozenset().union(*(one.sure for one in lists)), frozenset().union(*(one.words for one in lists))
    )
    return _without_names(text, known)


def _without_names(text: str, known: Names) -> str:
    found = [match for match in _WORD_OR_MASK.finditer(text) if match[0][0] != "["]
    masked: list[tuple[int, int]] = []
    for place, match in enumerate(found):
        behind = found[place + 1] if place + 1 < len(found) else None
        joined = bool(masked) and _joined(text, masked[-1][1], match)
        if (joined and match[0][0].isupper()) or _is_name(text, match, behind, known):
            if joined:  # first name and surname: one mask
                masked[-1] = (masked[-1][0], match.end())
            else:
                masked.append(match.span())
    return _masked(text, [(start, end, NAME) for start, end in masked])


def _masked(text: str, spans: Iterable[tuple[int, int, str]]) -> str:
    pieces, done = [], 0
    for start, end, mask in spans:
        pieces += [text[done:start], mask]
        done = end
    return "".join([*pieces, text[done:]])


def _is_name(text: str, match: re.Match[str], behind: re.Match[str] | None, known: Names) -> bool:
    word = match[0]
    forms = _forms(_folded(word))
    if forms & known.sure:
        return True
    if not (forms & known.words and word[0].isupper() and word[1:].islower()):
        return False
    followed = behind is not None and behind[0][0].isupper() and _joined(text, match.end(), behind)
    return followed or not _ENDED.search(text, max(0, match.start() - 20), match.start())


def _forms(word: str) -> set[str]:
    """The word as a list may name it: without the genitive's s, without what Arabic writes in front of it."""
    forms = {word}
    if word.endswith(("'s", "’s")):
        forms.add(word[:-2])
    elif word.endswith("s"):
        forms.add(word[:-1])
    if "\u0600" <= word[0] <= "\u06ff":
        forms |= {word[1:]} if word[0] in _CLITICS else set()
    return forms


def _folded(word: str) -> str:
    return _ALEF.sub("ا", _MARKS.sub("", unicodedata.normalize("NFC", word))).casefold()


def _joined(text: str, end: int, match: re.Match[str]) -> bool:
    """Whether nothing but one blank or hyphen stands between a place and a word."""
    return match.start() == end + 1 and bool(_BETWEEN.fullmatch(text[end]))
