"""Differences between shares: Newcombe's hybrid score interval, and what it becomes for two places and two waves.

The limits of each share alone say how far it may be off; they are put together like sides of a right-angled triangle
(Newcombe 1998, Statistics in Medicine 17, 873–890, method 10; in general: Zou & Donner 2008, Statistics in Medicine 27,
1693–1702). Weighted shares come with limits that already hold their design effect.
"""

from __future__ import annotations

import numpy as np

from app.statistics.proportions import Estimate


def difference(after: Estimate, before: Estimate) -> Estimate:
    """`after - before` of two independent estimates."""
    value = after.value - before.value
    low = value - np.hypot(after.value - after.low, before.high - before.value)
    high = value + np.hypot(after.high - after.value, before.value - before.low)
    return Estimate(value, low, high)


def excludes_zero(change: Estimate) -> bool:
    """Whether an interval says that something changed, whichever way."""
    return bool(change.low > 0 or change.high < 0)
