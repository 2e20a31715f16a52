"""Raking: margins are met, trimming holds, odd tables end well."""

from __future__ import annotations

import numpy as np
import pytest

from app.statistics.weights import HEAVIEST, LIGHTEST, kish, margins_missed, rake, weighted_share

COUNTS = np.array([[30.0, 20.0], [60.0, 50.0], [80.0, 60.0]])
MARGINS = [np.array([0.3, 0.35, 0.35]), np.array([0.5, 0.5])]


def test_weighted_answers_have_the_margins_of_the_population() -> None:
    weights = rake(COUNTS, MARGINS)
    assert margins_missed(COUNTS, weights, MARGINS) < 1e-5
    assert (weights * COUNTS).sum() == pytest.approx(COUNTS.sum())


def test_weights_keep_how_the_two_margins_hang_together() -> None:
    """What raking preserves: the odds ratio of the table that it began with (Deming & Stephan 1940)."""
    table = rake(COUNTS, MARGINS, trim=False) * COUNTS
    odds = COUNTS[0, 0] * COUNTS[1, 1] / (COUNTS[0, 1] * COUNTS[1, 0])
    assert table[0, 0] * table[1, 1] / (table[0, 1] * table[1, 0]) == pytest.approx(odds)


def test_one_margin_is_plain_post_stratification() -> None:
    weights = rake(np.array([20.0, 80.0]), [np.array([0.4, 0.6])])
    assert weights == pytest.approx([2.0, 0.75])


def test_nobody_counts_much_more_than_the_heaviest_weight() -> None:
    few = np.array([3.0, 297.0])
    weights = rake(few, [np.array([0.5, 0.5])])
    assert weights.max() / weights.min() <= HEAVIEST / LIGHTEST
    assert margins_missed(few, weights, [np.array([0.5, 0.5])]) > 0.4


def test_a_group_that_nobody_is_in_is_left_out() -> None:
    empty = np.array([[30.0, 20.0], [0.0, 0.0], [80.0, 60.0]])
    weights = rake(empty, MARGINS)
    assert np.isfinite(weights).all()
    assert weights[1].tolist() == [0.0, 0.0]
    assert (weights * empty)[0].sum() / 190 == pytest.approx(0.3 / 0.65)


def test_equal_weights_cost_nothing_and_unequal_ones_do() -> None:
    assert kish(COUNTS, np.ones_like(COUNTS)) == pytest.approx(1.0)
    assert kish(np.array([50.0, 50.0]), np.array([0.5, 1.5])) == pytest.approx(1.25)


def test_equal_weights_give_wilson_again_when_groups_do_not_matter() -> None:
    counts = np.array([[100.0, 100.0], [100.0, 100.0]])
    share = weighted_share(counts, counts * 0.6, counts, np.ones_like(counts), 2)
    assert float(share.value) == pytest.approx(0.6)
    assert float(share.high - share.low) == pytest.approx(2 * 1.96 * (0.24 / 400) ** 0.5, rel=0.02)


@pytest.mark.parametrize("good", [0.0, 1.0])
def test_all_or_nobody_good_still_has_an_interval(good: float) -> None:
    share = weighted_share(COUNTS, COUNTS * good, COUNTS, rake(COUNTS, MARGINS), 2)
    assert 0 <= share.low <= share.value == pytest.approx(good)
    assert 0.005 < share.high - share.low < 0.05
