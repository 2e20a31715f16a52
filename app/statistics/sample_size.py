"""How many answers are needed: for a share with a given margin, and to see a change between two waves.

Both take the normal approximation at shares near one half, where the most answers are needed; docs/statistics.md.
"""

from __future__ import annotations

from math import ceil, sqrt
from statistics import NormalDist


def for_margin(margin: float, *, share: float = 0.5, confidence: float = 0.95, deff: float = 1.0) -> int:
    """Answers for a share with an interval of ± `margin` (0–1): z²·p(1−p)/m², times the design effect (Cochran)."""
    _check(margin, share, deff)
    z = _z(confidence)
    return ceil(deff * z * z * share * (1 - share) / (margin * margin))


def margin_of(answers: int, *, share: float = 0.5, confidence: float = 0.95, deff: float = 1.0) -> float:
    """The other way round: the margin (0–1) that so many answers give."""
    if answers < 1:
        raise ValueError("no answers")
    return _z(confidence) * sqrt(deff * share * (1 - share) / answers)


def for_change(
    change: float, *, before: float = 0.5, power: float = 0.8, confidence: float = 0.95, deff: float = 1.0
) -> int:
    """Answers in each of two waves to see a share change by `change` (0–1; negative: fall) with this power.

    Two independent samples, two-sided (Fleiss, Levin & Paik 2003, eq. 4.14, without continuity correction), times
    the design effect.
    """
    _check(abs(change), before, deff)
    after = before + change
    if not 0 < after < 1:
        raise ValueError("the share would leave 0–1")
    middle = (before + after) / 2
    same = _z(confidence) * sqrt(2 * middle * (1 - middle))
    other = NormalDist().inv_cdf(power) * sqrt(before * (1 - before) + after * (1 - after))
    return ceil(deff * ((same + other) / change) ** 2)


def _z(confidence: float) -> float:
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def _check(size: float, share: float, deff: float) -> None:
    if not (0 < size < 1 and 0 < share < 1 and deff >= 1):
        raise ValueError("sizes and shares lie between 0 and 1, a design effect is at least 1")
