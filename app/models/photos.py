"""Photos of a finding: what was received, when and where it was taken, and the sizes made of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum, auto
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, now
from app.models.columns import Key, choice
from app.models.findings import Finding


class PhotoKind(StrEnum):
    """What a photo shows: the fault, the reported fix, or the check of it."""

    FINDING = auto()
    FIX = auto()
    VERIFICATION = auto()


class Photo(Base):
    """One photo of one finding; the original is kept, restricted, and never served."""

    __tablename__ = "photos"
    __table_args__ = (UniqueConstraint("finding_id", "sha256"),)

    id: Mapped[Key]
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("findings.id"))
    kind: Mapped[PhotoKind] = mapped_column(choice(PhotoKind), default=PhotoKind.FINDING)
    sha256: Mapped[str]
    """Of the bytes as they were received; also where the storage keeps them."""
    media_type: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    sizes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Longest edge in pixels → SHA-256 of the derivative; empty until the job has made them."""
    fault: Mapped[str] = mapped_column(default="", server_default="")
    """Why no sizes could be made of it (a code of app.imaging); nothing while all is well."""
    taken_at: Mapped[datetime | None]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    accuracy_m: Mapped[float | None]
    received_at: Mapped[datetime] = mapped_column(default=now)
    received_from: Mapped[UUID | None]
    finding: Mapped[Finding] = relationship(back_populates="photos")
