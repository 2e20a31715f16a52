"""The findings of a site as pins for its map: the same ones as its list shows, all at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import String, select, type_coerce

from app.db import session
from app.i18n import today
from app.models.findings import Finding
from app.permissions import Actor
from app.services.finding_lists import FindingFilter, conditions_of

MOST_PINS = 20_000
"""More than anybody can look at; the newest are shown."""


class Pin(NamedTuple):
    """A finding on the map, WGS84; status and severity are the plain words that the database keeps."""

    lon: float
    lat: float
    number: str
    title: str
    category: str
    item: str
    status: str
    severity: str | None


def pins(actor: Actor, wanted: FindingFilter) -> Sequence[Pin]:
    """Every finding that the filter lets through and that has a position, newest first."""
    found = (
        select(
            Finding.lon,
            Finding.lat,
            Finding.number,
            Finding.title,
            Finding.category,
            Finding.item,
            # Thousands of rows: what the map writes as words need not become anything else on the way.
            type_coerce(Finding.status, String),
            type_coerce(Finding.severity, String),
        )
        .where(*conditions_of(actor, wanted, today()), Finding.lon.is_not(None))
        .order_by(Finding.reported_at.desc(), Finding.id.desc())
        .limit(MOST_PINS)
    )
    return [Pin._make(row) for row in session().connection().execute(found)]
