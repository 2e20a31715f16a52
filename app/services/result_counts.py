"""What is told of one wave: its answers counted, weighted, and held against the limits of small groups.

It is made once per wave and kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from app.models.sites import Site
from app.models.surveys import Channel, Wave
from app.services.result_answers import Answers, places, read_answers
from app.services.result_map import Square, count_squares, map_questions, name_squares
from app.services.result_weights import Weighting, weigh
from app.services.waves import definition_of
from app.statistics.small_groups import (
    Asked,
    Limits,
    Picks,
    Told,
    classes,
    splits_off_few,
    tell,
    tell_groups,
    tell_many,
    tell_squares,
)
from config import settings
from forms.questionnaire.definition import UNANSWERED, Definition, Group, Item, Kind, Question
from forms.questionnaire.picks import most_together, stand_alone

CHANNEL = ":channel"
"""How the channel is called among the questions that answers are broken down by; no question can be named so."""
BREAKDOWNS = ("relation", "age_band", "gender")
"""The questions that others are broken down by, one at a time, where a questionnaire asks them."""


@dataclass(frozen=True)
class WaveTold:
    """Everything that may be told of a wave's answers."""

    n: int | None
    """How many answered; None: too few to say."""
    items: dict[str, Told] = field(default_factory=dict)
    """Question, or CHANNEL → what is told of it; one that is not there is hidden."""
    weighting: Weighting | None = None
    weighting_main: Weighting | None = None
    """Within the main channel alone."""
    squares: dict[str, Square] | None = None
    """Code → square, of the questions that ask for places; None: told before places were counted."""


KEPT = TypeAdapter(WaveTold)
"""The way to and from what the database keeps."""


def limits() -> Limits:
    """The limits that the operator has set; never below those of the domain."""
    return Limits(settings().smallest_cell, settings().smallest_base, settings().smallest_headline)


def count_wave(wave: Wave) -> WaveTold:
    """Count the answers of a wave and decide what is told of them."""
    definition, within = definition_of(wave.id), limits()
    questions, maps = list(_choosing(definition)), map_questions(definition)
    answers = read_answers(wave, [question for question, _everybody in questions], maps)
    n = len(answers.channels)
    if n < within.headline:
        return WaveTold(None)
    asked = {
        question.name: _asked(question, everybody, answers.codes[question.name])
        for question, everybody in questions
        if question.kind is Kind.SELECT_ONE
    }
    asked[CHANNEL] = _by_channel(wave, answers.channels)
    told = {name: one for name, question in asked.items() if (one := tell(question, within))}
    telling = {question.name: _parts(question, answers) for question, everybody in questions if not everybody}
    telling |= {
        one.question.name: [np.isin(np.arange(n), answers.pins[one.question.name].people)]
        for one in maps
        if not one.everybody
    }
    groups = {name: classes(asked[name], one)[1] for name, one in told.items()}
    gives_away = {
        name
        for name, parts in telling.items()
        if any(
            splits_off_few(part, group, within)
            for part in parts
            for other, group in groups.items()
            if other != name
        )
    }
    told = {name: one for name, one in told.items() if name not in gives_away}
    for grouping in (*BREAKDOWNS, CHANNEL):
        if grouping in told:
            names, group = classes(asked[grouping], told[grouping])
            for name, one in told.items():
                if found := tell_groups(asked[name], one, names, group, within):
                    one.groups[grouping] = found
    picks = {
        question.name: Picks(stand_alone(question), most_together(question))
        for question, _everybody in questions
        if question.kind is Kind.SELECT_MULTIPLE
    }
    for name, chosen in answers.chosen.items():
        many = tell_many(chosen.counts, chosen.answered, n, within, picks[name])
        if many is not None and name not in gives_away:
            told[name] = many
    squares = _tell_map(wave.survey.site, answers, told, gives_away)
    main = wave.survey.main_channel
    everybody = np.ones(n, dtype=bool)
    by_main = np.array([one == main for one in answers.channels])
    within_main = {name for name, one in told.items() if main in one.groups.get(CHANNEL, {})}
    return WaveTold(
        n,
        told,
        weigh(wave.margins, asked, told, everybody, within),
        weigh(wave.margins, asked, told, by_main, within, within_main),
        squares,
    )


def _parts(question: Question, answers: Answers) -> list[NDArray[np.bool_]]:
    """Who answered a question, and who with an opinion: counts that its table tells."""
    if question.name in answers.chosen:
        return [answers.chosen[question.name].who]
    opinions, nothing = places(question)
    codes = answers.codes[question.name]
    return [codes < len(opinions) + len(nothing) - 1, codes < len(opinions)]


def countable(definition: Definition) -> list[Question]:
    """The questions whose answers are counted: those with choices, outside repeats."""
    return [one for one, _everybody in _choosing(definition)]


def _choosing(definition: Definition) -> Iterator[tuple[Question, bool]]:
    """The same, and whether everybody is asked them."""
    kinds = {Kind.SELECT_ONE, Kind.SELECT_MULTIPLE}
    flat = _flat(definition.items, True)
    return ((one, everybody) for one, everybody in flat if one.kind in kinds and one.choices)


def _flat(items: Sequence[Item], asked: bool) -> Iterator[tuple[Question, bool]]:
    for item in items:
        everybody = asked and not item.relevant
        if isinstance(item, Question):
            yield item, everybody
        elif isinstance(item, Group) and not item.repeat:
            yield from _flat(item.items, everybody)


def _tell_map(site: Site, answers: Answers, told: dict[str, Told], gives_away: set[str]) -> dict[str, Square]:
    """Put what may be told of places beside what is told of the other questions; returns the squares that are told."""
    shown, corners = count_squares(site, answers.pins)
    codes: set[str] = set()
    for name, one in shown.items():
        found = tell_squares(one.counts, one.answered, len(answers.channels), limits())
        if found is not None and name not in gives_away:
            told[name] = found
            codes |= found.choices.keys()
    return name_squares(site, {code: corner for code, corner in corners.items() if code in codes})


def _asked(question: Question, everybody: bool, codes: NDArray[np.intp]) -> Asked:
    opinions, nothing = places(question)
    return Asked(
        opinions,
        frozenset(one.name for one in question.choices if one.good),
        nothing,
        codes,
        complete=everybody and question.required == "true()" and len(nothing) == 1,
    )


def _by_channel(wave: Wave, channels: Sequence[str]) -> Asked:
    known = [one.value for one in Channel if one.value in {*wave.channels, *channels}]
    place = {name: number for number, name in enumerate(known)}
    codes = np.array([place[one] for one in channels], dtype=np.intp)
    return Asked(tuple(known), frozenset(), (UNANSWERED,), codes, complete=True)
