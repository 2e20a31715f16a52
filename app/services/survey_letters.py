"""Letters with one-time codes, and posters, by which people are asked to answer a wave.

Addresses are read, printed and forgotten: nowhere is it kept which code went to which address.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from babel.dates import format_date

from app.errors import N_, FieldError, InvalidInputError, PlatskollenError
from app.models.surveys import Channel, Wave
from app.permissions import Actor, Permission
from app.resident_words import DEFAULT, LANGUAGES, R_, direction, for_residents, how_long, html_language
from app.services.printing import make_pdf, qr_svgs
from app.services.survey_codes import draw_codes, keep_codes
from app.services.survey_previews import answering_path
from app.services.surveys import load_wave
from app.services.wave_openings import to_be_asked
from config import settings
from forms.addresses import AddressError, read_addresses
from forms.questionnaire.parts import minutes_asked

_NUMBER = re.compile(r"(\d) ")
"""A number stays on the line of what it counts."""
PAPERS = ("a4", "a3")
VIA_POSTER = "affisch"
WHO = R_(
    "The city district, the police and property owners work together at this place. They ask those who live, work or "
    "spend time here, to see what has to be done next and whether what they did has helped."
)
_ONCE = R_(
    "The code works once. Nobody keeps which code came to which address, or which answer came with it."
)
NO_NAME = R_("We do not ask for your name.")
_IN_THIS_LANGUAGE = R_("Scan the code with your phone to answer in English.")


class NoPosterError(PlatskollenError):
    """The wave is not asked by a poster."""

    code = "survey_no_poster"
    status = 409
    title = N_("This wave has no posters")
    message = N_("A poster can be made where posters or links are among the wave's channels.")


def make_letters(actor: Actor, wave_id: UUID, listed: bytes) -> bytes:
    """The letters to a list of addresses (CSV), as PDF, each with a code of its own; another call makes new codes.

    Raises InvalidInputError at `addresses`, NoLettersError, NotFoundError and ForbiddenError.
    """
    wave = load_wave(actor, wave_id, Permission.COORDINATE)
    try:
        addresses = read_addresses(listed)
    except AddressError as error:
        fault = FieldError("addresses", error.code, error.message, tuple(error.values.items()))
        raise InvalidInputError(fault) from error
    codes = draw_codes(wave, len(addresses))
    made = make_pdf("letter.typ", _letter_words(wave) | {"letters": _letters(wave, addresses, codes)})
    keep_codes(actor, wave, codes)  # once the letters that they stand in are there
    return made


def make_poster(actor: Actor, wave_id: UUID, paper: str) -> bytes:
    """A poster with the address of a wave's page, as PDF; `paper`: one of PAPERS."""
    wave = load_wave(actor, wave_id, Permission.COORDINATE)
    if not {Channel.POSTER, Channel.LINK} & {*wave.channels}:
        raise NoPosterError
    r_, site = for_residents(DEFAULT), wave.survey.site.name
    where = _address(wave)
    words = {
        "title": r_("What do you think of %(site)s?", site=site.replace(" ", "\u00a0")),
        "lead": r_("Tell us what it is like here by day and in the evening, and what should be done."),
        "sender": r_("Place partnership %(site)s", site=site),
        "address": where.partition("://")[2],
        "facts": " ".join(
            [r_("Answer by %(day)s.", day=_day(wave, DEFAULT)), r_(NO_NAME), _how_long(wave, DEFAULT)]
        ),
        "alt": r_("QR code that leads to the questionnaire: %(address)s", address=where),
        "qr": qr_svgs([f"{where}?via={VIA_POSTER}"])[0],
        "languages": [
            _invitation(wave, language) | {"lead": language == DEFAULT} for language in _spoken(wave)
        ],
        "paper": paper,
    }
    return make_pdf("poster.typ", words)


def _letter_words(wave: Wave) -> dict[str, Any]:
    r_, site = for_residents(DEFAULT), wave.survey.site.name
    return {
        "title": r_("What do you think of %(site)s?", site=site.replace(" ", "\u00a0")),
        "sender": r_("Place partnership %(site)s", site=site),
        "paragraphs": [
            r_(WHO),
            f"{r_(NO_NAME)} {_how_long(wave, DEFAULT)}",
            r_("Answer by %(day)s.", day=_day(wave, DEFAULT)),
        ],
        "how": r_("Scan the QR code with your phone, or go to"),
        "address": _address(wave).partition("://")[2],
        "code-words": r_("and write this code:"),
        "once": r_(_ONCE),
        "alt": r_("QR code that leads to the questionnaire with the code"),
        "languages": [_invitation(wave, language) for language in _spoken(wave) if language != DEFAULT],
    }


def _letters(wave: Wave, addresses: Sequence[list[str]], codes: Sequence[str]) -> list[dict[str, Any]]:
    # Behind the #, so that no server and no log ever gets the code with the address of the page.
    where = _address(wave)
    drawn = qr_svgs([f"{where}#kod={code}" for code in codes])
    return [
        {"address": address, "code": code, "qr": qr}
        for address, code, qr in zip(addresses, codes, drawn, strict=True)
    ]


def _spoken(wave: Wave) -> list[str]:
    """Swedish, and the languages that one can answer the wave in: nobody is invited to another."""
    offered = to_be_asked(wave).languages
    return [language for language in LANGUAGES if language == DEFAULT or language in offered]


def _how_long(wave: Wave, language: str) -> str:
    return for_residents(language)(how_long(minutes_asked(to_be_asked(wave))))


def _invitation(wave: Wave, language: str) -> dict[str, str]:
    words = f"{for_residents(language)(_IN_THIS_LANGUAGE)} {_how_long(wave, language)}"
    return {
        "words": _NUMBER.sub("\\1\u00a0", words),
        "lang": html_language(language),
        "dir": direction(language),
    }


def _address(wave: Wave) -> str:
    return settings().base_url + answering_path(wave.survey)


def _day(wave: Wave, language: str) -> str:
    return str(format_date(wave.closes_on, "d MMMM y", locale=html_language(language)))
