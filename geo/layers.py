"""Read GeoJSON, GeoPackage and Shapefile through GDAL."""

import math
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyogrio
import shapely
from pyproj import CRS
from pyproj.exceptions import ProjError
from shapely.geometry.base import BaseGeometry

from geo.crs import Crs, geometry_to_wgs84
from geo.errors import N_, GeoError
from geo.features import Feature, FeatureFile, FileError, guess_crs
from geo.sources import layer_source

Geometries = Sequence[BaseGeometry | None]


def read_layer(path: Path, crs: Crs | None, encoding: str | None, layer: str | None) -> FeatureFile:
    """Read one layer of a file that GDAL understands; a .zip is searched for its one shapefile."""
    source = layer_source(path)
    try:
        with warnings.catch_warnings():
            # GDAL warns of open rings; they are closed below, and check_polygon judges the result.
            warnings.simplefilter("ignore", RuntimeWarning)
            meta, _, wkb, columns = pyogrio.raw.read(
                source, layer=layer or _only_layer(source), encoding=encoding, force_2d=True
            )
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, UnicodeDecodeError) as error:
        reason = str(error).replace(f"{path.parent}/", "")
        raise FileError("unreadable", N_("The file cannot be read: %(reason)s"), reason=reason) from error
    rows = list(_rows(meta["fields"], meta["ogr_types"], columns))
    if wkb is None:
        return FeatureFile(
            [Feature(number, row, None) for number, row in enumerate(rows, start=1)], None, None
        )
    rows = rows or [{} for _ in wkb]
    geometries: Geometries = shapely.from_wkb(wkb, on_invalid="fix").tolist()
    told_by: Literal["caller", "file", "guess"]
    if crs is None:
        system, told_by, geometries = _find_crs(meta["crs"], geometries)
    else:
        system, told_by = crs, "caller"
    try:
        features = [
            _feature(number, rows[number - 1], geometry, wkb[number - 1] is not None, system)
            for number, geometry in enumerate(geometries, start=1)
        ]
    except ProjError as error:
        raise _unusable_crs(system) from error
    return FeatureFile(features, system, told_by if system else None)


def _only_layer(source: str) -> str:
    names = [str(name) for name in pyogrio.list_layers(source)[:, 0]]
    if len(names) != 1:
        raise FileError(
            "not_one_layer",
            N_("The file has %(count)s layers (%(names)s): say which one."),
            count=len(names),
            names=", ".join(names),
        )
    return names[0]


def _rows(names: Sequence[str], types: Sequence[str], columns: Sequence[Any]) -> Iterator[dict[str, Any]]:
    plain = [[_plain(value, kind) for value in column] for column, kind in zip(columns, types, strict=True)]
    for values in zip(*plain, strict=True):
        yield dict(zip((str(name) for name in names), values, strict=True))


def _plain(value: Any, ogr_type: str) -> Any:
    """Turn numpy's value into Python's; a column of integers with gaps comes as floats with NaN."""
    value = value.tolist() if isinstance(value, np.ndarray | np.generic) else value
    if isinstance(value, float):
        if math.isnan(value):
            return None
        return int(value) if ogr_type.startswith("OFTInteger") else value
    return value


def _find_crs(
    told: str | None, geometries: Geometries
) -> tuple[Crs | CRS | None, Literal["file", "guess"], Geometries]:
    """Find the system: what the file says, unless it says degrees (GeoJSON's default) where metres stand."""
    firsts = [shapely.get_coordinates(g)[0] for g in geometries if g is not None and not g.is_empty]
    x, y = np.median(firsts, axis=0).tolist() if firsts else (0.0, 0.0)
    if told:
        try:
            stated = CRS.from_user_input(told)
        except ProjError as error:
            raise _unusable_crs(told) from error
        number = stated.to_epsg()
        is_degrees = number == Crs.WGS84 or told == "OGC:CRS84"
        if not is_degrees:
            return (Crs(number) if number in set(Crs) else stated), "file", geometries
        if abs(x) <= 180 and abs(y) <= 180:
            return Crs.WGS84, "file", geometries
    if not firsts:
        return None, "guess", geometries
    guess, northing_first = guess_crs(x, y)
    # Degrees the wrong way round are a fault to be shown; in metres the order N, E is custom.
    if northing_first and guess is not Crs.WGS84:
        geometries = [
            shapely.transform(g, lambda coordinates: coordinates[:, ::-1]) if g is not None else None
            for g in geometries
        ]
    return guess, "guess", geometries


def _feature(
    number: int,
    properties: dict[str, Any],
    geometry: BaseGeometry | None,
    has_geometry: bool,
    crs: Crs | CRS | None,
) -> Feature:
    if geometry is not None and crs is not None:
        return Feature(number, properties, geometry_to_wgs84(geometry, crs))
    fault = GeoError("unreadable_geometry", N_("The geometry cannot be read.")) if has_geometry else None
    return Feature(number, properties, None, fault)


def _unusable_crs(crs: object) -> FileError:
    return FileError(
        "unusable_crs", N_("The file's coordinate system cannot be used: %(crs)s"), crs=str(crs)[:200]
    )
