"""Photos on their way: uploads that may break and go on, and the photos that a finding is known to have."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, now
from app.models.columns import Key, choice
from app.models.photos import PhotoKind


class Upload(Base):
    """One photo being received (tus): its parts are objects `uploads/<id>/<start>-<end>` of the storage."""

    __tablename__ = "uploads"
    __table_args__ = (Index(None, "expires_at"),)

    id: Mapped[Key]
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("findings.id"))
    actor_id: Mapped[UUID]
    sha256: Mapped[str]
    """Announced hash of the whole."""
    length: Mapped[int]
    offset: Mapped[int] = mapped_column(default=0)
    """Bytes that are durable; moved by compare-and-set."""
    parts: Mapped[list[int]] = mapped_column(JSON, default=list)
    """Offsets at which the parts begin, in order."""
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """taken_at, lon, lat and accuracy_m as the phone gave them."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]


class ExpectedPhoto(Base):
    """A photo that a phone said a finding has; it counts as missing until a Photo with this hash is there."""

    __tablename__ = "expected_photos"

    finding_id: Mapped[UUID] = mapped_column(ForeignKey("findings.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(primary_key=True)
    walk_id: Mapped[UUID] = mapped_column(ForeignKey("walks.id"), index=True)
    """The walk whose receipt waits for it: that of the finding, or that of the re-check."""
    kind: Mapped[PhotoKind] = mapped_column(choice(PhotoKind), default=PhotoKind.FINDING)
    at: Mapped[datetime] = mapped_column(default=now)
