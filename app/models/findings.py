"""Findings: one thing seen at one spot, with its position, its three scales and where its remedy stands."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum, auto
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, now
from app.models.accounts import Organisation
from app.models.areas import Area
from app.models.columns import Key, choice
from app.models.sites import Site
from app.models.walks import Walk

if TYPE_CHECKING:
    from app.models.photos import Photo
    from app.models.remedies import Recheck, StatusChange


class Level(StrEnum):
    """How widely an object may be shown (Publik, Intern, Skyddad)."""

    PUBLIC = auto()
    INTERNAL = auto()
    PROTECTED = auto()


class Severity(StrEnum):
    """Allvarlighetsgrad: how soon it must be seen to."""

    ACUTE = auto()
    HIGH = auto()
    MEDIUM = auto()
    LOW = auto()


class RemedyType(StrEnum):
    """Åtgärdstyp: out of which budget and plan the remedy comes."""

    OPERATION = auto()
    PLANNED = auto()
    INVESTMENT = auto()


class Status(StrEnum):
    """Where the remedy of a finding stands; `app.services.transitions` says what may follow what."""

    NEW = auto()
    TRIAGED = auto()
    SENT = auto()
    ACKNOWLEDGED = auto()
    PLANNED = auto()
    IN_PROGRESS = auto()
    REPORTED_FIXED = auto()
    VERIFIED = auto()
    CLOSED = auto()
    NOT_OURS = auto()
    DECLINED_PROPOSED = auto()
    NEEDS_INVESTMENT = auto()
    ON_HOLD = auto()
    DUPLICATE = auto()
    WONT_FIX = auto()
    REOPENED = auto()
    WITHDRAWN = auto()
    """A pin set by mistake, taken back by the one who set it; kept in history."""


FIXED = frozenset({Status.VERIFIED, Status.CLOSED})
SETTLED = FIXED | {Status.WONT_FIX, Status.DUPLICATE, Status.WITHDRAWN}
"""Nothing remains to be done; everything else is open. "Reported fixed" is open until somebody has verified it."""
OPEN = frozenset(Status) - SETTLED


class VerificationMethod(StrEnum):
    """How a remedy was checked."""

    ON_SITE = auto()
    PHOTO = auto()
    WALK = auto()


class ClosedReason(StrEnum):
    """Why something will not be fixed."""

    NO_FAULT = auto()
    OTHER_WORK = auto()
    NOT_POSSIBLE = auto()
    COST = auto()
    NO_AUTHORITY = auto()
    OTHER = auto()


_LISTS = ("reported_at", "id", "status", "due_on")


class Finding(Base):
    """One thing seen at one spot on a walk."""

    __tablename__ = "findings"
    __table_args__ = (
        CheckConstraint("lon BETWEEN -180 AND 180 AND lat BETWEEN -90 AND 90", name="position"),
        CheckConstraint("(lon IS NULL) = (lat IS NULL)", name="whole_position"),
        CheckConstraint("lon IS NOT NULL OR place_words <> ''", name="placed"),
        CheckConstraint("unsafe_day BETWEEN 1 AND 5", name="unsafe_day"),
        CheckConstraint("unsafe_evening BETWEEN 1 AND 5", name="unsafe_evening"),
        # Keyset paging walks (reported_at, id) backwards, alone or within the filter that narrows most; what stands
        # behind the id lets the other filters be judged, and the rows be counted, without fetching them.
        Index(None, "reported_at", "id"),
        Index(None, "status", "reported_at", "id"),
        Index("ix_findings_by_site", "site_id", *_LISTS, "positive", "level", "category"),
        Index("ix_findings_by_responsible", "responsible_id", *_LISTS, "positive", "level"),
        # What waits for an organisation is counted and put in order from this index alone.
        Index("ix_findings_waiting", "responsible_id", "status", "positive", "level", "due_on", "id"),
        Index("ix_findings_by_category", "category", *_LISTS, "positive", "level", "site_id"),
        Index("ix_findings_by_due_date", "due_on", "id", "status", "site_id"),
        Index("ix_findings_by_tile", "quadkey", "status", "level", "lon", "lat"),
        Index(None, "walk_id"),
        Index(None, "external_id", unique=True),
        # A site's figures are counted from this index alone.
        Index("ix_findings_figures", "site_id", "status", "positive", "level", "responsible_id", "due_on"),
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(unique=True)
    """Readable, e.g. `KISTA-2026-0042`."""
    walk_id: Mapped[UUID] = mapped_column(ForeignKey("walks.id"))
    site_id: Mapped[UUID] = mapped_column(ForeignKey("sites.id"))
    area_id: Mapped[UUID | None] = mapped_column(ForeignKey("areas.id"))

    lon: Mapped[float | None]
    lat: Mapped[float | None]
    accuracy_m: Mapped[float | None]
    quadkey: Mapped[int | None] = mapped_column(BigInteger)
    """Tile index at zoom 26: every map tile is one contiguous range of it."""
    place_words: Mapped[str] = mapped_column(default="")
    asset_number: Mapped[str] = mapped_column(default="")
    """Number on the lamp post or cabinet."""

    category: Mapped[str]
    item: Mapped[str] = mapped_column(default="")
    title: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    size: Mapped[str] = mapped_column(default="")
    positive: Mapped[bool] = mapped_column(default=False)
    hate: Mapped[bool] = mapped_column(default=False)
    """Graffiti with hate; never a public point."""
    severity: Mapped[Severity | None] = mapped_column(choice(Severity))
    unsafe_day: Mapped[int | None]
    """Upplevd otrygghet by day, 1-5."""
    unsafe_evening: Mapped[int | None]
    remedy_type: Mapped[RemedyType | None] = mapped_column(choice(RemedyType))
    proposal: Mapped[str] = mapped_column(default="")
    level: Mapped[Level] = mapped_column(choice(Level), default=Level.INTERNAL)

    case_number: Mapped[str] = mapped_column(default="")
    """Our own diarienummer."""
    fault_number: Mapped[str] = mapped_column(default="")
    """Number in the city's fault channel (Tyck till)."""
    work_order: Mapped[str] = mapped_column(default="")
    """The owner's own number."""

    external_id: Mapped[str | None]
    """Where it came from and its id there, of what was imported: `source:id`."""

    status: Mapped[Status] = mapped_column(choice(Status), default=Status.NEW)
    responsible_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    due_on: Mapped[date | None]
    planned_on: Mapped[date | None]
    hold_until: Mapped[date | None]
    reported_fixed_at: Mapped[datetime | None]
    fixed_by: Mapped[UUID | None]
    """Who reported it fixed; the same person may not verify it."""
    verified_at: Mapped[datetime | None]
    verified_how: Mapped[VerificationMethod | None] = mapped_column(choice(VerificationMethod))
    closed_reason: Mapped[str] = mapped_column(default="")
    """Coded reason why it will not be fixed: a ClosedReason, or nothing."""
    closed_words: Mapped[str] = mapped_column(default="")
    duplicate_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("findings.id"))

    reported_at: Mapped[datetime] = mapped_column(default=now)
    reported_by: Mapped[UUID | None]
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    search_text: Mapped[str] = mapped_column(default="")
    """Number, words and place in folded case, for substring search on any database."""
    version: Mapped[int] = mapped_column(default=1)
    unit_versions: Mapped[dict[str, int]] = mapped_column(JSON, default=dict, server_default="{}")
    """Version at which each merge unit (app.services.merging) was last changed; none: never since it was reported."""

    walk: Mapped[Walk] = relationship(back_populates="findings")
    site: Mapped[Site] = relationship()
    area: Mapped[Area | None] = relationship()
    responsible: Mapped[Organisation | None] = relationship()
    duplicate_of: Mapped[Finding | None] = relationship(remote_side="Finding.id")
    photos: Mapped[list[Photo]] = relationship(back_populates="finding", order_by="Photo.received_at")
    history: Mapped[list[StatusChange]] = relationship(
        back_populates="finding", order_by="StatusChange.number"
    )
    rechecks: Mapped[list[Recheck]] = relationship(back_populates="finding", order_by="Recheck.at")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads it from the class


class NumberSeries(Base):
    """The last readable number given at a site in a year."""

    __tablename__ = "number_series"

    site_id: Mapped[UUID] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(default=0)
