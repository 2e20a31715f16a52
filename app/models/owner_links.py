"""Ways in for those who must act and have no account: a signed link, for one organisation or one finding."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, now
from app.models.accounts import Organisation
from app.models.columns import Key


class OwnerLink(Base):
    """A link sent to an address; whoever holds it acts for the organisation until it ends. Only its hash is kept."""

    __tablename__ = "owner_links"
    __table_args__ = (Index(None, "organisation_id", "email"),)

    id: Mapped[Key]
    """Stands as the acting one in histories: a function, never a person."""
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    finding_id: Mapped[UUID | None] = mapped_column(ForeignKey("findings.id"))
    """The one finding that a contractor sees; None: all of the organisation's."""
    email: Mapped[str]
    secret_hash: Mapped[str] = mapped_column(unique=True)
    passed_on_by: Mapped[UUID | None]
    """The link or user that passed a finding on."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    """When somebody last acted by it; looking leaves no trace."""
    organisation: Mapped[Organisation] = relationship(lazy="joined")
