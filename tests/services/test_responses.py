"""Responses: taken once, in parts that nothing ties together, and only while the wave asks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.db import change, now, session
from app.i18n import today
from app.models.audit import AuditEvent
from app.models.responses import Response, ResponseFile, ResponseText, SurveyCode
from app.models.sites import Site
from app.models.surveys import Channel, Wave
from app.permissions import SYSTEM, Actor
from app.services.responses import (
    InvalidAnswersError,
    NotOpenError,
    Outcome,
    Taken,
    TakenFile,
    take_response,
)
from app.services.survey_codes import UnknownCodeError, UsedCodeError, make_codes
from tests.questionnaires import make_wave

ANSWERS = {"safe_day": "very_safe", "problem_litter": "big", "years": "3", "next_step": ["none", "small"]}


@pytest.fixture
def wave(site: Site) -> Wave:
    return make_wave(site)


def taken(answers: dict[str, Any] | None = None, **values: Any) -> Taken:
    return Taken(
        **{
            "id": uuid4(),
            "answers": ANSWERS if answers is None else answers,
            "channel": Channel.LINK,
            "language": "ar",
            **values,
        }
    )


def test_answers_are_kept_as_the_questionnaire_has_them(wave: Wave) -> None:
    sent = taken()
    assert take_response(wave, sent) is Outcome.TAKEN
    kept = session().get_one(Response, sent.id)
    assert kept.answers == {**ANSWERS, "years": 3}
    assert (kept.wave_id, kept.channel, kept.language, kept.day, kept.test) == (
        wave.id,
        Channel.LINK,
        "ar",
        today(),
        False,
    )


def test_what_is_sent_twice_is_one_answer(wave: Wave) -> None:
    sent = taken(ANSWERS | {"words": "Mer ljus"})
    assert [take_response(wave, sent) for _ in range(2)] == [Outcome.TAKEN, Outcome.ALREADY]
    assert len(session().scalars(select(Response)).all()) == 1
    assert len(session().scalars(select(ResponseText)).all()) == 1


def test_free_text_is_scrubbed_and_kept_apart(wave: Wave) -> None:
    sent = taken(ANSWERS | {"words": "Ring 070-123 45 67 om lampan"})
    take_response(wave, sent)
    text = session().scalars(select(ResponseText)).one()
    assert (text.wave_id, text.item) == (wave.id, "words")
    assert "070" not in text.words
    assert "lampan" in text.words
    assert "words" not in session().get_one(Response, sent.id).answers
    assert str(sent.id) not in {str(text.id), *map(str, vars(text).values())}


def test_nothing_of_it_is_in_the_audit_trail(coordinator: Actor, wave: Wave) -> None:
    (code,) = make_codes(coordinator, wave, 1)
    before = session().scalars(select(AuditEvent)).all()
    take_response(wave, taken(channel=Channel.LETTER, code=code))
    assert session().scalars(select(AuditEvent)).all() == before


def test_answers_that_cannot_be_kept_are_named_and_nothing_is_kept(wave: Wave) -> None:
    with pytest.raises(InvalidAnswersError) as refused:
        take_response(wave, taken({"safe_evening": "foreign", "years": "x" * 1_000_000}))
    assert {place: fault.code for place, fault in refused.value.faults.items()} == {
        "safe_day": "required",
        "safe_evening": "choice",
        "years": "integer",
    }
    assert session().scalars(select(Response)).all() == []


def test_answer_to_a_skipped_question_is_dropped(wave: Wave) -> None:
    sent = taken(ANSWERS | {"safe_evening": "not_here", "years": "3"})
    take_response(wave, sent)
    assert "years" not in session().get_one(Response, sent.id).answers


def test_code_is_used_up_with_its_answer_and_serves_once(coordinator: Actor, wave: Wave) -> None:
    (code,) = make_codes(coordinator, wave, 1)
    sent = taken(channel=Channel.LETTER, code=code)
    assert take_response(wave, sent) is Outcome.TAKEN
    assert session().scalars(select(SurveyCode.used)).all() == [True]
    assert take_response(wave, sent) is Outcome.ALREADY
    with pytest.raises(UsedCodeError):
        take_response(wave, taken(channel=Channel.LETTER, code=code))
    assert len(session().scalars(select(Response)).all()) == 1


@pytest.mark.parametrize("code", [None, "K3FD-9XRA"])
def test_letter_without_a_right_code_is_refused_whole(wave: Wave, code: str | None) -> None:
    with pytest.raises(UnknownCodeError):
        take_response(wave, taken(channel=Channel.LETTER, code=code))
    assert session().scalars(select(Response)).all() == []


def test_closed_wave_takes_nothing(wave: Wave) -> None:
    with change(SYSTEM, None):
        wave.closed_at = now()
    with pytest.raises(NotOpenError):
        take_response(wave, taken())


def test_wave_takes_nothing_by_a_channel_that_it_does_not_use(wave: Wave) -> None:
    with change(SYSTEM, None):
        wave.channels = ["letter"]
    with pytest.raises(NotOpenError):
        take_response(wave, taken())


def test_test_is_marked_may_come_late_and_leaves_no_words(wave: Wave) -> None:
    with change(SYSTEM, None):
        wave.opens_on = wave.closes_on = today() - timedelta(days=9)
    sent = taken(ANSWERS | {"words": "Prov"}, test=True)
    assert take_response(wave, sent) is Outcome.TAKEN
    assert session().get_one(Response, sent.id).test
    assert session().scalars(select(ResponseText)).all() == []


def test_photo_is_named_beside_its_response(wave: Wave) -> None:
    sent = taken(files=[TakenFile("spot", "spot.jpg", "a" * 64)])
    take_response(wave, sent)
    photo = session().scalars(select(ResponseFile)).one()
    assert (photo.response_id, photo.item, photo.name, photo.sha256) == (
        sent.id,
        "spot",
        "spot.jpg",
        "a" * 64,
    )
