"""Read features from any file that we import, whatever its format and coordinate system."""

from pathlib import Path

from geo.crs import Crs
from geo.errors import N_
from geo.features import FeatureFile, FileError
from geo.layers import read_layer
from geo.tables import read_table


def read_features(
    path: Path, crs: Crs | None = None, encoding: str | None = None, layer: str | None = None
) -> FeatureFile:
    """Read GeoJSON (.geojson, .json), GeoPackage (.gpkg), Shapefile (.shp, .zip) or CSV (.csv, .txt, .tsv).

    `crs` overrides what the file says; without it the file's own word counts, then the numbers. `encoding` is
    for CSV that is not UTF-8 and for a Shapefile without .cpg; `layer` names one of several layers of a
    GeoPackage. Raises FileError when nothing of the file can be used; a faulty row carries its own `fault`.
    """
    kind = path.suffix.lower()
    if not path.is_file():
        raise FileError("no_such_file", N_("There is no file “%(name)s”."), name=path.name)
    if kind in {".csv", ".txt", ".tsv"}:
        return read_table(path, crs, encoding)
    if kind in {".geojson", ".json", ".gpkg", ".shp", ".zip"}:
        return read_layer(path, crs, encoding, layer)
    raise FileError(
        "unknown_format",
        N_("“%(name)s” is no GeoJSON, GeoPackage, Shapefile or CSV file, to judge by its ending."),
        name=path.name,
    )
