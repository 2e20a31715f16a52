"""Read from an OpenStreetMap extract what a walker finds the way by: ways, houses, water, green, lamps, names."""

import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

Bbox = tuple[float, float, float, float]
"""West, south, east, north in degrees, WGS84."""

Tags = Mapping[str, str]

_WAYS = {
    **dict.fromkeys(("motorway", "trunk", "primary", "motorway_link", "trunk_link", "primary_link"), "major"),
    **dict.fromkeys(("secondary", "tertiary", "secondary_link", "tertiary_link"), "road"),
    **dict.fromkeys(("residential", "unclassified", "living_street", "service", "road", "busway"), "street"),
    **dict.fromkeys(("footway", "path", "cycleway", "pedestrian", "track", "bridleway", "corridor"), "path"),
    "steps": "steps",
}
_RAILS = frozenset({"rail", "subway", "light_rail", "tram"})
_GREEN_LAND = frozenset(
    {"forest", "grass", "meadow", "cemetery", "allotments", "recreation_ground", "village_green", "orchard"}
)
_GREEN_LEISURE = frozenset(
    {"park", "garden", "playground", "pitch", "golf_course", "nature_reserve", "dog_park"}
)
_GREEN_NATURE = frozenset({"wood", "scrub", "grassland", "heath"})
_PLACES = frozenset({"city", "town", "village", "suburb", "quarter", "neighbourhood", "square", "locality"})
_OTHER = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')
"""GDAL's form of the tags that have no column of their own."""


class ExtractError(ValueError):
    """The extract cannot be read, or holds nothing that is drawn; the message says which, in English."""


@dataclass(frozen=True)
class OsmFeatures:
    """n features: geometries in WGS84, their kinds and names, each of shape (n,); no name is None."""

    geometries: NDArray[Any]
    kinds: NDArray[Any]
    names: NDArray[Any]


def read_osm(extract: Path, bbox: Bbox | None = None) -> OsmFeatures:
    """Read what is drawn, within `bbox` where given; raises ExtractError where it cannot be read."""
    try:
        parts = [_read_layer(extract, bbox, *layer) for layer in _LAYERS]
    except (DataSourceError, DataLayerError, FeatureError) as error:
        raise ExtractError(f"{extract.name} cannot be read: {error}") from error
    return OsmFeatures(
        np.concatenate([part.geometries for part in parts]),
        np.concatenate([part.kinds for part in parts]),
        np.concatenate([part.names for part in parts]),
    )


def _read_layer(
    extract: Path, bbox: Bbox | None, layer: str, where: str, kind_of: Callable[[Tags], str | None]
) -> OsmFeatures:
    with warnings.catch_warnings():
        # Real rings are open or crossed here and there; what cannot be mended is left out below.
        warnings.simplefilter("ignore", RuntimeWarning)
        meta, _, wkb, columns = pyogrio.raw.read(extract, layer=layer, where=where, bbox=bbox)
    names = [str(name) for name in meta["fields"]]
    kinds = np.empty(len(wkb), dtype=object)
    titles = np.empty(len(wkb), dtype=object)
    for row, values in enumerate(zip(*columns, strict=True)):
        tags = _tags(dict(zip(names, values, strict=True)))
        kinds[row], titles[row] = kind_of(tags), tags.get("name")
    geometries = shapely.from_wkb(wkb, on_invalid="ignore")
    if bbox is not None:
        geometries = shapely.clip_by_rect(shapely.make_valid(geometries), *bbox)
    kept = np.array([kind is not None for kind in kinds], dtype=bool)
    kept &= ~(shapely.is_missing(geometries) | shapely.is_empty(geometries))
    return OsmFeatures(geometries[kept], kinds[kept], titles[kept])


def _tags(row: Mapping[str, Any]) -> dict[str, str]:
    tags = {name: str(value) for name, value in row.items() if value is not None and name != "other_tags"}
    tags.update(_OTHER.findall(row.get("other_tags") or ""))
    return tags


def _kind_of_point(tags: Tags) -> str | None:
    if tags.get("highway") == "street_lamp":
        return "lamp"
    if "name" not in tags:
        return None
    if tags.get("place") in _PLACES:
        return "place"
    stop = tags.get("highway") == "bus_stop" or tags.get("railway") in {
        "station",
        "subway_entrance",
        "tram_stop",
    }
    return "stop" if stop else None


def _kind_of_line(tags: Tags) -> str | None:
    kind = _WAYS.get(tags.get("highway", ""))
    if kind is not None:
        return "tunnel" if tags.get("tunnel", "no") != "no" else kind
    if tags.get("railway") in _RAILS:
        return None if tags.get("tunnel", "no") != "no" else "railway"
    # Not "water", which is filled: an open line would be filled from end to end.
    return "stream" if tags.get("waterway") in {"river", "stream", "canal"} else None


def _kind_of_ground(tags: Tags) -> str | None:
    if tags.get("building", "no") != "no":
        return "building"
    if tags.get("natural") == "water" or tags.get("waterway") == "riverbank":
        return "water"
    if tags.get("highway") in {"pedestrian", "footway"} or tags.get("place") == "square":
        return "square"
    green = (
        tags.get("landuse") in _GREEN_LAND
        or tags.get("leisure") in _GREEN_LEISURE
        or tags.get("natural") in _GREEN_NATURE
    )
    return "green" if green else None


_LAYERS: tuple[tuple[str, str, Callable[[Tags], str | None]], ...] = (
    # Only what may be drawn is taken out of the file; most of a city's points are not.
    (
        "multipolygons",
        'building IS NOT NULL OR landuse IS NOT NULL OR leisure IS NOT NULL OR "natural" IS NOT NULL '
        "OR place IS NOT NULL OR other_tags LIKE '%\"highway\"=>%' OR other_tags LIKE '%\"waterway\"=>%'",
        _kind_of_ground,
    ),
    ("lines", "highway IS NOT NULL OR railway IS NOT NULL OR waterway IS NOT NULL", _kind_of_line),
    (
        "points",
        "highway IS NOT NULL OR place IS NOT NULL OR other_tags LIKE '%\"railway\"=>%'",
        _kind_of_point,
    ),
)
"""Layer, what to ask it for, and what its features are; grounds first, so that they are drawn under the rest."""
