"""Quadkeys: one integer per place, so that every map tile is one contiguous range of an ordinary index.

The integer interleaves the bits of the Web Mercator tile x and y at zoom 26 (Morton order, y the higher bit
of each pair, as in Bing's quadkey digits): 52 bits, about 0.3 m at 59 degrees north. Every tile at a lower
zoom holds exactly the quadkeys that share its leading bits.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

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
    lon = np.asarray(lons, dtype=np.float64)
    lat = np.radians(np.clip(np.asarray(lats, dtype=np.float64), -_MAX_LAT, _MAX_LAT))
    x = (lon + 180) / 360
    y = (1 - np.arcsinh(np.tan(lat)) / np.pi) / 2
    column, row = (np.clip(np.floor(axis * _SIDE), 0, _SIDE - 1).astype(np.int64) for axis in (x, y))
    return _spread(column) | _spread(row) << 1


def tile_range(z: int, x: int, y: int) -> tuple[int, int]:
    """Half-open range (low, high) of the quadkeys in a map tile; ValueError where there is no such tile."""
    if not (0 <= z <= ZOOM and 0 <= x < 1 << z and 0 <= y < 1 << z):
        raise ValueError(f"no tile {z}/{x}/{y}")
    shift = 2 * (ZOOM - z)
    corner = int((_spread(np.array([x])) | _spread(np.array([y])) << 1)[0])
    return corner << shift, (corner + 1) << shift


def _spread(bits: NDArray[np.int64]) -> NDArray[np.int64]:
    """Put a zero before every bit of a number below 2**32."""
    for shift, mask in _SPREAD:
        bits = (bits | bits << shift) & mask
    return bits
