"""Nobody can work out a count of 1–4, or that it is nothing, from all that is told together.

Two attackers. One knows how the hiding is done and has all the time there is: for small numbers every possible set of
answers is tried, and those that would be told alike are put side by side. The other meets answers of realistic size,
takes every number that was told as an equation over all combinations of answers, and asks a solver for whole numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, combinations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from app.statistics.small_groups import (
    Asked,
    Limits,
    Picks,
    Told,
    classes,
    tell,
    tell_groups,
    tell_many,
    tell_squares,
)

LIMITS = Limits()


def asked(counts: dict[str, int], *, good: str, nothing: str, complete: bool = False) -> Asked:
    """A question whose answers are letters; those of `good` are good, those of `nothing` are none."""
    names = [*(name for name in counts if name not in nothing), *nothing]
    codes = np.repeat(np.arange(len(names)), [counts[name] for name in names])
    return Asked(tuple(names[: -len(nothing)]), frozenset(good), tuple(nothing), codes, complete)


def splits(n: int, parts: int) -> Iterator[tuple[int, ...]]:
    for bars in combinations(range(n + parts - 1), parts - 1):
        edges = (-1, *bars, n + parts - 1)
        yield tuple(edges[i + 1] - edges[i] - 1 for i in range(parts))


def assert_nothing_small_is_known(
    published: Iterator[tuple[object, tuple[int, ...]]], cell: int
) -> dict[object, int]:
    """Each key: what was told; with it the counts behind it. How many sets of counts are told alike."""
    values: dict[object, list[set[int]]] = {}
    times: dict[object, int] = defaultdict(int)
    for key, counts in published:
        seen = values.setdefault(key, [set() for _ in counts])
        times[key] += 1
        for one, count in zip(seen, counts, strict=True):
            one.add(count)
    for key, seen in values.items():
        for place, one in enumerate(seen):
            assert len(one) > 1 or min(one) >= cell, f"count {place} is known to be {one}: {key}"
    return times


@pytest.mark.parametrize(("cell", "n"), [(2, 6), (2, 9), (2, 11), (3, 10), (3, 13), (4, 14)])
@pytest.mark.parametrize("good", ["ab", "a", ""])
def test_who_knows_how_it_is_done_cannot_tell_a_small_count_of_a_question(
    cell: int, n: int, good: str
) -> None:
    limits = Limits(cell, cell + 1, cell + 2)

    def all_of_them() -> Iterator[tuple[object, tuple[int, ...]]]:
        for counts in splits(n, 6):
            told = tell(asked(dict(zip("abcdxy", counts, strict=True)), good=good, nothing="xy"), limits)
            yield repr(told), counts

    times = assert_nothing_small_is_known(all_of_them(), cell)
    assert len(times) > 3, "something is told at all"


@pytest.mark.parametrize(("cell", "n"), [(2, 9), (3, 12), (4, 17)])
def test_who_knows_how_it_is_done_cannot_tell_a_small_count_where_everybody_answers(
    cell: int, n: int
) -> None:
    limits = Limits(cell, cell + 1, cell + 2)

    def all_of_them() -> Iterator[tuple[object, tuple[int, ...]]]:
        for counts in splits(n, 4):
            one = asked(dict(zip("abcdx", (*counts, 0), strict=True)), good="ab", nothing="x", complete=True)
            yield repr(tell(one, limits)), counts

    assert len(assert_nothing_small_is_known(all_of_them(), cell)) > 3


@pytest.mark.parametrize(
    ("letters", "alone", "most", "cell", "n"),
    [
        ("ab", "b", 9, 2, 12),
        ("abc", "c", 9, 2, 13),
        ("abc", "", 2, 2, 9),
        ("abc", "", 1, 3, 14),
        ("abcd", "d", 2, 2, 10),
    ],
)
def test_who_knows_how_it_is_done_cannot_tell_a_small_count_of_several_answers(
    letters: str, alone: str, most: int, cell: int, n: int
) -> None:
    """Known besides what was told: whoever answers chooses something, so many at most, and some choices alone."""
    limits = Limits(cell, cell + 1, cell + 2)
    ways = [
        frozenset(way)
        for size in range(len(letters) + 1)
        for way in combinations(letters, size)
        if size <= most and (size < 2 or not set(way) & set(alone))
    ]

    def all_of_them() -> Iterator[tuple[object, tuple[int, ...]]]:
        for counts in splits(n, len(ways)):
            people = list(zip(ways, counts, strict=True))
            chosen = {one: sum(count for way, count in people if one in way) for one in letters}
            none = sum(count for way, count in people if not way)
            told = tell_many(chosen, n - none, n, limits, Picks(frozenset(alone), most))
            several = sum(count for way, count in people if len(way) > 1)
            yield (
                repr(told),
                (*chosen.values(), none, *((several,) if most > 1 < len(letters) - len(alone) else ())),
            )

    assert len(assert_nothing_small_is_known(all_of_them(), cell)) > 1, "something is told at all"


@pytest.mark.parametrize(("rows", "cell", "n"), [(3, 2, 8), (3, 2, 9), (2, 2, 11), (2, 2, 12), (2, 3, 15)])
def test_who_knows_how_it_is_done_cannot_tell_a_small_count_of_a_group(rows: int, cell: int, n: int) -> None:
    """Two kinds of answers, or these and none, in three groups; the two questions' own tables are known too."""
    limits = Limits(cell, cell, cell + 1)
    told_in_groups: set[str] = set()

    def all_of_them() -> Iterator[tuple[object, tuple[int, ...]]]:
        for counts in splits(n, rows * 3):
            table = np.array(counts).reshape(rows, 3)
            question = np.repeat(np.repeat(np.arange(rows), 3), counts)
            groups = np.repeat(np.tile(np.arange(3), rows), counts)
            item = Asked(("a", "b"), frozenset("a"), ("x",), question, complete=rows == 2)
            place = Asked(("u", "v", "w"), frozenset(), ("y",), groups, complete=True)
            own, places = tell(item, limits), tell(place, limits)
            found = {}
            if own is not None and places is not None:
                found = tell_groups(item, own, *classes(place, places), limits)
                told_in_groups.update(found)
            sums = (*map(int, table.sum(1)), *map(int, table.sum(0)))
            yield (repr(own), repr(places), repr(found)), (*counts, *sums)

    assert_nothing_small_is_known(all_of_them(), cell)
    assert told_in_groups == {"u", "v", "w"}


SHOWN = tuple(chain.from_iterable(combinations("abcd", size) for size in range(5)))
"""Which squares of a map one person may have shown; first none at all. A map has more squares than are told."""


def told_of_map(shown: Sequence[tuple[str, ...]], counts: Sequence[int], limits: Limits) -> Told | None:
    """What is told where so many people showed each of these combinations of squares."""
    by_square: dict[str, int] = defaultdict(int)
    for squares, people in zip(shown, counts, strict=True):
        for square in squares:
            by_square[square] += people
    return tell_squares(by_square, sum(counts) - counts[0], sum(counts), limits)


@pytest.mark.parametrize(("cell", "n"), [(2, 6), (3, 7)])
def test_who_knows_how_it_is_done_cannot_tell_a_small_count_of_a_map(cell: int, n: int) -> None:
    """Squares of which everybody may have shown several: neither how many showed one, nor some, nor none of some."""
    limits = Limits(cell, cell, cell + 1)
    together = np.array([[bool({*one} & {*some}) for one in SHOWN] for some in SHOWN[1:]])
    # Nobody who answered showed none of all; whoever did not answer is no such person.
    apart = ~together[:-1]
    apart[:, 0] = False
    several = np.array([[len(one) > 1 for one in SHOWN]])
    asked_for = np.concatenate([together, apart, several]).astype(int)

    def all_of_them() -> Iterator[tuple[object, tuple[int, ...]]]:
        for counts in splits(n, len(SHOWN)):
            told = told_of_map(SHOWN, counts, limits)
            yield repr(told), (counts[0], *(asked_for @ np.array(counts)).tolist())

    times = assert_nothing_small_is_known(all_of_them(), cell)
    assert len(times) > 3, "something is told at all"


@pytest.mark.parametrize(("cell", "n"), [(2, 9), (2, 11), (3, 13)])
def test_who_knows_that_everybody_showed_one_place_cannot_tell_a_small_count(cell: int, n: int) -> None:
    limits = Limits(cell, cell, cell + 1)
    shown = [(), *((square,) for square in "abcdefg")]

    def all_of_them() -> Iterator[tuple[object, tuple[int, ...]]]:
        for counts in splits(n, len(shown)):
            told = told_of_map(shown, counts, limits)
            hidden = sum(counts[1:]) - sum(count or 0 for count in told.choices.values()) if told else 0
            # What is left for the squares that are hidden is a count as well.
            yield repr(told), (*counts, hidden) if hidden else counts

    assert len(assert_nothing_small_is_known(all_of_them(), cell)) > 3


# — the attacker with a solver —

ITEMS = {"safe": ("abc", "a", "xy"), "clean": ("pq", "p", "z")}
GROUPINGS = {"relation": ("lmo", "", "u"), "age": ("rst", "", "v")}
ALL = ITEMS | GROUPINGS
PATTERNS = list(product(*(letters + nothing for letters, _good, nothing in ALL.values())))


class Attacker:
    """Knows equations over how many people gave each combination of answers."""

    def __init__(self, n: int, patterns: int = len(PATTERNS)) -> None:
        self.rows: list[Any] = [np.ones(patterns)]
        self.least: list[float] = [n]
        self.most: list[float] = [n]

    def hear(self, who: Any, least: float, most: float | None = None) -> None:
        self.rows.append(who)
        self.least.append(least)
        self.most.append(least if most is None else most)

    def knows(self, who: Any, count: int) -> bool:
        """Whether no other number of people is possible."""
        heard = LinearConstraint(np.array(self.rows), np.array(self.least), np.array(self.most))
        for sign in (1, -1):
            found = milp(
                sign * who, constraints=heard, integrality=np.ones(len(who)), bounds=Bounds(0, np.inf)
            )
            assert found.success, "what was told is true, so something must be possible"
            if round(sign * found.fun) != count:
                return False
        return True


def those(item: str, letters: str) -> Any:
    place = list(ALL).index(item)
    return np.array([float(pattern[place] in letters) for pattern in PATTERNS])


def listen(attacker: Attacker, name: str, told: Told) -> None:
    letters, good, nothing = ALL[name]
    for letter, count in told.choices.items():
        if count is not None:
            attacker.hear(those(name, letter + (nothing if told.host == letter else "")), count)
    for letter, count in told.nothing.items():
        if count is not None:
            attacker.hear(those(name, letter), count)
    attacker.hear(those(name, letters), told.least, told.most)
    if told.good is not None:
        attacker.hear(those(name, good), told.good)


def people(draw: Callable[[Any], Any]) -> dict[str, Any]:
    """Answers of everybody; each answer has a chance of its own to be rare, and questions may hang together closely."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    n = draw(st.integers(30, 140))
    weights = {
        name: np.array([draw(st.sampled_from([0.0, 0.03, 0.15, 1.0, 3.0])) for _ in letters + nothing])
        for name, (letters, _good, nothing) in ALL.items()
    }
    codes = {
        name: rng.choice(len(chance), n, p=(chance + 1e-9) / (chance + 1e-9).sum())
        for name, chance in weights.items()
    }
    for name in draw(st.sets(st.sampled_from(list(ALL)))):
        codes[name].sort()
    return codes


def small_counts_known(attacker: Attacker, codes: dict[str, Any]) -> set[tuple[str, str, int]]:
    """The counts below five, of one answer or of an answer in a group, that follow from what the attacker heard."""
    known: set[tuple[str, str, int]] = set()
    answers = {
        (name, letter): codes[name] == place
        for name, (letters, _good, nothing) in ALL.items()
        for place, letter in enumerate(letters + nothing)
    }
    for (name, letter), gave in answers.items():
        if gave.sum() < LIMITS.cell and attacker.knows(those(name, letter), int(gave.sum())):
            known.add((name, letter, int(gave.sum())))
    for item, grouping in product(ITEMS, GROUPINGS):
        for answer, whose in product("".join(ALL[item][::2]), "".join(ALL[grouping][::2])):
            both = int((answers[item, answer] & answers[grouping, whose]).sum())
            if both < LIMITS.cell and attacker.knows(those(item, answer) * those(grouping, whose), both):
                known.add((f"{item} {answer}", f"{grouping} {whose}", both))
    return known


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_small_count_follows_from_everything_told_together(data: st.DataObject) -> None:
    codes = people(data.draw)
    n = len(codes["safe"])
    questions = {
        name: Asked(tuple(letters), frozenset(good), tuple(nothing), codes[name])
        for name, (letters, good, nothing) in ALL.items()
    }
    attacker = Attacker(n)
    told = {name: one for name, question in questions.items() if (one := tell(question, LIMITS))}
    for name, one in told.items():
        listen(attacker, name, one)
    for item, grouping in product(ITEMS, GROUPINGS):
        if item in told and grouping in told:
            names, group = classes(questions[grouping], told[grouping])
            found = tell_groups(questions[item], told[item], names, group, LIMITS)
            for letter, said in found.items():
                letters, good, _nothing = ITEMS[item]
                members = those(
                    grouping, letter + (GROUPINGS[grouping][2] if told[grouping].host == letter else "")
                )
                attacker.hear(members * those(item, good), said.good)
                attacker.hear(members * those(item, letters), said.least, said.most)
    assert not small_counts_known(attacker, codes)


def test_the_attacker_would_find_a_lone_hidden_count() -> None:
    """The test above can fail: with one count hidden alone, the sum gives it away."""
    attacker = Attacker(100)
    attacker.hear(those("safe", "a"), 60)
    attacker.hear(those("safe", "bxy"), 37)
    assert attacker.knows(those("safe", "c"), 3)


# — what is still told —


def test_large_counts_are_all_told() -> None:
    counts = {"a": 200, "b": 150, "c": 90, "d": 40, "x": 12, "y": 8}
    told = tell(asked(counts, good="ab", nothing="xy"), LIMITS)
    assert told == Told(480, 480, 350, {"a": 200, "b": 150, "c": 90, "d": 40}, {"x": 12, "y": 8})


def test_a_small_count_takes_the_smallest_of_its_side_with_it_and_leaves_the_share_of_good_answers() -> None:
    counts = {"a": 200, "b": 150, "c": 90, "d": 40, "e": 2, "x": 12, "y": 8}
    told = tell(asked(counts, good="ab", nothing="xy"), LIMITS)
    assert told is not None
    assert told.choices == {"a": 200, "b": 150, "c": 90, "d": None, "e": None}
    assert (told.good, told.most) == (350, 482)


def test_few_without_an_opinion_make_the_base_unsure_instead_of_hiding_the_share() -> None:
    counts = {"a": 200, "b": 150, "c": 90, "d": 40, "x": 2, "y": 0}
    told = tell(asked(counts, good="ab", nothing="xy"), LIMITS)
    assert told is not None
    assert (told.least, told.most, told.good, told.host) == (478, 482, 350, "c")
    assert told.choices["c"] == 92
    assert told.nothing == {}


@pytest.mark.parametrize(
    "counts",
    [{"a": 20, "b": 9, "x": 50}, {"a": 100, "b": 3, "x": 20}, {"a": 2, "b": 100, "x": 0}],
    ids=["base below 30", "few others", "few good"],
)
def test_a_question_is_hidden_whole_where_its_share_would_tell(counts: dict[str, int]) -> None:
    assert tell(asked(counts, good="a", nothing="x"), LIMITS) is None


def test_several_answers_are_told_where_both_sides_are_large_enough() -> None:
    told = tell_many({"a": 60, "b": 4, "c": 50, "d": 0}, answered=100, n=120, limits=LIMITS)
    assert told == Told(100, 100, None, {"a": 60, "b": None, "c": 50, "d": None}, {"unanswered": 20})
    unsure = tell_many({"a": 40, "b": 95}, answered=98, n=100, limits=LIMITS)
    assert unsure == Told(96, 100, None, {"a": 40, "b": 95}, {})
    assert tell_many({"a": 10, "b": 15}, answered=20, n=120, limits=LIMITS) is None


@pytest.mark.parametrize(
    ("counts", "answered", "picks"),
    [
        ({"a": 60, "b": 36}, 96, Picks()),  # they add up to how many answered: four did not
        ({"a": 60, "b": 36, "none": 4}, 100, Picks(frozenset({"none"}))),  # 96 of 100, so four chose none
        ({"a": 60, "b": 43}, 100, Picks()),  # three chose both
        ({"a": 70, "b": 70, "c": 58}, 100, Picks(most=2)),  # two chose only one
    ],
)
def test_several_answers_are_hidden_where_what_they_add_up_to_tells(
    counts: dict[str, int], answered: int, picks: Picks
) -> None:
    assert tell_many(counts, answered, 100, LIMITS, picks) is None


def test_measures_beside_none_of_these_are_told_like_one_answer() -> None:
    """The few who did not answer would be what is missing to a hundred."""
    told = tell_many({"lamps": 60, "none": 37}, 97, 100, LIMITS, Picks(frozenset({"none"})))
    assert told == Told(96, 100, None, {"lamps": 63, "none": 37}, {}, "lamps")


def test_groups_with_a_small_count_lie_together_with_the_next_smallest() -> None:
    rows = {"l": (60, 40), "m": (30, 20), "o": (9, 6), "s": (3, 30)}
    item = np.concatenate([np.repeat([0, 1], counts) for counts in rows.values()])
    group = np.concatenate([np.full(sum(counts), place) for place, counts in enumerate(rows.values())])
    question = Asked(("good", "bad"), frozenset({"good"}), ("none",), item, complete=True)
    relation = Asked(tuple(rows), frozenset(), ("none",), group, complete=True)
    told, places = tell(question, LIMITS), tell(relation, LIMITS)
    assert told is not None
    assert places is not None
    found = tell_groups(question, told, *classes(relation, places), LIMITS)
    assert {name: (one.good, one.most) for name, one in found.items()} == {"l": (60, 100), "m": (30, 50)}
