import json
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pyogrio
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from geo.boundaries import check_polygon
from geo.crs import Crs, geometry_from_wgs84, geometry_to_wgs84
from geo.features import FileError
from geo.files import read_features
from tests.geo.places import JARVA, SHAPEFILE, STADSDELAR

KISTA = STADSDELAR["Kista"]
# Those with no water in them: the shapefile is of land only, the GeoJSON of land and water.
DRY = ["Lunda", "Flysta", "Rinkeby", "Sundby", "Bromsten"]


def refusal(path: Path, crs: Crs | None = None, encoding: str | None = None) -> FileError:
    with pytest.raises(FileError) as caught:
        read_features(path, crs, encoding)
    return caught.value


def metres_apart(one: BaseGeometry, other: BaseGeometry) -> float:
    return float(
        shapely.hausdorff_distance(
            geometry_from_wgs84(one, Crs.SWEREF99_18_00), geometry_from_wgs84(other, Crs.SWEREF99_18_00)
        )
    )


def write_geojson(path: Path, *geometries: BaseGeometry | None, **members: object) -> Path:
    features = [
        {"type": "Feature", "properties": {"n": i}, "geometry": g and shapely.geometry.mapping(g)}
        for i, g in enumerate(geometries)
    ]
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": features, **members}), encoding="utf-8"
    )
    return path


def test_shapefile_in_epsg_3011_lands_on_the_stadsdelar_of_the_geojson() -> None:
    read = read_features(SHAPEFILE)
    assert (read.crs, read.crs_told_by, read.crs_title) == (Crs.SWEREF99_18_00, "file", "SWEREF 99 18 00")
    by_name = {feature.properties["name"]: check_polygon(feature.geometry) for feature in read.features}
    assert by_name.keys() == {name.upper() for name in STADSDELAR}
    for name in DRY:
        assert metres_apart(by_name[name.upper()], STADSDELAR[name]) < 1
    for name, polygon in STADSDELAR.items():
        assert by_name[name.upper()].symmetric_difference(polygon).area < 0.01 * polygon.area


def test_zipped_shapefile_reads_as_the_plain_one(tmp_path: Path) -> None:
    path = tmp_path / "from the city.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in SHAPEFILE.parent.glob("jarva_stadsdelar.*"):
            archive.write(part, f"deep/er/{part.name}")
        archive.writestr("__MACOSX/deep/er/._jarva_stadsdelar.shp", b"x")
    assert read_features(path).features == read_features(SHAPEFILE).features


def test_zip_without_a_shapefile_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.zip"
    with zipfile.ZipFile(path, "w"):
        pass
    assert refusal(path).code == "not_one_shapefile"
    path.write_bytes(b"no zip at all")
    assert refusal(path).code == "unreadable"


@pytest.mark.parametrize(("crs", "told_by"), [(None, "guess"), (Crs.SWEREF99_18_00, "caller")])
def test_shapefile_without_prj_is_guessed_unless_the_caller_says(
    tmp_path: Path, crs: Crs | None, told_by: str
) -> None:
    for part in SHAPEFILE.parent.glob("jarva_stadsdelar.*"):
        if part.suffix != ".prj":
            (tmp_path / part.name).write_bytes(part.read_bytes())
    read = read_features(tmp_path / SHAPEFILE.name, crs)
    assert (read.crs, read.crs_told_by) == (Crs.SWEREF99_18_00, told_by)
    assert read.features == read_features(SHAPEFILE).features


@pytest.mark.parametrize("crs", Crs)
def test_geopackage_says_its_system_and_keeps_its_attributes(tmp_path: Path, crs: Crs) -> None:
    path = tmp_path / "areas.gpkg"
    projected = KISTA if crs is Crs.WGS84 else geometry_from_wgs84(KISTA, crs)
    wkb = np.array([projected.wkb, None], dtype=object)
    columns = [
        np.array(["Kista", "Åkalla"], dtype=object),
        np.array([1, 2]),
        np.array(["2023-07-01", "NaT"], "M8[D]"),
    ]
    pyogrio.raw.write(
        str(path),
        wkb,
        columns,
        ["name", "n", "since"],
        geometry_type="MultiPolygon",
        crs=f"EPSG:{crs}",
        driver="GPKG",
    )
    read = read_features(path)
    assert (read.crs, read.crs_told_by) == (crs, "file")
    kista, akalla = read.features
    assert kista.geometry is not None
    assert metres_apart(kista.geometry, KISTA) < 0.001
    assert kista.properties["name"] == "Kista"
    assert str(kista.properties["since"]).startswith("2023-07-01")
    assert akalla.properties == {"name": "Åkalla", "n": 2, "since": None}
    assert (akalla.geometry, akalla.fault) == (None, None)


def test_geopackage_with_two_layers_wants_to_know_which(tmp_path: Path) -> None:
    path = tmp_path / "two.gpkg"
    for layer, geometry in (("areas", KISTA), ("sites", STADSDELAR["Husby"])):
        pyogrio.raw.write(
            str(path),
            np.array([geometry.wkb], dtype=object),
            [np.array([layer], dtype=object)],
            ["name"],
            layer=layer,
            geometry_type="MultiPolygon",
            crs="EPSG:4326",
            driver="GPKG",
            append=path.exists(),
        )
    fault = refusal(path)
    assert fault.code == "not_one_layer"
    assert "areas, sites" in str(fault)
    assert read_features(path, layer="sites").features[0].properties == {"name": "sites"}
    with pytest.raises(FileError) as caught:
        read_features(path, layer="other")
    assert caught.value.code == "unreadable"


def test_geojson_is_wgs84_unless_its_crs_member_says_otherwise(tmp_path: Path) -> None:
    plain = read_features(write_geojson(tmp_path / "a.geojson", KISTA))
    assert (plain.crs, plain.crs_told_by) == (Crs.WGS84, "file")
    named = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3006"}}
    projected = geometry_from_wgs84(KISTA, Crs.SWEREF99_TM)
    told = read_features(write_geojson(tmp_path / "b.json", projected, crs=named))
    assert (told.crs, told.crs_told_by) == (Crs.SWEREF99_TM, "file")
    guessed = read_features(write_geojson(tmp_path / "c.geojson", projected))
    assert (guessed.crs, guessed.crs_told_by) == (Crs.SWEREF99_TM, "guess")
    for read in (plain, told, guessed):
        assert read.features[0].geometry is not None
        assert metres_apart(read.features[0].geometry, KISTA) < 0.001


def test_another_system_that_the_file_names_is_reprojected_too(tmp_path: Path) -> None:
    web = geometry_from_wgs84(KISTA, Crs.WGS84)
    mercator = shapely.transform(
        web,
        lambda d: np.column_stack(
            [d[:, 0] * 111319.490793, np.degrees(np.arcsinh(np.tan(np.radians(d[:, 1])))) * 111319.490793]
        ),
    )
    named = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    read = read_features(write_geojson(tmp_path / "web.geojson", mercator, crs=named))
    assert read.crs_title == "WGS 84 / Pseudo-Mercator"
    assert read.features[0].geometry is not None
    assert metres_apart(read.features[0].geometry, KISTA) < 0.01


def test_metres_that_fit_no_system_we_know_are_refused(tmp_path: Path) -> None:
    fault = refusal(
        write_geojson(tmp_path / "rt90.geojson", shapely.box(1_620_000, 6_580_000, 1_621_000, 6_581_000))
    )
    assert fault.code == "unknown_crs"


def test_a_geometry_that_cannot_be_read_is_that_features_fault_only(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson", KISTA, KISTA, None)
    text = json.loads(path.read_text(encoding="utf-8"))
    text["features"][0]["geometry"] = {"type": "Polygon", "coordinates": [[[17, 59]]]}
    path.write_text(json.dumps(text), encoding="utf-8")
    broken, sound, without = read_features(path).features
    assert broken.fault is not None
    assert broken.fault.code == "unreadable_geometry"
    assert (sound.fault, without.fault, without.geometry) == (None, None, None)
    assert [feature.number for feature in (broken, sound, without)] == [1, 2, 3]


def test_an_open_ring_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "open.geojson"
    path.write_text(
        '{"type":"Polygon","coordinates":[[[17.90,59.40],[17.92,59.40],[17.92,59.42],[17.90,59.42]]]}',
        encoding="utf-8",
    )
    assert check_polygon(read_features(path).features[0].geometry).equals(
        shapely.box(17.90, 59.40, 17.92, 59.42)
    )


OTHER_FILE = f"""<OGRVRTDataSource><OGRVRTLayer name="stadsdelar_shp">
<SrcDataSource>{SHAPEFILE}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>""".encode()
"""A file that makes GDAL read another one."""


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.geojson", b"", "unreadable"),
        ("a.geojson", b"not json", "unreadable"),
        ("a.geojson", OTHER_FILE, "unreadable"),
        ("a.shp", OTHER_FILE, "unreadable"),
        ("a.gpkg", b"SQLite format 3\x00", "unreadable"),
        ("a.shp", b"\x00\x00\x27\x0a", "unreadable"),
        ("a.docx", b"PK", "unknown_format"),
        ("a.csv", b"", "empty_file"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    (tmp_path / name).write_bytes(content)
    fault = refusal(tmp_path / name)
    assert fault.code == code
    assert str(tmp_path) not in str(fault)


@pytest.fixture
def address() -> Iterator[tuple[str, list[str]]]:
    """An address on this machine, with what was asked of it."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_GET  # noqa: N815  # the base class names it

        def log_message(self, *_args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


def pipeline(source: str) -> bytes:
    """What GDAL takes for steps to be run when the file is opened."""
    steps = {"type": "gdal_streamed_alg", "command_line": f"gdal vector pipeline ! read {source}"}
    return json.dumps(steps).encode()


@pytest.mark.parametrize("name", ["a.geojson", "a.json", "a.gpkg", "a.shp"])
def test_a_pipeline_reads_no_other_file(tmp_path: Path, name: str) -> None:
    other = write_geojson(tmp_path / "other.geojson", KISTA)
    (tmp_path / name).write_bytes(pipeline(str(other)))
    assert refusal(tmp_path / name).code == "unreadable"


def test_a_zip_whose_first_shapefile_hides_another_reads_no_other_file(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(".shp", SHAPEFILE.read_bytes())
        archive.writestr("real.shp", pipeline(str(SHAPEFILE)))
    assert refusal(tmp_path / "a.zip").code == "unreadable"


def test_no_address_is_asked(tmp_path: Path, address: tuple[str, list[str]]) -> None:
    url, asked = address
    path = tmp_path / "a.geojson"
    path.write_bytes(pipeline(f"/vsicurl/{url}/other.geojson"))
    assert refusal(path).code == "unreadable"
    for crs in (
        {"type": "link", "properties": {"href": f"{url}/crs"}},
        {"type": "URL", "properties": {"url": f"{url}/crs"}},
    ):
        assert refusal(write_geojson(path, KISTA, crs=crs)).code == "unusable_crs"
        assert refusal(write_geojson(path, KISTA, CRS=crs)).code == "unusable_crs"
    assert asked == []


def test_a_geopackage_that_names_another_file_is_refused(tmp_path: Path) -> None:
    other, path = write_geojson(tmp_path / "other.geojson", KISTA), tmp_path / "a.gpkg"
    pyogrio.raw.write(
        str(path),
        np.array([KISTA.wkb], dtype=object),
        [],
        [],
        layer="x",
        geometry_type="MultiPolygon",
        crs="EPSG:4326",
        driver="GPKG",
    )
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE gpkg_contents SET data_type = 'attributes'")
        database.execute("DELETE FROM gpkg_geometry_columns")
        database.execute("PRAGMA writable_schema = ON")
        database.execute(
            "UPDATE sqlite_master SET rootpage = 0, sql = ? WHERE type = 'table' AND name = 'x'",
            (f"CREATE VIRTUAL TABLE x USING VirtualOGR('{other}')",),
        )
    assert refusal(path).code == "unreadable"


def test_a_file_may_speak_of_links(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    feature = {"type": "Feature", "properties": {"type": "link", "url": "x"}, "geometry": None}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8-sig")
    assert read_features(path).features[0].properties == {"type": "link", "url": "x"}


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nowhere.csv").code == "no_such_file"


def test_all_demo_files_can_be_read() -> None:
    for path in JARVA.glob("*.geojson"):
        assert all(f.geometry is not None and f.fault is None for f in read_features(path).features)


def test_reprojection_drops_height() -> None:
    assert not geometry_to_wgs84(shapely.Point(146_711, 6_587_642, 30), Crs.SWEREF99_18_00).has_z
