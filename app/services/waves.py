"""Waves: which one is asked now, and what it asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum, auto
from functools import lru_cache
from typing import Protocol, TypeVar
from uuid import UUID

from sqlalchemy import select

from app.db import session
from app.errors import NotFoundError
from app.i18n import local
from app.models.surveys import Channel, Survey, Wave
from forms.questionnaire.definition import Definition

LATE = timedelta(days=7)
"""So long after the end of a wave what was asked while it was open may still come: a phone had no connection."""
_MAY_BE_LATE = {Channel.INTERVIEW, Channel.OPENROSA, Channel.PAPER}

W = TypeVar("W", bound="Asked")


class Phase(StrEnum):
    """Whether a wave takes answers."""

    PLANNED = auto()
    OPEN = auto()
    CLOSED = auto()


class Asked(Protocol):
    """A wave, or as much of one as whoever answers it needs."""

    @property
    def id(self) -> UUID: ...  # noqa: D102
    @property
    def opens_on(self) -> date: ...  # noqa: D102
    @property
    def closes_on(self) -> date: ...  # noqa: D102
    @property
    def opened_at(self) -> datetime | None: ...  # noqa: D102
    @property
    def closed_at(self) -> datetime | None: ...  # noqa: D102
    @property
    def channels(self) -> list[str]: ...  # noqa: D102


def phase(wave: Asked, day: date) -> Phase:
    """Where a wave stands on a day; its last day counts whole, and nobody answers what was never opened."""
    if wave.closed_at is not None or day > wave.closes_on:
        return Phase.CLOSED
    return Phase.PLANNED if wave.opened_at is None or day < wave.opens_on else Phase.OPEN


def last_day(wave: Asked) -> date:
    """The last day on which a wave was, or is, asked."""
    return min(wave.closes_on, local(wave.closed_at).date()) if wave.closed_at else wave.closes_on


def counted_on(wave: Asked) -> date:
    """The day from which the results of a wave that has closed are told: when nothing can be on its way any more."""
    return last_day(wave) + (LATE if may_be_late(wave) else timedelta(0)) + timedelta(days=1)


def may_be_late(wave: Asked) -> bool:
    """Whether a wave is asked outside its page as well."""
    return not _MAY_BE_LATE.isdisjoint(wave.channels)


def is_counted(wave: Asked, day: date) -> bool:
    """Whether the results of a wave are told; from then on nothing is taken in for it."""
    return wave.opened_at is not None and day >= counted_on(wave)


def takes_late(wave: Asked, day: date) -> bool:
    """Whether a wave has been opened and its results are not told yet: what was asked in its time is taken in."""
    return wave.opened_at is not None and wave.opens_on <= day and not is_counted(wave, day)


def took_answers(wave: Asked, given_on: date, day: date) -> bool:
    """Whether a wave was open when something was asked outside its page, and its results are not told yet."""
    return takes_late(wave, day) and wave.opens_on <= given_on <= min(last_day(wave), day)


def wave_to_answer(slug: str, day: date) -> Wave:
    """The wave of a survey that concerns whoever opens its page: the open one, else the next, else the last.

    Raises NotFoundError where there is no such survey, or it has no wave yet.
    """
    return to_answer(
        session()
        .scalars(select(Wave).join(Wave.survey).where(Survey.slug == slug).order_by(Wave.number))
        .all(),
        day,
    )


def to_answer(waves: Sequence[W], day: date) -> W:
    """Of the waves of one survey in order, that which concerns whoever opens its page."""
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
