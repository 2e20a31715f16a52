"""The audit trail: events and the seals that chain them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import Serial


class AuditEvent(Base):
    """One thing that was done. Only payload and salt may be erased later; triggers refuse every other change."""

    __tablename__ = "audit_events"

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    """Pseudonymous: the user's id, never a name."""
    name: Mapped[str]
    subject_id: Mapped[UUID | None] = mapped_column(index=True)
    payload: Mapped[str | None] = mapped_column(Text)
    salt: Mapped[str | None]
    digest: Mapped[str]
    """SHA-256 of salt and payload; outlives both."""
    seal_number: Mapped[int | None] = mapped_column(ForeignKey("audit_seals.number"), index=True)


class AuditSeal(Base):
    """A batch of events and the hash that ties it to the batch before."""

    __tablename__ = "audit_seals"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    events: Mapped[int]
    previous: Mapped[str]
    hash: Mapped[str]
