"""The fixed grid: a point's square is the same whatever lies round it, and what is far away is in none."""

from __future__ import annotations

import numpy as np
import pytest
from shapely.geometry import box

from geo.crs import Crs, from_wgs84, to_wgs84
from geo.squares import SIDE_M, squares_within

LON, LAT = 17.9421, 59.4037


def test_points_of_one_square_share_a_row_and_others_do_not() -> None:
    x, y = (round(value / SIDE_M) * SIDE_M for value in from_wgs84(LON, LAT, Crs.SWEREF99_18_00))
    points = [
        to_wgs84(x + east, y + north, Crs.SWEREF99_18_00) for east, north in [(1, 1), (99, 99), (-1, 50)]
    ]
    lons, lats = np.array(points).T
    squares, where = squares_within(lons, lats, box(LON - 0.01, LAT - 0.01, LON + 0.01, LAT + 0.01), 0)
    assert squares.tolist() == [[x - SIDE_M, y], [x, y]]
    assert where.tolist() == [1, 1, 0]


@pytest.mark.parametrize("half", [0.001, 0.004])
def test_a_square_is_the_same_whatever_the_ground(half: float) -> None:
    ground = box(LON - half, LAT - half, LON + half, LAT + half)
    squares, where = squares_within(np.array([LON]), np.array([LAT]), ground, 250)
    x, y = from_wgs84(LON, LAT, Crs.SWEREF99_18_00)
    assert squares.tolist() == [[x // SIDE_M * SIDE_M, y // SIDE_M * SIDE_M]]
    assert where.tolist() == [0]


def test_what_is_farther_away_than_the_margin_is_in_no_square() -> None:
    ground = box(LON, LAT, LON + 0.002, LAT + 0.002)
    x, y = from_wgs84(LON, LAT, Crs.SWEREF99_18_00)
    points = [to_wgs84(x - away, y + 50, Crs.SWEREF99_18_00) for away in (50, 249, 351)]
    lons, lats = np.array([*points, (-70.0, -33.0), (0.0, 90.0)]).T
    squares, where = squares_within(lons, lats, ground, 250)
    assert where[2:].tolist() == [-1, -1, -1]
    assert (where[:2] >= 0).all()
    assert len(squares) == 2


def test_no_points_are_in_no_squares() -> None:
    squares, where = squares_within(np.empty(0), np.empty(0), box(LON, LAT, LON + 0.01, LAT + 0.01), 250)
    assert (len(squares), len(where)) == (0, 0)
