"""The basemap: tiles of a file of ours, of another host, or none; and what of it is taken along."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Callable
from pathlib import Path

import pyogrio
import pytest
import shapely
from click.testing import CliRunner
from flask.testing import FlaskClient

from app.cli import main
from app.models.sites import Site
from app.permissions import Actor
from app.services.basemaps import MOST_TAKEN, tiles_to_take
from config import Settings, settings, use_settings
from geo.basemap import build_basemap
from geo.tiles import tile_bounds
from tests.builders import make_site, make_walk, square
from tests.extracts import helsinki_extract

SignIn = Callable[[FlaskClient, Actor], None]
CENTRE = "/api/v1/basemap/15/18654/9483.mvt"
XYZ = "https://tiles.example.se:8443/osm/{z}/{x}/{y}.png"


@pytest.fixture(scope="module")
def helsinki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("basemap") / "helsinki.pmtiles"
    build_basemap(helsinki_extract(), target)
    return target


@pytest.fixture
def signed(client: FlaskClient, field: Actor, sign_in: SignIn) -> FlaskClient:
    sign_in(client, field)
    return client


def configure(**values: str) -> None:
    """Go on with other settings; the next test begins with its own."""
    use_settings(Settings(**{**settings().model_dump(), **values}))


def place(helsinki: Path) -> Path:
    """Put the file where the server looks for it when nothing is said."""
    target = settings().data_dir / "basemap.pmtiles"
    shutil.copyfile(helsinki, target)
    return target


def test_file_in_the_data_folder_is_served_as_it_is_stored(signed: FlaskClient, helsinki: Path) -> None:
    place(helsinki)
    told = signed.get("/api/v1/basemap.json").json
    assert told is not None
    assert told.pop("version")
    assert told == {
        "kind": "pmtiles",
        "url": "/api/v1/basemap/{z}/{x}/{y}.mvt",
        "maxzoom": 15,
        "attribution": "© OpenStreetMap contributors",
    }
    packed = signed.get(CENTRE, headers={"Accept-Encoding": "gzip"})
    assert packed.status_code == 200
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.mimetype == "application/vnd.mapbox-vector-tile"
    assert "max-age" in packed.headers["Cache-Control"]
    assert "Accept-Encoding" in packed.headers["Vary"]
    meta, _, _, columns = pyogrio.raw.read(gzip.decompress(packed.data), layer="basemap")
    assert "building" in set(columns[list(meta["fields"]).index("kind")])
    plain = signed.get(CENTRE)
    assert "Content-Encoding" not in plain.headers
    assert plain.data == gzip.decompress(packed.data)
    assert plain.headers["ETag"] != packed.headers["ETag"]


def test_tile_is_sent_again_only_when_the_map_changed(signed: FlaskClient, helsinki: Path) -> None:
    target = place(helsinki)
    version = (signed.get("/api/v1/basemap.json").json or {})["version"]
    first = signed.get(CENTRE)
    known = {"If-None-Match": first.headers["ETag"]}
    assert signed.get(CENTRE, headers=known).status_code == 304
    build_basemap(helsinki_extract(), target, (24.936, 60.166, 24.945, 60.175))
    assert signed.get(CENTRE, headers=known).status_code == 200
    assert (signed.get("/api/v1/basemap.json").json or {})["version"] != version


@pytest.mark.parametrize(
    ("tile", "status"),
    [("15/0/0", 204), ("16/37308/18966", 404), ("15/32768/0", 404), ("99999999999999999999/0/0", 404)],
)
def test_tile_that_is_not_there(signed: FlaskClient, helsinki: Path, tile: str, status: int) -> None:
    place(helsinki)
    answer = signed.get(f"/api/v1/basemap/{tile}.mvt")
    assert answer.status_code == status
    if status == 204:
        assert answer.data == b""
        assert "max-age" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("length", [None, 0, 100, 300, 5000])
def test_without_a_whole_file_there_is_no_basemap_but_all_else(
    signed: FlaskClient, site: Site, helsinki: Path, length: int | None
) -> None:
    if length is not None:
        place(helsinki).write_bytes(helsinki.read_bytes()[:length])
    told = signed.get("/api/v1/basemap.json").json
    assert told is not None
    assert told["kind"] == "none"
    assert signed.get(CENTRE).status_code == 404
    bundle = signed.get(f"/api/v1/walks/{make_walk(site).id}/bundle").json
    assert bundle is not None
    assert bundle["basemap"]["tiles"] == []


def test_nobody_signed_in_gets_no_map(client: FlaskClient) -> None:
    assert [client.get(address).status_code for address in (CENTRE, "/api/v1/basemap.json")] == [401, 401]


def test_tiles_of_the_site_and_round_it_are_taken_along(signed: FlaskClient, helsinki: Path) -> None:
    place(helsinki)
    make_walk(make_site("helsingfors", lon=24.944, lat=60.171))
    bundle = signed.get("/api/v1/sites/helsingfors/bundle").json
    assert bundle is not None
    tiles, size = bundle["basemap"]["tiles"], bundle["basemap"]["bytes"]
    assert {z for z, _, _ in tiles} == {13, 14, 15}
    near = shapely.union_all([shapely.box(*tile_bounds(*tile)) for tile in tiles if tile[0] == 15])
    # 300 m are 0.0054 degrees of longitude and 0.0027 of latitude here.
    assert near.contains(shapely.box(24.944 - 0.0093, 60.171 - 0.0066, 24.944 + 0.0093, 60.171 + 0.0066))
    fetched = [
        signed.get(f"/api/v1/basemap/{z}/{x}/{y}.mvt", headers={"Accept-Encoding": "gzip"})
        for z, x, y in tiles
    ]
    assert sum(len(answer.data) for answer in fetched) == size > 0


def test_no_site_takes_along_more_than_the_bound(app: object) -> None:
    configure(basemap=XYZ)
    small, large, vast = (tiles_to_take(square(half=half)) for half in (0.004, 0.03, 5.0))
    assert {z for z, _, _ in small} == {13, 14, 15, 16}
    assert {z for z, _, _ in large} == {13, 14, 15}
    assert len(large) <= MOST_TAKEN
    assert vast == []


def test_other_host_is_the_only_one_the_policy_lets_in(client: FlaskClient, signed: FlaskClient) -> None:
    def policy() -> dict[str, str]:
        parts = client.get("/logga-in").headers["Content-Security-Policy"].split("; ")
        return {name: sources for name, _, sources in (part.partition(" ") for part in parts)}

    before = policy()
    assert not any("example" in sources for sources in before.values())
    configure(basemap=XYZ)
    after = policy()
    changed = {name for name in after if "nonce" not in after[name] and after[name] != before[name]}
    assert changed == {"img-src", "connect-src"}
    assert after["img-src"] == f"{before['img-src']} https://tiles.example.se:8443"
    assert after["connect-src"] == f"{before['connect-src']} https://tiles.example.se:8443"
    assert "https:" not in after["script-src"]
    told = signed.get("/api/v1/basemap.json").json
    assert told is not None
    assert (told["kind"], told["url"], told["attribution"]) == ("xyz", XYZ, "tiles.example.se")
    assert signed.get(CENTRE).status_code == 404


def test_wmts_is_an_address_template_like_any_other(signed: FlaskClient) -> None:
    key_value = "https://k.example.se/wmts?REQUEST=GetTile&TILEMATRIX={TileMatrix}&TILEROW={TileRow}&TILECOL={TileCol}"
    configure(basemap=key_value, basemap_attribution="© Kommunen")
    told = signed.get("/api/v1/basemap.json").json
    assert told is not None
    assert told["url"] == "https://k.example.se/wmts?REQUEST=GetTile&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}"
    assert told["attribution"] == "© Kommunen"


def test_build_puts_the_map_where_the_server_looks_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_settings(Settings(data_dir=tmp_path))
    result = CliRunner().invoke(main, ["basemap", "build", str(helsinki_extract())])
    assert result.exit_code == 0, result.output
    assert (tmp_path / "basemap.pmtiles").exists()
    assert "building" in result.output


@pytest.mark.parametrize("box", ["1,2,3", "24.95,60.1,24.90,60.2", "a,b,c,d", "24,95,25,96"])
def test_build_refuses_a_box_that_is_none(tmp_path: Path, box: str) -> None:
    target = tmp_path / "map.pmtiles"
    command = ["basemap", "build", str(helsinki_extract()), f"--bbox={box}", "-o", str(target)]
    assert CliRunner().invoke(main, command).exit_code == 2
    assert not target.exists()


def test_build_says_what_is_wrong_with_an_extract(tmp_path: Path) -> None:
    broken = tmp_path / "x.osm.pbf"
    broken.write_bytes(b"no map")
    result = CliRunner().invoke(main, ["basemap", "build", str(broken), "-o", str(tmp_path / "map.pmtiles")])
    assert result.exit_code == 1
    assert "x.osm.pbf cannot be read" in result.output
