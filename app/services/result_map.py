"""The places that people showed in a wave: counted by squares of the map, and named by what lies near."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from app.db import session
from app.models.sites import Site
from app.services.result_answers import MapQuestion, Pins
from app.services.sites import place_names_near, site_polygon
from forms.questionnaire.definition import Definition, Group, Item, Kind
from geo.crs import Crs, all_from_wgs84, geometry_from_wgs84, to_wgs84
from geo.distances import distance_m, octant
from geo.squares import SIDE_M, squares_within

ELSEWHERE = "elsewhere"
"""How everything farther away than _MARGIN_M from the box round the site's ground is called among the squares.

From the box, so that every name that people could choose (see `place_names_near`) lies in a square.
"""
_MARGIN_M = 250
AT_M = 60
"""Within this a square is said to lie at a name; farther away with direction and distance, in steps of _STEP_M."""
_STEP_M = 50


@dataclass(frozen=True)
class Square:
    """A square of the map, and how it is named."""

    east: int
    north: int
    """Its south-west corner, SWEREF 99 18 00 in metres."""
    near: str | None
    """The nearest name; None: the middle of the site."""
    metres: int
    """How far from there its middle lies; 0: at it."""
    octant: int
    """In which direction: see `geo.distances.octant`."""


@dataclass(frozen=True)
class Shown:
    """How many people showed each square, and how many showed any place at all."""

    counts: dict[str, int]
    """By code, most first; ELSEWHERE is last."""
    answered: int


def map_questions(definition: Definition) -> list[MapQuestion]:
    """The questions that ask for places, in the order asked."""
    return list(_mapped(definition.items, None, True))


def count_squares(site: Site, pins: dict[str, Pins]) -> tuple[dict[str, Shown], dict[str, tuple[int, int]]]:
    """How many people showed which squares, by question; and the corner of each square, by its code."""
    ground = shapely.envelope(site_polygon(site))
    shown: dict[str, Shown] = {}
    corners: dict[str, tuple[int, int]] = {}
    for name, found in pins.items():
        squares, where = squares_within(found.lons, found.lats, ground, _MARGIN_M)
        # However many places a person shows in a square, it is one person who showed it.
        each = np.unique(found.people * (len(squares) + 1) + where + 1) % (len(squares) + 1)
        counts = np.bincount(each, minlength=len(squares) + 1).tolist()
        codes = [f"e{east}_n{north}" for east, north in squares.tolist()]
        corners |= {code: (east, north) for code, (east, north) in zip(codes, squares.tolist(), strict=True)}
        by_count = sorted(zip(codes, counts[1:], strict=True), key=lambda one: (-one[1], one[0]))
        shown[name] = Shown(dict([*by_count, (ELSEWHERE, counts[0])]), len(np.unique(found.people)))
    return shown, corners


def name_squares(site: Site, corners: dict[str, tuple[int, int]]) -> dict[str, Square]:
    """Squares with the nearest name in or round the site; each name is at one of them at most."""
    if not corners:
        return {}
    names = [(one.name, one.lon, one.lat) for one in place_names_near(site)]
    middle = shapely.centroid(site_polygon(site))
    known: Sequence[tuple[str | None, float, float]] = names or [(None, middle.x, middle.y)]
    lons, lats = np.array([one[1:] for one in known]).T
    points = all_from_wgs84(lons, lats, Crs.SWEREF99_18_00)
    middles = np.array(list(corners.values())) + SIDE_M / 2
    gaps = np.linalg.norm(middles[:, None] - points[None], axis=2)
    nearest, apart = gaps.argmin(1), gaps.min(1)
    at: dict[int, int] = {}
    for place in np.argsort(apart, kind="stable").tolist():
        if apart[place] <= AT_M:
            at.setdefault(int(nearest[place]), place)
    return {
        code: _named(corners[code], known[name], at.get(name) == place)
        for place, (code, name) in enumerate(zip(corners, nearest.tolist(), strict=True))
    }


def ground_metres(site_id: object) -> BaseGeometry:
    """The ground of a site in SWEREF 99 18 00, metres."""
    return geometry_from_wgs84(site_polygon(session().get_one(Site, site_id)), Crs.SWEREF99_18_00)


def _named(corner: tuple[int, int], known: tuple[str | None, float, float], at: bool) -> Square:
    east, north = corner
    name, lon, lat = known
    middle = to_wgs84(east + SIDE_M / 2, north + SIDE_M / 2, Crs.SWEREF99_18_00)
    metres = 0 if at else max(1, round(distance_m(lon, lat, *middle) / _STEP_M)) * _STEP_M
    return Square(east, north, name, metres, octant(lon, lat, *middle))


def _mapped(items: Sequence[Item], repeat: Group | None, asked: bool) -> Iterator[MapQuestion]:
    for item in items:
        everybody = asked and not item.relevant
        if isinstance(item, Group):
            # A repeat within a repeat keeps its answers in turns of turns; no questionnaire asks for places there.
            if not (item.repeat and repeat):
                yield from _mapped(item.items, item if item.repeat else repeat, everybody)
        elif item.kind is Kind.GEOPOINT:
            yield MapQuestion(item, repeat, everybody)
