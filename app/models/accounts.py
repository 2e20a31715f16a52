"""Organisations, the people who work for them, what they may do, and how they sign in."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum, auto
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, now
from app.models.columns import Key, choice


class Role(StrEnum):
    """What somebody is in the work; a person may hold several, each at its own place."""

    ADMIN = auto()
    COORDINATOR = auto()
    FIELD = auto()
    OWNER = auto()
    ANALYST = auto()


class OrganisationKind(StrEnum):
    """What an organisation is to the place."""

    DISTRICT = auto()
    CITY = auto()
    POLICE = auto()
    HOUSING = auto()
    CENTRE = auto()
    REGION = auto()
    UTILITY = auto()
    ASSOCIATION = auto()
    OTHER = auto()


class Organisation(Base):
    """A party that takes part or may be responsible: a department, a housing company, the police."""

    __tablename__ = "organisations"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[OrganisationKind] = mapped_column(choice(OrganisationKind), default=OrganisationKind.OTHER)
    email: Mapped[str | None]
    """Where findings are sent: a function's mailbox."""
    fault_line: Mapped[str | None]
    """Telephone for acute faults."""
    external_id: Mapped[str | None] = mapped_column(unique=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    contacts: Mapped[list[Contact]] = relationship(cascade="all, delete-orphan", order_by="Contact.function")


class Contact(Base):
    """A function of an organisation that can be reached."""

    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("organisation_id", "email"),)

    id: Mapped[Key]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    function: Mapped[str]
    """What others see, e.g. "Förvaltare"; never a name."""
    email: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")
    category: Mapped[str | None]
    """Slug of the checklist that it answers for; None: every category."""
    escalation: Mapped[bool] = mapped_column(default=False)
    """Hears only of what is long overdue."""


class User(Base):
    """Somebody who signs in. Others see functions, never the name."""

    __tablename__ = "users"

    id: Mapped[Key]
    email: Mapped[str] = mapped_column(unique=True)
    """In lower case."""
    name: Mapped[str]
    language: Mapped[str] = mapped_column(default="sv")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    reminders: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Whether the weekly digest is mailed."""
    memberships: Mapped[list[Membership]] = relationship(
        back_populates="user", cascade="all, delete-orphan", lazy="selectin"
    )


class Membership(Base):
    """A role that a user holds: everywhere or at one site, for an organisation."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("user_id", "role", "organisation_id", "site_id"),)

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    role: Mapped[Role] = mapped_column(choice(Role))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("sites.id"))
    from_group: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Given by a group of the organisation's directory, which may take it back; else by a person."""
    user: Mapped[User] = relationship(back_populates="memberships")


class GroupRole(Base):
    """What members of a group of the organisation's directory are here."""

    __tablename__ = "group_roles"
    __table_args__ = (UniqueConstraint("group", "role", "organisation_id", "site_id"),)

    id: Mapped[Key]
    group: Mapped[str]
    """As the directory's claim writes it."""
    role: Mapped[Role] = mapped_column(choice(Role))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("sites.id"))


class Identity(Base):
    """Who a user is at a directory that signs people in; the address may change there, this does not."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    user: Mapped[User] = relationship(lazy="joined")


class SignInLink(Base):
    """A mailed way in: a link and a code, each kept only as a hash; used once."""

    __tablename__ = "sign_in_links"

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    nonce_hash: Mapped[str]
    code_hash: Mapped[str | None]
    """Hash of the short code, bound to the browser that asked; None for links an operator printed."""
    browser_hash: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ApiToken(Base):
    """A key by which a machine acts as a user; only its hash is kept."""

    __tablename__ = "api_tokens"

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    revoked_at: Mapped[datetime | None]
    user: Mapped[User] = relationship(lazy="joined")


class SignInSession(Base):
    """A browser that is signed in; it can be revoked."""

    __tablename__ = "sign_in_sessions"
    __table_args__ = (Index(None, "user_id"),)

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    device: Mapped[str] = mapped_column(default="", server_default="")
    """What the browser says it is, in a few words, e.g. "Chrome, Android"."""
    enrolled: Mapped[bool] = mapped_column(default=False, server_default=false())
    """A phone of the work, on which the session lives long."""
    seen_on: Mapped[date | None]
    """The last day it was used."""
    confirmed_at: Mapped[datetime | None]
    """When the person last proved anew who they are, for what only administrators do."""
    user: Mapped[User] = relationship(lazy="joined")


class Passkey(Base):
    """A key of a device or security key, by which its user signs in."""

    __tablename__ = "passkeys"

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(default=0)
    name: Mapped[str]
    """What the user calls it."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    used_at: Mapped[datetime | None]
    user: Mapped[User] = relationship(lazy="joined")


class UsedChallenge(Base):
    """A challenge that a passkey has answered, so that the same answer is worth nothing again."""

    __tablename__ = "used_challenges"

    id: Mapped[Key]
    digest: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    """After it the challenge is too old anyway, and the row may go."""


class PushSubscription(Base):
    """A browser that asked to be told at once; the address is the browser maker's, its content is encrypted."""

    __tablename__ = "push_subscriptions"

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    endpoint: Mapped[str] = mapped_column(unique=True)
    public_key: Mapped[str]
    secret: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
