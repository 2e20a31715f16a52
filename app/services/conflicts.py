"""Conflicts: two people said different things of one part of a finding; a person chooses which of them stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from app.db import change, now, session
from app.errors import ChangedMeanwhileError, NotFoundError
from app.models.findings import Finding
from app.models.operations import Conflict
from app.permissions import Actor, Permission
from app.services.finding_details import details_of, ready
from app.services.findings import apply_details, seen_by
from app.services.merging import read_fields
from app.services.remedies import load_locked


def in_conflict() -> ColumnElement[bool]:
    """The findings of which two people said different things, as a condition of a query."""
    return Finding.id.in_(select(Conflict.finding_id).where(Conflict.settled_at.is_(None)))


def open_conflicts(actor: Actor, finding_ids: Iterable[UUID] | None = None) -> Sequence[Conflict]:
    """The conflicts that nobody has settled, of these findings or all that the actor may see, oldest first."""
    wanted = (
        select(Conflict)
        .join(Conflict.finding)
        .where(Conflict.settled_at.is_(None), seen_by(actor))
        .options(joinedload(Conflict.finding))
        .order_by(Conflict.at, Conflict.id)
    )
    if finding_ids is not None:
        wanted = wanted.where(Conflict.finding_id.in_(list(finding_ids)))
    return session().scalars(wanted).all()


def show_conflict(conflict: Conflict) -> Mapping[str, Any]:
    """A conflict as machines read it."""
    return {
        "id": str(conflict.id),
        "finding_id": str(conflict.finding_id),
        "unit": conflict.unit,
        "mine": conflict.mine,
        "theirs": conflict.theirs,
        "version": conflict.version,
        "at": conflict.at.isoformat(),
    }


def settle(actor: Actor, conflict_id: UUID, *, mine: bool) -> Finding:
    """Choose: `mine`, what the later one wanted, or what stands; settled once, it stays as it was settled.

    Raises NotFoundError, ForbiddenError, InvalidInputError; ChangedMeanwhileError when the part says something else
    by now than either of them.
    """
    conflict = session().get(Conflict, conflict_id)
    if conflict is None:
        raise NotFoundError
    with change(actor, None) as running:
        finding = load_locked(running, conflict.finding_id, Permission.EDIT_FINDING)
        running.session.refresh(conflict)
        if conflict.settled_at is not None:
            return finding
        theirs = read_fields(conflict.theirs)
        details = details_of(finding)
        if mine:
            if any(getattr(details, name) != value for name, value in theirs.items()):
                raise ChangedMeanwhileError
            apply_details(finding, ready(replace(details, **read_fields(conflict.mine)), finding.walk))
        conflict.settled_at, conflict.settled_by = now(), actor.user_id
        running.record("finding.conflict_settled", finding.id, unit=conflict.unit, mine=mine)
    return finding
