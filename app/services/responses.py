"""Taking in what somebody answered: the one way in for page, paper, interview and OpenRosa.

No audit event, no time finer than the day, nothing of who sent it; free text goes where nothing ties it to the rest.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, auto
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from app.db import change, session
from app.errors import N_, PlatskollenError
from app.i18n import today
from app.models.responses import Response, ResponseFile, ResponseText
from app.models.surveys import Channel, Quota
from app.permissions import Actor
from app.services.scrubbing import scrubbed
from app.services.survey_codes import use_code
from app.services.waves import Asked, Phase, definition_of, phase, took_answers
from config import settings
from forms.questionnaire.cleaning import Fault
from forms.questionnaire.definition import Answers, Definition, Kind
from forms.questionnaire.filling import Filling

ANYBODY = Actor(None)
_RESPONSES, _TEXTS, _FILES = insert(Response), insert(ResponseText), insert(ResponseFile)


class Outcome(StrEnum):
    """What became of a response."""

    TAKEN = auto()
    ALREADY = auto()
    """It had been taken before; it was sent twice."""


class NotOpenError(PlatskollenError):
    """The wave takes no answers (any more, or yet), or not by this channel."""

    code = "survey_not_open"
    status = 409
    title = N_("The questionnaire takes no answers now")
    message = N_("The answers were not kept. It is closed, not open yet, or not asked this way.")


class InvalidAnswersError(PlatskollenError):
    """Answers that cannot be kept, by the place of each: see `forms.questionnaire.filling`."""

    code = "invalid_answers"
    status = 422
    title = N_("Some answers need to be mended")
    message = N_("Nothing was kept yet.")

    def __init__(self, faults: Mapping[str, Fault]) -> None:
        super().__init__(", ".join(f"{place}: {fault.code}" for place, fault in faults.items()))
        self.faults = faults


@dataclass(frozen=True)
class TakenFile:
    """A photo of a response."""

    item: str
    name: str
    """As the answers name it."""
    sha256: str | None = None
    """Where the storage keeps it; None: announced, not received yet."""


@dataclass(frozen=True)
class Taken:
    """One person's answers as they came."""

    id: UUID
    """Made by whoever sends it, by chance."""
    answers: Mapping[str, Any]
    channel: Channel
    language: str
    code: str | None = None
    """The one-time code of a letter."""
    test: bool = False
    files: Sequence[TakenFile] = ()
    given_on: date | None = None
    """The day of an interview, which a phone may send later; None: today."""
    quota: tuple[int, str] | None = None
    """Weekday (0: Monday) and slot of the quota that it counts in."""


def take_response(wave: Asked, taken: Taken) -> Outcome:
    """Keep a response, once, however often it is sent; a code is used up in the same change.

    A test may come whenever the wave has opened. Raises NotOpenError, InvalidAnswersError, UnknownCodeError and
    UsedCodeError; then nothing is kept.
    """
    wave_id, day = wave.id, taken.given_on or today()
    takes = took_answers(wave, day, today()) if taken.given_on else phase(wave, day) is Phase.OPEN
    if not (taken.test and wave.opened_at) and not (takes and taken.channel in wave.channels):
        raise NotOpenError
    definition = definition_of(wave_id)
    checked = Filling(definition, taken.answers).check()
    faults = {place: fault for place, fault in checked.faults.items() if not _may_lack(taken.channel, fault)}
    if faults:
        raise InvalidAnswersError(faults)
    answers, texts = _apart(definition, checked.answers)
    row = {
        "id": taken.id,
        "wave_id": wave_id,
        "channel": taken.channel,
        "language": taken.language,
        "day": day,
        "test": taken.test,
        "answers": answers,
    }
    # What is written in a test would stand among what residents wrote.
    kept = (
        []
        if taken.test
        else [
            {"id": uuid4(), "wave_id": wave_id, "item": item, "words": scrubbed(words), "themes": []}
            for item, words in texts
        ]
    )
    files = [
        {"id": uuid4(), "response_id": taken.id, "item": one.item, "name": one.name, "sha256": one.sha256}
        for one in taken.files
    ]
    try:
        with change(ANYBODY, None) as taking:
            taking.connection.execute(_RESPONSES, row)
            if taken.channel is Channel.LETTER and not taken.test:
                use_code(taking, wave_id, taken.code or "")
            if taken.quota and not taken.test:
                weekday, slot = taken.quota
                one = (Quota.wave_id == wave_id) & (Quota.weekday == weekday) & (Quota.slot == slot)
                taking.connection.execute(update(Quota).where(one).values(made=Quota.made + 1))
            for statement, rows in ((_TEXTS, kept), (_FILES, files)):
                if rows:
                    taking.connection.execute(statement, rows)
    except IntegrityError:
        if not is_taken(taken.id):
            raise
        return Outcome.ALREADY
    return Outcome.TAKEN


def unordered(sent: UUID) -> UUID:
    """A key that tells no order: an id of chance itself, of any other kind (by the clock, say) a keyed hash."""
    if sent.version == 4:
        return sent
    hashed = hmac.digest(settings().secret.encode(), b"response:" + sent.bytes, "sha256")
    return UUID(bytes=hashed[:16], version=4)


def is_taken(response_id: UUID) -> bool:
    """Whether a response has been taken."""
    return session().scalar(select(Response.id).where(Response.id == response_id)) is not None


def _may_lack(channel: Channel, fault: Fault) -> bool:
    """Whether it is an answer that nobody can be asked for any more: it was left empty on paper."""
    return channel is Channel.PAPER and fault.code == "required"


def _apart(definition: Definition, answers: Answers) -> tuple[Answers, list[tuple[str, str]]]:
    """The answers without free text, and each free text with its item."""
    free = {question.name for question in definition.questions() if question.kind is Kind.TEXT}
    texts = list(_texts(answers, free))
    return _without(answers, free) if texts else answers, texts


def _texts(answers: Answers, free: set[str]) -> Iterator[tuple[str, str]]:
    for name, answer in answers.items():
        if name in free:
            yield name, str(answer)
        elif isinstance(answer, list):
            for turn in answer:
                if isinstance(turn, dict):
                    yield from _texts(turn, free)


def _without(answers: Answers, free: set[str]) -> Answers:
    left: Answers = {}
    for name, answer in answers.items():
        if isinstance(answer, list) and answer and isinstance(answer[0], dict):
            left[name] = [_without(turn, free) for turn in answer if isinstance(turn, dict)]
        elif name not in free:
            left[name] = answer
    return left
