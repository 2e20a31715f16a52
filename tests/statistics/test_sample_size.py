"""The sample size helper says what the domain says, and what statsmodels and a simulation say."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_effectsize, samplesize_confint_proportion

from app.statistics.sample_size import for_change, for_margin, margin_of


def test_150_answers_give_about_8_points() -> None:
    assert margin_of(150) == pytest.approx(0.08, abs=0.001)
    assert for_margin(0.08) == pytest.approx(150, abs=1)


def test_change_of_8_points_takes_about_600_answers_and_900_with_a_design_effect() -> None:
    assert for_change(0.08) == pytest.approx(600, abs=20)
    assert for_change(0.08, deff=1.5) == pytest.approx(900, abs=30)


@pytest.mark.parametrize("share", [0.1, 0.35, 0.5, 0.8])
@pytest.mark.parametrize("margin", [0.02, 0.05, 0.1])
def test_margin_agrees_with_statsmodels(share: float, margin: float) -> None:
    theirs = samplesize_confint_proportion(share, margin, method="normal")
    assert for_margin(margin, share=share) == pytest.approx(theirs, abs=1)


@pytest.mark.parametrize("change", [-0.2, -0.08, 0.05, 0.15])
@pytest.mark.parametrize("before", [0.35, 0.5, 0.7])
def test_change_agrees_with_cohens_effect_size(before: float, change: float) -> None:
    effect = proportion_effectsize(before + change, before)
    theirs = NormalIndPower().solve_power(effect, power=0.8, alpha=0.05)
    assert for_change(change, before=before) == pytest.approx(theirs, rel=0.05)


def test_change_is_seen_as_often_as_promised() -> None:
    answers, random = for_change(0.1, before=0.45), np.random.default_rng(18)
    before, after = (random.binomial(answers, share, 20_000) / answers for share in (0.45, 0.55))
    middle = (before + after) / 2
    seen = np.abs(after - before) > 1.959964 * np.sqrt(2 * middle * (1 - middle) / answers)
    assert seen.mean() == pytest.approx(0.8, abs=0.015)


@pytest.mark.parametrize("change", [0.0, 0.5, -0.6, 1.5])
def test_change_that_cannot_be_is_refused(change: float) -> None:
    with pytest.raises(ValueError, match=r"0"):
        for_change(change)
