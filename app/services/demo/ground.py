"""The ground of a demo site, generated: its border, a route, properties, and who tends what.

There are no real property polygons to be had; these are made up, the same each time, and their source says so.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.affinity import rotate
from shapely.geometry import LineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from geo.distances import metres_per_degree

_CORNERS = 12
_CITY, _HOUSING = "expl", "bba"
# Who holds the eight cells round the middle one, as (owner, leaseholder) by key.
_HOLDERS: list[tuple[str, str | None]] = [
    (_CITY, _HOUSING),
    ("bbc", None),
    (_CITY, None),
    ("brf", None),
    ("sisab", None),
    (_CITY, _HOUSING),
    (_CITY, None),
    ("fsk", None),
]
_PARK = 2


@dataclass(frozen=True)
class Unit:
    """A generated property; owner and leaseholder by key."""

    designation: str
    polygon: MultiPolygon
    owner: str
    leaseholder: str | None


@dataclass(frozen=True)
class Tended:
    """Generated ground that an organisation (by key) tends, for one category or for all."""

    name: str
    polygon: MultiPolygon
    organisation: str
    category: str | None = None


class Ground:
    """The ground round one site's centre; everything it gives is in WGS84."""

    def __init__(self, site: Mapping[str, Any]) -> None:
        self._site = site
        self._chance = random.Random(f"ground of {site['slug']}")  # noqa: S311  the same ground every time
        reach, aspect = site["reach_m"], math.sqrt(site["aspect"])
        corners = []
        for number in range(_CORNERS):
            turn = 2 * math.pi * (number + self._chance.uniform(-0.32, 0.32)) / _CORNERS
            far = reach * self._chance.uniform(0.8, 1.12)
            corners.append((far * math.cos(turn) * aspect, far * math.sin(turn) / aspect))
        self._border = self._turned(Polygon(corners))
        loop = [
            (x * self._chance.uniform(0.5, 0.68), y * self._chance.uniform(0.5, 0.68)) for x, y in corners
        ]
        self._route = self._turned(LineString([*loop, loop[0]]))
        self._cells = self._make_cells()

    @property
    def polygon(self) -> MultiPolygon:
        """The border of the site."""
        return self._on_the_globe(self._border)

    def route(self) -> list[tuple[float, float, str]]:
        """The corners of the route as (lon, lat, name of the stop there or "")."""
        stops = self._site["stops"]
        corners = list(shapely.get_coordinates(self._route))
        step = (len(corners) - 1) / len(stops)
        named = {round(number * step): name for number, name in enumerate(stops)}
        return [(*self._degrees(x, y), named.get(number, "")) for number, (x, y) in enumerate(corners)]

    def spot(self) -> tuple[float, float]:
        """Some place near the route, inside the border."""
        while True:
            along = self._route.interpolate(self._chance.uniform(0, self._route.length))
            x, y = along.x + self._chance.gauss(0, 14), along.y + self._chance.gauss(0, 14)
            if self._border.contains(Point(x, y)):
                return self._degrees(x, y)

    def units(self) -> list[Unit]:
        """Nine properties in a grid, and one above another in the middle (3D)."""
        name, middle = self._site["area"], self._cells[4]
        around = [cell for number, cell in enumerate(self._cells) if number != 4]
        units = [Unit(f"Exempel {name} 1:1", self._on_the_globe(middle), _CITY, self._site["centre"])]
        station = middle.intersection(middle.centroid.buffer(math.sqrt(middle.area) * 0.42, quad_segs=2))
        units.append(Unit(f"Exempel {name} 1:2 (3D)", self._on_the_globe(station), "sl", None))
        for number, (cell, (owner, leaseholder)) in enumerate(zip(around, _HOLDERS, strict=True), start=1):
            units.append(Unit(f"Exempel {name} 2:{number}", self._on_the_globe(cell), owner, leaseholder))
        return units

    def tended(self) -> list[Tended]:
        """Streets, lamps, the park, the stop and the cable cabinets."""
        name = self._site["name"]
        first = Point(shapely.get_coordinates(self._route)[0])
        lamps = self._border.difference(self._cells[4].buffer(-4))
        park = [cell for number, cell in enumerate(self._cells) if number != 4][_PARK].buffer(-8)
        return [
            Tended(f"Gator och gångvägar, {name}", self._on_the_globe(self._route.buffer(10)), "tk"),
            Tended(f"Gatubelysning, {name}", self._on_the_globe(lamps), "tk", "belysning"),
            Tended(f"Park, {name}", self._on_the_globe(park), "sdf"),
            Tended(
                f"Hållplats, {name}", self._on_the_globe(first.buffer(40, quad_segs=3)), "sl", "hallplats"
            ),
            Tended(f"Elskåp, {name}", self._on_the_globe(self._border), "elnat", "elskap"),
        ]

    def _make_cells(self) -> list[Polygon]:
        """Three by three cells whose neighbours share their edges, row by row."""
        west, south, east, north = rotate(self._border, -self._site["turn_degrees"], origin=(0, 0)).bounds
        columns, rows = ((east - west) / 3, (north - south) / 3)

        def node(i: int, j: int) -> tuple[float, float]:
            sway = 0.14 if 0 < i < 3 and 0 < j < 3 else 0.05
            x, y = (self._chance.uniform(-sway, sway) for _ in range(2))
            return west + (i + x) * columns, south + (j + y) * rows

        nodes = {(i, j): node(i, j) for i in range(4) for j in range(4)}
        return [
            self._turned(Polygon([nodes[i, j], nodes[i + 1, j], nodes[i + 1, j + 1], nodes[i, j + 1]]))
            for j in range(3)
            for i in range(3)
        ]

    def _turned(self, shape: BaseGeometry) -> Any:
        return rotate(shape, self._site["turn_degrees"], origin=(0, 0))

    def _degrees(self, x: float, y: float) -> tuple[float, float]:
        east, north = metres_per_degree(self._site["lat"])
        return round(self._site["lon"] + x / east, 6), round(self._site["lat"] + y / north, 6)

    def _on_the_globe(self, shape: BaseGeometry) -> MultiPolygon:
        parts = [part for part in shapely.get_parts(shape).tolist() if isinstance(part, Polygon)]
        rings = [Polygon([self._degrees(x, y) for x, y in part.exterior.coords]) for part in parts]
        holes = [[[self._degrees(x, y) for x, y in ring.coords] for ring in part.interiors] for part in parts]
        return MultiPolygon(
            [(list(ring.exterior.coords), hole) for ring, hole in zip(rings, holes, strict=True)]
        )
