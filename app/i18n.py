"""Languages: which one a page or mail is in, and how dates and times are written.

Staff's pages have two; those that residents read, of a place and the start page, have all of app.resident_words. A page
in a language that staff have not takes every word from the catalogue of residents.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_date
from babel.support import NullTranslations, Translations
from flask import has_request_context, request
from flask_babel import Babel, Domain, format_time, get_locale, gettext
from flask_login import current_user

from app import resident_words

LANGUAGES = {"sv": "Svenska", "en": "English"}
"""Language code → its name in its own words; the first is the default."""
DEFAULT = "sv"
PLACE_ZONE = ZoneInfo("Europe/Stockholm")
"""People read and write local time; storage is UTC."""

BY_ADDRESS = "public_pages"
"""The blueprint of pages that caches keep for everybody."""
_START = "start.index"
"""The page that residents read as long as nobody is signed in."""


class _Messages(Domain):  # type: ignore[misc]  # flask-babel says no types
    """The messages of the pages; each language's are looked up at once, as a page asks a hundred times."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[Locale | None, NullTranslations] = {}

    def get_translations(self) -> NullTranslations:
        """Those of the language in force."""
        locale = get_locale()
        known = self._known.get(locale)
        if known is None:
            known = self._known[locale] = self._find(language())
        return known

    def _find(self, code: str) -> NullTranslations:
        staffs: NullTranslations
        if code in LANGUAGES or code not in resident_words.LANGUAGES:
            staffs = super().get_translations()
            return staffs
        words = resident_words.read_catalogue(code)
        # For what their pages hardly ever say, such as an error that nobody foresaw.
        words.add_fallback(Translations.load(self.translation_directories[0], [DEFAULT]))
        return words


babel = Babel()
babel.domain_instance = _Messages()


def chosen_language() -> str:
    """The language of the running request: asked for in the address, chosen before, or the user's own.

    A page that is the same for everybody goes by its address alone. Easy Swedish, `sv-latt`, counts and dates as
    Swedish does, which Babel is told by "sv@latt".
    """
    if not has_request_context():
        return DEFAULT
    wishes = [request.args.get("lang")]
    offered = LANGUAGES
    if request.blueprint == BY_ADDRESS:
        offered = resident_words.LANGUAGES
    else:
        if request.endpoint == _START and not current_user.is_authenticated:
            offered = resident_words.LANGUAGES
        wishes += [request.cookies.get("language"), getattr(current_user, "language", None)]
    return next((str(wish) for wish in wishes if wish in offered), DEFAULT).replace("-", "@")


def language() -> str:
    """The language in force, as its code: of the running request, or of the mail being written."""
    return _code(get_locale())


@lru_cache(maxsize=32)  # a page asks hundreds of times
def _code(locale: Locale | None) -> str:
    return str(locale or DEFAULT).replace("@", "-")


def gettext_plain(message: str, values: dict[str, object]) -> str:
    """A message id of the error catalogue in the language in force, with its values filled in."""
    return str(gettext(message, **values))


def local(moment: datetime) -> datetime:
    """The moment as the clock on the wall in Stockholm shows it."""
    return moment.astimezone(PLACE_ZONE)


def today() -> date:
    """The day it is where the places are."""
    return datetime.now(PLACE_ZONE).date()


def show_day(day: date | None) -> str:
    """A day as people say it: "fre 14 nov", with the year when it is not this one."""
    return "" if day is None else show_days()(day)


def show_days() -> Callable[[date], str]:
    """`show_day` for the many rows of a list: which language and which year it is are asked once."""
    locale, year = resident_words.html_language(language()), today().year

    def show(day: date) -> str:
        day = local(day).date() if isinstance(day, datetime) else day
        return _day_words(day, locale, with_year=day.year != year)

    return show


# Rows have few days between them, and putting one into words takes as long as the rest of its row.
@lru_cache(maxsize=4096)
def _day_words(day: date, locale: str, *, with_year: bool) -> str:
    return format_date(day, "E d MMM y" if with_year else "E d MMM", locale).replace(".", "")


def show_time(moment: datetime | None) -> str:
    """A clock time as people write it: "18.05"."""
    if moment is None:
        return ""
    written = "HH.mm" if resident_words.html_language(language()) == "sv" else "HH:mm"
    return str(format_time(moment, written))


def show_moment(moment: datetime | None) -> str:
    """Day and time together: "fre 14 nov 18.05"."""
    return "" if moment is None else f"{show_day(moment)} {show_time(moment)}"
