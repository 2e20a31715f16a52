"""What the public is told: a finding in public words, photos made fit to be shown, and answers from residents."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum, auto
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, now
from app.models.columns import Key, choice
from app.models.findings import Finding
from app.models.photos import Photo
from app.models.walks import Walk


class Publication(Base):
    """A finding as the public may read it; its number, status and place come from the finding itself."""

    __tablename__ = "publications"

    finding_id: Mapped[UUID] = mapped_column(ForeignKey("findings.id"), primary_key=True)
    title: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    published_at: Mapped[datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None]
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    finding: Mapped[Finding] = relationship()


class PublicPhoto(Base):
    """A photo that somebody wants shown: what was blurred, and the file that the public may fetch once approved."""

    __tablename__ = "public_photos"

    photo_id: Mapped[UUID] = mapped_column(ForeignKey("photos.id"), primary_key=True)
    asked_at: Mapped[datetime] = mapped_column(default=now)
    sha256: Mapped[str | None]
    """Of the blurred file, also where the storage keeps it; None: a worker has yet to look for faces."""
    width: Mapped[int | None]
    height: Mapped[int | None]
    searched: Mapped[bool] = mapped_column(default=False)
    """Whether faces were looked for by machine; there is no finder for every machine."""
    faces: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """Boxes found by machine and kept: [left, top, right, bottom], 0-1 of the photo."""
    boxes: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """Boxes drawn by hand, in the same units."""
    made_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    """None: waits for a coordinator to look at it."""
    photo: Mapped[Photo] = relationship()


class PublicWalk(Base):
    """A planned walk that residents are told of: its day and time, and words written for them."""

    __tablename__ = "public_walks"

    walk_id: Mapped[UUID] = mapped_column(ForeignKey("walks.id"), primary_key=True)
    words: Mapped[str] = mapped_column(default="")
    published_at: Mapped[datetime] = mapped_column(default=now)
    walk: Mapped[Walk] = relationship()


class ReportKind(StrEnum):
    """In what way a fix does not hold."""

    REMAINS = auto()
    CAME_BACK = auto()
    PARTLY = auto()


class ResidentReportState(StrEnum):
    """What a coordinator made of a resident's report."""

    WAITING = auto()
    ACCEPTED = auto()
    DISMISSED = auto()


class ResidentReport(Base):
    """Somebody who read that it is fixed says that it does not hold; nothing tells who."""

    __tablename__ = "resident_reports"
    __table_args__ = (Index(None, "state"),)

    id: Mapped[Key]
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("findings.id"), index=True)
    day: Mapped[date]
    kind: Mapped[ReportKind] = mapped_column(choice(ReportKind))
    words: Mapped[str]
    state: Mapped[ResidentReportState] = mapped_column(
        choice(ResidentReportState), default=ResidentReportState.WAITING
    )
    answer: Mapped[str] = mapped_column(default="")
    """Why it was dismissed."""
    finding: Mapped[Finding] = relationship()
