"""What a survey's shares are, and what may be said of their change: from told counts only (docs/statistics.md)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum, auto

from app.services.result_counts import CHANNEL, WaveTold
from app.services.result_weights import Weighted
from app.services.results import SurveyResults, WaveResults
from app.statistics.comparisons import difference, excludes_zero
from app.statistics.proportions import Estimate, wilson_between
from app.statistics.small_groups import Group, Told


class Verdict(StrEnum):
    """What is said of a difference between two waves."""

    CHANGE = auto()
    NO_SURE_CHANGE = auto()
    NO_CLAIM = auto()
    """Not a main measure: the interval stands, and nothing is claimed."""
    NOT_COMPARABLE = auto()
    """The meaning of the question has changed."""


@dataclass(frozen=True)
class Share:
    """A share with what it rests on."""

    estimate: Estimate
    least: int
    most: int
    weighted: Estimate | None = None


@dataclass(frozen=True)
class Change:
    """How an item differs from an earlier wave."""

    verdict: Verdict
    since: WaveResults
    difference: Estimate | None
    weighted: bool = False
    against: Estimate | None = None
    """The difference minus that of the comparison place."""


def share_of(told: Told | Group, weighted: Weighted | None = None) -> Share | None:
    """The share of good answers; None where a question has none."""
    if told.good is None:
        return None
    estimate = wilson_between(told.good, told.least, told.most)
    told_so = None if weighted is None else Estimate(weighted.share, weighted.low, weighted.high)
    return Share(estimate, told.least, told.most, told_so)


def item_share(results: SurveyResults, wave: WaveResults, item: str) -> Share | None:
    """The share of an item in a wave: of a main measure within the main channel, of others among all answers."""
    return _share(wave.told, item, results.main_channel if item in results.main_measures else None)


def there_share(results: SurveyResults, wave: WaveResults, item: str) -> Share | None:
    """The same at the comparison place, within the same channel as here."""
    if item not in results.main_measures:
        return _share(wave.told, item, None)
    found = _share(wave.told, item, results.main_channel)
    same = results.comparison is not None and results.comparison.main_channel is results.main_channel
    # Its weights were made within its own main channel.
    return found if same or found is None else replace(found, weighted=None)


def item_change(results: SurveyResults, wave: WaveResults, item: str) -> Change | None:
    """How an item differs from the first wave that it can be compared with; None where there is none."""
    now = item_share(results, wave, item)
    if now is None:
        return None
    earlier = [one for one in results.waves if one.number < wave.number]
    told = [one for one in earlier if item_share(results, one, item) is not None]
    alike = [one for one in told if results.is_comparable(item, one, wave)]
    if not alike:
        return Change(Verdict.NOT_COMPARABLE, told[-1], None) if told else None
    since = alike[0]
    before = item_share(results, since, item)
    assert before is not None
    change, weighted = _difference(now, before)
    verdict = Verdict.NO_CLAIM
    if item in results.main_measures:
        verdict = Verdict.CHANGE if excludes_zero(change) else Verdict.NO_SURE_CHANGE
    return Change(verdict, since, change, weighted, _against(results, item, since, wave, now, before))


def _share(told: WaveTold, item: str, channel: str | None) -> Share | None:
    found = told.items.get(item)
    if found is None or found.good is None:
        return None
    if channel is None:
        weighting = told.weighting
        return share_of(found, weighting.shares.get(item) if weighting else None)
    within = found.groups.get(CHANNEL, {}).get(channel)
    if within is None:
        return None
    weighting = told.weighting_main
    return share_of(within, weighting.shares.get(item) if weighting else None)


def _difference(*shares: Share) -> tuple[Estimate, bool]:
    """The later share minus the earlier, and whether weighted: only where all of them are."""
    weighted = [share.weighted for share in shares if share.weighted is not None]
    if len(weighted) == len(shares):
        return difference(weighted[0], weighted[1]), True
    return difference(shares[0].estimate, shares[1].estimate), False


def _against(
    results: SurveyResults, item: str, since: WaveResults, wave: WaveResults, now: Share, before: Share
) -> Estimate | None:
    """The difference in differences to the comparison place, over its waves of the same numbers."""
    other = results.comparison
    if other is None:
        return None
    waves = {one.number: one for one in other.waves}
    first, last = waves.get(since.number), waves.get(wave.number)
    if first is None or last is None or not other.is_comparable(item, first, last):
        return None
    after_there, before_there = there_share(results, last, item), there_share(results, first, item)
    if after_there is None or before_there is None:
        return None
    here, _weighted = _difference(now, before, after_there, before_there)
    there, _weighted = _difference(after_there, before_there, now, before)
    return difference(here, there)
