"""Weighting by raking: answers are made to stand for a population whose margins are known, e.g. age and gender.

Everybody in one cell (one age band and one gender) has the same weight, so that tables of counts are all that is
needed. A table has one axis for each margin, in front of them any number of axes for tables that are weighted at once.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.statistics.proportions import Estimate, wilson

Table = NDArray[np.float64]

LIGHTEST, HEAVIEST = 0.3, 3.0
"""Weights are trimmed to these, in units of the mean weight: nobody counts ten times as much as another."""
_ROUNDS, _PASSES, _CLOSE = 8, 25, 1e-6


def rake(counts: Table, margins: Sequence[NDArray[np.float64]], *, trim: bool = True) -> Table:
    """The weight of each cell of `counts`, 1 on average over all answers; 0 where a cell is empty.

    `margins[i]`: the shares of the population along the i-th of the last axes, summing to 1; what nobody of the
    answers belongs to is left out. Iterative proportional fitting (Deming & Stephan 1940, Annals of Mathematical
    Statistics 11, 427–444); trimmed and raked again until the two agree (Potter 1990; DeBell & Krosnick 2009).
    """
    counts = np.asarray(counts, float)
    axes = tuple(range(counts.ndim - len(margins), counts.ndim))
    n = counts.sum(axes, keepdims=True)
    weights = np.where(counts > 0, 1.0, 0.0)
    for _round in range(_ROUNDS):
        weights = _fit(weights, counts, margins, axes, n)
        inside = np.clip(weights, LIGHTEST, HEAVIEST) * (counts > 0)
        if not trim or np.abs(inside - weights).max() < _CLOSE:
            break
        weights = inside
    if trim:
        # The bounds hold in any case; what the margins then lack is for `margins_missed` to say.
        weights = np.clip(weights, LIGHTEST, HEAVIEST) * (counts > 0)
        weights *= n / (weights * counts).sum(axes, keepdims=True)
    return weights


def margins_missed(counts: Table, weights: Table, margins: Sequence[NDArray[np.float64]]) -> float:
    """By how much of the population (a fraction of 1) weighted answers miss a margin at most; trimming does that."""
    missed = 0.0
    for axis, margin in enumerate(margins):
        others = tuple(i for i in range(counts.ndim) if i != axis)
        missed = max(missed, float(np.abs((weights * counts).sum(others) / counts.sum() - margin).max()))
    return missed


def kish(counts: Table, weights: Table) -> float:
    """The design effect of unequal weights, n Σw² / (Σw)²; the effective number of answers is n divided by it.

    Kish (1965), Survey Sampling, section 11.7; it knows nothing of what was answered, and is never below 1.
    """
    return float(counts.sum() * (counts * weights**2).sum() / (counts * weights).sum() ** 2)


def weighted_share(counts: Table, good: Table, base: Table, weights: Table, axes: int) -> Estimate:
    """The weighted share of `good` in `base`, with Wilson's interval for its effective number of answers.

    Tables like `counts`: of all answers that were weighted, of those in the denominator, of the good ones among them;
    the last `axes` axes are the margins'. The variance is that of the linearised share, its residuals taken from a
    regression on the margins: raking has made them known (Deville & Särndal 1992, Journal of the American Statistical
    Association 87, 376–382; Särndal, Swensson & Wretman 1992, section 6.6). Kish's design effect alone would
    leave out that gain, and the intervals would be too wide.
    """
    over = tuple(range(counts.ndim - axes, counts.ndim))
    size = (weights * base).sum(over)
    share = (weights * good).sum(over) / size
    variance = _variance(counts, good, base, weights, share, size, axes)
    # All good or none: no variance to be seen, so that of the weights alone.
    plain = np.asarray((weights * base).sum(over) ** 2 / (weights**2 * base).sum(over))
    seen = (share > 0) & (share < 1) & (variance > 0)
    effective = np.divide(share * (1 - share), variance, out=plain, where=seen)
    return wilson(share * effective, effective)


def _fit(
    weights: Table, counts: Table, margins: Sequence[NDArray[np.float64]], axes: tuple[int, ...], n: Table
) -> Table:
    for _pass in range(_PASSES):
        moved = 0.0
        for axis, margin in zip(axes, margins, strict=True):
            others = tuple(one for one in axes if one != axis)
            shape = [1] * counts.ndim
            shape[axis] = len(margin)
            there = counts.sum(others, keepdims=True) > 0
            wanted = margin.reshape(shape) * there
            wanted = wanted / wanted.sum(axis, keepdims=True) * n
            has = (weights * counts).sum(others, keepdims=True)
            factor = np.divide(wanted, has, out=np.ones_like(has), where=has > 0)
            weights = weights * factor
            moved = max(moved, float(np.abs(factor - 1).max()))
        if moved < _CLOSE:
            break
    return weights


def _variance(
    counts: Table, good: Table, base: Table, weights: Table, share: Table, size: Table, axes: int
) -> Table:
    """The variance of a weighted share."""
    batch, cells = counts.shape[: counts.ndim - axes], counts.shape[counts.ndim - axes :]
    flat = (*batch, -1)
    count, w, one, asked = (table.reshape(flat) for table in (counts, weights, good, base))
    p = share[..., None]
    # Somebody good deviates by 1 - p, another in the base by -p, who is not in the base by nothing.
    total = one * (1 - p) - (asked - one) * p
    squares = one * (1 - p) ** 2 + (asked - one) * p**2
    design = _design(cells)
    mass = w * count
    normal = np.einsum("...c,cj,ck->...jk", mass, design, design)
    # A ridge far below any answer's weight: a category that nobody is in has no coefficient to find.
    normal += 1e-9 * np.eye(design.shape[1])
    right = np.einsum("...c,cj->...j", w * total, design)
    fitted = np.linalg.solve(normal, right[..., None])[..., 0] @ design.T
    residual = squares - 2 * fitted * total + fitted**2 * count
    n = count.sum(-1)
    free = np.maximum(n - design.shape[1], 1)
    variance: Table = n / free * (w**2 * residual).sum(-1) / size**2
    return variance


def _design(cells: tuple[int, ...]) -> NDArray[np.float64]:
    """One row per cell: 1, and one dummy for each category of each margin but its first."""
    where = np.indices(cells).reshape(len(cells), -1)
    columns = [np.ones(where.shape[1])]
    for axis, size in enumerate(cells):
        columns += [(where[axis] == category).astype(float) for category in range(1, size)]
    return np.stack(columns, axis=1)
