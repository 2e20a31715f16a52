"""Where findings go by rule: an ordered list that a coordinator can read."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.models.accounts import Organisation
from app.models.columns import ChangedAt, Key
from app.models.sites import Site


class RoutingRule(Base):
    """Findings of a category (and item) at a site go to an organisation; the first rule that fits counts."""

    __tablename__ = "routing_rules"
    __table_args__ = (CheckConstraint("item = '' OR category IS NOT NULL", name="item_of_category"),)

    id: Mapped[Key]
    position: Mapped[int] = mapped_column(unique=True)
    """1, 2, 3 …: the order in which rules are tried."""
    category: Mapped[str | None]
    """Slug of the checklist; None: every category."""
    item: Mapped[str] = mapped_column(default="")
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("sites.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    words: Mapped[str] = mapped_column(default="")
    """Why it is so, e.g. a reference to the agreement."""
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    changed_at: Mapped[ChangedAt]
    site: Mapped[Site | None] = relationship(lazy="joined")
    organisation: Mapped[Organisation] = relationship(lazy="joined")
