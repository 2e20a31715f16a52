"""What people answered in a wave, as numbers: the one place that reads it in order to show it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Text, cast, select

from app.db import session
from app.models.responses import Response
from app.models.surveys import Wave
from forms.questionnaire.definition import NO_OPINION, UNANSWERED, Group, Kind, Question

_AT_ONCE = 400
"""Answers that are looked through together: they fit in a processor's cache, where ten thousand do not."""


@dataclass(frozen=True)
class Chosen:
    """Of a question with several answers: how many chose each, and who answered at all."""

    counts: dict[str, int]
    who: NDArray[np.bool_]
    """Per person whether they answered."""

    @property
    def answered(self) -> int:
        """How many answered."""
        return int(self.who.sum())


@dataclass(frozen=True)
class MapQuestion:
    """A question that asks for a place, or, in a repeat, for as many as one wants."""

    question: Question
    repeat: Group | None
    everybody: bool
    """Whether everybody is asked it."""


@dataclass(frozen=True)
class Pins:
    """Of a question that asks for places: every place that was shown (WGS84), and the place of who showed it."""

    people: NDArray[np.intp]
    lons: NDArray[np.float64]
    lats: NDArray[np.float64]


@dataclass(frozen=True)
class Answers:
    """The answers of a wave; whatever stands at one place of `channels` and `codes` is one person's."""

    channels: list[str]
    codes: dict[str, NDArray[np.intp]]
    """Question with one answer → per person the place of the answer in `places`."""
    chosen: dict[str, Chosen]
    pins: dict[str, Pins]


def places(question: Question) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The opinions that a question offers, and what is none; its codes count through both."""
    names = [one.name for one in question.choices]
    opinions = tuple(name for name in names if name not in NO_OPINION)
    return opinions, (*(name for name in names if name in NO_OPINION), UNANSWERED)


def read_answers(wave: Wave, questions: Sequence[Question], maps: Sequence[MapQuestion] = ()) -> Answers:
    """Read the answers to these questions, tests left out; `maps`: those that ask for places."""
    wanted = select(cast(Response.channel, Text), cast(Response.answers, Text)).where(
        Response.wave_id == wave.id, Response.test.is_(False)
    )
    # By the plain connection: it makes no more of a row than it is.
    rows = session().connection().execute(wanted)
    channels: list[str] = []
    one_of = {one.name: _place_of(one) for one in questions if one.kind is Kind.SELECT_ONE}
    parts: dict[str, list[NDArray[np.intp]]] = {name: [np.empty(0, np.intp)] for name in one_of}
    several = {one.name: one for one in questions if one.kind is Kind.SELECT_MULTIPLE}
    counts = {name: {choice.name: 0 for choice in one.choices} for name, one in several.items()}
    who: dict[str, list[NDArray[np.bool_]]] = {name: [np.empty(0, bool)] for name in several}
    pins: dict[str, tuple[list[NDArray[np.intp]], list[str | None]]] = {
        one.question.name: ([np.empty(0, np.intp)], []) for one in maps
    }
    for batch in _batches(rows):
        first = len(channels)
        channels += [channel for channel, _text in batch]
        # As one JSON document: it is read in half the time that many take.
        people: list[dict[str, Any]] = json.loads(f"[{','.join(text for _channel, text in batch)}]")
        for name, place_of in one_of.items():
            # Without a line of Python for each person.
            given = map(dict.get, people, repeat(name))
            parts[name].append(np.fromiter(map(place_of, given), np.intp, len(people)))
        for name, count in counts.items():
            picks = [person.get(name) for person in people]
            who[name].append(np.fromiter(map(bool, picks), bool, len(people)))
            for picked in filter(None, picks):
                for choice in set(picked) & count.keys():
                    count[choice] += 1
        for asked in maps:
            name, (showing, where) = asked.question.name, pins[asked.question.name]
            if asked.repeat is None:
                shown = [[person] if name in person else [] for person in people]
            else:
                shown = [*map(dict.get, people, repeat(asked.repeat.name), repeat(()))]
            showing.append(np.repeat(np.arange(first, len(channels)), [*map(len, shown)]))
            where += [turn.get(name) for turns in shown for turn in turns]
    return Answers(
        channels,
        {name: np.concatenate(part) for name, part in parts.items()},
        {name: Chosen(count, np.concatenate(who[name])) for name, count in counts.items()},
        {name: _pins(*found) for name, found in pins.items()},
    )


def _pins(showing: list[NDArray[np.intp]], where: list[str | None]) -> Pins:
    people = np.concatenate(showing)
    if None in where:
        people = people[[one is not None for one in where]]
    # As one text: it is read in a third of the time that many take.
    lats, lons = np.array(" ".join(filter(None, where)).split(), dtype=np.float64).reshape(-1, 2).T
    return Pins(people, lons, lats)


class _Places(dict[Any, int]):
    """Answer → its place; whatever else there is stands in the last. Asked without a line of Python for each answer."""

    def __missing__(self, _answer: Any) -> int:
        return len(self) - 1


def _place_of(question: Question) -> Callable[[Any], int]:
    opinions, nothing = places(question)
    return _Places((name, number) for number, name in enumerate(opinions + nothing)).__getitem__


def _batches(rows: Any) -> Iterator[list[tuple[str, str]]]:
    rows = iter(rows)
    while batch := list(islice(rows, _AT_ONCE)):
        yield batch
