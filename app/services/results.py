"""The results of a survey, wave after wave, as they may be shown to staff and to the public: both see the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from app.db import change, session
from app.errors import NotFoundError
from app.i18n import today
from app.models.questionnaires import QuestionnaireVersion
from app.models.responses import Response
from app.models.sites import Site
from app.models.surveys import Channel, Survey, Wave
from app.permissions import SYSTEM, Actor, At, Permission, require
from app.services.result_counts import KEPT, WaveTold, count_wave, limits
from app.services.result_map import map_questions
from app.services.survey_counts import steps
from app.services.waves import Phase, counted_on, definition_of, is_counted, may_be_late, phase, takes_late
from forms.questionnaire.definition import Definition, Group, Question

MEANING = "meaning"
"""How a version says of an item that its change is more than one of wording."""


@dataclass(frozen=True)
class Event:
    """Something that may have coloured a wave."""

    day: date
    words: str


@dataclass(frozen=True)
class WaveResults:
    """What is told of one wave."""

    number: int
    name: str
    opens_on: date
    closes_on: date
    version: int
    channels: tuple[Channel, ...]
    told: WaveTold
    definition: Definition
    events: tuple[Event, ...]
    margins: tuple[str, ...]
    """The questions whose shares in the population were known."""

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Its questions by name."""
        return {one.name: one for one in self.definition.questions()}

    @cached_property
    def repeats(self) -> dict[str, Group]:
        """The repeat that asks for the places of a question and for nothing else; its words tell of all of them."""
        found = map_questions(self.definition)
        return {one.question.name: one.repeat for one in found if one.repeat and len(one.repeat.items) == 1}

    @cached_property
    def matrices(self) -> dict[str, Group]:
        """The matrix that a question is a row of."""
        groups = (one for one in self.definition.items if isinstance(one, Group) and one.matrix)
        return {row.name: group for group in groups for row in group.items}


@dataclass(frozen=True)
class OpenWave:
    """A wave that takes answers: nothing but how many came is told, and that only once they are many."""

    name: str
    closes_on: date
    n: int | None
    """In steps of five."""


@dataclass(frozen=True)
class AwaitedWave:
    """A wave that has closed and waits for what was asked and has not come in yet."""

    name: str
    counted_on: date
    late: bool
    """Whether answers may be on their way; else it waits for the day to be over."""


@dataclass(frozen=True)
class SurveyResults:
    """Everything that is told of a survey."""

    slug: str
    title: str
    site: str
    site_slug: str
    site_id: UUID
    main_measures: tuple[str, ...]
    main_channel: Channel | None
    waves: tuple[WaveResults, ...]
    """Those whose results are told, in order."""
    running: OpenWave | None
    awaited: AwaitedWave | None
    comparison: SurveyResults | None
    meanings: dict[int, frozenset[str]]
    """Number of a version → items whose meaning it changed."""

    def wave(self, number: int | None) -> WaveResults:
        """The wave of this number that is told of, or the last; raises NotFoundError."""
        found = [one for one in self.waves if number in {None, one.number}]
        if not found:
            raise NotFoundError
        return found[-1]

    def is_comparable(self, item: str, before: WaveResults, after: WaveResults) -> bool:
        """Whether an item meant the same in both waves."""
        between = range(min(before.version, after.version) + 1, max(before.version, after.version) + 1)
        return not any(item in self.meanings.get(number, ()) for number in between)


def load_results(actor: Actor, slug: str) -> SurveyResults:
    """The results of a survey for staff who may see them; raises NotFoundError, ForbiddenError."""
    survey = _find(Survey.slug == slug)
    require(actor, Permission.VIEW_RESULTS, At(survey.site_id), see=Permission.VIEW_SITE)
    return _results(survey)


def load_public_results(site_slug: str, slug: str) -> SurveyResults:
    """The results of a survey for anybody, once a wave is told of; raises NotFoundError."""
    results = _results(_find(Survey.slug == slug, Site.slug == site_slug))
    if not results.waves:
        raise NotFoundError
    return results


def list_published(site_slug: str) -> Sequence[tuple[str, str]]:
    """The surveys of a site with a wave that is told of: address and title."""
    surveys = session().scalars(
        select(Survey).join(Survey.site).where(Site.slug == site_slug).order_by(Survey.slug)
    )
    return [(one.slug, one.questionnaire.title) for one in surveys if any(map(_is_told, one.waves))]


def told_of(wave: Wave) -> WaveTold:
    """What is told of a wave whose answers are all in: decided when somebody first asks, and the same ever after."""
    if wave.results is None:
        told = count_wave(wave)
        with change(SYSTEM, None):
            if wave.results is None:
                wave.results = KEPT.dump_python(told, mode="json")
    return KEPT.validate_python(wave.results)


def _find(*conditions: object) -> Survey:
    survey: Survey | None = session().scalar(
        select(Survey)
        .join(Survey.site)
        .where(*conditions)  # type: ignore[arg-type]
        .options(selectinload(Survey.waves).undefer(Wave.results), selectinload(Survey.waves, Wave.events))
    )
    if survey is None:
        raise NotFoundError
    return survey


def _is_told(wave: Wave) -> bool:
    return is_counted(wave, today())


def _is_awaited(wave: Wave) -> bool:
    """Whether it has closed, and what was asked outside its page may still come."""
    return phase(wave, today()) is Phase.CLOSED and takes_late(wave, today())


def _results(survey: Survey, *, alone: bool = False) -> SurveyResults:
    """`alone`: without the survey that it is compared with."""
    waves = [_wave_results(one) for one in list(survey.waves) if _is_told(one)]
    running = next((one for one in survey.waves if phase(one, today()) is Phase.OPEN), None)
    awaited = next(filter(_is_awaited, survey.waves), None)
    compared = None
    if survey.comparison_id is not None and not alone:
        compared = _results(_find(Survey.id == survey.comparison_id), alone=True)
    versions = session().execute(
        select(QuestionnaireVersion.number, QuestionnaireVersion.changes).where(
            QuestionnaireVersion.questionnaire_id == survey.questionnaire_id
        )
    )
    return SurveyResults(
        slug=survey.slug,
        title=survey.questionnaire.title,
        site=survey.site.name,
        site_slug=survey.site.slug,
        site_id=survey.site_id,
        main_measures=tuple(survey.main_measures),
        main_channel=survey.main_channel,
        waves=tuple(waves),
        running=_open_wave(running) if running is not None else None,
        awaited=AwaitedWave(awaited.name, counted_on(awaited), may_be_late(awaited))
        if awaited is not None
        else None,
        comparison=compared,
        meanings={
            number: frozenset(item for item, kind in changes.items() if kind == MEANING)
            for number, changes in versions
        },
    )


def _wave_results(wave: Wave) -> WaveResults:
    definition = definition_of(wave.id)
    return WaveResults(
        number=wave.number,
        name=wave.name,
        opens_on=wave.opens_on,
        closes_on=wave.closes_on,
        version=wave.version.number,
        channels=tuple(Channel(one) for one in wave.channels),
        told=told_of(wave),
        definition=definition,
        events=tuple(Event(one.day, one.words) for one in wave.events),
        margins=tuple(item for item in wave.margins),
    )


def _open_wave(wave: Wave) -> OpenWave:
    n = session().scalar(
        select(func.count())
        .select_from(Response)
        .where(Response.wave_id == wave.id, Response.test.is_(False))
    )
    # In steps, so that nobody who watches the number learns that somebody has answered just now.
    return OpenWave(wave.name, wave.closes_on, steps(n).at_least if n and n >= limits().headline else None)
