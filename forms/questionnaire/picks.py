"""What a question with several answers lets people choose together, found by trying its constraint."""

from __future__ import annotations

from collections.abc import Sequence

from forms.questionnaire.definition import Definition, Question
from forms.questionnaire.filling import Filling


def stand_alone(question: Question) -> frozenset[str]:
    """The choices that its constraint allows by themselves only, e.g. "none of these"."""
    names = [choice.name for choice in question.choices]
    return frozenset(
        name
        for name in names
        if len(names) > 1 and not any(_fits(question, (name, other)) for other in names if other != name)
    )


def most_together(question: Question) -> int:
    """How many of the others it allows at once."""
    alone = stand_alone(question)
    names = [choice.name for choice in question.choices if choice.name not in alone]
    return max((size for size in range(1, len(names) + 1) if _fits(question, names[:size])), default=1)


def _fits(question: Question, chosen: Sequence[str]) -> bool:
    if question.constraint is None:
        return True
    tried = question.model_copy(
        update={"relevant": None, "required": None, "choice_filter": None, "path": f"/data/{question.name}"}
    )
    definition = Definition(name="tried", title={}, languages=("sv",), items=(tried,))
    return not Filling(definition, {question.name: list(chosen)}).check().faults
