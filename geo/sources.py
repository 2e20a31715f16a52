"""What GDAL is told to open: a file that is what its name says, and that leads to no other file and to no network.

GDAL goes by the content, and some kinds that it knows name other files and addresses to read (VRT, its own pipelines).
"""

import json
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import Any

from geo.errors import N_
from geo.features import FileError

_BEGINS = {".shp": b"\x00\x00\x27\x0a", ".gpkg": b"SQLite format 3\x00"}
_HEAD = 512


def layer_source(path: Path) -> str:
    """The name by which GDAL opens `path`, bound to its kind; raises FileError for what is another kind."""
    kind = path.suffix.lower()
    if kind == ".zip":
        return _inside_zip(path)
    if kind in _BEGINS:
        with path.open("rb") as file:
            _check_head(path, kind, file.read(_HEAD))
        return f"GPKG:{path}" if kind == ".gpkg" else str(path)
    _check_json(path)
    return f"GeoJSON:{path}"


def _inside_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [PurePosixPath(name) for name in archive.namelist()]
            # Macs put a shadow copy of every file into this folder.
            shapefiles = [n for n in names if n.suffix.lower() == ".shp" and n.parts[0] != "__MACOSX"]
            if len(shapefiles) != 1:
                raise FileError(
                    "not_one_shapefile",
                    N_("The zip file must hold one shapefile (.shp); it holds %(count)s."),
                    count=len(shapefiles),
                )
            with archive.open(str(shapefiles[0])) as member:
                _check_head(path, ".shp", member.read(_HEAD))
    except (
        zipfile.BadZipFile,
        zlib.error,
        KeyError,  # the name is written in a way of its own, e.g. with // in it
        RuntimeError,  # locked, or packed in an unknown way
    ) as error:
        raise _unreadable(str(error)) from error
    return f"/vsizip/{path.resolve()}/{shapefiles[0]}"


def _check_head(path: Path, kind: str, head: bytes) -> None:
    if not head.startswith(_BEGINS[kind]):
        raise _unrecognized(path)


def _check_json(path: Path) -> None:
    """Refuse what is no JSON object, and a coordinate system that is to be fetched from an address."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            whole = json.load(file, object_pairs_hook=_refuse_link)
    except FileError:
        raise
    except (ValueError, RecursionError) as error:
        raise _unrecognized(path) from error
    if whole is not _OBJECT:
        raise _unrecognized(path)


_OBJECT = object()
"""Stands for every JSON object that was looked at, so that none of a large file is kept."""


def _refuse_link(pairs: list[tuple[str, Any]]) -> object:
    # GDAL does not tell capitals from small letters, and of two of a name it may take either.
    kinds = {value.lower() for name, value in pairs if name.lower() == "type" and isinstance(value, str)}
    if kinds & {"link", "url"} and any(name.lower() == "properties" for name, _ in pairs):
        raise FileError(
            "unusable_crs",
            N_("The file's coordinate system cannot be used: %(crs)s"),
            crs=", ".join(sorted(kinds)),
        )
    return _OBJECT


def _unrecognized(path: Path) -> FileError:
    return _unreadable(f"'{path.name}' not recognized as being in a supported file format.")


def _unreadable(reason: str) -> FileError:
    return FileError("unreadable", N_("The file cannot be read: %(reason)s"), reason=reason)
