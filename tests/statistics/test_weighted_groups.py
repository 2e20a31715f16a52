"""What the tables hide does not follow from weighted shares, though these hang on it.

The attacker knows how many are in each cell of the margins (more than is told), how many of all gave a good answer, and
the weighted share with its interval in whole per cent; every way in which the good answers may lie is tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest

from app.statistics.weighted_groups import gives_a_small_count_away
from app.statistics.weights import Table, rake, weighted_share

CELL = 5


def ways(total: int, sizes: list[int]) -> Iterator[tuple[int, ...]]:
    """All ways to spread good answers over cells of these sizes."""
    for spread in product(*(range(size + 1) for size in sizes[:-1])):
        if 0 <= total - sum(spread) <= sizes[-1]:
            yield (*spread, total - sum(spread))


def known_small_counts(counts: Table, good: Table, weights: Table, told: bool) -> set[tuple[object, int]]:
    """Counts of good answers, or of others, that only one number fits; `told`: the table of each margin is known."""
    every = np.array([*ways(int(good.sum()), counts.astype(int).ravel().tolist())]).reshape(-1, *counts.shape)
    size = np.broadcast_to(counts, every.shape)
    shown = np.stack(
        [
            np.round(one, 2)
            for one in weighted_share(size, every, size, np.broadcast_to(weights, every.shape), counts.ndim)
        ],
        axis=-1,
    )
    fits = (shown == np.round(np.array(weighted_share(counts, good, counts, weights, counts.ndim)), 2)).all(
        -1
    )
    axes = range(counts.ndim)
    if told:
        for axis in axes:
            fits &= (every.sum(axis + 1) == good.sum(axis)).all(tuple(range(1, counts.ndim)))
    masks = [np.indices(counts.shape)[axis] == at for axis in axes for at in range(counts.shape[axis])]
    masks = [] if told else masks
    masks += [np.arange(counts.size).reshape(counts.shape) == at for at in range(counts.size)]
    known: set[tuple[object, int]] = set()
    for place, mask in enumerate(masks):
        for kind, found in (("good", every[fits][:, mask]), ("other", (size - every)[fits][:, mask])):
            numbers = set(found.sum(1).astype(int).tolist())
            if len(numbers) == 1 and 0 < min(numbers) < CELL:
                known.add(((place, kind), numbers.pop()))
    return known


@pytest.mark.parametrize("shape", [(2,), (3,), (2, 2)])
@pytest.mark.parametrize("n", [40, 70, 110])
def test_no_small_count_follows_from_a_weighted_share_that_is_told(n: int, shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(n)
    given_away, safe = 0, 0
    for _wave in range(60):
        chances = rng.dirichlet(np.full(int(np.prod(shape)), 2.0))
        counts = rng.multinomial(n, chances).reshape(shape).astype(float)
        good = rng.binomial(counts.astype(int), rng.uniform(0.05, 0.95, shape)).astype(float)
        margins = [np.full(length, 1 / length) for length in shape]
        if not all(
            counts.sum(tuple(a for a in range(len(shape)) if a != axis)).all() for axis in range(len(shape))
        ):
            continue
        weights = rake(counts, margins)
        if gives_a_small_count_away(counts, good, counts, weights, CELL):
            given_away += 1
            continue
        safe += 1
        assert not known_small_counts(counts, good, weights, told=False), (counts, good)
    assert safe, "something is told at all"
    assert given_away, "something is hidden"


def test_no_small_count_of_a_cell_follows_where_each_margins_own_table_is_told() -> None:
    rng = np.random.default_rng(5)
    told = [frozenset({0, 1}), frozenset({0, 1})]
    safe = 0
    for _wave in range(60):
        counts = rng.multinomial(80, rng.dirichlet(np.full(4, 2.0))).reshape(2, 2).astype(float)
        good = rng.binomial(counts.astype(int), 0.5).astype(float)
        weights = rake(counts, [np.array([0.5, 0.5])] * 2)
        if not gives_a_small_count_away(counts, good, counts, weights, CELL, told):
            safe += 1
            unweighted = np.ones_like(weights)
            by_tables = known_small_counts(counts, good, unweighted, told=True)
            assert known_small_counts(counts, good, weights, told=True) <= by_tables, (counts, good)
    assert safe


def test_three_of_ten_men_would_be_read_off_sixty_answers() -> None:
    """The attack that this is against: their weight is five times that of the women."""
    counts, good = np.array([50.0, 10.0]), np.array([37.0, 3.0])
    weights = rake(counts, [np.array([0.5, 0.5])])
    assert ((1, "good"), 3) in known_small_counts(counts, good, weights, told=False)
    assert gives_a_small_count_away(counts, good, counts, weights, CELL)
    assert not gives_a_small_count_away(counts, good, counts, weights, CELL, [frozenset({0, 1})])
