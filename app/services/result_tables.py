"""A wave's results as one table, made of what is told and nothing else: what pages show and files hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum, auto

from app.services.result_changes import share_of
from app.services.result_counts import CHANNEL, countable
from app.services.result_map import map_questions
from app.services.result_weights import Weighted
from app.services.results import WaveResults
from app.statistics.proportions import Estimate, wilson_between
from app.statistics.small_groups import Told
from forms.questionnaire.definition import Choice, Question


class RowKind(StrEnum):
    """What a row of the table counts."""

    GOOD = auto()
    """All good answers together: the share that is followed."""
    ANSWER = auto()
    NO_OPINION = auto()


@dataclass(frozen=True)
class Row:
    """One count of the table, with its share. Where `count` is None it is hidden."""

    item: str
    kind: RowKind
    answer: str | None
    """A choice, UNANSWERED, or None in a row of all good answers."""
    count: int | None
    least: int | None
    most: int | None
    """The base; a range where up to a few may lack an opinion."""
    share: Estimate | None
    weighted: Estimate | None = None
    host: bool = False
    """Whether the count holds the few without an opinion."""
    breakdown: str | None = None
    group: str | None = None


@dataclass(frozen=True)
class ItemTable:
    """What is told of one question; nothing at all where it has no rows."""

    question: Question
    total: Row | None
    answers: tuple[Row, ...]
    nothing: tuple[Row, ...]
    groups: dict[str, tuple[Row, ...]]

    @property
    def rows(self) -> Iterator[Row]:
        """Every row, in order."""
        if self.total is not None:
            yield self.total
        yield from self.answers
        yield from self.nothing
        for rows in self.groups.values():
            yield from rows


def item_tables(wave: WaveResults) -> list[ItemTable]:
    """What is told of each question that can be counted, in the order asked."""
    return [_table(wave, question) for question in countable(wave.definition)]


def map_tables(wave: WaveResults) -> list[ItemTable]:
    """What is told of each question that asks for places; none where they were not counted."""
    if wave.told.squares is None:
        return []
    return [_table(wave, one.question) for one in map_questions(wave.definition)]


def channel_rows(wave: WaveResults) -> tuple[Row, ...]:
    """How many came by each channel."""
    told = wave.told.items.get(CHANNEL)
    if told is None:
        return ()
    return tuple(_row(CHANNEL, RowKind.ANSWER, name, count, told) for name, count in told.choices.items())


def choice_of(wave: WaveResults, item: str, name: str) -> Choice | None:
    """A choice of a question of the wave."""
    question = wave.questions.get(item)
    return next((one for one in question.choices if one.name == name), None) if question else None


def _table(wave: WaveResults, question: Question) -> ItemTable:
    told = wave.told.items.get(question.name)
    n = wave.told.n
    if told is None or n is None:
        return ItemTable(question, None, (), (), {})
    weighting = wave.told.weighting
    name = question.name
    return ItemTable(
        question,
        _good(name, told, weighting.shares.get(name) if weighting else None),
        tuple(_row(name, RowKind.ANSWER, one, count, told) for one, count in told.choices.items()),
        tuple(_no_opinion(name, one, count, n) for one, count in told.nothing.items()),
        {
            breakdown: tuple(
                Row(
                    name,
                    RowKind.GOOD,
                    None,
                    one.good,
                    one.least,
                    one.most,
                    wilson_between(one.good, one.least, one.most),
                    breakdown=breakdown,
                    group=group,
                )
                for group, one in groups.items()
            )
            for breakdown, groups in told.groups.items()
        },
    )


def _good(item: str, told: Told, weighted: Weighted | None) -> Row | None:
    share = share_of(told, weighted)
    if share is None:
        return None
    return Row(item, RowKind.GOOD, None, told.good, told.least, told.most, share.estimate, share.weighted)


def _row(item: str, kind: RowKind, answer: str, count: int | None, told: Told) -> Row:
    share = None if count is None else wilson_between(count, told.least, told.most)
    return Row(item, kind, answer, count, told.least, told.most, share, host=answer == told.host)


def _no_opinion(item: str, answer: str, count: int | None, n: int) -> Row:
    """Of everybody who answered the wave: these are not in the question's own base."""
    share = None if count is None else wilson_between(count, n, n)
    return Row(item, RowKind.NO_OPINION, answer, count, n, n, share)
