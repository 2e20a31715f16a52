"""Small groups: which counts of a survey's wave may be told. Everything that is published of answers passes here, once.

What is told are counts of classes of answers. The classes of one question never overlap, each holds enough people, and
every share is computed from counts that are told; so whatever is added or subtracted gives a count of whole classes
again. Counts too small to tell lie in a class together with one that is large enough, so that nobody knows which of
them is how small (docs/statistics.md has the argument, tests/statistics/test_small_groups.py attacks it).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Limits:
    """From how many people on a count is told; nothing is a count too small, like 1."""

    cell: int = 5
    base: int = 10
    """Of a group in a breakdown."""
    headline: int = 30
    """Of a whole question or wave."""


@dataclass(frozen=True)
class Group:
    """What one group said of a question with good answers."""

    good: int
    least: int
    """The base is at least this …"""
    most: int
    """… and at most this; the two differ where fewer than `Limits.cell` of all had no opinion."""


@dataclass(frozen=True)
class Told:
    """What is told of one question. A count that is None is hidden."""

    least: int
    most: int
    """The base: those with an opinion; unsure (see Group) or exact."""
    good: int | None
    """How many gave a good answer; None where the question has no good answers."""
    choices: dict[str, int | None]
    nothing: dict[str, int | None] = field(default_factory=dict)
    """What is no opinion, each kind by itself; empty where fewer than `Limits.cell` had none."""
    host: str | None = None
    """The choice whose count holds the few without an opinion; None where there are none or enough of them."""
    groups: dict[str, dict[str, Group]] = field(default_factory=dict)
    """Breakdown → group; a group that is not there is not told."""


@dataclass(frozen=True)
class Asked:
    """A question to tell of: what it may be answered with, and what everybody answered."""

    choices: tuple[str, ...]
    good: frozenset[str]
    nothing: tuple[str, ...]
    """Choices that are no opinion; the last stands for no answer at all."""
    codes: NDArray[np.intp]
    """Per person: the place of the answer in `choices + nothing`."""
    complete: bool = False
    """Whether nobody can be without an opinion: it must be answered, and offers nothing but opinions."""

    @property
    def names(self) -> tuple[str, ...]:
        """All places that `codes` points at."""
        return self.choices + self.nothing

    def counts(self) -> dict[str, int]:
        """How many gave each answer."""
        found = np.bincount(self.codes, minlength=len(self.names))
        return {name: int(count) for name, count in zip(self.names, found, strict=True)}


def tell(asked: Asked, limits: Limits) -> Told | None:
    """What may be told of a question with one answer; None: nothing at all."""
    counts, n = asked.counts(), len(asked.codes)
    good, other = _sides(asked)
    without = sum(counts[name] for name in asked.nothing)
    host = None
    if without < limits.cell:
        if without or not asked.complete:
            # They are too few to be a class, so they count with one choice: always the same, whatever the counts.
            host = other[0]
            counts[host] += without
        least, most = n - (limits.cell - 1 if host else 0), n
    else:
        least = most = n - without
    blocks = [block for block in (good, other, asked.nothing if without >= limits.cell else ()) if block]
    if least < limits.headline or any(sum(counts[name] for name in block) < limits.cell for block in blocks):
        return None
    shown: dict[str, int | None] = {}
    for block in blocks:
        shown |= _tell_block({name: counts[name] for name in block}, limits)
    return Told(
        least,
        most,
        sum(counts[name] for name in good) if good else None,
        {name: shown[name] for name in asked.choices},
        {name: shown[name] for name in asked.nothing if name in shown},
        host,
    )


@dataclass(frozen=True)
class Picks:
    """What a question with several answers lets people choose; whoever answers chooses at least one."""

    alone: frozenset[str] = frozenset()
    """Choices that nobody can choose together with others, e.g. "none of these"."""
    most: int = 1_000
    """So many of the others may be chosen."""


def tell_many(
    chosen: dict[str, int], answered: int, n: int, limits: Limits, picks: Picks | None = None
) -> Told | None:
    """What may be told of a question with several answers: how many chose each, of those who answered at all.

    Whoever did not choose it is a count as well, so both must be large enough. What counts add up to tells how many
    answered, how many chose more than one, and how many chose fewer than they might: where one of these is too small,
    or what is hidden could be worked out from it, nothing is told.
    """
    picks = picks or Picks()
    together = [name for name in chosen if name not in picks.alone]
    if min(len(together), picks.most) <= 1:
        # Nobody can choose two: it is a question with one answer.
        numbers = [*chosen.values(), n - answered]
        codes = np.repeat(np.arange(len(numbers)), numbers)
        return tell(Asked(tuple(chosen), frozenset(), ("unanswered",), codes), limits)
    enough = n - answered >= limits.cell
    least, most = (answered, answered) if enough else (n - limits.cell + 1, n)
    if least < limits.headline:
        return None

    def show(names: Iterable[str], whose: int) -> dict[str, int | None]:
        fits = range(limits.cell, whose - limits.cell + 1)
        return {name: chosen[name] if chosen[name] in fits else None for name in names}

    few = limits.cell - 1
    apart = show(picks.alone & chosen.keys(), most)
    others = sum(filter(None, apart.values()))
    # How many chose of the rest, at least and at most.
    those = (least - others - few * list(apart.values()).count(None), most - others)
    beside = show(together, those[1])
    total, hidden = sum(filter(None, beside.values())), list(beside.values()).count(None)
    if (
        total < those[1] + limits.cell
        or total + few * hidden + limits.cell > min(len(together), picks.most) * those[0]
    ):
        return None
    shown = {name: (apart | beside)[name] for name in chosen}
    return Told(least, most, None, shown, {"unanswered": n - answered} if enough else {})


def tell_squares(pinned: dict[str, int], answered: int, n: int, limits: Limits) -> Told | None:
    """What may be told of places that people showed: how many showed each square of the map, of those who showed any.

    A square that is not there is hidden, whether anybody showed it or not. Whoever did not show a square is a count
    as well. Each may have shown one place only, so that all counts together are those who answered: the smallest
    that could be told is hidden as well, so that what is left for the hidden squares holds at least one count that
    is not small.
    """
    enough = n - answered >= limits.cell
    least, most = (answered, answered) if enough else (n - limits.cell + 1, n)
    if least < limits.headline:
        return None
    fits = range(limits.cell, most - limits.cell + 1)
    shown = _without_smallest({name: count for name, count in pinned.items() if count in fits})
    # Where it is unsure how many answered, what is left must be enough however many did.
    while shown and most - sum(shown.values()) >= limits.cell > least - sum(shown.values()):
        shown = _without_smallest(shown)
    return Told(least, most, None, dict(shown), {"unanswered": n - answered} if enough else {})


def classes(asked: Asked, told: Told) -> tuple[tuple[str | None, ...], NDArray[np.intp]]:
    """The groups that a told question makes of people: their names (None: no group to show), and who is in which.

    What the question's own table puts together stays together.
    """
    names: list[str | None] = [name for name in asked.choices if told.choices[name] is not None]
    place = {name: number for number, name in enumerate(names)}
    rest = len(names)
    names += [None, None]
    where = [place.get(name, rest) for name in asked.choices]
    for_nothing = rest + 1 if told.nothing else place.get(told.host or "", rest)
    moved = np.array([*where, *(for_nothing for _ in asked.nothing)], dtype=np.intp)[asked.codes]
    there = np.bincount(moved, minlength=len(names)) > 0
    return tuple(name for name, used in zip(names, there, strict=True) if used), (np.cumsum(there) - 1)[moved]


def splits_off_few(part: NDArray[np.bool_], group: NDArray[np.intp], limits: Limits) -> bool:
    """Whether some people, all of one group but for a few, or a few of it, can be told from it by subtraction.

    For questions that are asked of some only: their base is a part of a group that is told as well.
    """
    inside = np.bincount(group[part], minlength=int(group.max(initial=0)) + 1)
    outside = np.bincount(group[~part], minlength=len(inside))
    return any(((one > 0) & (one < limits.cell)).any() for one in (inside, outside))


def tell_groups(
    asked: Asked, told: Told, names: Sequence[str | None], group: NDArray[np.intp], limits: Limits
) -> dict[str, Group]:
    """What each group said of a question whose own table is told; `names` and `group` come from `classes`.

    Groups with a count too small lie together with all that are no larger, and with the next until they hold enough.
    """
    good, _other = _sides(asked)
    if not good:
        return {}
    sides = [0 if name in good else 1 for name in asked.choices]
    # Too few without an opinion count with the others, as in the question's own table.
    sides += [2 if told.nothing else 1] * len(asked.nothing)
    rows = 3 if told.nothing else 2
    cell = np.array(sides)[asked.codes] * len(names) + group
    table = np.bincount(cell, minlength=rows * len(names)).reshape(rows, -1)
    sizes = table.sum(0)
    few = (table < limits.cell).any(0) | (table[:2].sum(0) < limits.base)
    # By size, which is known anyway: a larger group in their midst would say of itself that it holds a small count.
    together = sizes <= sizes[few].max(initial=-1)
    while together.any() and (together.sum() < 2 or (table[:, together].sum(1) < limits.cell).any()):
        if together.all():
            return {}
        together |= sizes == sizes[~together].min()
    unsure = limits.cell - 1 if told.least < told.most else 0
    return {
        name: Group(int(table[0, one]), int(table[:2, one].sum()) - unsure, int(table[:2, one].sum()))
        for one, name in enumerate(names)
        if name is not None and not together[one]
    }


def _sides(asked: Asked) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The good choices and the others; a question that has only one kind has no good ones."""
    good = tuple(name for name in asked.choices if name in asked.good)
    other = tuple(name for name in asked.choices if name not in asked.good)
    return (good, other) if good and other else ((), asked.choices)


def _tell_block(counts: dict[str, int], limits: Limits) -> dict[str, int | None]:
    """The counts of choices whose sum is told: the small ones hidden, and with them the smallest that is not small.

    Equal counts are treated alike, so that exchanging a small count with another hidden one gives the same table: that
    is why nobody can tell which is which.
    """
    small = {name for name, count in counts.items() if count < limits.cell}
    if len(counts) == 1 or not small:
        return dict(counts)
    partner = min((count for count in counts.values() if count >= limits.cell), default=None)
    return {name: None if name in small or count == partner else count for name, count in counts.items()}


def _without_smallest(counts: dict[str, int]) -> dict[str, int]:
    smallest = min(counts.values(), default=0)
    return {name: count for name, count in counts.items() if count > smallest}
