"""Assign 1,000,000 points to 1,000 polygons, against a bare shapely STRtree query over ready-made points."""

import sys
from pathlib import Path
from time import perf_counter

import numpy as np
import shapely
from shapely.geometry import MultiPolygon

from bench import Row, report
from geo.assignment import PolygonIndex
from geo.boundaries import check_polygon
from geo.files import read_features

POINTS, POLYGONS, ROUNDS, BOUND = 1_000_000, 1_000, 3, 1.5
STADSDELAR = Path(__file__).parent.parent / "data/jarva/jarva_stadsdelar.geojson"


def measure() -> list[Row]:
    """Measure on simple cells (few vertices, no gaps) and on real stadsdelar laid out side by side."""
    return [
        _compare("assign 1M points, 1,000 Voronoi cells", _cells()),
        _compare("assign 1M points, 1,000 stadsdelar", _stadsdelar()),
    ]


def _cells() -> list[MultiPolygon]:
    random = np.random.default_rng(1)
    seeds = shapely.multipoints(random.uniform((17.6, 59.2), (18.4, 59.5), (POLYGONS, 2)))
    cells = shapely.voronoi_polygons(seeds, extend_to=shapely.box(17.6, 59.2, 18.4, 59.5))
    return [check_polygon(cell) for cell in shapely.get_parts(cells).tolist()]


def _stadsdelar() -> list[MultiPolygon]:
    real = [check_polygon(feature.geometry) for feature in read_features(STADSDELAR).features]
    width, height = 0.13, 0.07  # of Järva, in degrees
    shifts = [(width * (i // len(real) % 10), height * (i // len(real) // 10)) for i in range(POLYGONS)]
    return [_shifted(real[i % len(real)], shift) for i, shift in enumerate(shifts)]


def _shifted(polygon: MultiPolygon, shift: tuple[float, float]) -> MultiPolygon:
    return shapely.transform(polygon, lambda degrees: degrees + shift)


def _compare(name: str, polygons: list[MultiPolygon]) -> Row:
    random = np.random.default_rng(2)
    west, south, east, north = shapely.total_bounds(polygons)
    lons, lats = random.uniform(west, east, POINTS), random.uniform(south, north, POINTS)
    points = shapely.points(lons, lats)
    tree = shapely.STRtree(polygons)
    index = PolygonIndex(enumerate(polygons))
    ours, floor = [], []
    # By turns, so that a busy moment of the machine does not fall on one of the two only.
    for _ in range(ROUNDS):
        start = perf_counter()
        tree.query(points, predicate="intersects")
        middle = perf_counter()
        index.assign(lons, lats)
        ours.append(perf_counter() - middle)
        floor.append(middle - start)
    return Row(name, min(ours), min(floor), BOUND)


if __name__ == "__main__":
    sys.exit(report(measure()))
