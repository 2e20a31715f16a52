"""Who may read and who may change the register of organisations and the rules of routing.

The register is one for all sites: a changed address turns everybody's mail. So only who coordinates everywhere changes
it; who coordinates a site, or works everywhere, reads it whole; owners do not see it.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

from app.errors import ForbiddenError, NotFoundError
from app.permissions import Actor, Permission


def reads_all(actor: Actor) -> bool:
    """Whether the actor may read the whole register."""
    everywhere = any(grant.site_id is None for grant in actor.grants_for(Permission.VIEW_SITE))
    return everywhere or actor.may_somewhere(Permission.COORDINATE)


def may_change(actor: Actor) -> bool:
    """Whether the actor may change the register."""
    return any(grant.site_id is None for grant in actor.grants_for(Permission.COORDINATE))


def require_reading(actor: Actor) -> None:
    """Raise NotFoundError unless the actor may read the whole register."""
    if not reads_all(actor):
        raise NotFoundError


def require_changing(actor: Actor) -> None:
    """Raise ForbiddenError for who may only read, NotFoundError for who may not even do that."""
    require_reading(actor)
    if not may_change(actor):
        raise ForbiddenError


def fingerprint(thing: Any, names: Sequence[str], *more: object) -> int:
    """A number below a thousand million that changes with these values: what a form says it was made from."""
    return zlib.crc32(repr([*(getattr(thing, name) for name in names), *more]).encode()) % 10**9
