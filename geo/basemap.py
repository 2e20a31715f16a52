"""Build a basemap from OpenStreetMap: one PMTiles file whose tiles hold one layer, thinned out for each zoom.

GDAL writes every feature into every zoom, so each band of zooms is written from what is worth seeing there, and the
bands are put together.
"""

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray
from pmtiles.reader import MmapSource, all_tiles
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from geo.osm import Bbox, ExtractError, OsmFeatures, read_osm
from geo.tiles import tile_bounds

LAYER = "basemap"
MIN_ZOOM, MAX_ZOOM = 10, 15
"""Renderers enlarge the last zoom: at 15 a tile is some 600 m wide in Stockholm and exact to a few centimetres."""
ATTRIBUTION = "© OpenStreetMap contributors"

_BANDS = ((10, 11), (12, 13), (14, 14), (15, 15))
_FIRST_ZOOM = {
    "major": 10,
    "railway": 12,
    "stream": 12,
    "water": 10,
    "green": 10,
    "place": 10,
    "road": 12,
    "street": 12,
    "building": 14,
    "square": 14,
    "tunnel": 14,
    "path": 14,
    "steps": 15,
    "stop": 15,
    "lamp": 15,
}
"""Zoom at which each kind begins to be drawn: all that there are."""
KINDS = frozenset(_FIRST_ZOOM)
_LEAST_SHARE = 1e-4
"""Of a tile: smaller grounds are no more than two or three pixels wide."""
_UNITS = 4096
"""Steps of a tile's own grid along each side."""


@dataclass(frozen=True)
class Built:
    """What came of a build."""

    tiles: int
    bytes: int
    features: dict[str, int]
    """By kind."""


def build_basemap(extract: Path, target: Path, bbox: Bbox | None = None) -> Built:
    """Make `target` (.pmtiles) of an OpenStreetMap extract (.osm.pbf), within `bbox` where given.

    The new file takes the place of an old one at once, so that a server may go on reading.
    Raises ExtractError where it cannot be read, or has nothing there that is drawn.
    """
    features = read_osm(extract, bbox)
    if not len(features.kinds):
        raise ExtractError(f"{extract.name} has nothing that is drawn" + (" within the box" if bbox else ""))
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".basemap-") as folder:
        bands = [_write_band(features, first, last, Path(folder)) for first, last in _BANDS]
        draft = Path(folder) / "whole.pmtiles"
        tiles = _join([band for band in bands if band], draft, _bounds(features, bbox), bbox)
        draft.replace(target)
    counts = zip(*np.unique(features.kinds, return_counts=True), strict=True)
    return Built(tiles, target.stat().st_size, {str(kind): int(count) for kind, count in counts})


def _write_band(features: OsmFeatures, first: int, last: int, folder: Path) -> Path | None:
    """Write the zooms from `first` to `last`; None where nothing is to be seen at them."""
    begins = np.array([_FIRST_ZOOM[kind] for kind in features.kinds])
    seen = (begins <= last) & _large_enough(features.geometries, last)
    if not seen.any():
        return None
    path = folder / f"{first}-{last}.pmtiles"
    geometries = features.geometries[seen]
    # Finer than the tile's own grid nothing is kept anyway.
    flat = shapely.get_dimensions(geometries) > 0
    geometries[flat] = shapely.simplify(geometries[flat], 360 / 2**last / _UNITS, preserve_topology=False)
    kept = ~(shapely.is_empty(geometries) | shapely.is_missing(geometries))
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(geometries[kept]),
        field_data=[features.kinds[seen][kept], features.names[seen][kept]],
        fields=np.array(["kind", "name"]),
        geometry_type="Unknown",
        crs="EPSG:4326",
        driver="PMTiles",
        layer=LAYER,
        dataset_options={"MINZOOM": first, "MAXZOOM": last},
    )
    return path


def _large_enough(geometries: NDArray[Any], zoom: int) -> NDArray[np.bool_]:
    """Which geometries are lines, points, or grounds that show at a zoom."""
    middle = shapely.bounds(geometries)[:, [1, 3]].mean(axis=1)
    # A tile is 360 / 2**zoom degrees wide; its height in degrees shrinks with the cosine of the latitude.
    tile = (360 / 2**zoom) ** 2 * np.cos(np.radians(middle))
    large: NDArray[np.bool_] = shapely.area(geometries) >= _LEAST_SHARE * tile
    return large | (shapely.get_dimensions(geometries) < 2)


def _join(bands: Sequence[Path], target: Path, bounds: Bbox, only: Bbox | None) -> int:
    """Put the tiles of the bands into one file, without those outside the box; their number."""
    digest = hashlib.sha256()
    written = 0
    with target.open("wb") as file:
        writer = Writer(file)
        for z, x, y, data in _tiles(bands):
            if only is None or _overlap(tile_bounds(z, x, y), only):
                digest.update(data)
                writer.write_tile(zxy_to_tileid(z, x, y), data)
                written += 1
        west, south, east, north = bounds
        whole = {
            "tile_type": TileType.MVT,
            "tile_compression": Compression.GZIP,
            "min_lon_e7": int(west * 1e7),
            "min_lat_e7": int(south * 1e7),
            "max_lon_e7": int(east * 1e7),
            "max_lat_e7": int(north * 1e7),
            "center_zoom": MAX_ZOOM,
            "center_lon_e7": int((west + east) * 5e6),
            "center_lat_e7": int((south + north) * 5e6),
        }
        fields = {"kind": "String", "name": "String"}
        layer = {"id": LAYER, "fields": fields, "minzoom": MIN_ZOOM, "maxzoom": MAX_ZOOM}
        writer.finalize(
            whole,
            {
                "name": "Platskollen",
                "attribution": ATTRIBUTION,
                "version": digest.hexdigest()[:16],
                "vector_layers": [layer],
            },
        )
    return written


def _tiles(bands: Sequence[Path]) -> Iterator[tuple[int, int, int, bytes]]:
    """Every tile, in the order in which tiles are numbered."""
    for band in bands:
        with band.open("rb") as file:
            for (z, x, y), data in all_tiles(MmapSource(file)):
                yield z, x, y, data


def _bounds(features: OsmFeatures, bbox: Bbox | None) -> Bbox:
    west, south, east, north = (float(side) for side in shapely.total_bounds(features.geometries))
    return bbox or (west, south, east, north)


def _overlap(one: Bbox, other: Bbox) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
