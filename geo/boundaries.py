"""Is this polygon fit to be a boundary, and if not, where is the fault and what would mend it?"""

import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from shapely.geometry import LinearRing, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo.crs import is_swapped
from geo.distances import area_m2
from geo.errors import N_, GeoError


class BoundaryError(GeoError):
    """A geometry that cannot be a boundary; `lon` and `lat` tell where the fault is, if it is anywhere."""

    def __init__(
        self, code: str, message: str, lon: float | None = None, lat: float | None = None, **details: Any
    ) -> None:
        super().__init__(code, message, lon=lon, lat=lat, **details)
        self.lon = lon
        self.lat = lat


@dataclass(frozen=True)
class Repair:
    """One thing that was mended: a stable code, an English message id with fields, and their values."""

    code: str
    message: str
    details: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """Say it in English."""
        return self.message % self.details


# GEOS's words (TopologyValidationError) to ours.
_FAULTS = {
    "Self-intersection": (
        "self_crossing",
        N_("The outline crosses itself at latitude %(lat).6f, longitude %(lon).6f."),
    ),
    "Ring Self-intersection": (
        "ring_touches_itself",
        N_("A ring touches itself at latitude %(lat).6f, longitude %(lon).6f."),
    ),
    "Hole lies outside shell": (
        "hole_outside",
        N_("A hole lies outside its outline at latitude %(lat).6f, longitude %(lon).6f."),
    ),
    "Holes are nested": (
        "nested_holes",
        N_("One hole lies inside another at latitude %(lat).6f, longitude %(lon).6f."),
    ),
    "Nested shells": (
        "nested_parts",
        N_("One part lies inside another at latitude %(lat).6f, longitude %(lon).6f."),
    ),
    "Interior is disconnected": (
        "interior_disconnected",
        N_("Holes cut the area into pieces at latitude %(lat).6f, longitude %(lon).6f."),
    ),
    "Duplicate Rings": (
        "duplicate_rings",
        N_("The same ring is there twice at latitude %(lat).6f, longitude %(lon).6f."),
    ),
    "Too few points in geometry component": (
        "too_few_points",
        N_("A ring has too few points at latitude %(lat).6f, longitude %(lon).6f."),
    ),
}
_OTHER_FAULT = ("invalid", N_("The polygon is broken at latitude %(lat).6f, longitude %(lon).6f."))


def check_polygon(geometry: BaseGeometry | None) -> MultiPolygon:
    """Return a WGS84 Polygon or MultiPolygon as a valid MultiPolygon, or raise BoundaryError.

    Codes: `missing`, `not_polygon`, `empty`, `outside_world`, `swapped`, and for crossing or touching rings
    `self_crossing`, `ring_touches_itself`, `hole_outside`, `nested_holes`, `nested_parts`,
    `interior_disconnected`, `duplicate_rings`, `too_few_points`, `invalid`.
    """
    polygon = _on_the_globe(geometry)
    corner_lon, corner_lat, *_ = polygon.bounds
    if _has_swapped_axes(polygon):
        raise BoundaryError(
            "swapped",
            N_("Longitude and latitude look swapped: the polygon begins at latitude %(lat).6f."),
            corner_lon,
            corner_lat,
        )
    fault = _topology_fault(polygon)
    if fault:
        raise fault
    return _multi(polygon)


def repair_polygon(geometry: BaseGeometry | None) -> tuple[MultiPolygon, list[Repair]]:
    """Return a valid MultiPolygon and what had to be done to it, in order; [] if it was valid.

    Mends exchanged axes (code `exchanged_axes`) and crossing or touching rings (`untangled`). Raises
    BoundaryError for what cannot be mended: no polygon, empty, outside the world, or `nothing_left`.
    """
    polygon = _on_the_globe(geometry)
    repairs = []
    if _has_swapped_axes(polygon):
        polygon = shapely.transform(polygon, lambda coordinates: coordinates[:, ::-1])
        repairs.append(Repair("exchanged_axes", N_("Longitude and latitude were exchanged.")))
    fault = _topology_fault(polygon)
    if fault:
        kept = [part for part in _polygons_of(_redraw(polygon)) if part.area > 0]
        if not kept:
            raise BoundaryError(
                "nothing_left",
                N_("The polygon has no area, so there is nothing to keep."),
                fault.lon,
                fault.lat,
            )
        polygon = MultiPolygon(kept)
        details = {
            "lat": fault.lat,
            "lon": fault.lon,
            "parts": len(kept),
            "area": round(area_m2(polygon)),
        }
        message = N_(
            "A fault at latitude %(lat).6f, longitude %(lon).6f was mended by redrawing the outline: "
            "%(parts)s polygons with %(area)s m² together."
        )
        repairs.append(Repair("untangled", message, {"fault": fault.code, **details}))
    return _multi(polygon), repairs


def _on_the_globe(geometry: BaseGeometry | None) -> Polygon | MultiPolygon:
    if geometry is None:
        raise BoundaryError("missing", N_("There is no polygon."))
    if not isinstance(geometry, Polygon | MultiPolygon):
        raise BoundaryError(
            "not_polygon", N_("A polygon is needed, but this is a %(kind)s."), kind=geometry.geom_type
        )
    if geometry.is_empty:
        raise BoundaryError("empty", N_("The polygon is empty."))
    coordinates = shapely.get_coordinates(geometry)
    # Written so that NaN, which compares false with everything, counts as outside.
    outside = ~((abs(coordinates[:, 0]) <= 180) & (abs(coordinates[:, 1]) <= 90))
    if outside.any():
        lon, lat = coordinates[np.argmax(outside)].tolist()
        raise BoundaryError(
            "outside_world",
            N_("The polygon lies outside the world: longitude %(lon)s, latitude %(lat)s."),
            lon,
            lat,
        )
    return shapely.force_2d(geometry)


def _has_swapped_axes(polygon: Polygon | MultiPolygon) -> bool:
    west, south, east, north = polygon.bounds
    return is_swapped(west, south) and is_swapped(east, north)


def _topology_fault(polygon: Polygon | MultiPolygon) -> BoundaryError | None:
    reason = shapely.is_valid_reason(polygon)
    if reason == "Valid Geometry":
        return None
    where = re.fullmatch(r"(.*)\[(\S+) (\S+)\]", reason)
    if where is None:
        raise ValueError(f"unexpected words from GEOS: {reason}")
    code, message = _FAULTS.get(where[1], _OTHER_FAULT)
    return BoundaryError(code, message, float(where[2]), float(where[3]))


def _redraw(polygon: Polygon | MultiPolygon) -> BaseGeometry:
    """Unite what each part's outline encloses, less what its own holes enclose."""
    # GEOS's make_valid of a whole polygon turns a hole outside its outline into land, so rings go one by one.
    return shapely.union_all(
        [
            _enclosed(part.exterior).difference(
                shapely.union_all([_enclosed(hole) for hole in part.interiors])
            )
            for part in _multi(polygon).geoms
        ]
    )


def _enclosed(ring: LinearRing) -> BaseGeometry:
    # "structure" keeps what the ring encloses; "linework" would turn an overlap into a hole.
    return shapely.make_valid(Polygon(ring), method="structure", keep_collapsed=False)


def _polygons_of(geometry: BaseGeometry) -> list[Polygon]:
    return [part for part in shapely.get_parts([geometry]).tolist() if isinstance(part, Polygon)]


def _multi(polygon: Polygon | MultiPolygon) -> MultiPolygon:
    return polygon if isinstance(polygon, MultiPolygon) else MultiPolygon([polygon])
