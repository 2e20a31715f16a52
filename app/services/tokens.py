"""API tokens: keys by which a machine acts as a user; only their hashes are kept."""

from __future__ import annotations

import hashlib
import secrets

from sqlalchemy import select

from app.db import change, now, session
from app.errors import N_, invalid
from app.models.accounts import ApiToken
from app.permissions import SYSTEM
from app.services.accounts import actor_of, find_user
from app.services.sign_in import SignedIn


def create_token(email: str) -> str:
    """Make a token that acts as the user of this address; it cannot be shown again. Raises InvalidInputError."""
    user = find_user(email)
    if user is None:
        raise invalid("email", "unknown", N_("There is no active user with this address."))
    token = secrets.token_urlsafe(32)
    with change(SYSTEM, "token.created", user.id) as creating:
        creating.session.add(ApiToken(user_id=user.id, token_hash=_hash(token)))
    return token


def find_token(token: str) -> SignedIn | None:
    """Whom the token acts as, unless it is unknown or revoked, or the user is no longer active."""
    row = session().scalar(select(ApiToken).where(ApiToken.token_hash == _hash(token)))
    if row is None or row.revoked_at is not None or not row.user.active:
        return None
    return SignedIn(row.id, row.user.name, row.user.language, actor_of(row.user))


def revoke_tokens(email: str) -> int:
    """End every token of the user of this address; returns how many."""
    user = find_user(email)
    if user is None:
        raise invalid("email", "unknown", N_("There is no active user with this address."))
    with change(SYSTEM, "token.revoked", user.id) as revoking:
        rows = revoking.session.scalars(
            select(ApiToken).where(ApiToken.user_id == user.id, ApiToken.revoked_at.is_(None))
        ).all()
        for row in rows:
            row.revoked_at = now()
    return len(rows)


def _hash(token: str) -> str:
    # Full of chance already, so one plain hash hides it; what a header holds may not even be UTF-8.
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
