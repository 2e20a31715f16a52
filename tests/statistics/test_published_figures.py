"""Against what others have published or compute: Newcombe's tables, statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    proportion_confint,
    samplesize_proportions_2indep_onetail,
)

from app.statistics.comparisons import difference, excludes_zero
from app.statistics.proportions import Estimate, wilson, wilson_between
from app.statistics.sample_size import for_change


@pytest.mark.parametrize(
    ("good", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_published_limits(good: int, n: int, low: float, high: float) -> None:
    """Newcombe (1998), Statistics in Medicine 17, 857–872, table I, method 3."""
    assert wilson(good, n)[1:] == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("after", "before", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_the_difference_gives_the_published_limits(
    after: tuple[int, int], before: tuple[int, int], low: float, high: float
) -> None:
    """Newcombe (1998), Statistics in Medicine 17, 873–890, table II, method 10."""
    assert difference(wilson(*after), wilson(*before))[1:] == pytest.approx((low, high), abs=6e-5)


def test_shares_and_differences_agree_with_statsmodels() -> None:
    rng = np.random.default_rng(5)
    for _ in range(50):
        n1, n2 = (int(n) for n in rng.integers(5, 900, 2))
        x1, x2 = int(rng.integers(0, n1 + 1)), int(rng.integers(0, n2 + 1))
        assert wilson(x1, n1)[1:] == pytest.approx(proportion_confint(x1, n1, method="wilson"), abs=1e-9)
        theirs = confint_proportions_2indep(x1, n1, x2, n2, method="newcomb", compare="diff")
        assert difference(wilson(x1, n1), wilson(x2, n2))[1:] == pytest.approx(theirs, abs=1e-9)


def test_four_shares_are_put_together_like_two() -> None:
    """Without any doubt about the comparison place, the difference in differences is that of the site."""
    site = difference(wilson(420, 600), wilson(360, 600))
    still = Estimate(0.02, 0.02, 0.02)
    assert difference(site, still) == pytest.approx(tuple(one - 0.02 for one in site))
    moving = difference(wilson(300, 500), wilson(290, 500))
    both = difference(site, moving)
    assert both.high - both.low == pytest.approx(
        float(np.hypot(site.high - site.low, moving.high - moving.low)), rel=0.01
    )


def test_a_change_is_one_only_where_zero_is_outside() -> None:
    assert excludes_zero(Estimate(0.1, 0.01, 0.2))
    assert excludes_zero(Estimate(-0.1, -0.2, -0.01))
    assert not excludes_zero(Estimate(0.1, 0.0, 0.2))


def test_an_unsure_base_widens_the_interval_and_never_narrows_it() -> None:
    unsure = wilson_between(120, 196, 200)
    for base in range(196, 201):
        sure = wilson(120, base)
        assert unsure.low <= sure.low
        assert sure.high <= unsure.high
    assert unsure.value == pytest.approx(120 / 198)
    assert wilson_between(120, 200, 200) == pytest.approx(tuple(map(float, wilson(120, 200))))
    assert wilson_between(30, 28, 32).high <= 1.0


@pytest.mark.parametrize(("before", "change", "power"), [(0.5, 0.08, 0.8), (0.2, 0.1, 0.9), (0.7, 0.05, 0.8)])
def test_answers_for_a_change_agree_with_statsmodels(before: float, change: float, power: float) -> None:
    theirs = samplesize_proportions_2indep_onetail(
        change, before, power, ratio=1, alpha=0.05, alternative="two-sided"
    )
    assert for_change(change, before=before, power=power) == pytest.approx(theirs, abs=1)
