import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.crs import (
    Crs,
    Position,
    PositionError,
    format_northing_easting,
    from_wgs84,
    is_swapped,
    parse_number,
    parse_position,
    to_wgs84,
)
from geo.distances import distance_m

IN_SWEDEN = {"lon": st.floats(11, 24), "lat": st.floats(55.3, 69)}


@given(crs=st.sampled_from(Crs), **IN_SWEDEN)
def test_a_place_survives_the_way_to_any_system_and_back(crs: Crs, lon: float, lat: float) -> None:
    back = to_wgs84(*from_wgs84(lon, lat, crs), crs)
    assert distance_m(lon, lat, *back) < 0.001


def test_central_meridian_of_the_local_zone_has_the_false_easting() -> None:
    assert from_wgs84(18.0, 59.4, Crs.SWEREF99_18_00)[0] == pytest.approx(150_000)
    assert from_wgs84(15.0, 59.4, Crs.SWEREF99_TM)[0] == pytest.approx(500_000)


def test_the_national_zone_is_drawn_at_0_9996_of_the_local_ones_scale() -> None:
    local = from_wgs84(18.0, 59.4, Crs.SWEREF99_18_00)[1]
    assert from_wgs84(15.0, 59.4, Crs.SWEREF99_TM)[1] == pytest.approx(0.9996 * local, abs=0.001)


def test_people_read_northing_first() -> None:
    assert format_northing_easting(17.9421, 59.4037) == "N 6587642, E 146711"
    assert format_northing_easting(17.9421, 59.4037, Crs.SWEREF99_TM).startswith("N 658")
    assert format_northing_easting(17.9421, 59.4037, Crs.WGS84) == "N 59.40370, E 17.94210"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("59,4037", 59.4037),
        (" 59.4037 ", 59.4037),
        ("−0,5", -0.5),
        ("6 588 210", 6588210),
        ("1e-5", 1e-5),
        (7, 7),
    ],
)
def test_numbers_are_read_as_people_type_them(text: str | float, number: float) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize(
    "text", ["", "north", "59,4 17,9", "59 4", "1,2,3", "nan", "inf", "0x10", "٣", math.nan, math.inf]
)
def test_what_is_no_number_is_refused(text: str | float) -> None:
    with pytest.raises(PositionError) as refusal:
        parse_number(text)
    assert refusal.value.code == "not_a_number"


@pytest.mark.parametrize(("lon", "lat"), [(181, 59), (17, 90.001), (-180.1, 0), (146711, 6587642)])
def test_a_place_outside_the_world_is_refused(lon: float, lat: float) -> None:
    with pytest.raises(PositionError) as refusal:
        parse_position(lon, lat)
    assert refusal.value.code == "outside_world"


@given(**IN_SWEDEN)
def test_swapped_coordinates_are_told_and_the_exchanged_pair_is_offered(lon: float, lat: float) -> None:
    with pytest.raises(PositionError) as refusal:
        parse_position(lat, lon)
    assert refusal.value.code == "swapped"
    assert refusal.value.exchanged == Position(lon, lat) == parse_position(lon, lat)


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_any_place_on_the_globe_that_is_not_swapped_is_accepted(lon: float, lat: float) -> None:
    if not is_swapped(lon, lat):
        assert parse_position(lon, lat) == Position(lon, lat)


def test_a_refusal_carries_its_words_and_values_for_translation() -> None:
    with pytest.raises(PositionError) as refusal:
        parse_position("59,4", "17,9")
    assert refusal.value.message % refusal.value.details == str(refusal.value)
    assert "latitude 59.4 and longitude 17.9" in str(refusal.value)
