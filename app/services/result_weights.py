"""The weighted shares of a wave: made of groups that are told, and told where they give no small count away."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.statistics.small_groups import Asked, Limits, Told, classes
from app.statistics.weighted_groups import gives_a_small_count_away, whole_per_cent
from app.statistics.weights import kish, margins_missed, rake, weighted_share


@dataclass(frozen=True)
class Weighted:
    """A weighted share with its interval, as fractions of 1 in whole per cent."""

    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Weighting:
    """How answers were weighted, and the weighted shares of good answers."""

    deff: float
    """Kish's design effect of the weights, with one decimal."""
    missed: float
    """By how much (a fraction of 1) trimmed weights miss a margin at most."""
    shares: dict[str, Weighted]


@dataclass(frozen=True)
class _Margin:
    """Who is in which category, and the categories' shares in the population."""

    names: tuple[str | None, ...]
    """None: who is in no category of the margin, or in one that is not told."""
    category: NDArray[np.intp]
    shares: NDArray[np.float64]


def weigh(
    margins: Mapping[str, Mapping[str, float]],
    asked: Mapping[str, Asked],
    told: Mapping[str, Told],
    who: NDArray[np.bool_],
    limits: Limits,
    within: Collection[str] | None = None,
) -> Weighting | None:
    """The weighted shares of questions among some of the answers; None without known margins or enough answers.

    `within`: the questions that are told of these answers, where they are not all; then no group of theirs is told.
    """
    wanted = [
        name for name, one in told.items() if one.good is not None and (within is None or name in within)
    ]
    known = {
        item: margin
        for item, shares in margins.items()
        if item in told and (margin := _margin(asked[item], told[item], shares, who)) is not None
    }
    n = int(who.sum())
    if not (known and wanted) or n < limits.headline:
        return None
    shape = [len(one.names) for one in known.values()]
    cell = np.ravel_multi_index([one.category for one in known.values()], shape)

    def table(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
        return np.bincount(cell[mask], minlength=int(np.prod(shape))).reshape(shape).astype(float)

    counts = table(np.ones(n, dtype=bool))
    shares = [one.shares for one in known.values()]
    weights = rake(counts, shares)
    found = {}
    for name in wanted:
        question = asked[name]
        codes = question.codes[who]
        base = codes < len(question.choices)
        good = np.isin(codes, [at for at, choice in enumerate(question.choices) if choice in question.good])
        if base.sum() < limits.headline:
            continue
        groups = {} if within is not None else told[name].groups
        shown = [
            frozenset(at for at, one in enumerate(margin.names) if one in groups.get(item, {}))
            for item, margin in known.items()
        ]
        if not gives_a_small_count_away(counts, table(good), table(base), weights, limits.cell, shown):
            estimate = whole_per_cent(weighted_share(counts, table(good), table(base), weights, len(shape)))
            found[name] = Weighted(*map(float, estimate))
    return Weighting(round(kish(counts, weights), 1), margins_missed(counts, weights, shares), found)


def _margin(asked: Asked, told: Told, shares: Mapping[str, float], who: NDArray[np.bool_]) -> _Margin | None:
    """A margin over the categories that are told: weights then hang on no count that is hidden.

    Everybody else is in a category of its own, whose share nobody knows better than the answers do.
    """
    names, group = classes(asked, told)
    kept = [name for name in names if name is not None and name in shares]
    if len(kept) < 2:
        return None
    of = np.array([kept.index(name) if name in kept else len(kept) for name in names])
    category = of[group[who]]
    unknown = float((category == len(kept)).mean())
    known = np.array([shares[name] for name in kept])
    return _Margin((*kept, None), category, np.array([*(known / known.sum() * (1 - unknown)), unknown]))
