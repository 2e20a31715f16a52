"""What a photo's EXIF says: which way is up, when it was taken, and where."""

from __future__ import annotations

import math
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

# Each moment with the tag that holds its offset from UTC, best first. Plain DateTime is left out: it is
# when the file was last edited.
_MOMENTS = (
    (Base.DateTimeOriginal, Base.OffsetTimeOriginal),
    (Base.DateTimeDigitized, Base.OffsetTimeDigitized),
)
_MOMENT = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)")


@dataclass(frozen=True, slots=True)
class ExifFacts:
    """What is worth keeping of EXIF; what is absent or makes no sense is None (orientation: 1, upright)."""

    orientation: int = 1
    taken_at: datetime | None = None
    lon: float | None = None
    lat: float | None = None


def read_exif(image: Image.Image) -> ExifFacts:
    """Read the facts of a loaded image, tolerating EXIF that is absent, damaged or hostile.

    `taken_at` is aware when the camera wrote its offset from UTC, otherwise naive, by the camera's own clock.
    `lon` and `lat` are WGS 84 degrees, both there or neither.
    """
    # Pillow's parser answers nonsense with whatever it ran into. A photo is no worse for its notes being
    # unreadable, so every part falls back on its own.
    exif = Image.Exif()
    orientation: Any = 1
    moments: dict[int, Any] = {}
    position: dict[int, Any] = {}
    with suppress(Exception):
        exif = image.getexif()
        orientation = exif.get(Base.Orientation, 1)
    with suppress(Exception):
        moments = exif.get_ifd(IFD.Exif)
    with suppress(Exception):
        position = exif.get_ifd(IFD.GPSInfo)
    lon, lat = _lon_lat(position)
    known = isinstance(orientation, int) and 1 <= orientation <= 8
    return ExifFacts(orientation if known else 1, _taken_at(moments), lon, lat)


def _taken_at(tags: dict[int, Any]) -> datetime | None:
    for moment, offset in _MOMENTS:
        found = _MOMENT.match(str(tags.get(moment, "")))
        if not found:
            continue
        year, month, day, clock = found.groups()
        local = f"{year}-{month}-{day}T{clock}"
        for text in (local + str(tags.get(offset, "")).strip("\0 "), local):
            with suppress(ValueError):
                taken_at = datetime.fromisoformat(text)
                # A clock that was never set says year 1; at either end a moment has no counterpart in UTC.
                if 1900 <= taken_at.year <= 2900:
                    return taken_at
    return None


def _lon_lat(tags: dict[int, Any]) -> tuple[float, float] | tuple[None, None]:
    lat = _degrees(tags.get(GPS.GPSLatitude), tags.get(GPS.GPSLatitudeRef), {"N": 1, "S": -1}, 90)
    lon = _degrees(tags.get(GPS.GPSLongitude), tags.get(GPS.GPSLongitudeRef), {"E": 1, "W": -1}, 180)
    # Phones without a fix write 0, 0, which lies in the Gulf of Guinea.
    if lat is None or lon is None or (lat == 0 and lon == 0):
        return None, None
    return lon, lat


def _degrees(parts: Any, reference: Any, signs: dict[str, int], limit: int) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
        sign = signs[str(reference).strip("\0 ").upper()]
    except (TypeError, ValueError, KeyError, ArithmeticError):
        return None
    value = degrees + minutes / 60 + seconds / 3600
    sane = degrees >= 0 and 0 <= minutes <= 60 and 0 <= seconds <= 60 and value <= limit
    return sign * value if sane and math.isfinite(value) else None
