"""Read CSV files: with coordinates in columns, with a WKT column, or without any place."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from geo.crs import Crs, geometry_to_wgs84, parse_number
from geo.errors import N_, GeoError
from geo.features import Feature, FeatureFile, FileError, guess_crs

# Column names, in lower case, that hold a place: (east, north) in order of trust.
_PAIRS = (
    ("lon", "lat"),
    ("lng", "lat"),
    ("long", "lat"),
    ("longitude", "latitude"),
    ("longitud", "latitud"),
    ("e", "n"),
    ("easting", "northing"),
    ("east", "north"),
    ("x", "y"),
)
_WKT = ("wkt", "geometry", "geom", "the_geom")

MOST_IN_A_FIELD = 16 * 1024 * 1024
"""A polygon in WKT is easily longer than the 131,072 characters that the csv module takes by itself."""
csv.field_size_limit(MOST_IN_A_FIELD)


@dataclass(frozen=True)
class _Columns:
    """Where a place stands in a row: one index (WKT), two (x, y), or none."""

    places: tuple[int, ...]
    # x and y say nothing about which is which, so that order may be guessed; the other names are believed.
    order_open: bool = False


def read_table(path: Path, crs: Crs | None, encoding: str | None) -> FeatureFile:
    """Read a CSV file with a header line; comma, semicolon or tab between columns, decimal comma or point."""
    rows = list(_rows(_text(path, encoding)))
    if not rows:
        raise FileError("empty_file", N_("The file is empty."))
    _, header = rows[0]
    names = [name.strip() for name in header]
    if duplicates := {name for name in names if names.count(name) > 1}:
        raise FileError(
            "duplicate_column", N_("The column “%(name)s” is there twice."), name=sorted(duplicates)[0]
        )
    columns = _find_columns([name.lower() for name in names])
    parsed = [_parse(line, values, names, columns) for line, values in rows[1:]]
    points = [
        shapely.get_coordinates(f.geometry)[0] for f in parsed if f.geometry and not f.geometry.is_empty
    ]
    if not points:
        return FeatureFile(parsed, None, None)
    # The median, so that one mistyped row does not decide for the file.
    x, y = median(p[0] for p in points), median(p[1] for p in points)
    if crs is None:
        system, turned = guess_crs(float(x), float(y))
    else:
        system, turned = crs, crs is not Crs.WGS84 and x > y
    turned = turned and columns.order_open
    features = [_placed(feature, system, turned) for feature in parsed]
    return FeatureFile(features, system, "caller" if crs else "guess")


def _text(path: Path, encoding: str | None) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FileError(
            "unreadable", N_("The file cannot be read: %(reason)s"), reason=str(error.strerror)
        ) from error
    # A byte order mark is the file's own word, stronger than the caller's.
    chosen = "utf-8-sig" if encoding is None or data.startswith(codecs.BOM_UTF8) else encoding
    try:
        return data.decode(chosen)
    except LookupError as error:
        raise FileError(
            "unknown_encoding", N_("There is no encoding “%(name)s”."), name=str(encoding)
        ) from error
    except UnicodeDecodeError as error:
        raise FileError(
            "wrong_encoding",
            N_("Line %(line)s is not %(encoding)s. If the file comes from an older Excel, try windows-1252."),
            line=data.count(b"\n", 0, error.start) + 1,
            encoding="UTF-8" if chosen == "utf-8-sig" else chosen,
        ) from error


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (first line, values) of every row that is not blank."""
    first_line = text.partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for values in reader:
            if any(value.strip() for value in values):
                yield line, values
            line = reader.line_num + 1
    except csv.Error as error:
        raise FileError(
            "broken_csv",
            N_("The file is broken from line %(line)s: %(reason)s"),
            line=line,
            reason=str(error),
        ) from error


def _find_columns(names: list[str]) -> _Columns:
    for name in _WKT:
        if name in names:
            return _Columns((names.index(name),))
    for east, north in _PAIRS:
        if east in names and north in names:
            return _Columns((names.index(east), names.index(north)), order_open=east == "x")
    return _Columns(())


def _parse(line: int, values: list[str], names: list[str], columns: _Columns) -> Feature:
    """Make a feature of a row; its geometry is still in the file's own coordinates."""
    extra = any(value.strip() for value in values[len(names) :])
    properties = {
        name: value.strip()
        for i, (name, value) in enumerate(zip(names, values, strict=False))
        if i not in columns.places
    }
    if len(values) < len(names) or extra:
        fault = GeoError(
            "wrong_columns",
            N_("The row has %(found)s columns instead of %(expected)s."),
            found=len(values),
            expected=len(names),
        )
        return Feature(line, properties, None, fault)
    try:
        return Feature(line, properties, _geometry([values[i].strip() for i in columns.places]))
    except GeoError as fault:
        return Feature(line, properties, None, fault)


def _geometry(texts: list[str]) -> BaseGeometry | None:
    if not any(texts):
        return None
    if len(texts) == 2:
        return Point(parse_number(texts[0]), parse_number(texts[1]))
    with np.errstate(invalid="ignore"):  # NaN is for check_polygon to refuse
        geometry = shapely.from_wkt(texts[0], on_invalid="ignore")
    if geometry is None:
        raise GeoError("unreadable_geometry", N_("The geometry cannot be read."))
    return geometry


def _placed(feature: Feature, crs: Crs, turned: bool) -> Feature:
    if feature.geometry is None:
        return feature
    geometry = feature.geometry
    if turned:
        geometry = shapely.transform(geometry, lambda coordinates: coordinates[:, ::-1])
    return Feature(feature.number, feature.properties, geometry_to_wgs84(geometry, crs))
