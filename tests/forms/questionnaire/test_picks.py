"""What may be chosen together, as the constraint of a question with several answers says it."""

from __future__ import annotations

import pytest

from forms.questionnaire.picks import most_together, stand_alone
from tests.results import select

STEPS = ("lighting", "cleaning", "police", "more", "nothing")


@pytest.mark.parametrize(
    ("constraint", "alone", "most"),
    [
        (None, set(), 5),
        ("count-selected(.) <= 3", set(), 3),
        ("count-selected(.) <= 3 and not(selected(., 'nothing') and count-selected(.) > 1)", {"nothing"}, 3),
        ("not(selected(., 'nothing') and count-selected(.) > 1)", {"nothing"}, 4),
        ("count-selected(.) = 1", set(STEPS), 1),
    ],
)
def test_what_may_be_chosen_together_is_found_by_trying(
    constraint: str | None, alone: set[str], most: int
) -> None:
    question = select("steps", STEPS, many=True, constraint=constraint, required="true()")
    assert stand_alone(question) == alone
    assert most_together(question) == most
