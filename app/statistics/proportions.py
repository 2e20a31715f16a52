"""Shares and their intervals (Wilson 1927). Numbers may be floats or numpy arrays of any one shape."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Z95 = 1.959963984540054
"""The 97.5 % point of the normal distribution: 95 % of it lies between this and its negative."""
Numbers: TypeAlias = "float | NDArray[np.floating[Any]] | NDArray[np.integer[Any]]"


class Estimate(NamedTuple):
    """A value with its interval; each part a float or an array, a share as a fraction of 1."""

    value: Any
    low: Any
    high: Any


def wilson(good: Numbers, n: Numbers, z: float = Z95) -> Estimate:
    """The share `good / n` with Wilson's interval; `n` above 0, perhaps an effective number that is not whole.

    Wilson (1927), Journal of the American Statistical Association 22, 209–212.
    """
    share = np.asarray(good) / n
    spread = z * z / n
    middle = (share + spread / 2) / (1 + spread)
    half = np.sqrt(np.maximum(share * (1 - share) * spread + spread * spread / 4, 0)) / (1 + spread)
    # At 0 and at n one end is the share itself; rounding of the root must not move it past.
    return Estimate(share, np.minimum(middle - half, share), np.maximum(middle + half, share))


def wilson_between(good: int, least: int, most: int) -> Estimate:
    """The share of `good` where only this is known of its base: at least `least`, at most `most`.

    The value takes the middle; the interval holds Wilson's intervals for every base between.
    """
    value = min(1.0, good / ((least + most) / 2))
    return Estimate(value, float(wilson(good, most).low), float(wilson(good, max(least, good)).high))
