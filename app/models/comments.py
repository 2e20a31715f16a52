"""What is said about a finding, and to whom."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum, auto
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, now
from app.models.accounts import Role
from app.models.columns import Key, choice


class Audience(StrEnum):
    """Who may read a comment."""

    INTERNAL = auto()
    OWNER = auto()
    """Staff and the responsible organisation at that time."""
    PUBLIC = auto()


class Comment(Base):
    """Something said about a finding by a function; appended, never edited."""

    __tablename__ = "comments"
    __table_args__ = (Index(None, "finding_id", "at"),)

    id: Mapped[Key]
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("findings.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    audience: Mapped[Audience] = mapped_column(choice(Audience))
    actor_id: Mapped[UUID | None]
    actor_role: Mapped[Role | None] = mapped_column(choice(Role))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    """The organisation it was said by or to."""
    words: Mapped[str]
    withdrawn_at: Mapped[datetime | None]
    """Since when what was said to everybody is read by staff alone."""
