"""Sites of place partnership, the properties around them and who tends the ground."""

from __future__ import annotations

from datetime import date
from enum import StrEnum, auto
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.models.accounts import Organisation
from app.models.columns import ChangedAt, Key, choice


class Phase(StrEnum):
    """How far a site's partnership has come (uppstart, pågående, avslutad)."""

    STARTING = auto()
    ONGOING = auto()
    ENDED = auto()


class Site(Base):
    """A named place with a polygon, partners and a phase."""

    __tablename__ = "sites"

    id: Mapped[Key]
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    code: Mapped[str] = mapped_column(unique=True)
    """Stands first in finding numbers, e.g. `KISTA`."""
    phase: Mapped[Phase] = mapped_column(choice(Phase), default=Phase.ONGOING)
    purpose: Mapped[str] = mapped_column(default="")
    polygon: Mapped[bytes]
    """WKB MultiPolygon, WGS84, lon-lat."""
    changed_at: Mapped[ChangedAt]
    partners: Mapped[list[SitePartner]] = relationship(cascade="all, delete-orphan", back_populates="site")


class SitePartner(Base):
    """An organisation that takes part at a site."""

    __tablename__ = "site_partners"

    site_id: Mapped[UUID] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    site: Mapped[Site] = relationship(back_populates="partners")
    organisation: Mapped[Organisation] = relationship(lazy="joined")


class Property(Base):
    """A real property unit: designation, polygon, owner, and the leaseholder where the ground is leased out."""

    __tablename__ = "properties"
    __table_args__ = (Index(None, "designation"),)

    id: Mapped[Key]
    designation: Mapped[str]
    """E.g. `Stockholm Akalla 4:1`; 3D units overlap, so neither it nor the ground is unique."""
    polygon: Mapped[bytes]
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    leaseholder_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    source: Mapped[str | None]
    external_id: Mapped[str | None] = mapped_column(unique=True)
    changed_at: Mapped[ChangedAt]
    owner: Mapped[Organisation | None] = relationship(foreign_keys=[owner_id], lazy="joined")
    leaseholder: Mapped[Organisation | None] = relationship(foreign_keys=[leaseholder_id], lazy="joined")


class Responsibility(Base):
    """Who tends a piece of ground (skötselansvar), for one category of findings or for all."""

    __tablename__ = "responsibilities"

    id: Mapped[Key]
    name: Mapped[str]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    category: Mapped[str | None]
    """Slug of the checklist; None: every category."""
    polygon: Mapped[bytes]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    source: Mapped[str | None]
    external_id: Mapped[str | None] = mapped_column(unique=True)
    changed_at: Mapped[ChangedAt]
    organisation: Mapped[Organisation] = relationship(lazy="joined")
