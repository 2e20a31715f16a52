"""Regular expressions match as Python's do, without its exponential time."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.questionnaire.patterns import PatternError, check, matches

PATTERNS = [
    "abc",
    "a|b|",
    "[0-9]{5}",
    "[^a-c]+",
    r"\d{3}-\d{2,4}",
    r"(?:ab)*c?",
    r"\w+@\w+\.\w+",
    "^a.c$",
    r"[\]\[&|-]+",
    r"\.\*\\",
    "(a|ab)(c|bcd)(d*)",
    "a{0}b",
    "(a{2}){2}",
    "[]a]+",
    "x{2,}",
    "å+",
    "(a*)*b",
]


@pytest.mark.parametrize("pattern", PATTERNS)
@given(words=st.text("abcdx01 .@\\*-[]|&å\n", max_size=8))
@settings(max_examples=60, deadline=None)
def test_it_matches_what_python_matches(pattern: str, words: str) -> None:
    assert matches(pattern, words) == bool(re.fullmatch(pattern.strip("^$"), words, re.ASCII))


@pytest.mark.parametrize(
    "pattern",
    [
        *("(a", "a)", "*a", "a**", "a{3,1}", "a{999}", "[a", "a\\", "(" * 50, "a" * 501),
        *("(?=a)", "(?P<n>a)", r"\1", r"\p{L}", "((((a{99}){99}){99}){99})"),
    ],
)
def test_what_is_no_pattern_here_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        check(pattern)
    assert matches(pattern, "a") is False


@pytest.mark.parametrize(
    "pattern", ["(a+)+b", "(a|a)*b", "(a*)*b", "(.*a){12}b", "a*a*a*a*a*a*b", "(a?){99}a{99}"]
)
def test_no_pattern_takes_long(pattern: str) -> None:
    start = time.process_time()
    matches(pattern, "a" * 2_000)
    assert time.process_time() - start < 5


def test_a_text_too_long_matches_nothing() -> None:
    assert matches(".*", "a" * 2_000)
    assert not matches(".*", "a" * 2_001)
