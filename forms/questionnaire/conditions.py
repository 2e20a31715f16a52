"""Of whom something is asked, where words can say it: `selected(/data/x, 'a') or /data/x = 'b'` and the like."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from forms.questionnaire.definition import Choice, Kind, Question

_PATH = r"(?P<path>[\w./-]*(?:\(\)/[\w./-]+)?)"
_TEXT = r"(?:'(?P<one>[^']*)'|\"(?P<two>[^\"]*)\")"
_EQUALS = re.compile(rf"{_PATH}\s*(?P<sign>!?=)\s*{_TEXT}")
_SELECTED = re.compile(rf"selected\(\s*{_PATH}\s*,\s*{_TEXT}\s*\)")
_NOT = re.compile(r"not\(\s*(?P<inner>selected\([^()]*(?:\(\)[^()]*)?\))\s*\)")
_JOINED = re.compile(r"\s+(or|and)\s+(?=(?:[^'\"]|'[^']*'|\"[^\"]*\")*$)")
"""Outside of quotes."""


@dataclass(frozen=True)
class Condition:
    """Asked only of those who gave one of these answers to a question; `unless`: of all but those."""

    question: Question
    answers: tuple[Choice, ...]
    unless: bool


def condition_of(relevant: str, questions: Mapping[str, Question]) -> Condition | None:
    """What an expression (paths instead of `${name}`) asks for; `questions`: by name, those that may be spoken of.

    None where it is about anything else than choices of one of these questions.
    """
    parts = _JOINED.split(relevant.strip())
    found = [_part(part.strip(), questions) for part in parts[::2]]
    said = [one for one in found if one is not None]
    if len(said) < len(found):
        return None
    first, joints = said[0], {*parts[1::2]}
    same = {(one.question.name, one.unless) for one in said} == {(first.question.name, first.unless)}
    # "Not a or not b" leaves nobody out, and nobody gives two answers where one is asked for.
    if not same or joints - {"and" if first.unless else "or"}:
        return None
    return Condition(first.question, tuple(one.answers[0] for one in said), first.unless)


def _part(part: str, questions: Mapping[str, Question]) -> Condition | None:
    negated = _NOT.fullmatch(part)
    match = _EQUALS.fullmatch(part) or _SELECTED.fullmatch(negated["inner"] if negated else part)
    question = questions.get(match["path"].rpartition("/")[2]) if match else None
    if match is None or question is None:
        return None
    sign = match.groupdict().get("sign")
    if sign and question.kind is not Kind.SELECT_ONE:
        return None  # of several answers it would mean: this one alone
    name = match["one"] if match["one"] is not None else match["two"]
    answer = next((choice for choice in question.choices if choice.name == name), None)
    return Condition(question, (answer,), bool(negated) or sign == "!=") if answer else None
