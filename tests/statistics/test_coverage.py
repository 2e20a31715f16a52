"""Intervals hold a known true change as often as they say: 20,000 simulated pairs of waves, all at once."""

from __future__ import annotations

import numpy as np
import pytest

from app.statistics.comparisons import difference
from app.statistics.proportions import Estimate, wilson
from app.statistics.weights import HEAVIEST, rake, weighted_share

PAIRS = 20_000
MOST_OFF = 0.005


def coverage(change: Estimate, truth: float) -> float:
    return float(np.mean((change.low <= truth) & (truth <= change.high)))


@pytest.mark.parametrize(
    ("before", "after"), [((600, 0.60), (600, 0.68)), ((200, 0.80), (600, 0.85)), ((150, 0.90), (300, 0.93))]
)
def test_an_unweighted_change_is_covered(before: tuple[int, float], after: tuple[int, float]) -> None:
    rng = np.random.default_rng(20260601)
    first, second = (wilson(rng.binomial(n, p, PAIRS), n) for n, p in (before, after))
    assert coverage(difference(second, first), after[1] - before[1]) == pytest.approx(0.95, abs=MOST_OFF)


AGES, GENDERS = np.array([0.25, 0.30, 0.30, 0.15]), np.array([0.5, 0.5])
PEOPLE = AGES[:, None] * GENDERS * np.array([[1.1, 0.9], [0.95, 1.05], [1.0, 1.0], [0.9, 1.1]])
PEOPLE = PEOPLE / PEOPLE.sum()
MARGINS = [PEOPLE.sum(1), PEOPLE.sum(0)]
ANSWERS = np.array([0.5, 0.8, 1.2, 1.4])[:, None] * np.array([1.1, 0.9])
"""How readily each group answers: the old almost three times as readily as the young."""
NOT_HERE = np.array([[0.02, 0.03], [0.03, 0.03], [0.05, 0.08], [0.10, 0.20]])
SAFE = np.array([[0.45, 0.60], [0.50, 0.65], [0.60, 0.70], [0.65, 0.75]])


def true_share(safe: np.ndarray) -> float:
    here = PEOPLE * (1 - NOT_HERE)
    return float((here * safe).sum() / here.sum())


def waves(
    n: int, safe: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Counts of many waves: of all answers, of those with an opinion, of the good ones, and the weights."""
    drawn = (PEOPLE * ANSWERS / (PEOPLE * ANSWERS).sum()).ravel()
    counts = rng.multinomial(n, drawn, PAIRS).reshape(PAIRS, *PEOPLE.shape)
    base = rng.binomial(counts, 1 - NOT_HERE)
    good = rng.binomial(base, safe)
    return counts.astype(float), base.astype(float), good.astype(float), rake(counts.astype(float), MARGINS)


@pytest.mark.parametrize(("n_before", "n_after"), [(600, 600), (300, 500)])
def test_a_weighted_change_is_covered(n_before: int, n_after: int) -> None:
    rng = np.random.default_rng(20260602)
    later = SAFE + 0.08
    before, after = (
        weighted_share(counts, good, base, weights, 2)
        for counts, base, good, weights in (waves(n_before, SAFE, rng), waves(n_after, later, rng))
    )
    truth = true_share(later) - true_share(SAFE)
    assert coverage(difference(after, before), truth) == pytest.approx(0.95, abs=MOST_OFF)


def test_weights_take_the_bias_of_uneven_answering_away() -> None:
    rng = np.random.default_rng(20260603)
    counts, base, good, weights = waves(600, SAFE, rng)
    plain = float((good.sum((1, 2)) / base.sum((1, 2))).mean())
    weighted = float(weighted_share(counts, good, base, weights, 2).value.mean())
    assert abs(weighted - true_share(SAFE)) < 0.002 < 0.01 < abs(plain - true_share(SAFE))
    assert weights.max() <= HEAVIEST * 1.1
