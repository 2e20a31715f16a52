"""Daylight, dusk and dark in Stockholm against the almanac."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from geo.sun import light

STOCKHOLM = ZoneInfo("Europe/Stockholm")


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        # Stockholm on 21 December: sunrise 8.44, sunset 14.48, civil dusk ends about 15.36.
        ("2026-12-21T08:30", "dusk"),
        ("2026-12-21T12:00", "day"),
        ("2026-12-21T14:40", "day"),
        ("2026-12-21T15:00", "dusk"),
        ("2026-12-21T16:00", "dark"),
        # At midsummer the sun sets at 22.08 and the sky is never quite dark of civil dusk until after 23.
        ("2026-06-21T21:50", "day"),
        ("2026-06-21T22:30", "dusk"),
        ("2026-06-22T01:00", "dark"),
    ],
)
def test_light_follows_the_almanac(moment: str, expected: str) -> None:
    assert light(17.94, 59.40, datetime.fromisoformat(moment).replace(tzinfo=STOCKHOLM)) == expected


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        light(17.94, 59.40, datetime(2026, 6, 1))  # noqa: DTZ001
