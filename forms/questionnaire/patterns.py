"""Regular expressions of questionnaires, matched in bounded time: whoever wrote one cannot make an answer slow.

A pattern becomes a machine of at most `STATES` states that takes each character once, all its states together
(Thompson 1968), so nothing is tried twice; Python's `re` may take years for `(a+)+b`. What needs a memory of what was
matched (back references, looking ahead) is refused. `regex()` of ODK wants the whole text to match.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

STATES = 500
LONGEST_PATTERN, LONGEST_TEXT = 500, 2_000
_MOST_REPEATS = 200

Test = Callable[[str], bool]


class PatternError(ValueError):
    """The pattern cannot be taken; the message says why."""


class _Machine:
    """States with at most one test each; `accept` is the last."""

    def __init__(self) -> None:
        self.tests: list[Test | None] = []
        self.after: list[list[int]] = []

    def state(self, test: Test | None = None) -> int:
        if len(self.tests) >= STATES:
            raise PatternError("it repeats too much")
        self.tests.append(test)
        self.after.append([])
        return len(self.tests) - 1


Piece = tuple[int, int]
"""Where a part of the machine begins and ends."""


class _Reader:
    """Reads a pattern: alternatives of sequences of repeated atoms."""

    def __init__(self, pattern: str) -> None:
        self.pattern, self.at, self.machine, self.depth = pattern, 0, _Machine(), 0

    def peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def take(self) -> str:
        letter = self.peek()
        if not letter:
            raise PatternError("it ends too early")
        self.at += 1
        return letter

    def alternatives(self) -> Piece:
        begin, end = self.machine.state(), self.machine.state()
        while True:
            first, last = self.sequence()
            self.machine.after[begin].append(first)
            self.machine.after[last].append(end)
            if self.peek() != "|":
                return begin, end
            self.at += 1

    def sequence(self) -> Piece:
        begin = end = self.machine.state()
        while self.peek() not in ("", "|", ")"):
            start = self.at
            first, last = self.atom()
            least, most = self.quantity()
            stop = self.at
            if (least, most) != (1, 1):
                first, last = self.repeated(start, least, most)
                self.at = stop
            self.machine.after[end].append(first)
            end = last
        return begin, end

    def repeated(self, start: int, least: int, most: int | None) -> Piece:
        """The atom that begins at `start`, read once more for each time that it may stand."""
        begin = end = self.machine.state()
        for turn in range(least if most is None else most):
            skip = self.machine.state()
            self.at = start
            first, last = self.atom()
            self.machine.after[end].append(first)
            if turn >= least:
                self.machine.after[end].append(skip)
            self.machine.after[last].append(skip)
            end = skip
        if most is None:
            self.at = start
            first, last = self.atom()
            self.machine.after[end].append(first)
            self.machine.after[last].append(end)
        return begin, end

    def quantity(self) -> tuple[int, int | None]:
        letter = self.peek()
        if letter in ("*", "+", "?"):
            self.at += 1
            found: tuple[int, int | None] = {"*": (0, None), "+": (1, None), "?": (0, 1)}[letter]
        elif letter == "{" and (
            counts := re.compile(r"\{(\d{1,4})(,(\d{0,4}))?\}").match(self.pattern, self.at)
        ):
            self.at = counts.end()
            least = int(counts[1])
            most = least if counts[2] is None else int(counts[3]) if counts[3] else None
            if max(least, most or 0) > _MOST_REPEATS or (most is not None and most < least):
                raise PatternError("it repeats too much")
            found = least, most
        else:
            return 1, 1
        if self.peek() in ("?", "+", "*", "{"):
            raise PatternError(f"“{self.peek()}” cannot follow a repetition")
        return found

    def atom(self) -> Piece:
        letter = self.take()
        if letter == "(":
            return self.group()
        if letter in "*+?{":
            raise PatternError(f"nothing stands before “{letter}”")
        if letter in "^$":
            # The whole text has to match anyway.
            begin = self.machine.state()
            return begin, begin
        if letter == ".":
            return self.one(lambda found: found != "\n")
        if letter == "[":
            return self.one(self.letters())
        if letter == "\\":
            return self.one(self.escape())
        return self.one(lambda found: found == letter)

    def one(self, test: Test) -> Piece:
        begin, end = self.machine.state(test), self.machine.state()
        self.machine.after[begin].append(end)
        return begin, end

    def group(self) -> Piece:
        if self.peek() == "?":
            if self.pattern[self.at : self.at + 2] != "?:":
                raise PatternError("only plain groups and (?:…) can be used")
            self.at += 2
        self.depth += 1
        if self.depth > 20:
            raise PatternError("its groups lie too deep")
        found = self.alternatives()
        self.depth -= 1
        if self.take() != ")":
            raise PatternError("a parenthesis is not closed")
        return found

    def escape(self) -> Test:
        letter = self.take()
        if letter in "dDwWsS":
            return _single(f"\\{letter}")
        if letter in "tnr":
            plain = {"t": "\t", "n": "\n", "r": "\r"}[letter]
            return lambda found: found == plain
        if letter.isalnum():
            raise PatternError(f"“\\{letter}” cannot be used")
        return lambda found: found == letter

    def letters(self) -> Test:
        body = self.take() if self.peek() == "^" else ""
        first = True
        while (letter := self.take()) != "]" or first:
            if letter == "\\":
                start = self.at
                self.escape()
                body += "\\" + self.pattern[start : self.at]
            else:
                # These mean something to Python inside brackets, and nothing elsewhere.
                body += f"\\{letter}" if letter in "[]&~|" else letter
            first = False
        return _single(f"[{body}]")


def _single(pattern: str) -> Test:
    try:
        test = re.compile(pattern, re.ASCII)
    except re.error as error:
        raise PatternError(str(error)) from error
    return lambda found: test.match(found) is not None


@lru_cache(maxsize=256)
def _read(pattern: str) -> tuple[_Machine, int, int]:
    if len(pattern) > LONGEST_PATTERN:
        raise PatternError(f"it is longer than {LONGEST_PATTERN} characters")
    reader = _Reader(pattern)
    begin, end = reader.alternatives()
    if reader.at != len(pattern):
        raise PatternError("a parenthesis is closed that was not opened")
    return reader.machine, begin, end


def check(pattern: str) -> None:
    """Raises PatternError for a pattern that cannot be used."""
    _read(pattern)


def matches(pattern: str, words: str) -> bool:
    """Whether the whole text matches; a pattern that cannot be used, and a text that is too long, match nothing."""
    try:
        machine, begin, end = _read(pattern)
    except PatternError:
        return False
    if len(words) > LONGEST_TEXT:
        return False
    at = _spread(machine, {begin})
    for letter in words:
        at = _spread(
            machine,
            {
                after
                for state in at
                if (test := machine.tests[state]) and test(letter)
                for after in machine.after[state]
            },
        )
        if not at:
            return False
    return end in at


def _spread(machine: _Machine, states: set[int]) -> set[int]:
    """These states and all that are reached from them without a character."""
    found, waiting = set(states), list(states)
    while waiting:
        state = waiting.pop()
        if machine.tests[state] is None:
            new = [after for after in machine.after[state] if after not in found]
            found.update(new)
            waiting.extend(new)
    return found
