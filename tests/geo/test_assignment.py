import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.assignment import PolygonIndex
from geo.distances import distance_m
from tests.geo.places import KISTA_CENTRUM, STADSDELAR

AREAS = PolygonIndex(STADSDELAR.items())
LARGE, SMALL = shapely.box(0, 0, 10, 10), shapely.box(4, 4, 6, 6)


def test_centres_lie_in_their_stadsdelar() -> None:
    assert AREAS.containing(*KISTA_CENTRUM) == ["Kista"]
    assert AREAS.containing(17.9043, 59.3939) == ["Tensta"]
    assert AREAS.containing(18.07, 59.33) == []


def test_the_smaller_of_two_overlapping_polygons_comes_first() -> None:
    index = PolygonIndex([("large", LARGE), ("small", SMALL)])
    assert index.containing(5, 5) == ["small", "large"]
    assert [index.keys[i] for i in index.assign([5, 1], [5, 1])] == ["small", "large"]


def test_a_point_on_a_common_border_belongs_to_both_sides() -> None:
    index = PolygonIndex([("west", shapely.box(0, 0, 1, 1)), ("east", shapely.box(1, 0, 2, 1))])
    assert index.containing(1, 0.5) == ["west", "east"]
    assert index.keys[index.assign([1], [0.5])[0]] == "west"


def test_points_outside_and_points_that_are_none_get_minus_one() -> None:
    index = PolygonIndex([("only", SMALL)])
    assert index.assign([5, 0, np.nan, np.inf], [5, 0, 5, 5]).tolist() == [0, -1, -1, -1]
    assert index.assign([], []).tolist() == []


def test_an_index_of_nothing_holds_nothing() -> None:
    index = PolygonIndex[str]([])
    assert index.containing(5, 5) == []
    assert index.within(5, 5, 100) == []
    assert index.assign([5], [5]).tolist() == [-1]


@given(st.lists(st.tuples(st.floats(17.8, 18.0), st.floats(59.33, 59.46)), max_size=60))
def test_many_points_at_once_get_the_same_answer_as_one_by_one(points: list[tuple[float, float]]) -> None:
    assigned = AREAS.assign([lon for lon, _ in points], [lat for _, lat in points])
    alone = [AREAS.containing(*point) for point in points]
    assert [AREAS.keys[i] if i >= 0 else None for i in assigned] == [
        found[0] if found else None for found in alone
    ]


def test_a_hundred_thousand_points_agree_with_a_plain_tree_query() -> None:
    polygons = list(STADSDELAR.values())
    lons, lats = np.random.default_rng(4).uniform((17.8, 59.33), (18.0, 59.46), (100_000, 2)).T
    point, polygon = shapely.STRtree(polygons).query(shapely.points(lons, lats), predicate="intersects")
    expected = np.full(len(lons), None, dtype=object)
    expected[point] = np.array(list(STADSDELAR), dtype=object)[polygon]
    keys = np.array([*AREAS.keys, None], dtype=object)
    assert (keys[AREAS.assign(lons, lats)] == expected).all()


def test_polygons_within_reach_come_nearest_first_with_true_metres() -> None:
    lon, lat = 17.94, 59.4
    east, north = (
        shapely.box(lon + 0.001, lat, lon + 0.002, lat + 0.001),
        shapely.box(lon, lat + 0.001, lon + 1, 60),
    )
    here = shapely.box(lon - 0.01, lat - 0.01, lon, lat)
    index = PolygonIndex([("north", north), ("east", east), ("here", here)])
    found = index.within(lon, lat, 120)
    assert [key for key, _ in found] == ["here", "east", "north"]
    assert [metres for _, metres in found] == pytest.approx(
        [0, distance_m(lon, lat, lon + 0.001, lat), distance_m(lon, lat, lon, lat + 0.001)], abs=0.01
    )
    # 0.001 degrees are 57 m eastwards and 111 m northwards here: degrees alone would not tell them apart.
    assert [key for key, _ in index.within(lon, lat, 100)] == ["here", "east"]
    assert [key for key, _ in index.within(lon, lat, 0)] == ["here"]
