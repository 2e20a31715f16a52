"""What is told of one wave: its answers counted, weighted, and held against the limits of small groups.

It is made once per wave and kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from app.models.surveys import Channel, Wave
from app.services.result_answers import UNANSWERED, places, read_answers
from app.services.waves import definition_of
from app.statistics.small_groups import Asked, Limits, Told, classes, tell, tell_groups, tell_many
from app.statistics.weights import kish, margins_missed, rake, weighted_share
from config import settings
from forms.questionnaire.definition import Definition, Group, Item, Kind, Question

CHANNEL = ":channel"
"""How the channel is called among the questions that answers are broken down by; no question can be named so."""
BREAKDOWNS = ("relation", "age_band", "gender")
"""The questions that others are broken down by, one at a time, where a questionnaire asks them."""


@dataclass(frozen=True)
class Weighted:
    """A weighted share with its interval, as fractions of 1; shown in whole per cent."""

    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Weighting:
    """How answers were weighted, and the weighted shares of good answers."""

    deff: float
    """Kish's design effect of the weights."""
    missed: float
    """By how much (a fraction of 1) trimmed weights miss a margin at most."""
    shares: dict[str, Weighted]


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


KEPT = TypeAdapter(WaveTold)
"""The way to and from what the database keeps."""


def limits() -> Limits:
    """The limits that the operator has set; never below those of the domain."""
    return Limits(settings().smallest_cell, settings().smallest_base, settings().smallest_headline)


def count_wave(wave: Wave) -> WaveTold:
    """Count the answers of a wave and decide what is told of them."""
    definition, within = definition_of(wave.id), limits()
    questions = list(_choosing(definition))
    answers = read_answers(wave, [question for question, _everybody in questions])
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
    for grouping in (*BREAKDOWNS, CHANNEL):
        if grouping in told:
            names, group = classes(asked[grouping], told[grouping])
            for name, one in told.items():
                if found := tell_groups(asked[name], one, names, group, within):
                    one.groups[grouping] = found
    for name, chosen in answers.chosen.items():
        if (many := tell_many(chosen.counts, chosen.answered, n, within)) is not None:
            told[name] = many
    main = wave.survey.main_channel
    shares = {name for name, one in told.items() if one.good is not None}
    within_main = {name for name in shares if main in told[name].groups.get(CHANNEL, {})}
    return WaveTold(
        n,
        told,
        _weigh(wave, asked, shares, np.ones(n, dtype=bool)),
        _weigh(wave, asked, within_main, np.array([one == main for one in answers.channels])),
    )


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


def _weigh(wave: Wave, asked: dict[str, Asked], wanted: set[str], who: NDArray[np.bool_]) -> Weighting | None:
    """The weighted shares of questions among some of the answers; None without known margins or enough answers."""
    known = {item: margin for item, margin in wave.margins.items() if item in asked}
    n = int(who.sum())
    if not (known and wanted) or n < limits().headline:
        return None
    shapes, margins = [], []
    cell = np.zeros(n, dtype=np.intp)
    for item, margin in known.items():
        names = [name for name in asked[item].names if name in margin]
        # Who is in none of the margin's categories is in one of its own, whose share nobody knows better than we.
        of = np.array([names.index(one) if one in margin else len(names) for one in asked[item].names])
        category = of[asked[item].codes[who]]
        unknown = float((category == len(names)).mean())
        shares = np.array([margin[name] for name in names])
        margins.append(np.array([*(shares / shares.sum() * (1 - unknown)), unknown]))
        shapes.append(len(names) + 1)
        cell = cell * shapes[-1] + category

    def table(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
        return np.bincount(cell[mask], minlength=int(np.prod(shapes))).reshape(shapes).astype(float)

    counts = table(np.ones(n, dtype=bool))
    weights = rake(counts, margins)
    shares_of = {}
    for name in wanted:
        question = asked[name]
        codes = question.codes[who]
        base = codes < len(question.choices)
        good = np.isin(
            codes, [place for place, choice in enumerate(question.choices) if choice in question.good]
        )
        if base.sum() >= limits().headline:
            share = weighted_share(counts, table(good), table(base), weights, len(shapes))
            shares_of[name] = Weighted(float(share.value), float(share.low), float(share.high))
    return Weighting(kish(counts, weights), margins_missed(counts, weights, margins), shares_of)
