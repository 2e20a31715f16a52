"""Real places that the tests of this folder share."""

from pathlib import Path

from shapely.geometry import MultiPolygon

from geo.boundaries import check_polygon
from geo.files import read_features

ROOT = Path(__file__).parents[2]
JARVA = ROOT / "data/jarva"
TEST_DATA = ROOT / "tests/data"
SHAPEFILE = TEST_DATA / "stadsdelar_epsg3011/jarva_stadsdelar.shp"

KISTA_CENTRUM = (17.9421, 59.4037)
STADSDELAR: dict[str, MultiPolygon] = {
    feature.properties["stadsdel"]: check_polygon(feature.geometry)
    for feature in read_features(JARVA / "jarva_stadsdelar.geojson").features
}
