"""How a wave is coming along: answers by channel, and interviews against what is wanted.

Counts go in steps of five, so that nobody who watches them learns that somebody has answered just now.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from app.db import session
from app.models.responses import Response
from app.models.surveys import Channel, Wave
from config import settings

STEP = 5


@dataclass(frozen=True)
class Count:
    """A number of answers, rounded down to whole fives."""

    at_least: int
    least: int = STEP
    """Of fewer than these it is only said that they are fewer."""

    @property
    def is_few(self) -> bool:
        """Whether all that may be said is that there are few, perhaps none."""
        return self.at_least < self.least


@dataclass(frozen=True)
class Progress:
    """How far a wave has come."""

    total: Count
    by_channel: dict[Channel, Count]
    """The channels that the wave offers, and any other by which answers have come."""
    wanted: int | None


def progress(wave: Wave) -> Progress:
    """Count the answers of a wave, tests left out."""
    counted = (
        select(Response.channel, func.count())
        .where(Response.wave_id == wave.id, Response.test.is_(False))
        .group_by(Response.channel)
    )
    by_channel: dict[Channel, int] = dict.fromkeys((Channel(one) for one in wave.channels), 0)
    by_channel |= {row[0]: row[1] for row in session().execute(counted)}
    return Progress(
        steps(sum(by_channel.values())),
        # The results tell what two channels that they hide make together: with steps of five that told each.
        {channel: steps(number, settings().smallest_headline) for channel, number in by_channel.items()},
        wave.target,
    )


def steps(number: int, least: int = STEP) -> Count:
    """A number as it may be shown while people answer."""
    return Count(number - number % STEP, least)
