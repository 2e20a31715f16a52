"""Quadkeys: one integer per place, so that every map tile is one contiguous range of an ordinary index.

The integer interleaves the bits of the Web Mercator tile x and y at zoom 26 (Morton order, y the higher bit
of each pair, as in Bing's quadkey digits): 52 bits, about 0.3 m at 59 degrees north. Every tile at a lower
zoom holds exactly the quadkeys that share its leading bits.
"""

import math

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

ZOOM = 26
_SIDE = 1 << ZOOM
# Web Mercator is square up to here; what lies nearer the poles counts as the outermost row.
_MAX_LAT = math.degrees(math.atan(math.sinh(math.pi)))
_SPREAD = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)


def quadkey(lon: float, lat: float) -> int:
    """Quadkey of a place (WGS84 degrees), 0 to 2**52 - 1."""
    return int(quadkeys([lon], [lat])[0])


def quadkeys(lons: ArrayLike, lats: ArrayLike) -> NDArray[np.int64]:
    """Quadkeys of n places, shape (n,)."""
    column, row = _cells(lons, lats)
    return _spread(column) | _spread(row) << 1


def _cells(lons: ArrayLike, lats: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Column and row of n places at ZOOM."""
    lon = np.asarray(lons, dtype=np.float64)
    lat = np.radians(np.clip(np.asarray(lats, dtype=np.float64), -_MAX_LAT, _MAX_LAT))
    x = (lon + 180) / 360
    y = (1 - np.arcsinh(np.tan(lat)) / np.pi) / 2
    column, row = (np.clip(np.floor(axis * _SIDE), 0, _SIDE - 1).astype(np.int64) for axis in (x, y))
    return column, row


def tile_range(z: int, x: int, y: int) -> tuple[int, int]:
    """Half-open range (low, high) of the quadkeys in a map tile; ValueError where there is no such tile."""
    if not (0 <= z <= ZOOM and 0 <= x < 1 << z and 0 <= y < 1 << z):
        raise ValueError(f"no tile {z}/{x}/{y}")
    shift = 2 * (ZOOM - z)
    corner = int((_spread(np.array([x])) | _spread(np.array([y])) << 1)[0])
    return corner << shift, (corner + 1) << shift


def tile_bounds(z: int, x: int, y: int) -> tuple[float, float, float, float]:
    """West, south, east and north of a map tile in degrees."""
    side = 1 << z
    west, east = (column / side * 360 - 180 for column in (x, x + 1))
    north, south = (math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / side)))) for row in (y, y + 1))
    return west, south, east, north


def tiles_touching(geometry: BaseGeometry, z: int, most: int) -> list[tuple[int, int, int]] | None:
    """The map tiles (z, x, y) at a zoom that a geometry in degrees touches; None where its box holds over `most`."""
    west, south, east, north = geometry.bounds
    (left, top), (right, bottom) = _tile_at(west, north, z), _tile_at(east, south, z)
    if (right - left + 1) * (bottom - top + 1) > most:
        return None
    every = [(z, x, y) for y in range(top, bottom + 1) for x in range(left, right + 1)]
    boxes = [shapely.box(*tile_bounds(*tile)) for tile in every]
    return [tile for tile, touched in zip(every, geometry.intersects(boxes), strict=True) if touched]


def _tile_at(lon: float, lat: float, z: int) -> tuple[int, int]:
    column, row = (axis[0] >> (ZOOM - z) for axis in _cells([lon], [lat]))
    return int(column), int(row)


def _spread(bits: NDArray[np.int64]) -> NDArray[np.int64]:
    """Put a zero before every bit of a number below 2**32."""
    for shift, mask in _SPREAD:
        bits = (bits | bits << shift) & mask
    return bits
