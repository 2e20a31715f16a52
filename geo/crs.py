"""Coordinate reference systems: which we know, and the way between them and WGS84 longitude-latitude.

Inside the product every coordinate is (longitude, latitude) in WGS84; pairs in a projected system are
(easting, northing) here, and northing comes first only in what people read.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from shapely.geometry.base import BaseGeometry

from geo.errors import N_, GeoError


class Crs(IntEnum):
    """The systems we know, by EPSG number."""

    WGS84 = 4326
    SWEREF99_TM = 3006
    SWEREF99_18_00 = 3011

    @property
    def title(self) -> str:
        """Name that a Swedish surveyor expects."""
        return {4326: "WGS84", 3006: "SWEREF 99 TM", 3011: "SWEREF 99 18 00"}[self.value]


@dataclass(frozen=True)
class Position:
    """A point on the globe, WGS84 degrees."""

    lon: float
    lat: float


class PositionError(GeoError):
    """No position: code `not_a_number`, `outside_world`, or `swapped`, and then `exchanged` is offered."""

    exchanged: Position | None = None


_PLAIN = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,20})?")


def parse_number(text: float | str) -> float:
    """Read a number as people type it, with decimal comma or point ("59,4037", "6 588 210", "-0.5").

    Raises PositionError `not_a_number`; infinities and NaN are not numbers here.
    """
    if isinstance(text, str) and _PLAIN.fullmatch(text):
        return float(text)
    if isinstance(text, str):
        ungrouped = re.sub(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))", "", text.strip())
        plain = ungrouped.replace(",", ".").replace("−", "-")
        if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", plain, re.ASCII):
            raise PositionError("not_a_number", N_("“%(text)s” is not a number."), text=text[:40])
        text = plain
    number = float(text)
    if not math.isfinite(number):
        raise PositionError("not_a_number", N_("“%(text)s” is not a number."), text=str(text)[:40])
    return number


def is_near_sweden(lon: float, lat: float) -> bool:
    """Tell whether a pair of degrees lies in the wide box round Sweden in which we look for swapped axes."""
    return 10 <= lon <= 25 and 55 <= lat <= 70


def is_swapped(lon: float, lat: float) -> bool:
    """Tell whether a pair of degrees makes sense only when exchanged: the exchanged pair is near Sweden."""
    # The two ranges do not overlap, so a pair is never near Sweden both ways.
    return is_near_sweden(lat, lon)


def is_outside_world(lon: float, lat: float) -> bool:
    """Tell whether a pair of degrees is no place on the globe (NaN included)."""
    return not (abs(lon) <= 180 and abs(lat) <= 90)


def parse_position(lon: float | str, lat: float | str) -> Position:
    """Make a Position of two numbers, or raise PositionError with the fault's code."""
    x, y = parse_number(lon), parse_number(lat)
    if is_outside_world(x, y):
        raise PositionError(
            "outside_world",
            N_("Longitude %(lon)s and latitude %(lat)s lie outside the world: at most 180 and 90 degrees."),
            lon=x,
            lat=y,
        )
    if is_swapped(x, y):
        error = PositionError(
            "swapped",
            N_("Longitude and latitude look swapped. Did you mean latitude %(lat)s and longitude %(lon)s?"),
            lon=y,
            lat=x,
        )
        error.exchanged = Position(y, x)
        raise error
    return Position(x, y)


@cache
def _transformer(source: CRS | int, target: CRS | int) -> Transformer:
    return Transformer.from_crs(CRS.from_user_input(source), CRS.from_user_input(target), always_xy=True)


def to_wgs84(x: float, y: float, crs: Crs) -> tuple[float, float]:
    """Convert (easting, northing) in metres, or (lon, lat) for WGS84, to (lon, lat) in degrees."""
    lon, lat = _transformer(int(crs), int(Crs.WGS84)).transform(x, y)
    return float(lon), float(lat)


def all_to_wgs84(xs: Sequence[float], ys: Sequence[float], crs: Crs) -> list[tuple[float, float]]:
    """Convert many pairs at once, like `to_wgs84`; infinite where there is no such place."""
    lons, lats = _transformer(int(crs), int(Crs.WGS84)).transform(np.asarray(xs), np.asarray(ys))
    return list(zip(lons.tolist(), lats.tolist(), strict=True))


def from_wgs84(lon: float, lat: float, crs: Crs) -> tuple[float, float]:
    """Convert (lon, lat) in degrees to (easting, northing) in metres, or (lon, lat) for WGS84."""
    x, y = _transformer(int(Crs.WGS84), int(crs)).transform(lon, lat)
    return float(x), float(y)


def all_from_wgs84(lons: NDArray[np.float64], lats: NDArray[np.float64], crs: Crs) -> NDArray[np.float64]:
    """Convert many (lon, lat) pairs at once, like `from_wgs84`: one row (easting, northing) each."""
    return np.column_stack(_transformer(int(Crs.WGS84), int(crs)).transform(lons, lats))


def geometry_to_wgs84(geometry: BaseGeometry, source: Crs | CRS) -> BaseGeometry:
    """Reproject a geometry in (easting, northing) of any system pyproj knows to (lon, lat); z is dropped."""
    key = int(source) if isinstance(source, Crs) else source
    if key == Crs.WGS84:
        return shapely.force_2d(geometry)
    return _reproject(geometry, _transformer(key, int(Crs.WGS84)))


def geometry_from_wgs84(geometry: BaseGeometry, target: Crs) -> BaseGeometry:
    """Reproject a geometry in (lon, lat) to (easting, northing) in metres."""
    return _reproject(geometry, _transformer(int(Crs.WGS84), int(target)))


def _reproject(geometry: BaseGeometry, transformer: Transformer) -> BaseGeometry:
    def convert(coordinates: np.ndarray) -> np.ndarray:
        return np.column_stack(transformer.transform(coordinates[:, 0], coordinates[:, 1]))

    return shapely.transform(shapely.force_2d(geometry), convert)


def format_northing_easting(lon: float, lat: float, crs: Crs = Crs.SWEREF99_18_00) -> str:
    """Write a position as people read it: "N 6587642, E 146711" (metres), or "N 59.40370, E 17.94210"."""
    x, y = from_wgs84(lon, lat, crs)
    if crs is Crs.WGS84:
        return f"N {y:.5f}, E {x:.5f}"
    return f"N {y:.0f}, E {x:.0f}"
