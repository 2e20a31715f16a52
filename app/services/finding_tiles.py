"""The findings of one map tile: each by itself, or in clusters where there are too many to look at."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, String, func, literal_column, select, type_coerce

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
    within = (
        (Finding.quadkey >= low)
        & (Finding.quadkey < high)
        & (Finding.status != Status.WITHDRAWN)
        & seen_by(actor)
    )
    features = _clusters(within, z) if _are_many(within) else _points(within)
    return {"type": "FeatureCollection", "features": features}


def _are_many(within: ColumnElement[bool]) -> bool:
    """Whether there are more than are shown by themselves; told by the index, before any is read."""
    return (
        session().execute(select(literal_column("1")).where(within).offset(MOST_POINTS).limit(1)).first()
        is not None
    )


def _points(within: ColumnElement[bool]) -> list[dict[str, Any]]:
    rows = session().execute(
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
        .where(within)
        .order_by(Finding.quadkey, Finding.id)
    )
    names = ("number", "category", "item", "title", "status", "severity", "positive")
    return [_feature(lon, lat, dict(zip(names, said, strict=True))) for lon, lat, *said in rows]


def _clusters(within: ColumnElement[bool], z: int) -> list[dict[str, Any]]:
    # The leading bits of a quadkey are the smaller tile that it lies in.
    # Divided, not shifted: PostgreSQL shifts a bigint by no bigint.
    cell = (Finding.quadkey // literal_column(str(4 ** (ZOOM - z - _CLUSTER_LEVELS)))).label("cell")
    rows = session().execute(
        select(cell, func.count(), func.avg(Finding.lon), func.avg(Finding.lat))
        .where(within)
        .group_by(cell)
        .order_by(cell)
    )
    return [_feature(round(lon, 6), round(lat, 6), {"count": count}) for _, count, lon, lat in rows]


def _feature(lon: float | None, lat: float | None, properties: dict[str, Any]) -> dict[str, Any]:
    geometry = {"type": "Point", "coordinates": [lon, lat]}
    return {"type": "Feature", "geometry": geometry, "properties": properties}
