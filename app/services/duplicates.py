"""Findings that turned out to be the same one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.db import session
from app.models.findings import Finding
from app.permissions import Actor, Permission
from app.services.findings import seen_by


def seen_original(actor: Actor, finding: Finding) -> Finding | None:
    """The finding that this one repeats, where the actor may see it."""
    original = finding.duplicate_of
    return original if original is not None and actor.may(Permission.VIEW_FINDING, original) else None


def repeats_of(actor: Actor, finding: Finding) -> Sequence[Finding]:
    """The findings that repeat this one, as far as the actor may see them, by number."""
    query = select(Finding).where(Finding.duplicate_of_id == finding.id, seen_by(actor))
    return session().scalars(query.order_by(Finding.number)).all()
