"""Of whom something is asked, said in words where it can be."""

from __future__ import annotations

import pytest

from forms.questionnaire.conditions import condition_of
from forms.questionnaire.definition import Choice, Kind, Question

QUESTIONS = {
    name: Question(
        name=name,
        path=f"/data/{name}",
        kind=kind,
        choices=tuple(Choice(name=one, label={"sv": one}) for one in ("a", "b", "x or y")),
    )
    for name, kind in (("one", Kind.SELECT_ONE), ("many", Kind.SELECT_MULTIPLE), ("other", Kind.SELECT_ONE))
}


@pytest.mark.parametrize(
    ("relevant", "question", "answers", "unless"),
    [
        (" /data/g/one  = 'a'", "one", ["a"], False),
        ("../one='a' or  selected(../one, \"b\")", "one", ["a", "b"], False),
        ("selected( /data/many , 'b')", "many", ["b"], False),
        ("current()/../one = 'x or y'", "one", ["x or y"], False),
        ("/data/one != 'a' and /data/one != 'b'", "one", ["a", "b"], True),
        ("not(selected(/data/many, 'a'))", "many", ["a"], True),
    ],
)
def test_what_hangs_on_the_answers_to_one_question_is_said(
    relevant: str, question: str, answers: list[str], unless: bool
) -> None:
    found = condition_of(relevant, QUESTIONS)
    assert found is not None
    assert (found.question.name, [one.name for one in found.answers]) == (question, answers)
    assert found.unless is unless


@pytest.mark.parametrize(
    "relevant",
    [
        "/data/one = 'c'",
        "/data/one = ''",
        "/data/many = 'a'",
        "/data/unknown = 'a'",
        "/data/one = 'a' and /data/one = 'b'",
        "/data/one != 'a' or /data/one != 'b'",
        "/data/one = 'a' or /data/other = 'a'",
        "/data/one = 'a' or /data/one != 'b'",
        "/data/one = 'a' or /data/one = 'b' and /data/other = 'a'",
        "not(/data/one = 'a')",
        "/data/age >= 18",
        "count-selected(/data/many) > 1",
        "true()",
    ],
)
def test_anything_else_is_not_guessed_at(relevant: str) -> None:
    assert condition_of(relevant, QUESTIONS) is None
