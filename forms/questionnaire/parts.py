"""The parts of a questionnaire that a wave may leave out or weight by."""

from __future__ import annotations

from collections.abc import Collection

from forms.questionnaire.definition import (
    NO_OPINION,
    Definition,
    Group,
    Item,
    Kind,
    Question,
)

_POPULATION = ("age_band", "gender")
"""Items whose shares in a population are known to statistics offices."""
SECONDS_AN_ANSWER = 15
_SILENT = (Kind.NOTE, Kind.CALCULATE)


def modules(definition: Definition) -> dict[str, list[Question]]:
    """The optional modules with their questions, in the order asked."""
    found: dict[str, list[Question]] = {}
    for question in definition.questions():
        if question.module:
            found.setdefault(question.module, []).append(question)
    return found


def core_rows(definition: Definition) -> list[Question]:
    """The rows of the core's matrices: a wave asks the few that the site's situation report names."""
    return [row for item in definition.items for row in _rows(item)]


def answers_asked(definition: Definition, left_out: Collection[str]) -> int:
    """How many answers somebody gives who is asked everything that is not left out."""
    return sum(
        question.kind not in _SILENT and not is_left_out(question, left_out)
        for question in definition.questions()
    )


def minutes_asked(definition: Definition) -> int:
    """How long it takes to answer all of it, in whole minutes."""
    return max(1, round(answers_asked(definition, ()) * SECONDS_AN_ANSWER / 60))


def is_left_out(question: Question, left_out: Collection[str]) -> bool:
    """Whether a question is not asked: left out by itself or with its module."""
    return question.name in left_out or question.module in left_out


def empties_a_matrix(definition: Definition, left_out: Collection[str]) -> bool:
    """Whether a matrix of the core would be left without a row."""
    return any(
        (rows := _rows(item)) and all(row.name in left_out for row in rows) for item in definition.items
    )


def weighable(definition: Definition) -> list[Question]:
    """The questions about who answers that can be weighted by."""
    return [one for one in definition.questions() if one.name in _POPULATION]


def population_choices(question: Question) -> list[str]:
    """The choices that shares of a population can be given for."""
    return [choice.name for choice in question.choices if choice.name not in NO_OPINION]


def _rows(item: Item) -> list[Question]:
    if not isinstance(item, Group) or not item.matrix:
        return []
    return [row for row in item.items if isinstance(row, Question) and not row.module]
