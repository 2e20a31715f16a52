"""Daylight, dusk or dark: read off the height of the sun at a place and a moment."""

from datetime import datetime
from typing import Literal

from astral import Observer
from astral.sun import elevation

SUNRISE_DEGREES = -0.833
"""Height of the sun's centre when its upper edge touches the horizon: its radius and the air's refraction."""
CIVIL_DUSK_DEGREES = -6.0
"""Below this one needs lamps to see by (civil twilight)."""


def light(lon: float, lat: float, moment: datetime) -> Literal["day", "dusk", "dark"]:
    """Tell the light at a place (WGS84 degrees) at a moment with a time zone, under an open sky.

    The sun's height comes from astral, after NOAA's solar calculator (Meeus, Astronomical Algorithms).
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    height = elevation(Observer(lat, lon), moment, with_refraction=False)
    if height >= SUNRISE_DEGREES:
        return "day"
    return "dusk" if height >= CIVIL_DUSK_DEGREES else "dark"
