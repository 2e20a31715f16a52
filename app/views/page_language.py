"""What a page says of its language, and of words on it that are in another one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Self
from urllib.parse import urlencode

from flask import request
from markupsafe import Markup

from app.i18n import DEFAULT, language
from app.resident_words import LANGUAGES, address_language, direction, html_language


def mark(code: str) -> Markup:
    """The attributes of an element whose words are in a language: nothing where that is the page's."""
    return _marked(code, language())


@lru_cache(maxsize=64)
def _marked(code: str, own: str) -> Markup:
    if html_language(code) == html_language(own):
        return Markup()
    turned = Markup(' dir="{}"').format(direction(code)) if direction(code) != direction(own) else Markup()
    return Markup(' lang="{}"').format(html_language(code)) + turned


class Foreign(str):
    """Words in a language that may not be the page's: plain as data, marked where a template shows them.

    For the text of an element, not for an attribute.
    """

    language: str

    def __new__(cls, words: str, language: str) -> Self:
        """The words, with the code of their language."""
        made = super().__new__(cls, words)
        made.language = language
        return made

    def __html__(self) -> Markup:
        """The words as HTML."""
        marked = mark(self.language)
        return Markup("<span{}>{}</span>").format(marked, str(self)) if marked else Markup.escape(str(self))


def alike(one: str, words: str) -> str:
    """Words in the language of `one`."""
    return Foreign(words, one.language) if isinstance(one, Foreign) else words


def swedish(words: str) -> Foreign:
    """Words that somebody wrote in Swedish."""
    return Foreign(words, DEFAULT)


@dataclass(frozen=True)
class Switch:
    """One of residents' languages: its code, what links call it, its name, and the attributes of that name."""

    code: str
    hreflang: str
    name: str
    own: Markup


_OWN = Markup(' lang="{}" dir="{}"')
_SWITCHES = tuple(
    Switch(code, address_language(code), name, _OWN.format(html_language(code), direction(code)))
    for code, name in LANGUAGES.items()
)


def switches() -> list[tuple[Switch, str]]:
    """Residents' languages, each with the address of this page in it; whatever else the address says stays."""
    kept = urlencode([(name, said) for name, said in request.args.items(multi=True) if name != "lang"])
    begin = f"{request.script_root}{request.path}?{kept}{'&' if kept else ''}lang="
    return [(one, begin + one.code) for one in _SWITCHES]
