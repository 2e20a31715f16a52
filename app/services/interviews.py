"""Interviews on the spot: what an interviewer's phone takes along, and taking in what it asked, once."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, selectinload, undefer

from app.db import session
from app.errors import N_, FieldError, PlatskollenError
from app.i18n import local, today
from app.models.sites import Site
from app.models.surveys import Channel, Survey, Wave
from app.outages import outage_of
from app.permissions import Actor, Permission, visible
from app.services.responses import (
    InvalidAnswersError,
    NotOpenError,
    Outcome,
    Taken,
    is_taken,
    take_response,
    unordered,
)
from app.services.surveys import load_wave
from app.services.wave_plans import Slot
from app.services.waves import definition_of
from forms.questionnaire.cleaning import Fault

_BEGINS = {6: Slot.MORNING, 10: Slot.DAY, 16: Slot.EVENING, 21: Slot.NIGHT}
"""The hour at which each slot begins."""
_UNEXPECTED = FieldError("", "unexpected", N_("Something went wrong with us. It will be sent again."))

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Interview:
    """One person's answers, as a phone sends them."""

    id: UUID
    """Made by the phone, by chance."""
    wave_id: UUID
    answers: Mapping[str, Any]
    language: str
    at: datetime
    """When it was made, by our clock: it decides day and quota, and is not kept."""


def waves_to_ask(actor: Actor) -> list[Wave]:
    """The waves that are open today and that the actor may ask people on the spot, by site and wave."""
    wanted = (
        _open_at_sites_of(select(Wave), actor)
        .join(Survey.site)
        .order_by(Site.name, Survey.slug, Wave.number)
        .options(
            undefer(Wave.definition),
            contains_eager(Wave.survey).contains_eager(Survey.site),
            selectinload(Wave.quotas),
        )
    )
    return [wave for wave in session().scalars(wanted).unique() if Channel.INTERVIEW in wave.channels]


def count_waves_to_ask(actor: Actor) -> int:
    """How many waves `waves_to_ask` gives."""
    channels = session().scalars(_open_at_sites_of(select(Wave.channels), actor))
    return sum(Channel.INTERVIEW in each for each in channels)


def take_interview(actor: Actor, interview: Interview) -> Outcome | tuple[FieldError, ...]:
    """Keep an interview, once, and count it in its quota; gives why not where it cannot be kept.

    What fails by a fault of ours is told as `unexpected`, so that it is sent again. Raises only what says that the
    database or the disk is away.
    """
    try:
        return _take(actor, interview)
    except InvalidAnswersError as error:
        return tuple(_told(place, fault) for place, fault in error.faults.items())
    except PlatskollenError as error:
        return (FieldError("", error.code, error.title),)
    except Exception as error:
        session().rollback()
        if outage_of(error):
            raise
        # The words of an error may quote what somebody answered; the lines of code tell enough.
        where = "".join(traceback.format_tb(error.__traceback__))
        _log.error("%s in an interview\n%s", type(error).__name__, where)
        return (_UNEXPECTED,)


def quota_of(moment: datetime) -> tuple[int, Slot]:
    """Weekday (0: Monday) and slot that a moment falls in; what is after midnight belongs to the night before."""
    clock = local(moment)
    begins = max((hour for hour in _BEGINS if hour <= clock.hour), default=None)
    if begins is None:
        return (clock - timedelta(days=1)).weekday(), Slot.NIGHT
    return clock.weekday(), _BEGINS[begins]


def _open_at_sites_of(wanted: Select[Any], actor: Actor) -> Select[Any]:
    """The waves that take answers today (as `phase` says it of one), where the actor may ask people."""
    day = today()
    return wanted.join(Wave.survey).where(
        visible(actor, Permission.INTERVIEW, site=Survey.site_id),
        Wave.opened_at.is_not(None),
        Wave.closed_at.is_(None),
        Wave.opens_on <= day,
        Wave.closes_on >= day,
    )


def _take(actor: Actor, interview: Interview) -> Outcome:
    # What was taken before is named as such also once the wave has closed, or the actor may no longer ask.
    response_id = unordered(interview.id)
    if is_taken(response_id):
        return Outcome.ALREADY
    wave = load_wave(actor, interview.wave_id, Permission.INTERVIEW)
    if wave.opened_at is None:
        raise NotOpenError
    languages = definition_of(wave.id).languages
    return take_response(
        wave,
        Taken(
            id=response_id,
            answers=interview.answers,
            channel=Channel.INTERVIEW,
            language=interview.language if interview.language in languages else languages[0],
            given_on=local(interview.at).date(),
            quota=quota_of(interview.at),
        ),
    )


def _told(place: str, fault: Fault) -> FieldError:
    words = next(iter(fault.words.values()), "") if fault.words else ""
    return FieldError(place, fault.code, words or fault.message, () if words else fault.values)
