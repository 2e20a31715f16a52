"""Work to be done behind the request; the row is the truth, the queue only carries its id."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum, auto
from typing import Any

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, now
from app.models.columns import Key, choice


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = auto()
    RUNNING = auto()
    DONE = auto()
    FAILED = auto()
    """Tried as often as jobs are; a person may let it be tried again."""
    GIVEN_UP = auto()
    """A person said that it is never to be run."""


class Job(Base):
    """One piece of work, written in the transaction of the change that asked for it."""

    __tablename__ = "jobs"
    __table_args__ = (Index(None, "state", "not_before"),)

    id: Mapped[Key]
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[JobState] = mapped_column(choice(JobState), default=JobState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime] = mapped_column(default=now)
    lease_until: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    done_at: Mapped[datetime | None]
