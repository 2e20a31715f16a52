import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.distances import area_m2, distance_m, length_m, local_metres, octant


def test_a_degree_of_longitude_is_half_as_long_in_stockholm_as_at_the_equator() -> None:
    assert distance_m(17, 0, 18, 0) == pytest.approx(111_319.5, abs=0.1)
    assert distance_m(17, 59.4, 18, 59.4) == pytest.approx(56_807, abs=5)


def test_route_length_is_the_sum_of_its_legs() -> None:
    kista, husby, akalla = (17.9421, 59.4037), (17.9259, 59.4100), (17.9130, 59.4152)
    assert length_m([kista, husby, akalla]) == pytest.approx(
        distance_m(*kista, *husby) + distance_m(*husby, *akalla)
    )
    assert length_m([kista]) == length_m([]) == 0


@given(st.floats(-0.05, 0.05), st.floats(-0.04, 0.04))
def test_local_metres_agree_with_the_ellipsoid_near_by(east: float, north: float) -> None:
    lon, lat = 17.94, 59.4
    flat = local_metres(shapely.Point(lon + east, lat + north), lon, lat).distance(shapely.Point(0, 0))
    assert flat == pytest.approx(distance_m(lon, lat, lon + east, lat + north), rel=2e-3, abs=0.01)


def test_area_does_not_depend_on_the_direction_of_the_ring() -> None:
    square = shapely.box(17.94, 59.40, 17.95, 59.41)
    assert area_m2(square) == pytest.approx(area_m2(square.reverse()))
    assert area_m2(square) == pytest.approx(568 * 1114, rel=0.01)


@pytest.mark.parametrize(
    ("east", "north", "expected"),
    [
        (0, 1, 0),
        (1, 1, 1),
        (1, 0, 2),
        (1, -1, 3),
        (0, -1, 4),
        (-1, -1, 5),
        (-1, 0, 6),
        (-1, 1, 7),
        (-0.1, 1, 0),
    ],
)
def test_octants_go_clockwise_from_north(east: float, north: float, expected: int) -> None:
    # A degree of longitude is half one of latitude at 60 degrees north.
    assert octant(18, 60, 18 + east * 0.002, 60 + north * 0.001) == expected
