"""Waves: which one is asked now, and what it asks."""

from __future__ import annotations

from datetime import date
from enum import StrEnum, auto
from functools import lru_cache
from uuid import UUID

from sqlalchemy import select

from app.db import session
from app.errors import NotFoundError
from app.models.surveys import Survey, Wave
from forms.questionnaire.definition import Definition


class Phase(StrEnum):
    """Whether a wave takes answers."""

    PLANNED = auto()
    OPEN = auto()
    CLOSED = auto()


def phase(wave: Wave, day: date) -> Phase:
    """Where a wave stands on a day; its last day counts whole, and nobody answers what was never opened."""
    if wave.closed_at is not None or day > wave.closes_on:
        return Phase.CLOSED
    return Phase.PLANNED if wave.opened_at is None or day < wave.opens_on else Phase.OPEN


def wave_to_answer(slug: str, day: date) -> Wave:
    """The wave of a survey that concerns whoever opens its page: the open one, else the next, else the last.

    Raises NotFoundError where there is no such survey, or it has no wave yet.
    """
    waves = (
        session()
        .scalars(select(Wave).join(Wave.survey).where(Survey.slug == slug).order_by(Wave.number))
        .all()
    )
    for wanted in (Phase.OPEN, Phase.PLANNED):
        found = next((wave for wave in waves if phase(wave, day) is wanted), None)
        if found is not None:
            return found
    if not waves:
        raise NotFoundError
    return waves[-1]


@lru_cache(maxsize=64)
def definition_of(wave_id: UUID) -> Definition:
    """What an opened wave asks. It is frozen, so it is read once per process."""
    return Definition.model_validate(session().get_one(Wave, wave_id).definition)
