import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st
from shapely.geometry import MultiPoint, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo.boundaries import BoundaryError, check_polygon, repair_polygon

BOW_TIE = shapely.from_wkt("POLYGON ((17.90 59.40, 17.92 59.42, 17.92 59.40, 17.90 59.42, 17.90 59.40))")
SQUARE = shapely.box(17.90, 59.40, 17.92, 59.42)


def refusal(geometry: BaseGeometry | None) -> BoundaryError:
    with pytest.raises(BoundaryError) as caught:
        check_polygon(geometry)
    return caught.value


def test_a_polygon_becomes_a_multipolygon_and_a_multipolygon_stays() -> None:
    checked = check_polygon(SQUARE)
    assert isinstance(checked, MultiPolygon)
    assert checked.equals(SQUARE)
    assert check_polygon(checked).equals(SQUARE)


def test_height_is_dropped() -> None:
    assert not check_polygon(shapely.force_3d(SQUARE, 12)).has_z


def test_a_self_crossing_polygon_is_refused_with_the_place_of_the_fault() -> None:
    fault = refusal(BOW_TIE)
    assert fault.code == "self_crossing"
    assert (fault.lon, fault.lat) == pytest.approx((17.91, 59.41))
    assert "latitude 59.410000, longitude 17.910000" in str(fault)


@pytest.mark.parametrize(
    ("wkt", "code"),
    [
        ("POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0), (20 20, 21 20, 21 21, 20 20))", "hole_outside"),
        (
            "POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0), (1 1, 9 1, 9 9, 1 9, 1 1), (3 3, 5 3, 5 5, 3 5, 3 3))",
            "nested_holes",
        ),
        ("MULTIPOLYGON (((0 0, 9 0, 9 9, 0 9, 0 0)), ((1 1, 2 1, 2 2, 1 2, 1 1)))", "nested_parts"),
        ("POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0), (0 5, 5 0, 10 5, 5 10, 0 5))", "interior_disconnected"),
        ("POLYGON ((0 0, 2 0, 5 5, 2 2, 0 5, 2 2, 0 0))", "ring_touches_itself"),
    ],
)
def test_every_fault_of_rings_has_its_code_and_place(wkt: str, code: str) -> None:
    fault = refusal(shapely.from_wkt(wkt))
    assert fault.code == code
    assert fault.lon is not None
    assert fault.lat is not None


@pytest.mark.parametrize(
    ("geometry", "code"),
    [
        (None, "missing"),
        (shapely.Point(17.9, 59.4), "not_polygon"),
        (MultiPoint([(17.9, 59.4)]), "not_polygon"),
        (shapely.Polygon(), "empty"),
        (shapely.box(17.9, 59.4, 190, 59.5), "outside_world"),
        (shapely.box(146_000, 6_587_000, 147_000, 6_588_000), "outside_world"),
        (shapely.Polygon([(17.9, 59.4), (float("inf"), 59.4), (18, 60)]), "outside_world"),
        (shapely.box(59.40, 17.90, 59.42, 17.92), "swapped"),
    ],
)
def test_what_cannot_be_a_boundary_is_refused_with_its_code(geometry: BaseGeometry | None, code: str) -> None:
    assert refusal(geometry).code == code


def test_a_valid_polygon_needs_no_repair() -> None:
    assert repair_polygon(SQUARE) == (check_polygon(SQUARE), [])


def test_a_self_crossing_polygon_is_mended_and_told_in_words() -> None:
    mended, repairs = repair_polygon(BOW_TIE)
    assert check_polygon(mended).area == pytest.approx(SQUARE.area / 2)
    assert [repair.code for repair in repairs] == ["untangled"]
    assert "latitude 59.410000, longitude 17.910000" in str(repairs[0])
    assert "2 polygons" in str(repairs[0])


def test_swapped_axes_and_a_crossing_are_both_mended_and_both_told() -> None:
    swapped = shapely.transform(BOW_TIE, lambda degrees: degrees[:, ::-1])
    mended, repairs = repair_polygon(swapped)
    assert [repair.code for repair in repairs] == ["exchanged_axes", "untangled"]
    assert mended.bounds == pytest.approx(SQUARE.bounds)


def test_a_hole_outside_its_outline_does_not_become_land() -> None:
    with_stray_hole = shapely.Polygon(
        SQUARE.exterior.coords, [shapely.box(18.0, 59.5, 18.1, 59.6).exterior.coords]
    )
    mended, _ = repair_polygon(with_stray_hole)
    assert mended.equals(SQUARE)


def test_an_island_in_a_lake_survives_a_repair_elsewhere() -> None:
    lake = shapely.box(17.905, 59.405, 17.915, 59.415)
    island = shapely.box(17.909, 59.409, 17.911, 59.411)
    land = shapely.Polygon(SQUARE.exterior.coords, [lake.exterior.coords])
    far_bow_tie = shapely.transform(BOW_TIE, lambda degrees: degrees + 0.1)
    mended, repairs = repair_polygon(
        MultiPolygon([land, island, Polygon(shapely.get_coordinates(far_bow_tie))])
    )
    assert len(repairs) == 1
    assert mended.contains(shapely.Point(17.91, 59.41))
    assert not mended.intersects(shapely.Point(17.907, 59.407))


def test_a_polygon_without_area_leaves_nothing_to_mend() -> None:
    with pytest.raises(BoundaryError) as caught:
        repair_polygon(shapely.from_wkt("POLYGON ((17 59, 18 60, 17 59, 18 60, 17 59))"))
    assert caught.value.code == "nothing_left"


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=4, max_size=12))
def test_whatever_is_mended_passes_the_check(corners: list[tuple[int, int]]) -> None:
    polygon = shapely.Polygon(corners)
    # Whatever encloses something can be mended; only what lies on one line cannot.
    assume(polygon.convex_hull.area > 0 and polygon.buffer(0).area > 0)
    mended, _ = repair_polygon(polygon)
    assert check_polygon(mended).equals(mended)
