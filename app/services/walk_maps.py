"""A walk as GeoJSON for the maps of the field pages: the site's border, the route, the stops, the findings."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import shapely

from app.models.findings import Finding
from app.models.walks import Walk
from app.services.sites import site_polygon
from app.services.walk_findings import Earlier

_PRECISION = 1e-6
"""Degrees: a decimetre."""


def walk_map(
    walk: Walk,
    noted: Iterable[Finding],
    earlier: Iterable[Earlier],
    title: Callable[[Finding], str],
    url: Callable[[Finding], str],
) -> dict[str, Any]:
    """The layers `site`, `route`, `stops`, `earlier` and `today`; `title` and `url` are put on each finding."""

    def pins(findings: Iterable[Finding]) -> dict[str, Any]:
        return _collection(
            _feature(shapely.Point(finding.lon, finding.lat), title=title(finding), url=url(finding))
            for finding in findings
            if finding.lon is not None and finding.lat is not None
        )

    layers = {
        "site": _feature(site_polygon(walk.site)),
        "stops": _collection(
            _feature(shapely.Point(stop.lon, stop.lat), number=stop.number, title=stop.name)
            for stop in walk.stops
        ),
        "earlier": pins(one.finding for one in earlier if one.result is None),
        "today": pins(noted),
    }
    if walk.route is not None:
        layers["route"] = _feature(shapely.from_wkb(walk.route))
    return layers


def _collection(features: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def _feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    rounded = shapely.set_precision(geometry, _PRECISION)
    return {
        "type": "Feature",
        "geometry": json.loads(shapely.to_geojson(rounded)),
        "properties": properties,
    }
