from pathlib import Path

import pytest

from geo.crs import Crs
from geo.distances import distance_m
from geo.features import FeatureFile, FileError
from geo.files import read_features
from tests.geo.places import KISTA_CENTRUM


def read(folder: Path, text: str, crs: Crs | None = None, encoding: str = "utf-8") -> FeatureFile:
    path = folder / "table.csv"
    path.write_text(text, encoding=encoding)
    return read_features(path, crs)


def off_kista(file: FeatureFile, index: int = 0) -> float:
    point = file.features[index].geometry
    assert point is not None
    (lon, lat), *_ = point.coords
    return distance_m(lon, lat, *KISTA_CENTRUM)


@pytest.mark.parametrize(
    ("text", "crs"),
    [
        ("name,lon,lat\nKista,17.9421,59.4037\n", Crs.WGS84),
        ("Longitude;Latitude;name\n17,9421;59,4037;Kista\n", Crs.WGS84),
        ("name\tN\tE\nKista\t6587642\t146711\n", Crs.SWEREF99_18_00),
        ("name;northing;easting\nKista;6 588 698;667 012\n", Crs.SWEREF99_TM),
        ("name,x,y\nKista,146711,6587642\n", Crs.SWEREF99_18_00),
        ("name,X,Y\nKista,6587642,146711\n", Crs.SWEREF99_18_00),
        ("name,x,y\nKista,59.4037,17.9421\n", Crs.WGS84),
        ("name,wkt\nKista,POINT (17.9421 59.4037)\n", Crs.WGS84),
        ('name,geometry\nKista,"POINT (667012 6588698)"\n', Crs.SWEREF99_TM),
    ],
)
def test_a_place_is_found_by_column_names_and_magnitudes(tmp_path: Path, text: str, crs: Crs) -> None:
    file = read(tmp_path, text)
    assert (file.crs, file.crs_told_by) == (crs, "guess")
    assert off_kista(file) < 1
    assert file.features[0].properties == {"name": "Kista"}


def test_the_caller_decides_the_system(tmp_path: Path) -> None:
    text = "x,y\n6587642,146711\n"
    assert off_kista(read(tmp_path, text, Crs.SWEREF99_18_00)) < 1
    # The same numbers in the national system are some 520 km further west.
    assert off_kista(read(tmp_path, text, Crs.SWEREF99_TM)) > 400_000


def test_swapped_degrees_in_named_columns_are_kept_for_the_check_to_refuse(tmp_path: Path) -> None:
    point = read(tmp_path, "lon,lat\n59.4037,17.9421\n").features[0].geometry
    assert point is not None
    assert point.coords[0] == (59.4037, 17.9421)


def test_metres_that_fit_no_system_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        read(tmp_path, "x,y\n1620000,6580000\n")
    assert caught.value.code == "unknown_crs"


def test_organisations_need_no_place(tmp_path: Path) -> None:
    file = read(tmp_path, "name,email\nBostadsbolag A,a@example.org\n\nCentrumägare B,\n")
    assert (file.crs, file.crs_told_by) == (None, None)
    assert [(f.number, f.properties) for f in file.features] == [
        (2, {"name": "Bostadsbolag A", "email": "a@example.org"}),
        (4, {"name": "Centrumägare B", "email": ""}),
    ]


def test_faulty_rows_carry_their_line_and_reason_and_leave_the_others_alone(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        'name,lon,lat\n"two\nlines",17.9421,59.4037\nA,east,59.4\nB,17.9,\nC,17.9\nD,17.9,59.4,extra\nE,,\nF,17.9421,59.4037,\n',
    )
    assert [(f.number, f.fault and f.fault.code) for f in file.features] == [
        (2, None),
        (4, "not_a_number"),
        (5, "not_a_number"),
        (6, "wrong_columns"),
        (7, "wrong_columns"),
        (8, None),
        (9, None),
    ]
    assert file.features[5].geometry is None
    assert off_kista(file, 0) == off_kista(file, 6) < 1


def test_one_mistyped_row_does_not_decide_the_system(tmp_path: Path) -> None:
    file = read(tmp_path, "n,e\n65876420,146711\n6587642,146711\n6587642,146711\n")
    assert file.crs is Crs.SWEREF99_18_00
    assert off_kista(file, 1) < 1


def test_wkt_that_cannot_be_read_is_that_rows_fault(tmp_path: Path) -> None:
    file = read(tmp_path, 'wkt\n"POLYGON ((17 59, 18 59"\nPOINT (17.9421 59.4037)\n')
    assert [f.fault and f.fault.code for f in file.features] == ["unreadable_geometry", None]


def test_a_long_polygon_in_wkt_is_read(tmp_path: Path) -> None:
    ring = ", ".join(f"{17.9 + i / 1e6:.6f} 59.4" for i in range(20_000)) + ", 17.9 59.5, 17.900000 59.4"
    file = read(tmp_path, f'wkt\n"POLYGON (({ring}))"\n')
    assert file.features[0].geometry is not None
    assert file.features[0].fault is None


def test_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    file = read(tmp_path, "namn,ort\nHusby,Spånga\n", encoding="utf-8-sig")
    assert file.features[0].properties == {"namn": "Husby", "ort": "Spånga"}


def test_old_excel_encoding_is_refused_with_its_line_until_it_is_named(tmp_path: Path) -> None:
    path = tmp_path / "excel.csv"
    path.write_bytes("namn;ort\nHusby;Kista\nBromsten;Spånga\n".encode("cp1252"))
    with pytest.raises(FileError) as caught:
        read_features(path)
    assert caught.value.code == "wrong_encoding"
    assert "Line 3 is not UTF-8" in str(caught.value)
    assert read_features(path, encoding="windows-1252").features[1].properties["ort"] == "Spånga"


def test_a_byte_order_mark_outweighs_a_wrongly_named_encoding(tmp_path: Path) -> None:
    path = tmp_path / "bom.csv"
    path.write_text("ort\nSpånga\n", encoding="utf-8-sig")
    assert read_features(path, encoding="windows-1252").features[0].properties == {"ort": "Spånga"}


@pytest.mark.parametrize(
    ("text", "code"),
    [("a,b,a\n1,2,3\n", "duplicate_column"), ('a,b\n"1,2\n', "broken_csv"), ("\n \n", "empty_file")],
)
def test_a_broken_table_is_refused(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(FileError) as caught:
        read(tmp_path, text)
    assert caught.value.code == code


def test_an_unknown_encoding_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a\n", encoding="utf-8")
    with pytest.raises(FileError) as caught:
        read_features(path, encoding="klingon")
    assert caught.value.code == "unknown_encoding"
