"""What happened to a finding after the walk: steps of its status and re-checks; appended, never edited."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum, auto
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, now
from app.models.accounts import Organisation, Role
from app.models.columns import Key, choice
from app.models.findings import Finding, Status
from app.models.walks import Walk


class StatusChange(Base):
    """One step of a finding from one status to the next: by which function, when, with what words."""

    __tablename__ = "status_changes"
    __table_args__ = (UniqueConstraint("finding_id", "number"),)

    id: Mapped[Key]
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("findings.id"))
    number: Mapped[int]
    """1, 2, 3 … within the finding."""
    at: Mapped[datetime] = mapped_column(default=now)
    before: Mapped[Status | None] = mapped_column(choice(Status, "before"))
    after: Mapped[Status] = mapped_column(choice(Status, "after"))
    actor_id: Mapped[UUID | None]
    actor_role: Mapped[Role | None] = mapped_column(choice(Role))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    """The responsible organisation at this step."""
    words: Mapped[str] = mapped_column(default="")
    given: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What the step was given: dates, coded reason, method."""
    overwritten: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """The finding's values before the step, so that a mistake can be taken back."""
    corrects: Mapped[int | None]
    """Number of the step this entry takes back."""
    finding: Mapped[Finding] = relationship(back_populates="history")
    organisation: Mapped[Organisation | None] = relationship(lazy="joined")


class RecheckResult(StrEnum):
    """What a later walk found at the spot of an open finding."""

    FIXED = auto()
    REMAINS = auto()
    WORSE = auto()
    NOT_FOUND = auto()


class Recheck(Base):
    """An earlier finding looked at again on a walk."""

    __tablename__ = "rechecks"

    id: Mapped[Key]
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("findings.id"), index=True)
    walk_id: Mapped[UUID] = mapped_column(ForeignKey("walks.id"), index=True)
    at: Mapped[datetime] = mapped_column(default=now)
    result: Mapped[RecheckResult] = mapped_column(choice(RecheckResult))
    note: Mapped[str] = mapped_column(default="")
    actor_id: Mapped[UUID | None]
    finding: Mapped[Finding] = relationship(back_populates="rechecks")
    walk: Mapped[Walk] = relationship()


class RevisitKind(StrEnum):
    """What a spot must be looked at in."""

    DARK = auto()
    SEASON = auto()


class Revisit(Base):
    """A spot to be looked at again: after dark, or in the season in which the fault shows."""

    __tablename__ = "revisits"

    id: Mapped[Key]
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("findings.id"), index=True)
    kind: Mapped[RevisitKind] = mapped_column(choice(RevisitKind))
    not_before: Mapped[date]
    until: Mapped[date | None]
    """The last day of the season, for one that has an end."""
    words: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    done_at: Mapped[datetime | None] = mapped_column(index=True)
    finding: Mapped[Finding] = relationship()
