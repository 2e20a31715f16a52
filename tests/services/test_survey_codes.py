"""One-time codes: each works once, nothing kept leads from one to an answer."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.db import change, session
from app.models.audit import AuditEvent
from app.models.responses import SurveyCode
from app.models.sites import Site
from app.models.surveys import Channel, Wave
from app.permissions import SYSTEM, Actor
from app.services.survey_codes import (
    SIGNS,
    NoLettersError,
    UnknownCodeError,
    UsedCodeError,
    check_code,
    count_codes,
    make_codes,
    use_code,
)
from tests.questionnaires import make_wave


@pytest.fixture
def wave(site: Site) -> Wave:
    return make_wave(site)


def use(wave: Wave, code: str) -> None:
    with change(SYSTEM, None) as using:
        use_code(using, wave.id, code)


def test_a_code_works_once(coordinator: Actor, wave: Wave) -> None:
    code, other = make_codes(coordinator, wave, 2)
    check_code(wave.id, code)
    use(wave, code)
    with pytest.raises(UsedCodeError):
        use(wave, code)
    with pytest.raises(UsedCodeError):
        check_code(wave.id, code)
    check_code(wave.id, other)
    assert count_codes(wave.id).sent == 2
    assert count_codes(wave.id).used == 1


@pytest.mark.parametrize("typed", ["{0}", "{0} ", "  {1}  ", "{2}"])
def test_a_code_is_known_however_it_is_typed(coordinator: Actor, wave: Wave, typed: str) -> None:
    (code,) = make_codes(coordinator, wave, 1)
    digits = str.maketrans("34679", "٣٤٦٧٩")
    check_code(wave.id, typed.format(code.lower(), code.replace("-", " "), code.translate(digits)))


@pytest.mark.parametrize("typed", ["", "AAAA-AAAA", "x" * 100_000, "\0", "ÅÄÖ", "²³⁴"])
def test_what_was_never_sent_is_unknown(coordinator: Actor, wave: Wave, typed: str) -> None:
    make_codes(coordinator, wave, 1)
    with pytest.raises(UnknownCodeError):
        check_code(wave.id, typed)
    with pytest.raises(UnknownCodeError):
        use(wave, typed)


def test_a_code_of_another_wave_is_unknown(coordinator: Actor, site: Site, wave: Wave) -> None:
    (code,) = make_codes(coordinator, make_wave(site), 1)
    with pytest.raises(UnknownCodeError):
        check_code(wave.id, code)


def test_codes_are_eight_signs_in_two_groups_and_differ(coordinator: Actor, wave: Wave) -> None:
    codes = make_codes(coordinator, wave, 300)
    assert len(set(codes)) == 300
    assert all(len(code) == 9 and code[4] == "-" for code in codes)
    assert set("".join(codes)) - {"-"} == set(SIGNS)


def test_neither_codes_nor_their_order_are_kept_or_told(coordinator: Actor, wave: Wave) -> None:
    codes = make_codes(coordinator, wave, 20)
    use(wave, codes[0])
    rows = session().scalars(select(SurveyCode)).all()
    assert {row.used for row in rows} == {True, False}
    assert {column.name for column in SurveyCode.__table__.columns} == {"id", "wave_id", "digest", "used"}
    assert not any(code.replace("-", "").encode() in row.digest for code in codes for row in rows)
    events = session().scalars(select(AuditEvent)).all()
    assert [(event.name, event.payload) for event in events if "code" in event.name] == [
        ("survey.codes_made", '{"count":20}')
    ]


def test_a_wave_that_asks_by_no_letter_makes_none(coordinator: Actor, wave: Wave) -> None:
    with change(SYSTEM, None):
        wave.channels = [Channel.LINK]
    with pytest.raises(NoLettersError):
        make_codes(coordinator, wave, 1)
