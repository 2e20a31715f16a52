"""API tokens: keys by which a machine acts as a user; only their hashes are kept."""

from __future__ import annotations

import hashlib
import secrets

from sqlalchemy import bindparam, select

from app.db import change, now, session
from app.errors import N_, invalid
from app.models.accounts import ApiToken, Membership, User
from app.permissions import SYSTEM, Actor, Grant
from app.services.accounts import find_user
from app.services.sign_in import SignedIn

# A machine may ask hundreds of times a second: one statement, made once, and no objects of rows.
_HOLDER = (
    select(
        ApiToken.id,
        ApiToken.user_id,
        ApiToken.revoked_at,
        User.name,
        User.language,
        User.active,
        Membership.role,
        Membership.site_id,
        Membership.organisation_id,
    )
    .join(User, User.id == ApiToken.user_id)
    .outerjoin(Membership, Membership.user_id == User.id)
    .where(ApiToken.token_hash == bindparam("hash"))
    .order_by(Membership.id)
)


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
    rows = session().connection().execute(_HOLDER, {"hash": _hash(token)}).all()
    if not rows or rows[0].revoked_at is not None or not rows[0].active:
        return None
    held = tuple(Grant(row.role, row.site_id, row.organisation_id) for row in rows if row.role is not None)
    return SignedIn(rows[0].id, rows[0].name, rows[0].language, Actor(rows[0].user_id, held))


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
