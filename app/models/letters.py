"""Mail to those who must act or asked to hear: what each is to be told, and the one letter a day that tells it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum, auto
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, now
from app.models.accounts import Organisation
from app.models.columns import Key, choice
from app.models.findings import Finding


class Reason(StrEnum):
    """Why somebody is told of a finding."""

    SENT = auto()
    SOON_DUE = auto()
    DUE = auto()
    OVERDUE = auto()
    ESCALATED = auto()
    ANSWERED = auto()
    """Somebody wrote or decided something that the other side waits for."""
    PLANNED = auto()
    REPORTED_FIXED = auto()
    VERIFIED = auto()
    WONT_FIX = auto()


class LetterState(StrEnum):
    """Where a letter stands."""

    WAITING = auto()
    SENT = auto()
    REFUSED = auto()
    """The server said no for good, or the mail came back."""


class Letter(Base):
    """The one mail to one address on one day; its id makes the Message-ID, so that a repeat is known as one."""

    __tablename__ = "letters"
    __table_args__ = (UniqueConstraint("email", "day"),)

    id: Mapped[Key]
    email: Mapped[str]
    day: Mapped[date]
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    state: Mapped[LetterState] = mapped_column(choice(LetterState), default=LetterState.WAITING)
    answer: Mapped[str] = mapped_column(default="")
    """What the mail server said when it refused, or the report of the bounce."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]
    digest_of: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    """Whose weekly digest it carries."""
    organisation: Mapped[Organisation | None] = relationship()
    notices: Mapped[list[Notice]] = relationship(back_populates="letter", order_by="Notice.created_at")


class Notice(Base):
    """One thing that one address is to be told of one finding; it goes with the next letter."""

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("email", "finding_id", "reason", "about"),
        Index(None, "letter_id"),
    )

    id: Mapped[Key]
    email: Mapped[str]
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("findings.id"), index=True)
    reason: Mapped[Reason] = mapped_column(choice(Reason))
    about: Mapped[str] = mapped_column(default="")
    """What tells two of a kind apart: the due date, or the number of the step."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    letter_id: Mapped[UUID | None] = mapped_column(ForeignKey("letters.id"))
    finding: Mapped[Finding] = relationship()
    letter: Mapped[Letter | None] = relationship(back_populates="notices")


class Follower(Base):
    """Somebody who took part or asked, and hears when the finding is planned, reported fixed, checked or refused."""

    __tablename__ = "followers"
    __table_args__ = (UniqueConstraint("finding_id", "email"),)

    id: Mapped[Key]
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("findings.id"))
    email: Mapped[str]
    language: Mapped[str] = mapped_column(default="sv")
    wish: Mapped[str] = mapped_column(default="", server_default="")
    """How the person asked for it, as the coordinator noted it."""
    confirmed_at: Mapped[datetime | None]
    """When the person said yes by the link in the mail; nobody hears anything before."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    finding: Mapped[Finding] = relationship()
