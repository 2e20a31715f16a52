"""Administrative areas with their time of validity, and the place names that lie above them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from app.db import Base
from app.models.columns import ChangedAt, Key


class Area(Base):
    """An administrative area (stadsdel, stadsdelsområde) as it was between two dates."""

    __tablename__ = "areas"
    __table_args__ = (UniqueConstraint("kind", "name", "valid_from"),)

    id: Mapped[Key]
    name: Mapped[str]
    kind: Mapped[str]
    """What sort of area, e.g. `stadsdel` or `stadsdelsområde`."""
    polygon: Mapped[bytes]
    """WKB MultiPolygon, WGS84, lon-lat."""
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    source: Mapped[str | None]
    changed_at: Mapped[ChangedAt]


class PlaceName(Base):
    """A name people use for a spot (a stop, a square); it need not be an area."""

    __tablename__ = "place_names"
    __table_args__ = (
        CheckConstraint("lon BETWEEN -180 AND 180 AND lat BETWEEN -90 AND 90", name="position"),
    )

    id: Mapped[Key]
    name: Mapped[str]
    lon: Mapped[float]
    lat: Mapped[float]
    source: Mapped[str | None]
