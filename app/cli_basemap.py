"""`platskollen basemap …`: the map under the findings."""

from __future__ import annotations

from pathlib import Path

import click

from config import settings
from geo.basemap import build_basemap
from geo.osm import Bbox, ExtractError


@click.group("basemap")
def basemap_group() -> None:
    """The map under the findings; docs/basemap.md says how."""


def _box(_context: click.Context, option: click.Parameter, value: str | None) -> Bbox | None:
    if value is None:
        return None
    try:
        west, south, east, north = (float(side) for side in value.split(","))
    except ValueError as error:
        raise click.BadParameter("write four numbers like 17.8,59.35,18.0,59.45", param=option) from error
    if not (-180 <= west < east <= 180 and -86 < south < north < 86):
        raise click.BadParameter("the order is west,south,east,north, in degrees", param=option)
    return west, south, east, north


@basemap_group.command("build")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--bbox", callback=_box, metavar="W,S,E,N", help="Only what lies within, in degrees.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.pmtiles",
    help="Where to put it; where the server looks for it when left out.",
)
def build(file: Path, bbox: Bbox | None, output: Path | None) -> None:
    """Make a basemap of an OpenStreetMap extract (.osm.pbf)."""
    target = output or settings().basemap_file
    if target is None:
        raise click.UsageError("PLATSKOLLEN_BASEMAP names another host: say with -o where the file goes.")
    try:
        built = build_basemap(file, target, bbox)
    except ExtractError as error:
        raise click.ClickException(str(error)) from error
    for kind, count in sorted(built.features.items()):
        click.echo(f"{kind:<10}{count:>9}")
    click.echo(f"{target}: {built.tiles} tiles, {built.bytes / 1e6:.1f} MB")
