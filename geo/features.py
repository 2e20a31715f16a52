"""What a read file is made of: features in WGS84, and which system their coordinates were in."""

from dataclasses import dataclass
from typing import Any, Literal

from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from geo.crs import Crs, is_swapped
from geo.errors import N_, GeoError


class FileError(GeoError):
    """A file that cannot be read as a whole; nothing of it was used."""


@dataclass(frozen=True)
class Feature:
    """One row of a file: `geometry` in WGS84 lon-lat or None, `fault` where this row could not be read.

    `number` is the line in a CSV file (the header is line 1), otherwise the place in the file, from 1.
    """

    number: int
    properties: dict[str, Any]
    geometry: BaseGeometry | None
    fault: GeoError | None = None


@dataclass(frozen=True)
class FeatureFile:
    """A file's features, the system their coordinates were in, and who said so.

    `crs` is one of ours, another system that pyproj knows, or None where no feature has a place.
    """

    features: list[Feature]
    crs: Crs | CRS | None
    crs_told_by: Literal["caller", "file", "guess"] | None

    @property
    def crs_title(self) -> str:
        """Name of the system for people, empty where there is none."""
        if isinstance(self.crs, Crs):
            return self.crs.title
        return self.crs.name if self.crs else ""


def guess_crs(x: float, y: float) -> tuple[Crs, bool]:
    """Guess the system of a typical pair of coordinates, and whether northing (or latitude) stands first.

    Degrees are WGS84. Metres with a northing inside Sweden are SWEREF 99: in TM with an easting of 266 to
    921 km, in the local zone 18 00 round 150 km. Raises FileError `unknown_crs`.
    """
    if abs(x) <= 180 and abs(y) <= 180:
        return Crs.WGS84, is_swapped(x, y)
    northing_first = x > y
    easting, northing = (y, x) if northing_first else (x, y)
    if 6_100_000 <= northing <= 7_700_000:
        if 250_000 <= easting <= 950_000:
            return Crs.SWEREF99_TM, northing_first
        if 50_000 <= easting < 250_000:
            return Crs.SWEREF99_18_00, northing_first
    raise FileError(
        "unknown_crs",
        N_("The file does not say which coordinate system it uses, and %(x)s, %(y)s fits none we know."),
        x=x,
        y=y,
    )
