"""What a phone takes along of a site's surroundings: its ground, place names, borders and water."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import shapely
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select

from app.db import session
from app.models.areas import Area
from app.models.sites import Site
from app.services.places import areas_near
from app.services.sites import place_names_near, site_polygon
from geo.distances import distance_m, metres_per_degree

WATER = frozenset({"vatten", "sjö", "hav", "vattendrag", "water"})
"""Kinds of area that are drawn as water; all others are borders."""
_ROUND_M = 500.0
_PRECISION = 1e-6
"""Degrees: a decimetre."""
_COARSE = 1e-5
"""Degrees: a metre is exact enough for borders and shores that only help to find one's way."""


def ground_of(site: Site) -> dict[str, Any]:
    """The site with its polygon and its middle."""
    polygon = site_polygon(site)
    return {
        "slug": site.slug,
        "name": site.name,
        "code": site.code,
        "polygon": _geometry(polygon),
        "centre": middle_of(polygon),
    }


def middle_of(polygon: MultiPolygon) -> list[float]:
    """A point within a site, lon and lat in WGS84 degrees, by which a phone finds the nearest site."""
    middle = polygon.representative_point()
    return [round(middle.x, 6), round(middle.y, 6)]


def places_of(site: Site) -> list[dict[str, Any]]:
    """The stops and other names people use in and round a site."""
    return [{"name": place.name, "lon": place.lon, "lat": place.lat} for place in place_names_near(site)]


def context_of(site: Site) -> dict[str, Any]:
    """Borders as lines and water as grounds, for a map without a basemap; cut off some way outside the site."""
    west, south, east, north = site_polygon(site).bounds
    lon, lat = (west + east) / 2, (south + north) / 2
    across, along = (_ROUND_M / scale for scale in metres_per_degree(lat))
    window = (west - across, south - along, east + across, north + along)
    reach = distance_m(lon, lat, window[2], window[3])
    near = session().execute(
        select(Area.name, Area.kind, Area.polygon)
        .where(Area.id.in_(areas_near(lon, lat, reach)))
        .order_by(Area.kind, Area.name, Area.id)
    )
    water: list[tuple[str, str, BaseGeometry]] = []
    borders: list[tuple[str, str, BaseGeometry]] = []
    for name, kind, wkb in near:
        polygon = shapely.from_wkb(wkb)
        is_water = kind.casefold() in WATER
        # Cut as lines: the edges of the window are nobody's border.
        cut = shapely.clip_by_rect(polygon if is_water else polygon.boundary, *window)
        if not cut.is_empty:
            (water if is_water else borders).append((name, kind, cut.simplify(_COARSE)))
    return {"water": _collection(water), "boundaries": _collection(borders)}


def _collection(features: Iterable[tuple[str, str, BaseGeometry]]) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": _geometry(geometry),
                "properties": {"name": name, "kind": kind},
            }
            for name, kind, geometry in features
        ],
    }


def _geometry(geometry: BaseGeometry) -> Any:
    return json.loads(shapely.to_geojson(shapely.set_precision(geometry, _PRECISION)))
