"""What a page says of its language, and of words on it that are in another one."""

from __future__ import annotations

from typing import Self
from urllib.parse import urlencode

from flask import request
from markupsafe import Markup

from app.i18n import DEFAULT, language
from app.resident_words import direction, html_language


def mark(code: str) -> Markup:
    """The attributes of an element whose words are in a language: nothing where that is the page's."""
    own = language()
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


def swedish(words: str) -> Foreign:
    """Words that somebody wrote in Swedish."""
    return Foreign(words, DEFAULT)


def in_language(code: str) -> str:
    """The address of this page in another language; whatever else the address says stays."""
    said = {**request.args.to_dict(flat=False), "lang": [code]}
    return f"{request.script_root}{request.path}?{urlencode(said, doseq=True)}"
