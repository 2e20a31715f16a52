"""Expressions come to what ODK says they come to, and none can cost much."""

from __future__ import annotations

import math
import time
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.questionnaire.cleaning import LONGEST_TEXT
from forms.questionnaire.definition import Choice, Definition, Group, Item, Kind, Question
from forms.questionnaire.expressions import ExpressionError, compile_expression
from forms.questionnaire.filling import Filling
from forms.questionnaire.functions import FUNCTIONS

TODAY = date(2026, 11, 22)
CHOSEN = tuple(Choice(name=name, label={"sv": name}, fields={"area": f"x{name}"}) for name in "xyz")
ASKED: tuple[Item, ...] = (
    Question(name="a", path="/data/a", kind=Kind.INTEGER),
    Question(
        name="many", path="/data/many", kind=Kind.SELECT_MULTIPLE, choices=CHOSEN, choice_list="letters"
    ),
    Question(name="day", path="/data/day", kind=Kind.DATE),
    Question(name="words", path="/data/words", kind=Kind.TEXT),
    Question(name="empty", path="/data/empty", kind=Kind.TEXT),
    Group(
        name="turn",
        path="/data/turn",
        repeat=True,
        items=(Question(name="n", path="/data/turn/n", kind=Kind.INTEGER),),
    ),
)
ANSWERS = {"a": 3, "many": ["x", "z"], "day": "2026-01-05", "words": "Hej då", "turn": [{"n": 4}, {"n": 5}]}


def came_to(expression: str, answers: dict[str, Any] | None = None) -> object:
    """What a calculation comes to, beside the answers above."""
    definition = Definition(
        name="prov",
        title={"sv": "Prov"},
        languages=("sv",),
        items=(*ASKED, Question(name="it", path="/data/it", kind=Kind.CALCULATE, calculate=expression)),
    )
    return Filling(definition, ANSWERS if answers is None else answers, TODAY).check().answers.get("it")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("7 div 2", 3.5),
        ("-7 mod 3", -1),
        ("-/data/a", -3),
        ("1 div 0", None),
        ("/data/a + 1", 4),
        ("/data/empty + 1", None),
        ("/data/a = 3", "true"),
        ("/data/a = '3'", "true"),
        ("/data/a != 3", "false"),
        ("/data/a >= 3 and /data/a < 4", "true"),
        ("/data/empty = ''", "true"),
        ("/data/empty > 1", "false"),
        ("/data/turn/n = 5", "true"),
        ("/data/day < today()", "true"),
        ("today() - /data/day", 321),
        ("/data/day = '2026-01-05'", "true"),
        ("true() or 1 div 0", "true"),
        ("selected(/data/many, 'z')", "true"),
        ("selected(/data/many, 'y')", "false"),
        ("selected-at(/data/many, 1)", "z"),
        ("selected-at(/data/many, 9)", None),
        ("count-selected(/data/many)", 2),
        ("if(/data/a > 2, 'big', 'small')", "big"),
        ("if(/data/empty, 1, 2)", 2),
        ("coalesce(/data/empty, /data/words)", "Hej då"),
        ("once(5)", 5),
        ("not(selected(/data/many, 'y'))", "true"),
        ("boolean(/data/empty)", "false"),
        ("boolean-from-string('1')", "true"),
        ("false()", "false"),
        ("string(/data/a)", "3"),
        ("number('2.50')", 2.5),
        ("concat(/data/words, '!', 1)", "Hej då!1"),
        ("concat(/data/turn/n)", "45"),
        ("join(', ', /data/turn/n)", "4, 5"),
        ("substr('hello', 1, 3)", "el"),
        ("substr('hello', -2)", "lo"),
        ("substr('hello', -9, 2)", "he"),
        ("substring-before('a-b', '-')", "a"),
        ("substring-after('a-b', '-')", "b"),
        ("contains(/data/words, 'j d')", "true"),
        ("starts-with(/data/words, 'Hej')", "true"),
        ("ends-with(/data/words, 'å')", "true"),
        ("normalize-space('  a   b ')", "a b"),
        ("translate('bar', 'abc', 'AB')", "BAr"),
        ("string-length(/data/words)", 6),
        ("regex(/data/words, '[A-Z]\\w+ .+')", "true"),
        ("int(3.9)", 3),
        ("int(-3.9)", -3),
        ("floor(-3.1)", -4),
        ("ceiling(3.1)", 4),
        ("abs(-2)", 2),
        ("round(2.5)", 3),
        ("round(2.345, 2)", 2.35),
        ("round(1234, -2)", 1200),
        ("pow(2, 10)", 1024),
        ("pow(10, 1000)", None),
        ("min(3, 1, 2)", 1),
        ("max(/data/turn/n)", 5),
        ("max(/data/turn/n, /data/empty)", None),
        ("sum(/data/turn/n)", 9),
        ("count(/data/turn)", 2),
        ("count-non-empty(/data/turn/n)", 2),
        ("today()", "2026-11-22"),
        ("now()", "2026-11-22"),
        ("date(0)", "1970-01-01"),
        ("date(/data/day + 30)", "2026-02-04"),
        ("date('nonsense')", None),
        ("format-date(/data/day, '%e/%n %Y, %d.%m.%y')", "5/1 2026, 05.01.26"),
        ("decimal-date-time(/data/day)", 20458),
        ("/data/turn[position() = 2]/n", "5"),
        ("/data/turn[last()]/n", "5"),
        ("position(/data/turn)", 1),
        ("indexed-repeat(/data/turn/n, /data/turn, 2)", "5"),
        ("instance('letters')/root/item[area = 'xy']/name", "y"),
        ("current()/../a", "3"),
    ],
)
def test_what_an_expression_comes_to(expression: str, expected: object) -> None:
    assert came_to(expression) == expected


def test_every_function_is_called_above() -> None:
    marks: Any = test_what_an_expression_comes_to
    called = " ".join(case[0] for case in marks.pytestmark[0].args[1])
    assert [name for name in FUNCTIONS if f"{name}(" not in called] == []


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("random()", "unknown_function"),
        ("uuid()", "unknown_function"),
        ("pulldata('a', 'b', 'c', 'd')", "unknown_function"),
        ("jr:choice-name(/data/a, '/data/a')", "unknown_function"),
        ("id('a')", "unknown_function"),
        ("document('file:///etc/passwd')", "unknown_function"),
        ("selected(/data/a)", "wrong_arguments"),
        ("if(1, 2)", "wrong_arguments"),
        ("/data//a", "unsupported"),
        ("/data/*", "unsupported"),
        ("//*", "unsupported"),
        ("/data/@id", "unsupported"),
        ("ancestor::data", "unsupported"),
        ("/data/node()", "unknown_function"),
        ("1/a", "unsupported"),
        ("'a'[. = 1]", "unsupported"),
        ("string(/data/a)/a", "unsupported"),
        ("/data/a | /data/b", "unsupported"),
        ("$a", "unsupported"),
        ("/data/a[b[c]]", "unsupported"),
        ("instance(/data/words)/root", "unsupported"),
        ("regex(., '(a')", "bad_pattern"),
        ("regex(., '(?=a)')", "bad_pattern"),
        ("1 +", "bad_syntax"),
        ("'open", "bad_syntax"),
        ("", "bad_syntax"),
        (")(", "bad_syntax"),
        ("1 " * 2000, "too_long"),
        ("(" * 31 + "1" + ")" * 31, "too_deep"),
        ("[" * 200, "too_deep"),
    ],
)
def test_what_cannot_be_used_is_refused(expression: str, code: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        compile_expression(expression)
    assert raised.value.code == code


def test_questions_may_be_called_like_functions_and_operators() -> None:
    names = ("if", "date", "count", "div", "and", "or", "mod", "selected", "today")
    items = [Question(name=name, path=f"/data/{name}", kind=Kind.INTEGER) for name in names]
    total = " + ".join(f"/data/{name}" for name in names)
    asked = (*items, Question(name="it", path="/data/it", kind=Kind.CALCULATE, calculate=total))
    definition = Definition(name="prov", title={"sv": "Prov"}, languages=("sv",), items=asked)
    assert Filling(definition, dict.fromkeys(names, 1)).check().answers["it"] == len(names)


@given(st.text("()[]/.,'\"0a1 =<>!+-*|:@$&abdivmorndselct_é٣", max_size=40))
@settings(max_examples=200, deadline=None)
def test_whatever_is_typed_is_read_or_refused(words: str) -> None:
    with suppress(ExpressionError):
        compile_expression(words)
        came_to(words)


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(allow_nan=False, allow_infinity=False))
@settings(max_examples=100, deadline=None)
def test_arithmetic_of_any_numbers_comes_to_a_number_or_nothing(a: float, b: float) -> None:
    for sign in ("+", "-", "*", "div", "mod"):
        found = (
            came_to(f"number('{a:.20f}'[1 > 0]) {sign} 1")
            if False
            else came_to(f"{abs(a):.6f} {sign} {abs(b):.6f}")
        )
        assert found is None or (isinstance(found, int | float) and math.isfinite(found))


def test_text_that_doubles_itself_stops_growing() -> None:
    doubled = "'0123456789'"
    items = [Question(name="c0", path="/data/c0", kind=Kind.CALCULATE, calculate=doubled)]
    for number in range(1, 60):
        before = f"/data/c{number - 1}"
        items.append(
            Question(
                name=f"c{number}",
                path=f"/data/c{number}",
                kind=Kind.CALCULATE,
                calculate=f"concat({before}, {before}, {before})",
            )
        )
    definition = Definition(name="prov", title={"sv": "Prov"}, languages=("sv",), items=tuple(items))
    start = time.process_time()
    assert len(str(Filling(definition, {}).check().answers["c59"])) == LONGEST_TEXT
    assert time.process_time() - start < 5
