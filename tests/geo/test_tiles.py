import math
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.tiles import ZOOM, quadkey, quadkeys, tile_bounds, tile_range, tiles_touching

LON, LAT = st.floats(-180, 179.999999), st.floats(-85.05, 85.05)


def tile_of(lon: float, lat: float, z: int) -> tuple[int, int]:
    """The textbook formula of slippy map tiles, written independently."""
    x = int((lon + 180) / 360 * 2**z)
    y = int(
        (1 - math.log(math.tan(math.radians(lat)) + 1 / math.cos(math.radians(lat))) / math.pi) / 2 * 2**z
    )
    return x, y


@given(LON, LAT, st.integers(0, 20))
def test_a_place_lies_in_the_range_of_every_tile_that_holds_it(lon: float, lat: float, z: int) -> None:
    key = quadkey(lon, lat)
    holding = {
        tile_of(lon + dx, lat + dy, z)
        for dx in (-1e-9, 0, 1e-9)
        for dy in (-1e-9, 0, 1e-9)
        if -180 <= lon + dx < 180
    }
    assert any(low <= key < high for low, high in (tile_range(z, x, y) for x, y in holding))


@given(LON, LAT, st.integers(1, 18), st.integers(0, 2**18), st.integers(0, 2**18))
def test_a_place_lies_in_no_other_tile_of_that_zoom(lon: float, lat: float, z: int, x: int, y: int) -> None:
    x, y = x % 2**z, y % 2**z
    low, high = tile_range(z, x, y)
    inside = low <= quadkey(lon, lat) < high
    near = abs(tile_of(lon, lat, z)[0] - x) <= 1 and abs(tile_of(lon, lat, z)[1] - y) <= 1
    assert not inside or near


@given(st.integers(0, ZOOM - 1), st.integers(0, 2**25), st.integers(0, 2**25))
def test_four_children_fill_their_parent_without_gap_or_overlap(z: int, x: int, y: int) -> None:
    x, y = x % 2**z, y % 2**z
    children = sorted(tile_range(z + 1, 2 * x + i, 2 * y + j) for i in (0, 1) for j in (0, 1))
    low, high = tile_range(z, x, y)
    assert [children[0][0], children[3][1]] == [low, high]
    assert all(a[1] == b[0] for a, b in pairwise(children))


def test_digits_are_those_of_bing_quadkeys() -> None:
    # Microsoft's documentation: tile 3, 5 at level 3 has the quadkey "213".
    assert tile_range(3, 3, 5)[0] >> 2 * (ZOOM - 3) == int("213", 4)


def test_the_whole_world_is_one_range_of_52_bits() -> None:
    assert tile_range(0, 0, 0) == (0, 2**52)
    assert 0 <= quadkey(-180, 90) < quadkey(180, -90) < 2**52


def test_many_places_at_once_give_the_same_keys() -> None:
    lons, lats = np.random.default_rng(1).uniform((-180, -90), (180, 90), (500, 2)).T
    assert quadkeys(lons, lats).tolist() == [quadkey(lon, lat) for lon, lat in zip(lons, lats, strict=True)]


@pytest.mark.parametrize("tile", [(-1, 0, 0), (27, 0, 0), (3, 8, 0), (3, 0, -1)])
def test_a_tile_that_does_not_exist_is_refused(tile: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="no tile"):
        tile_range(*tile)


def test_bounds_of_a_tile_hold_exactly_its_range() -> None:
    west, south, east, north = tile_bounds(14, 9010, 4785)
    low, high = tile_range(14, 9010, 4785)
    inside = quadkeys([west + 1e-6, east - 1e-6], [south + 1e-6, north - 1e-6])
    outside = quadkeys([west - 1e-6, east + 1e-6], [south - 1e-6, north + 1e-6])
    assert ((low <= inside) & (inside < high)).all()
    assert ((outside < low) | (outside >= high)).all()


def test_tiles_that_a_ground_touches_leave_out_the_corners_it_does_not_reach() -> None:
    west, south, east, north = tile_bounds(10, 563, 299)
    diagonal = shapely.LineString([(west, north), (east, south)])
    touched = tiles_touching(diagonal, 13, 100)
    assert touched is not None
    assert 8 <= len(touched) < 64
    assert (13, 563 * 8, 299 * 8) in touched
    assert (13, 563 * 8 + 6, 299 * 8 + 1) not in touched
    assert tiles_touching(diagonal, 16, 100) is None
