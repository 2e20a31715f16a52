"""Planned walks that residents are told of: only those that a coordinator chose, and only when they are."""

from __future__ import annotations

from uuid import UUID

from app.db import change, session
from app.models.publications import PublicWalk
from app.models.walks import Walk
from app.permissions import Actor, Permission
from app.services.walks import load_walk


def announced(walk: Walk) -> PublicWalk | None:
    """What residents are told of a walk, if anything."""
    return session().get(PublicWalk, walk.id)


def announce(actor: Actor, walk_id: UUID, words: str) -> None:
    """Tell residents when a walk is, in these words besides; its meeting point and purpose stay among staff."""
    walk = load_walk(actor, walk_id, Permission.COORDINATE)
    with change(actor, "walk.announced", walk.id) as running:
        found = running.session.get(PublicWalk, walk.id)
        if found is None:
            running.session.add(PublicWalk(walk_id=walk.id, words=words))
        else:
            found.words = words


def take_back(actor: Actor, walk_id: UUID) -> None:
    """Tell residents nothing of a walk any more."""
    walk = load_walk(actor, walk_id, Permission.COORDINATE)
    with change(actor, "walk.unannounced", walk.id) as running:
        found = running.session.get(PublicWalk, walk.id)
        if found is not None:
            running.session.delete(found)
