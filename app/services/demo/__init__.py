"""The Järva demo: real boundaries, invented findings; fills an empty database and never another."""

from __future__ import annotations

from app.db import session
from app.models.accounts import User
from app.permissions import Actor

PEOPLE: dict[str, str] = {}


def is_demo() -> bool:
    """Whether this database holds the demo, so that every page can say so."""
    return False


def fill(actor: Actor) -> bool:
    """Fill an empty database with the demo; False, and nothing done, when it holds anything."""
    return session().query(User).first() is None and actor is None
