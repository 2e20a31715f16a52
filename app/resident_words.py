"""What residents read, in their languages: a gettext domain of its own, and what a page says of its language.

Each language is one catalogue, `app/translations/residents/<code>.po`; an entry that no human has reviewed is marked
`fuzzy` there, and shown all the same. Easy Swedish (`sv-latt`) has all its words itself and falls back on nothing.
The pages of a questionnaire take their words by `for_residents`; those of a place by the page's own gettext, since
staff read some of them too (app/i18n.py).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.support import Translations

LANGUAGES = {
    "sv": "Svenska",
    "sv-latt": "Lätt svenska",
    "en": "English",
    "ar": "العربية",
    "so": "Soomaali",
}
"""Code → the language's name in its own words and script; the first is the default. English is that of the code."""
DEFAULT = "sv"
CATALOGUES = Path(__file__).parent / "translations" / "residents"
_FROM_RIGHT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "ug", "ur", "yi"})


def R_(message: str) -> str:  # noqa: N802  as N_ in app.errors
    """Mark a message for residents; whoever shows it translates it by `for_residents`."""
    return message


_TAKES = (
    R_("It takes about 5 minutes."),
    R_("It takes about 10 minutes."),
    R_("It takes about 15 minutes."),
    R_("It takes 20 minutes or more."),
)


def how_long(minutes: int) -> str:
    """The message that says how long a questionnaire takes: in steps of five minutes, as people plan."""
    return _TAKES[min(max(round(minutes / 5), 1), len(_TAKES)) - 1]


@lru_cache(maxsize=32)
def for_residents(language: str) -> Callable[..., str]:
    """The gettext of one language: `r_ = for_residents("so")`, then `r_("Next")` or `r_("At %(site)s", site=name)`.

    A language without a catalogue of ours gets Swedish.
    """
    if language == "en":
        return _fill_in
    translate = read_catalogue(frame_language(language)).gettext

    def translated(message: str, **values: object) -> str:
        return _fill_in(translate(message), **values)

    return translated


def frame_language(language: str) -> str:
    """The language of our own words on a page whose questions are in this one; see `for_residents`."""
    return language if language in LANGUAGES else DEFAULT


def language_name(code: str) -> str:
    """A language by its own name, e.g. `suomi`; its code where that is all that is known."""
    try:
        own = None if code in LANGUAGES else Locale.parse(code, sep="-").get_display_name()
    except (ValueError, UnknownLocaleError):
        own = None
    return LANGUAGES.get(code) or own or code


def read_catalogue(language: str) -> Translations:
    """All words of one of our languages but English."""
    with (CATALOGUES / f"{language}.mo").open("rb") as file:
        return Translations(file)


@lru_cache(maxsize=8)
def is_reviewed(language: str) -> bool:
    """Whether a human has reviewed every word that residents read in one of our languages."""
    return language == "en" or "\n#, fuzzy" not in (CATALOGUES / f"{language}.po").read_text("utf-8")


@lru_cache(maxsize=64)
def html_language(language: str) -> str:
    """What the page's `lang` says: easy Swedish is Swedish."""
    return language.split("-", 1)[0] if language.endswith("-latt") else language


def address_language(language: str) -> str:
    """What a link says of a page in that language: easy Swedish is a variant of Swedish (BCP 47)."""
    return f"{html_language(language)}-simple" if language.endswith("-latt") else language


def direction(language: str) -> str:
    """The way a language is written: `ltr` or `rtl`."""
    return "rtl" if language.split("-", 1)[0] in _FROM_RIGHT else "ltr"


def _fill_in(message: str, **values: object) -> str:
    return message % values if values else message
