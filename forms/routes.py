"""A walk's route as people type it: one point a line, by place name or coordinates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from geo.crs import PositionError, parse_position
from geo.errors import N_, GeoError

Point = tuple[float, float, str]
"""Longitude, latitude, and the name of the stop there, empty for a bend of the way."""

# A comma may stand in the numbers or between them: numbers with a comma each are tried first.
_PAIRS = (
    re.compile(r"([+-]?\d+,\d+)(?:\s*[,;]\s*|\s+)([+-]?\d+,\d+)(?:(?:\s*[,;]\s*|\s+)(.*))?$"),
    re.compile(
        r"([+-]?\d+(?:\.\d+)?)(?:\s*[,;]\s+|\s*;\s*|\s+|,(?=\d+\.))([+-]?\d+(?:\.\d+)?)(?:(?:\s*[,;]\s*|\s+)(.*))?$"
    ),
)


class RouteError(GeoError):
    """A line that is no point: code `unknown_place`, or that of the position; `line` counts from 1."""


def parse_route(text: str, places: Mapping[str, tuple[float, float]]) -> list[Point]:
    """Read a route: each line a place name of `places` (name → lon, lat), or latitude, longitude and a name.

    Coordinates without a name are a bend of the way, everything else is a stop. Raises RouteError.
    """
    known = {name.casefold(): (name, position) for name, position in places.items()}
    points: list[Point] = []
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.strip()
        if not words:
            continue
        if words.casefold() in known:
            name, (lon, lat) = known[words.casefold()]
            points.append((lon, lat, name))
        else:
            points.append(_point(number, words))
    return points


def write_route(points: Iterable[Point]) -> str:
    """The route as `parse_route` reads it."""
    return "\n".join(f"{lat} {lon} {name}".rstrip() for lon, lat, name in points)


def _point(number: int, words: str) -> Point:
    pair = next((found for pattern in _PAIRS if (found := pattern.match(words))), None)
    if pair is None:
        raise RouteError(
            "unknown_place",
            N_("Line %(line)s: “%(words)s” is no place name of the list and no latitude and longitude."),
            line=number,
            words=words[:60],
        )
    try:
        position = parse_position(pair[2], pair[1])
    except PositionError as error:
        message = N_("Line %(line)s: latitude stands first, then longitude, in degrees like 59,4037 17,9421.")
        raise RouteError(error.code, message, line=number) from error
    return position.lon, position.lat, (pair[3] or "").strip()
