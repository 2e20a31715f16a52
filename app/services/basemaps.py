"""The basemap in force: a PMTiles file of ours, tiles of another host, or none; and what to take along of it."""

from __future__ import annotations

import hashlib
import logging
import mmap
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import shapely
from pmtiles.reader import Reader
from pmtiles.tile import (
    Compression,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    deserialize_directory,
    find_tile,
    zxy_to_tileid,
)
from shapely.geometry.base import BaseGeometry

from config import settings
from geo.distances import metres_per_degree
from geo.tiles import tiles_touching

TAKEN_ROUND_M = 300.0
"""How far round a site its map is taken along."""
MOST_TAKEN = 300
"""Tiles; a larger site is taken along with fewer zooms."""
_FIRST_TAKEN, _LAST_TAKEN = 13, 16
_LAST_OF_OTHERS = 18
"""Other hosts' zooms are not known; city maps go this far."""
_DEPTH = 4
"""Directories point at further ones at most so often (PMTiles 3)."""

_log = logging.getLogger(__name__)

_FAULTS = (
    OSError,
    ValueError,
    LookupError,
    EOFError,
    zlib.error,
    SpecVersionUnsupported,
    MagicNumberNotFound,
)

Tile = tuple[int, int, int]
"""Zoom, column, row."""


@dataclass(frozen=True)
class Basemap:
    """What a renderer has to know of the basemap."""

    kind: str
    """`pmtiles`, `xyz` or `none`."""
    url: str
    """Template with {z}, {x} and {y}; empty for a file of ours, whose address the web knows."""
    version: str
    maxzoom: int
    attribution: str


class TileFile:
    """A PMTiles file, mapped into memory: the system decides what of it is kept there."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        reader = Reader(lambda offset, length: self._bytes[offset : offset + length])
        self._header: dict[str, Any] = reader.header()
        if len(self._bytes) < self._header["tile_data_offset"] + self._header["tile_data_length"]:
            raise ValueError("it is cut short")
        self._directory = lru_cache(maxsize=256)(self._read_directory)
        metadata = reader.metadata()
        # The directory holds the length of every tile or of what points at it, the metadata our own version.
        names = self._header["metadata_offset"] + self._header["metadata_length"]
        self.version = hashlib.sha256(self._bytes[:names]).hexdigest()[:16]
        self.attribution = str(metadata.get("attribution", ""))
        self.maxzoom = int(self._header["max_zoom"])
        self.gzipped = self._header["tile_compression"] == Compression.GZIP

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """The tile as it is stored; None where it is empty."""
        where = self._find(z, x, y)
        return self._bytes[where[0] : where[0] + where[1]] if where else None

    def size(self, z: int, x: int, y: int) -> int:
        """Bytes of the tile as it is stored; 0 where it is empty."""
        where = self._find(z, x, y)
        return where[1] if where else 0

    def _find(self, z: int, x: int, y: int) -> tuple[int, int] | None:
        number = zxy_to_tileid(z, x, y)
        offset, length = self._header["root_offset"], self._header["root_length"]
        for _ in range(_DEPTH):
            entry = find_tile(self._directory(offset, length), number)
            if entry is None:
                return None
            if entry.run_length:
                return self._header["tile_data_offset"] + entry.offset, entry.length
            offset, length = self._header["leaf_directory_offset"] + entry.offset, entry.length
        return None

    def _read_directory(self, offset: int, length: int) -> Sequence[Any]:
        found: Sequence[Any] = deserialize_directory(self._bytes[offset : offset + length])
        return found


def current() -> Basemap:
    """The basemap as it is now; one that is built while the server runs is there at once."""
    told = settings().basemap_attribution
    if settings().basemap_origin:
        url = settings().basemap
        version = hashlib.sha256(url.encode()).hexdigest()[:16]
        return Basemap("xyz", url, version, _LAST_OF_OTHERS, told or str(urlsplit(url).hostname))
    file = tile_file()
    if file is None:
        return Basemap("none", "", "", 0, "")
    return Basemap("pmtiles", "", file.version, file.maxzoom, told or file.attribution)


def tile_file() -> TileFile | None:
    """The PMTiles file in force; None where there is none, or it cannot be read."""
    path = settings().basemap_file
    if path is None:
        return None
    try:
        seen = path.stat()
    except OSError:
        return None
    return _opened(path, seen.st_ino, seen.st_mtime_ns, seen.st_size)


@lru_cache(maxsize=1)
def _opened(path: Path, *_stamp: int) -> TileFile | None:
    try:
        return TileFile(path)
    # A file cut short fails anywhere in the library. Walks go on without a map; the log says why.
    except _FAULTS as error:
        _log.error("The basemap %s cannot be read: %s", path, error or type(error).__name__)
        return None


def tiles_to_take(ground: BaseGeometry) -> list[Tile]:
    """The tiles of a ground (degrees) and TAKEN_ROUND_M round it, from far to near; at most MOST_TAKEN."""
    basemap = current()
    if basemap.kind == "none":
        return []
    middle = ground.centroid
    scale = metres_per_degree(middle.y)
    flat = shapely.transform(ground, lambda points: points * scale)
    wide = shapely.transform(flat.buffer(TAKEN_ROUND_M, quad_segs=4), lambda points: points / scale)
    taken: list[Tile] = []
    for zoom in range(min(_FIRST_TAKEN, basemap.maxzoom), min(_LAST_TAKEN, basemap.maxzoom) + 1):
        # Its box may hold more tiles than the ground touches, but never many times as many.
        more = tiles_touching(wide, zoom, 4 * MOST_TAKEN)
        if more is None or len(taken) + len(more) > MOST_TAKEN:
            break
        taken += more
    return taken


def bytes_to_take(tiles: Sequence[Tile]) -> int | None:
    """How much these tiles are to fetch; None where another host has them."""
    file = tile_file()
    return sum(file.size(*tile) for tile in tiles) if file else None
