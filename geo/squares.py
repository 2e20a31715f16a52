"""The fixed grid of squares that places are counted in: 100 m in SWEREF 99 18 00, the same at every site and time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.crs import Crs, all_from_wgs84, geometry_from_wgs84
from geo.distances import metres_per_degree

SIDE_M = 100
_ROWS = 1_000_000
"""More squares than lie between the equator and the pole."""


def squares_within(
    lons: Sequence[float] | NDArray[np.float64],
    lats: Sequence[float] | NDArray[np.float64],
    ground: BaseGeometry,
    margin_m: float,
) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    """The squares that points (WGS84) lie in, where these touch a ground (WGS84) or come as near as the margin.

    Returns the squares, one a row with the easting and northing of its south-west corner in metres, by easting; and
    per point the row of its square, -1 where it is too far away. A square counts whole or not at all.
    """
    xs, ys = np.asarray(lons, dtype=np.float64), np.asarray(lats, dtype=np.float64)
    west, south, east, north = ground.bounds
    # Whatever is far away need not be projected; a square that comes near reaches at most its diagonal beyond.
    reach = (margin_m + 2 * SIDE_M) / np.array(metres_per_degree(north))
    near = (xs > west - reach[0]) & (xs < east + reach[0]) & (ys > south - reach[1]) & (ys < north + reach[1])
    projected = all_from_wgs84(xs[near], ys[near], Crs.SWEREF99_18_00)
    columns, rows = np.floor(projected / SIDE_M).astype(np.int64).T
    # As one number each: pairs take ten times as long.
    numbers, place = np.unique(columns * _ROWS + rows, return_inverse=True)
    found = np.column_stack(np.divmod(numbers, _ROWS)) * SIDE_M
    kept = touching(found, ground, margin_m)
    where = np.full(len(xs), -1, dtype=np.intp)
    where[near] = np.where(kept, np.cumsum(kept) - 1, -1)[place]
    return found[kept], where


def touching(squares: NDArray[np.int64], ground: BaseGeometry, margin_m: float) -> NDArray[np.bool_]:
    """Which squares touch a ground (WGS84) or come as near as the margin."""
    flat = geometry_from_wgs84(ground, Crs.SWEREF99_18_00)
    boxes = shapely.box(*squares.T, *(squares + SIDE_M).T)
    return np.asarray(shapely.dwithin(boxes, flat, margin_m))
