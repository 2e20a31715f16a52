"""Which polygons hold a place: one spatial index over (key, polygon) pairs."""

import math
from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely import STRtree
from shapely.geometry import MultiPolygon, Point, Polygon

from geo.distances import local_metres, metres_per_degree

K = TypeVar("K", bound=Hashable)
Floats = NDArray[np.float64]
_MANY = 1000
"""From here on a grid is faster than asking for each point."""


class PolygonIndex(Generic[K]):
    """Polygons in WGS84 under keys; a point on a border belongs to both sides.

    Where polygons overlap the smaller comes first: by area in degrees, equal ones in the order given.
    `keys` holds the keys in that order.
    """

    def __init__(self, polygons: Iterable[tuple[K, Polygon | MultiPolygon]]) -> None:
        pairs = list(polygons)
        geometries = np.array([geometry for _, geometry in pairs], dtype=object)
        order = np.argsort(shapely.area(geometries), kind="stable")
        self.keys: list[K] = [pairs[i][0] for i in order]
        self._polygons = geometries[order]
        # A prepared polygon answers "is this point inside?" from an index of its own edges.
        shapely.prepare(self._polygons)
        self._tree = STRtree(self._polygons)

    def containing(self, lon: float, lat: float) -> list[K]:
        """Keys of the polygons that hold the point, smallest first."""
        found = np.sort(self._tree.query(Point(lon, lat)))
        return [self.keys[i] for i in found[shapely.intersects_xy(self._polygons[found], lon, lat)]]

    def within(self, lon: float, lat: float, radius_m: float) -> list[tuple[K, float]]:
        """Keys and distances in metres of the polygons within a radius.

        Nearest first; inside is 0.0, and among equals the smallest polygon comes first.
        """
        east, north = metres_per_degree(lat)
        reach_x, reach_y = radius_m / east, radius_m / north
        near = self._tree.query(shapely.box(lon - reach_x, lat - reach_y, lon + reach_x, lat + reach_y))
        origin = Point(0, 0)
        distances = [
            (float(local_metres(self._polygons[i], lon, lat).distance(origin)), int(i)) for i in near
        ]
        return [(self.keys[i], distance) for distance, i in sorted(distances) if distance <= radius_m]

    def assign(self, lons: ArrayLike, lats: ArrayLike) -> NDArray[np.int64]:
        """For n points the index in `keys` of the smallest polygon holding each, -1 for none, shape (n,)."""
        x, y = np.asarray(lons, dtype=np.float64), np.asarray(lats, dtype=np.float64)
        nobody = len(self.keys)
        result = np.full(len(x), nobody, dtype=np.int64)
        if nobody:
            point, polygon = self._candidates(x, y)
            inside = shapely.intersects_xy(self._polygons[polygon], x[point], y[point])
            np.minimum.at(result, point[inside], polygon[inside])
        result[result == nobody] = -1
        return result

    def smallest_at(self, lons: ArrayLike, lats: ArrayLike) -> list[K | None]:
        """For n points the key of the smallest polygon holding each, None for none."""
        return [self.keys[i] if i >= 0 else None for i in self.assign(lons, lats)]

    def _candidates(self, x: Floats, y: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Pairs (point, polygon) that may belong together: every pair that does is among them.

        Of many points, one box per occupied grid cell asks the tree for all in it: making a million Point objects
        for STRtree.query takes longer than everything that is done here.
        """
        if len(x) < _MANY:
            point, polygon = self._tree.query(shapely.points(x, y))
            return point, polygon
        west, south, east, north = shapely.total_bounds(self._polygons)
        here = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north))
        side = min(256, 1 + math.isqrt(len(here) // 4))
        column = _cell(x[here], west, east, side)
        row = _cell(y[here], south, north, side)
        # At most 65,536 cells: a stable sort of 16-bit numbers is a radix sort.
        cell = (row * side + column).astype(np.uint16)
        here = here[np.argsort(cell, kind="stable")]
        count = np.bincount(cell)
        start = (np.cumsum(count) - count)[count > 0]
        count = count[count > 0]
        # The box of a cell is that of its points, so that rounding at a cell's edge cannot lose a point.
        boxes = shapely.box(
            np.minimum.reduceat(x[here], start),
            np.minimum.reduceat(y[here], start),
            np.maximum.reduceat(x[here], start),
            np.maximum.reduceat(y[here], start),
        )
        box, polygon = self._tree.query(boxes)
        repeats = count[box]
        first = np.cumsum(repeats) - repeats
        offset = np.arange(repeats.sum()) - np.repeat(first, repeats)
        return here[np.repeat(start[box], repeats) + offset], np.repeat(polygon, repeats)


def _cell(values: Floats, low: float, high: float, side: int) -> NDArray[np.int64]:
    width = (high - low) / side or 1.0
    return np.minimum(((values - low) / width).astype(np.int64), side - 1)
