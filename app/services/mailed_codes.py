"""Short codes by mail: six digits, good for one browser and five guesses; only their hashes are kept."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import TypeGuard

from sqlalchemy import select

from app.db import now, session
from app.models.accounts import SignInLink

MOST_ATTEMPTS = 5


def new_code() -> str:
    """Six digits of chance."""
    return f"{secrets.randbelow(10**6):06d}"


def spend_code(code: str, browser: str) -> SignInLink | None:
    """What the newest code of this browser was mailed for, when it is the right one; within a running change.

    The guess counts in any case, so the change must not be rolled back for a wrong one.
    """
    digits = "".join(filter(str.isdigit, code))
    link = session().scalar(
        select(SignInLink)
        .where(SignInLink.browser_hash == secret_hash(browser), SignInLink.used_at.is_(None))
        .order_by(SignInLink.created_at.desc())
        .limit(1)
        .with_for_update()
    )
    if not is_usable(link) or link.attempts >= MOST_ATTEMPTS:
        return None
    link.attempts += 1
    if not link.code_hash or not hmac.compare_digest(link.code_hash, secret_hash(digits)):
        return None
    link.used_at = now()
    return link


def is_usable(link: SignInLink | None) -> TypeGuard[SignInLink]:
    """Whether it is neither used nor too old."""
    return link is not None and link.used_at is None and link.expires_at > now()


def secret_hash(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
