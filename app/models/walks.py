"""Safety walks: when, where, in what light, by which organisations."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum, auto
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, now
from app.models.accounts import Organisation
from app.models.checklists import ChecklistVersion
from app.models.columns import Key, choice
from app.models.sites import Site

if TYPE_CHECKING:
    from app.models.findings import Finding


class WalkState(StrEnum):
    """How far a walk has come."""

    PLANNED = auto()
    ONGOING = auto()
    FINISHED = auto()


class Light(StrEnum):
    """Daylight, dusk or dark; findings are comparable only in like light."""

    DAY = auto()
    DUSK = auto()
    DARK = auto()


class Weather(StrEnum):
    """The weather during a walk."""

    CLEAR = auto()
    CLOUDY = auto()
    RAIN = auto()
    SNOW = auto()
    FOG = auto()


class Ground(StrEnum):
    """What lies on the ground during a walk."""

    BARE = auto()
    WET = auto()
    SNOW = auto()
    ICE = auto()


class WalkRole(StrEnum):
    """What a participating organisation does on the walk."""

    LEADER = auto()
    RECORDER = auto()
    PHOTOGRAPHER = auto()
    PARTICIPANT = auto()


class Walk(Base):
    """An inspection walk of a site along a route, with its conditions."""

    __tablename__ = "walks"
    __table_args__ = (Index(None, "site_id", "planned_at"),)

    id: Mapped[Key]
    site_id: Mapped[UUID] = mapped_column(ForeignKey("sites.id"))
    checklist_id: Mapped[UUID] = mapped_column(ForeignKey("checklist_versions.id"))
    state: Mapped[WalkState] = mapped_column(choice(WalkState), default=WalkState.PLANNED)
    purpose: Mapped[str] = mapped_column(default="")
    meeting_point: Mapped[str] = mapped_column(default="")
    planned_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    light: Mapped[Light | None] = mapped_column(choice(Light))
    weather: Mapped[Weather | None] = mapped_column(choice(Weather))
    ground: Mapped[Ground | None] = mapped_column(choice(Ground))
    route: Mapped[bytes | None]
    """WKB LineString, WGS84."""
    route_m: Mapped[float | None]
    """Length of the route in metres."""
    note: Mapped[str] = mapped_column(default="")
    track: Mapped[bytes | None]
    """WKB LineString, WGS84, rounded to about ten metres and without times; only where the walker chose to keep it."""
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)
    site: Mapped[Site] = relationship(lazy="joined")
    checklist: Mapped[ChecklistVersion] = relationship()
    participants: Mapped[list[WalkParticipant]] = relationship(
        cascade="all, delete-orphan", back_populates="walk"
    )
    stops: Mapped[list[WalkStop]] = relationship(
        cascade="all, delete-orphan", back_populates="walk", order_by="WalkStop.number"
    )
    findings: Mapped[list[Finding]] = relationship(back_populates="walk", order_by="Finding.number")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads it from the class


class WalkParticipant(Base):
    """An organisation on a walk with a role and how many came; a name is optional."""

    __tablename__ = "walk_participants"
    __table_args__ = (CheckConstraint("people BETWEEN 1 AND 500", name="people"),)

    id: Mapped[Key]
    walk_id: Mapped[UUID] = mapped_column(ForeignKey("walks.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    role: Mapped[WalkRole] = mapped_column(choice(WalkRole), default=WalkRole.PARTICIPANT)
    people: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(default="")
    walk: Mapped[Walk] = relationship(back_populates="participants")
    organisation: Mapped[Organisation] = relationship(lazy="joined")


class WalkStop(Base):
    """A numbered stop on the route where the group gathers."""

    __tablename__ = "walk_stops"
    __table_args__ = (
        CheckConstraint("lon BETWEEN -180 AND 180 AND lat BETWEEN -90 AND 90", name="position"),
    )

    id: Mapped[Key]
    walk_id: Mapped[UUID] = mapped_column(ForeignKey("walks.id"), index=True)
    number: Mapped[int]
    name: Mapped[str] = mapped_column(default="")
    lon: Mapped[float]
    lat: Mapped[float]
    walk: Mapped[Walk] = relationship(back_populates="stops")
