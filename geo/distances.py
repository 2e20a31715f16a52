"""How far and how large, in metres, on the ellipsoid."""

import math
from collections.abc import Iterable

import numpy as np
import shapely
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

_WGS84 = Geod(ellps="WGS84")


def distance_m(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Geodesic distance between two points, metres."""
    return float(_WGS84.inv(lon1, lat1, lon2, lat2)[2])


def octant(lon1: float, lat1: float, lon2: float, lat2: float) -> int:
    """In which direction the second point lies from the first: 0 north, 1 north-east, 2 east … 7 north-west."""
    return round(float(_WGS84.inv(lon1, lat1, lon2, lat2)[0]) % 360 / 45) % 8


def length_m(coordinates: Iterable[tuple[float, float]]) -> float:
    """Length of a route through (lon, lat) points, metres; 0 for fewer than two points."""
    points = list(coordinates)
    if len(points) < 2:
        return 0.0
    lons, lats = zip(*points, strict=True)
    return float(_WGS84.line_length(lons, lats))


def area_m2(geometry: BaseGeometry) -> float:
    """Geodesic area of a valid polygon in (lon, lat), square metres, whatever its rings' direction."""
    return abs(float(_WGS84.geometry_area_perimeter(shapely.orient_polygons(geometry))[0]))


def metres_per_degree(lat: float) -> tuple[float, float]:
    """Metres in one degree of longitude and of latitude at a latitude.

    From the ellipsoid's radii of curvature (prime vertical and meridian); exact at the point, and better than
    0.1 % within 5 km of it at 59 degrees north.
    """
    sin, cos = math.sin(math.radians(lat)), math.cos(math.radians(lat))
    curvature = 1 - _WGS84.es * sin * sin
    meridian = _WGS84.a * (1 - _WGS84.es) / curvature**1.5
    return math.radians(_WGS84.a / math.sqrt(curvature) * cos), math.radians(meridian)


def local_metres(geometry: BaseGeometry, lon: float, lat: float) -> BaseGeometry:
    """Flatten a (lon, lat) geometry to metres east and north of a point; straight lines stay straight."""
    scale = np.array(metres_per_degree(lat))
    return shapely.transform(geometry, lambda coordinates: (coordinates - (lon, lat)) * scale)
