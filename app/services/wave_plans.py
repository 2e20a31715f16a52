"""Waves as they are planned: what is asked of whom, how and when; all of it stands once the wave has opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum, auto
from uuid import UUID, uuid4

from app.db import change
from app.errors import (
    N_,
    ChangedMeanwhileError,
    FieldError,
    InvalidInputError,
    NotFoundError,
    PlatskollenError,
)
from app.i18n import today
from app.models.surveys import Channel, LocalEvent, Quota, Survey, Wave
from app.permissions import Actor, Permission
from app.services.register_access import fingerprint
from app.services.surveys import load_survey, load_wave, next_opening
from forms.questionnaire import parts
from forms.questionnaire.definition import Definition

MOST_DAYS = 120
_USUAL = timedelta(days=30)
MOST_EVENT_LETTERS = 300
_WHOLE = 1.0
_PLANNED = ("name", "opens_on", "closes_on", "version_id", "left_out", "channels", "target")
_ROUNDING = 0.005


class Slot(StrEnum):
    """The part of a day in which interviews are made."""

    MORNING = auto()
    DAY = auto()
    EVENING = auto()
    NIGHT = auto()


class WaveOpenedError(PlatskollenError):
    """A wave that has opened is not planned anew."""

    code = "wave_opened"
    status = 409
    title = N_("This wave has opened")
    message = N_("What it asks stands, so that every answer is to the same questions.")


@dataclass(frozen=True, kw_only=True)
class WavePlan:
    """What is decided of a wave."""

    name: str
    opens_on: date
    closes_on: date
    """The last day that it takes answers."""
    version_id: UUID
    left_out: tuple[str, ...] = ()
    """Items and modules that are not asked."""
    channels: tuple[Channel, ...]
    target: int | None = None
    margins: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Item → choice → share of the population; the shares of an item make 1."""
    quotas: Mapping[tuple[int, Slot], int] = field(default_factory=dict)
    """Weekday (0: Monday) and slot → interviews wanted."""


def plan_wave(actor: Actor, slug: str, plan: WavePlan, wave_id: UUID | None = None) -> Wave:
    """Plan the next wave of a survey.

    `wave_id` is made by the client: said twice, it is planned once. Raises InvalidInputError.
    """
    survey = load_survey(actor, slug, Permission.COORDINATE)
    wave_id = wave_id or uuid4()
    with change(actor, None) as planning:
        found = planning.session.get(Wave, wave_id)
        if found is not None:
            if found.survey_id != survey.id:
                raise ChangedMeanwhileError
            return found
        _check(survey, plan, None)
        number = max((one.number for one in survey.waves), default=0) + 1
        wave = Wave(id=wave_id, survey=survey, number=number)
        _apply(wave, plan)
        planning.session.add(wave)
        planning.session.flush()
        planning.record("wave.planned", wave.id, survey=survey.id, number=number)
    return wave


def version_of(wave: Wave) -> int:
    """What a form for a plan is made from."""
    quotas = sorted((one.weekday, one.slot, one.wanted) for one in wave.quotas)
    return fingerprint(wave, _PLANNED, quotas, sorted(wave.margins.items()))


def change_plan(actor: Actor, wave_id: UUID, plan: WavePlan, *, version: int | None = None) -> Wave:
    """Plan a wave anew; raises WaveOpenedError once it has opened, InvalidInputError, ChangedMeanwhileError."""
    wave = load_wave(actor, wave_id, Permission.COORDINATE)
    with change(actor, "wave.replanned", wave.id):
        if wave.opened_at is not None:
            raise WaveOpenedError
        if version not in {None, version_of(wave)}:
            raise ChangedMeanwhileError
        _check(wave.survey, plan, wave)
        _apply(wave, plan)
    return wave


def proposed_days(survey: Survey) -> tuple[date, date]:
    """First and last day of the next wave: as fixed, else in the same season as the last one, and as long."""
    opens = max(next_opening(survey) or today(), today())
    last = survey.waves[-1] if survey.waves else None
    return opens, opens + (last.closes_on - last.opens_on if last else _USUAL)


def note_event(actor: Actor, wave_id: UUID, day: date, words: str) -> LocalEvent:
    """Note beside a wave something that may colour its answers: a holiday, an incident, building works."""
    wave = load_wave(actor, wave_id, Permission.COORDINATE)
    words = words.strip()
    if not words:
        raise InvalidInputError(FieldError("words", "missing", N_("Write what happened.")))
    if len(words) > MOST_EVENT_LETTERS:
        raise InvalidInputError(FieldError("words", "too_long", N_("At most 300 characters.")))
    with change(actor, "wave.event_noted", wave.id):
        event = LocalEvent(day=day, words=words)
        wave.events.append(event)
    return event


def strike_event(actor: Actor, wave_id: UUID, event_id: UUID) -> None:
    """Take back a note beside a wave."""
    wave = load_wave(actor, wave_id, Permission.COORDINATE)
    with change(actor, "wave.event_struck", wave.id):
        event = next((one for one in wave.events if one.id == event_id), None)
        if event is None:
            raise NotFoundError
        wave.events.remove(event)


def _apply(wave: Wave, plan: WavePlan) -> None:
    wave.name, wave.opens_on, wave.closes_on = plan.name.strip(), plan.opens_on, plan.closes_on
    wave.version_id, wave.left_out = plan.version_id, list(plan.left_out)
    wave.channels, wave.target = [one.value for one in plan.channels], plan.target
    wave.margins = {item: dict(shares) for item, shares in plan.margins.items()}
    kept = {(one.weekday, Slot(one.slot)): one for one in wave.quotas}
    wanted = {when: number for when, number in plan.quotas.items() if number}
    for when, quota in kept.items():
        if when not in wanted:
            wave.quotas.remove(quota)
    for (weekday, slot), number in wanted.items():
        if (weekday, slot) in kept:
            kept[weekday, slot].wanted = number
        else:
            wave.quotas.append(Quota(weekday=weekday, slot=slot.value, wanted=number))


def _check(survey: Survey, plan: WavePlan, wave: Wave | None) -> None:
    version = next((one for one in survey.questionnaire.versions if one.id == plan.version_id), None)
    if version is None:
        raise InvalidInputError(FieldError("version_id", "unknown", N_("Choose a version.")))
    faults = [*_days(survey, plan, wave), *_channels(survey, plan)]
    if not plan.name.strip():
        faults.append(FieldError("name", "missing", N_("Write a name for the wave.")))
    faults += _asked(survey, plan, Definition.model_validate(version.definition))
    for item, shares in plan.margins.items():
        if not (abs(sum(shares.values()) - _WHOLE) <= _ROUNDING and all(one > 0 for one in shares.values())):
            message = N_("The shares have to make 100 %% together, each above 0.")
            faults.append(FieldError(f"margin_{item}", "sum", message))
    if faults:
        raise InvalidInputError(*faults)


def _days(survey: Survey, plan: WavePlan, wave: Wave | None) -> list[FieldError]:
    if plan.closes_on < plan.opens_on:
        return [FieldError("closes_on", "before", N_("The last day cannot lie before the first."))]
    if (plan.closes_on - plan.opens_on).days > MOST_DAYS:
        return [FieldError("closes_on", "too_long", N_("A wave is open for 120 days at most."))]
    for one in survey.waves:
        if one is not wave and one.opens_on <= plan.closes_on and plan.opens_on <= one.closes_on:
            message = N_("Another wave of this survey is open then: “%(name)s”.")
            return [FieldError("opens_on", "overlap", message, (("name", one.name),))]
    return []


def _channels(survey: Survey, plan: WavePlan) -> list[FieldError]:
    if not plan.channels:
        return [FieldError("channels", "missing", N_("Choose at least one channel."))]
    if survey.main_channel is not None and survey.main_channel not in plan.channels:
        message = N_("The main measures are followed within a channel that has to be among these.")
        return [FieldError("channels", "main_missing", message)]
    return []


def _asked(survey: Survey, plan: WavePlan, definition: Definition) -> list[FieldError]:
    questions = list(definition.questions())
    known = {one.name for one in questions} | set(parts.modules(definition))
    if not set(plan.left_out) <= known:
        return [FieldError("rows", "unknown", N_("Choose among the questions of the questionnaire."))]
    if any(parts.is_left_out(one, plan.left_out) for one in questions if one.name in survey.main_measures):
        return [
            FieldError("modules", "main_missing", N_("The main measures have to be asked in every wave."))
        ]
    if parts.empties_a_matrix(definition, plan.left_out):
        return [FieldError("rows", "none", N_("Choose at least one row."))]
    return []
