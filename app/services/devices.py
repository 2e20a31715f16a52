"""The browsers that a person is signed in with: how long each stays so, and ending them one by one or all at once.

The row is read in every request, so what is ended here is ended on every web node at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select, update
from sqlalchemy.exc import OperationalError

from app.db import change, now, session
from app.errors import NotFoundError
from app.models.accounts import SignInSession, User
from app.permissions import SYSTEM, Actor

ENROLLED_LIFE = timedelta(days=90)
"""A phone of the work, from the last day it was used."""
IDLE_LIFE = timedelta(hours=12)
"""Any other browser, from its last use …"""
LONGEST_LIFE = timedelta(days=14)
"""… and no longer than this from signing in."""


@dataclass(frozen=True)
class Device:
    """The browser that signs in."""

    words: str = ""
    """What it says it is, e.g. "Chrome, Android"."""
    enrolled: bool = False
    """Whether the person wants to stay signed in on it."""


def open_session(user: User, device: Device) -> SignInSession:
    """Sign the user in on a device; within a running change. Whoever signs in has just proved who they are."""
    row = SignInSession(
        user_id=user.id,
        device=device.words,
        enrolled=device.enrolled,
        expires_at=now() + (ENROLLED_LIFE if device.enrolled else IDLE_LIFE),
        seen_on=now().date(),
        confirmed_at=now(),
    )
    session().add(row)
    session().flush()
    return row


def note_use(row: SignInSession | Row[*tuple[Any, ...]]) -> None:
    """Let a session in use live on; written once a day on an enrolled phone, once an hour elsewhere."""
    until = _lives_until(row)
    slack = timedelta(days=1) if row.enrolled else timedelta(hours=1)
    if until - row.expires_at < slack:
        return
    longer = (
        update(SignInSession)
        .where(SignInSession.id == row.id, SignInSession.revoked_at.is_(None))
        .values(expires_at=until, seen_on=now().date())
    )
    # Reading goes on where nothing can be written, e.g. on a full disk.
    with suppress(OperationalError), change(SYSTEM, None) as noting:
        noting.session.execute(longer)


def _lives_until(row: SignInSession | Row[*tuple[Any, ...]]) -> datetime:
    if row.enrolled:
        return now() + ENROLLED_LIFE
    return min(now() + IDLE_LIFE, row.created_at + LONGEST_LIFE)


def devices_of(user_id: UUID | None) -> Sequence[SignInSession]:
    """Where the person is signed in now, last used first."""
    mine = _live(user_id).order_by(SignInSession.seen_on.desc(), SignInSession.created_at.desc())
    return session().scalars(mine).all()


def end_device(actor: Actor, session_id: UUID) -> None:
    """Sign oneself out on one device; raises NotFoundError for somebody else's."""
    with change(actor, "sign_in.ended", session_id) as ending:
        row = ending.session.get(SignInSession, session_id)
        if row is None or row.user_id != actor.user_id:
            raise NotFoundError
        row.revoked_at = row.revoked_at or now()


def end_other_devices(actor: Actor, this_one: UUID) -> int:
    """Sign oneself out everywhere but here; returns how many devices it was."""
    with change(actor, "sign_in.others_ended", actor.user_id):
        return end_sessions(actor.user_id, but=this_one)


def end_sessions(user_id: UUID | None, *, but: UUID | None = None) -> int:
    """End every session of a user; within a running change."""
    rows = [row for row in session().scalars(_live(user_id)) if row.id != but]
    for row in rows:
        row.revoked_at = now()
    return len(rows)


def _live(user_id: UUID | None) -> Select[SignInSession]:
    return select(SignInSession).where(
        SignInSession.user_id == user_id,
        SignInSession.revoked_at.is_(None),
        SignInSession.expires_at > now(),
    )
