"""A soft word to somebody whose text seems to hold personal data: it is saved all the same."""

from __future__ import annotations

from collections.abc import Iterable

from flask import flash
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from forms.personal_data import Hint, hints

_WORDS = {
    Hint.IDENTITY_NUMBER: _l("a personal identity number"),
    Hint.PHONE: _l("a telephone number"),
    Hint.REGISTRATION: _l("a registration number"),
}


def say_hints(texts: Iterable[str]) -> None:
    """Say on the next page what the texts seem to hold that had better be taken out."""
    found = hints(texts)
    if found:
        things = ", ".join(str(_WORDS[hint]) for hint in Hint if hint in found)
        words = gettext(
            "Saved, but the text seems to hold %(things)s. Take it out unless it is really needed.",
            things=things,
        )
        flash(words, "warning")
