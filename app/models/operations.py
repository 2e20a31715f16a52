"""What phones sent: every operation with its outcome, and the conflicts that a person has to settle."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum, auto
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, now
from app.models.columns import Key, choice
from app.models.findings import Finding


class Outcome(StrEnum):
    """What became of an operation. DUPLICATE is only ever answered, never stored."""

    APPLIED = auto()
    DUPLICATE = auto()
    CONFLICT = auto()
    REJECTED = auto()
    FORBIDDEN = auto()


class Operation(Base):
    """One operation as it was first received: who captured it, when by which clock, and how it ended."""

    __tablename__ = "operations"
    __table_args__ = (Index(None, "object_id"),)

    id: Mapped[Key]
    """Made by the client, so that sending twice is harmless."""
    device_id: Mapped[UUID]
    actor_id: Mapped[UUID]
    type: Mapped[str]
    object_id: Mapped[UUID]
    body_hash: Mapped[str]
    """SHA-256 of what was asked for, by whom: the same id with another body is refused."""
    outcome: Mapped[Outcome] = mapped_column(choice(Outcome))
    version: Mapped[int | None]
    errors: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """Field, code and message id with its values, translated anew for whoever asks."""
    claimed_at: Mapped[datetime]
    """By the phone's clock."""
    corrected_at: Mapped[datetime]
    """The same moment by the server's clock, from the phone's time of sending."""
    received_at: Mapped[datetime] = mapped_column(default=now)


class Conflict(Base):
    """Two people said different things of one part of a finding; both are kept until a person chooses."""

    __tablename__ = "conflicts"
    __table_args__ = (Index(None, "finding_id", "settled_at"),)

    id: Mapped[Key]
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("findings.id"))
    operation_id: Mapped[UUID] = mapped_column(ForeignKey("operations.id"))
    unit: Mapped[str]
    """The part in question: a name of `app.services.merging.UNITS`."""
    theirs: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What stood there when the operation came, by field."""
    mine: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What the operation wanted, by field."""
    version: Mapped[int]
    """Version of the finding that `theirs` is of."""
    actor_id: Mapped[UUID]
    """Who sent `mine`."""
    at: Mapped[datetime] = mapped_column(default=now)
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[UUID | None]
    finding: Mapped[Finding] = relationship()
