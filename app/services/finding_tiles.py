"""The findings of one map tile: each by itself, or in clusters where there are too many to look at."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    String,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    type_coerce,
)

from app.db import session
from app.models.findings import Finding, Status
from app.permissions import Actor
from app.services.findings import seen_by
from geo.tiles import ZOOM, tile_range

MOST_POINTS = 200
"""More in one tile are shown as clusters."""
_CLUSTER_LEVELS = 3
"""A tile is divided so often in four: 64 clusters at most, each some 32 pixels wide."""
LAST_ZOOM = ZOOM - _CLUSTER_LEVELS


def tile_of_findings(actor: Actor, z: int, x: int, y: int) -> dict[str, Any]:
    """The findings of a tile that the actor may see, as GeoJSON; ValueError where there is no such tile.

    A feature is a finding with its number, status and the like, or a cluster with a `count` at their mean position.
    """
    if not 0 <= z <= LAST_ZOOM:
        raise ValueError(f"no zoom {z}")
    low, high = tile_range(z, x, y)
    within, database = {"low": low, "high": high}, session().connection()
    # Told by the index, before any is read.
    if database.execute(_one_too_many(actor), within).first() is None:
        features = [
            _feature(lon, lat, dict(zip(_PROPERTIES, said, strict=True)))
            for lon, lat, *said in database.execute(_points(actor), within)
        ]
    else:
        size = 4 ** (ZOOM - z - _CLUSTER_LEVELS)
        said = database.execute(_clusters(actor), {**within, "size": size}).scalars()
        features = [_cluster(*one.split()) for one in said if one is not None]
    return {"type": "FeatureCollection", "features": features}


_PROPERTIES = ("number", "category", "item", "title", "status", "severity", "positive")


def _seen(actor: Actor) -> ColumnElement[bool]:
    return (Finding.status != Status.WITHDRAWN) & seen_by(actor)


def _in_tile(actor: Actor) -> ColumnElement[bool]:
    """The findings from `low` to below `high`."""
    return (Finding.quadkey >= bindparam("low")) & (Finding.quadkey < bindparam("high")) & _seen(actor)


# Making a statement takes as long as running it, and a map asks for many tiles at once.
@lru_cache(maxsize=64)
def _one_too_many(actor: Actor) -> Select[int]:
    return select(literal_column("1", Integer)).where(_in_tile(actor)).offset(MOST_POINTS).limit(1)


@lru_cache(maxsize=64)
def _points(actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Finding.lon,
            Finding.lat,
            Finding.number,
            Finding.category,
            Finding.item,
            Finding.title,
            type_coerce(Finding.status, String),
            type_coerce(Finding.severity, String),
            Finding.positive,
        )
        .where(_in_tile(actor))
        .order_by(Finding.quadkey, Finding.id)
    )


@lru_cache(maxsize=64)
def _clusters(actor: Actor) -> Select[str]:
    """Count and mean position, with spaces between, in each smaller tile of `size`; NULL where there is nothing.

    One look at the index for each: to group the findings by a part of their quadkey, SQLite would sort all of them.
    A look gives one value, hence the three in one text.
    """
    low, high, size = (cast(bindparam(name), BigInteger) for name in ("low", "high", "size"))
    cells = select(low.label("first")).cte("cells", recursive=True)
    cells = cells.union_all(select(cells.c.first + size).where(cells.c.first + size < high))
    count, lon, lat = (
        cast(one, String) for one in (func.count(), func.avg(Finding.lon), func.avg(Finding.lat))
    )
    said = (
        select(count + " " + lon + " " + lat)
        .where(Finding.quadkey >= cells.c.first, Finding.quadkey < cells.c.first + size, _seen(actor))
        .scalar_subquery()
    )
    return select(said).select_from(cells).order_by(cells.c.first)


def _cluster(count: str, lon: str, lat: str) -> dict[str, Any]:
    return _feature(round(float(lon), 6), round(float(lat), 6), {"count": int(count)})


def _feature(lon: float | None, lat: float | None, properties: dict[str, Any]) -> dict[str, Any]:
    geometry = {"type": "Point", "coordinates": [lon, lat]}
    return {"type": "Feature", "geometry": geometry, "properties": properties}
