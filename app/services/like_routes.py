"""Whether two walks went along like routes: their numbers of findings are comparable with no others."""

from __future__ import annotations

import shapely

from app.models.walks import Walk
from geo.distances import local_metres

LIKE_LENGTH = 0.25
"""Routes are alike when their lengths differ by at most this share of the longer one …"""
LIKE_DISTANCE_M = 150.0
"""… and no point of one lies further than this from the other (Hausdorff distance)."""


def like_routes(one: Walk, other: Walk) -> bool | None:
    """Whether the walks went along like routes; None where a route is not known."""
    if one.route is None or other.route is None or not one.route_m or not other.route_m:
        return None
    if abs(one.route_m - other.route_m) > LIKE_LENGTH * max(one.route_m, other.route_m):
        return False
    lines = shapely.from_wkb(one.route), shapely.from_wkb(other.route)
    lon, lat = lines[0].coords[0]
    here, there = (local_metres(line, lon, lat) for line in lines)
    return float(shapely.hausdorff_distance(here, there, densify=0.1)) <= LIKE_DISTANCE_M
