"""Whether weighted figures give a small count away: what weights say of groups that the tables hide.

A weighted share hangs on who is in which cell of the margins, and not only on counts that are told. So it is told only
where each small count behind it could be another, with some neighbours' answers exchanged so that every table told
beside it stays as it is, and the share and both ends of its interval come to the same whole per cent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from app.statistics.proportions import Estimate
from app.statistics.weights import Table, weighted_share

_TRIED = 8
"""Exchanges that are looked at for one count, those first that move the share least."""


def whole_per_cent(estimate: Estimate) -> Estimate:
    """A weighted share as it is told."""
    return Estimate(*(float(np.round(one, 2)) for one in estimate))


def gives_a_small_count_away(
    counts: Table, good: Table, base: Table, weights: Table, cell: int, told: Sequence[frozenset[int]] = ()
) -> bool:
    """Whether a count below `cell` of good answers, of others or of none follows from the weighted share.

    Tables of one wave, an axis for each margin. `told`: for each axis the categories whose own share is told.
    """
    axes = counts.ndim
    shape = counts.shape
    told = told or [frozenset[int]()] * axes
    sides = np.stack([good, base - good, counts - base]).reshape(3, -1)
    shown = _shown(counts, good, base, weights)
    moves = np.array([*_moves(shape, told)]).reshape(-1, counts.size)
    moves = moves[np.argsort(np.abs(moves @ weights.ravel()), kind="stable")]
    alternatives: list[NDArray[np.float64]] = []
    whose: list[int] = []
    places = 0
    for mask in _groups(shape, told):
        moving = moves[(moves @ mask) != 0]
        for side in range(3):
            if not (counts.ravel()[mask].sum() and sides[side][mask].sum() < cell):
                continue
            found = [*_exchanged(sides, side, moving)]
            # Where nothing can be exchanged the tables know it by themselves.
            alternatives += found
            whose += [places] * len(found)
            places += bool(found)
    if not alternatives:
        return False
    tried = np.stack(alternatives).reshape(-1, 3, *shape)
    same = (
        _shown(np.broadcast_to(counts, tried[:, 0].shape), tried[:, 0], tried[:, 0] + tried[:, 1], weights)
        == shown
    ).all(-1)
    return bool((np.bincount(np.array(whose)[same], minlength=places) == 0).any())


def _shown(counts: Table, good: Table, base: Table, weights: Table) -> NDArray[np.float64]:
    estimate = weighted_share(counts, good, base, np.broadcast_to(weights, counts.shape), weights.ndim)
    return np.stack([np.round(np.asarray(one, float), 2) for one in estimate], axis=-1)


def _groups(shape: tuple[int, ...], told: Sequence[frozenset[int]]) -> Iterator[NDArray[np.bool_]]:
    """Everybody in one category that is not told, and everybody in one cell."""
    where = np.indices(shape).reshape(len(shape), -1)
    for axis, size in enumerate(shape):
        for category in set(range(size)) - told[axis]:
            yield where[axis] == category
    if len(shape) > 1:
        yield from np.eye(where.shape[1], dtype=bool)


def _moves(shape: tuple[int, ...], told: Sequence[frozenset[int]]) -> Iterator[NDArray[np.float64]]:
    """Who gives one answer more and who one fewer: between two categories not told, or round a square of four cells."""
    cells = np.arange(int(np.prod(shape))).reshape(shape)
    size = cells.size

    def change(more: Sequence[int], fewer: Sequence[int]) -> Iterator[NDArray[np.float64]]:
        found = np.zeros(size)
        found[list(more)], found[list(fewer)] = 1, -1
        yield found
        yield -found

    for axis, length in enumerate(shape):
        lines = np.moveaxis(cells, axis, -1).reshape(-1, length)
        for line, (one, other) in product(lines, combinations(sorted(set(range(length)) - told[axis]), 2)):
            yield from change([line[one]], [line[other]])
    for first, second in combinations(range(len(shape)), 2):
        planes = np.moveaxis(cells, (first, second), (-2, -1)).reshape(-1, shape[first], shape[second])
        for plane in planes:
            for (a, b), (c, d) in product(
                combinations(range(shape[first]), 2), combinations(range(shape[second]), 2)
            ):
                yield from change([plane[a, c], plane[b, d]], [plane[a, d], plane[b, c]])


def _exchanged(
    sides: NDArray[np.float64], side: int, moves: NDArray[np.float64]
) -> Iterator[NDArray[np.float64]]:
    """The answers with one side's moved and another's moved back, where there are so many to be moved."""
    for other in {0, 1, 2} - {side}:
        fits = ((sides[side] + moves >= 0) & (sides[other] - moves >= 0)).all(1)
        for move in moves[fits][:_TRIED]:
            changed = sides.copy()
            changed[side] += move
            changed[other] -= move
            yield changed
