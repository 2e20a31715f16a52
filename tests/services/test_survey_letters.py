"""Letters with codes, and posters: what stands in them works, and nothing of an address is kept."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from sqlalchemy import select, text

from app.db import Base, change, session
from app.errors import ForbiddenError, InvalidInputError, NotFoundError
from app.models.responses import SurveyCode
from app.models.sites import Site
from app.models.surveys import Channel, Wave
from app.permissions import SYSTEM, Actor
from app.services import survey_letters
from app.services.printing import make_pdf, qr_svgs
from app.services.survey_codes import NoLettersError, check_code
from app.services.survey_letters import VIA_POSTER, NoPosterError, make_letters, make_poster
from app.views.answering_state import POSTER
from tests.questionnaires import make_wave

LISTED = (
    "Till de boende;Zebragatan 7;164 53;Kista\n#set text(red);$x$ *Zebra* @b;Łódź 'ć';164 53;ش\n".encode()
)


@pytest.fixture
def wave(site: Site) -> Wave:
    return make_wave(site, slug="kista-enkat")


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What is handed to the printer, which prints as ever."""
    seen: list[dict[str, Any]] = []

    def watch(template: str, data: dict[str, Any]) -> bytes:
        seen.append(data)
        return make_pdf(template, data)

    monkeypatch.setattr(survey_letters, "make_pdf", watch)
    return seen


def test_each_letter_has_a_code_that_works(
    coordinator: Actor, wave: Wave, printed: list[dict[str, Any]]
) -> None:
    made = make_letters(coordinator, wave.id, LISTED)
    assert made.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", made)) == 2
    codes = [letter["code"] for letter in printed[0]["letters"]]
    assert len(set(codes)) == 2
    for code in codes:
        check_code(wave.id, code)
    make_letters(coordinator, wave.id, LISTED)
    assert not {letter["code"] for letter in printed[1]["letters"]} & {*codes}
    for code in codes:
        check_code(wave.id, code)


def test_nothing_of_an_address_or_a_code_is_kept(
    coordinator: Actor, wave: Wave, printed: list[dict[str, Any]]
) -> None:
    make_letters(coordinator, wave.id, LISTED)
    rows = json.dumps(
        [str(tuple(row)) for table in Base.metadata.sorted_tables for row in session().execute(select(table))]
    )
    assert "Zebra" not in rows
    for letter in printed[0]["letters"]:
        assert letter["code"] not in rows
        assert letter["code"].replace("-", "") not in rows


def test_the_code_stands_where_no_server_is_told_of_it(
    coordinator: Actor, wave: Wave, printed: list[dict[str, Any]]
) -> None:
    make_letters(coordinator, wave.id, LISTED)
    (letter, _other) = printed[0]["letters"]
    assert letter["qr"] == qr_svgs([f"http://localhost/enkat/kista-enkat#kod={letter['code']}"])[0]


def test_a_list_that_cannot_be_used_makes_no_codes(coordinator: Actor, wave: Wave) -> None:
    with pytest.raises(InvalidInputError):
        make_letters(coordinator, wave.id, b"")
    assert session().scalars(select(SurveyCode)).all() == []


def test_letters_that_cannot_be_printed_make_no_codes(
    coordinator: Actor, wave: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_asked: object) -> bytes:
        raise RuntimeError

    monkeypatch.setattr(survey_letters, "make_pdf", fail)
    with pytest.raises(RuntimeError):
        make_letters(coordinator, wave.id, LISTED)
    assert session().scalars(select(SurveyCode)).all() == []


def test_only_who_coordinates_the_site_makes_them(field: Actor, outsider: Actor, wave: Wave) -> None:
    for who, refused in ((field, ForbiddenError), (outsider, NotFoundError)):
        with pytest.raises(refused):
            make_letters(who, wave.id, LISTED)
        with pytest.raises(refused):
            make_poster(who, wave.id, "a4")


@pytest.mark.parametrize("paper", survey_letters.PAPERS)
def test_a_poster_leads_to_the_page_in_the_languages_one_can_answer_in(
    coordinator: Actor, wave: Wave, printed: list[dict[str, Any]], paper: str
) -> None:
    made = make_poster(coordinator, wave.id, paper)
    assert made.startswith(b"%PDF-")
    assert b"pdfuaid" in made, "it is not tagged as PDF/UA"
    (words,) = printed
    assert VIA_POSTER == POSTER, "the page knows another word for a poster"
    assert words["qr"] == qr_svgs([f"http://localhost/enkat/kista-enkat?via={POSTER}"])[0]
    assert [(one["lang"], one["dir"]) for one in words["languages"]] == [("sv", "ltr"), ("ar", "rtl")]


def test_a_wave_makes_what_its_channels_need(coordinator: Actor, wave: Wave) -> None:
    with change(SYSTEM, None):
        wave.channels = [Channel.PAPER]
    with pytest.raises(NoLettersError):
        make_letters(coordinator, wave.id, LISTED)
    with pytest.raises(NoPosterError):
        make_poster(coordinator, wave.id, "a4")
    assert session().scalar(text("SELECT count(*) FROM survey_codes")) == 0
