"""Conflicts: people said different things of one part of a finding; a person chooses which of them stands."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.db import change, session
from app.errors import ChangedMeanwhileError, NotFoundError
from app.models.accounts import Role, User
from app.models.audit import AuditEvent
from app.models.findings import Finding
from app.models.operations import Conflict, Operation
from app.permissions import Actor, Permission
from app.services.accounts import actor_of
from app.services.finding_details import details_of, ready
from app.services.findings import apply_details, standing
from app.services.merging import UNITS, merge, read_fields, settle_units
from app.services.remedies import load_locked


@dataclass(frozen=True)
class Said:
    """What somebody said of a part of a finding, by field: when, and in which role where that is known."""

    values: Mapping[str, Any]
    at: datetime
    role: Role | None
    conflict_id: UUID | None
    """None: it is what stands."""


@dataclass(frozen=True)
class Choice:
    """A part of a finding (a name of `merging.UNITS`) of which several things were said."""

    unit: str
    stands: Said
    others: Sequence[Said]
    """What else was said, oldest first."""


def in_conflict() -> ColumnElement[bool]:
    """The findings of which people said different things, as a condition of a query; what was taken back rests."""
    return Finding.id.in_(select(Conflict.finding_id).where(Conflict.settled_at.is_(None))) & standing()


def choices_of(finding: Finding) -> list[Choice]:
    """What has to be chosen of a finding that somebody may see."""
    rows = session().execute(
        select(Conflict, Operation.corrected_at)
        .join(Operation, Operation.id == Conflict.operation_id)
        .where(Conflict.finding_id == finding.id, Conflict.settled_at.is_(None))
        .order_by(Conflict.at, Conflict.id)
    )
    by_unit: dict[str, list[Said]] = {}
    for conflict, at in rows:
        role = _role(finding, conflict.actor_id)
        by_unit.setdefault(conflict.unit, []).append(Said(read_fields(conflict.mine), at, role, conflict.id))
    return [Choice(unit, _stands(finding, unit), others) for unit, others in by_unit.items()]


def settle(actor: Actor, number: str, unit: str, conflict_id: UUID | None, *, version: int) -> Finding:
    """Choose what somebody else said, or (None) what stands; both as an edit on `version`, as a phone makes it.

    What is settled already stays as it was settled. Raises NotFoundError, ForbiddenError, InvalidInputError;
    ChangedMeanwhileError where the part has changed, or somebody has said a further thing of it, since that version.
    """
    with change(actor, None) as running:
        finding = load_locked(running, number, Permission.EDIT_FINDING)
        conflicts = running.session.scalars(
            select(Conflict).where(Conflict.finding_id == finding.id, Conflict.unit == unit)
        ).all()
        waiting = {one.id: one for one in conflicts if one.settled_at is None}
        if not conflicts or (conflict_id is not None and conflict_id not in {one.id for one in conflicts}):
            raise NotFoundError
        if not waiting:
            return finding  # the second half of a double click, or a colleague was first
        if any(one.version > version for one in waiting.values()) or (
            conflict_id and conflict_id not in waiting
        ):
            raise ChangedMeanwhileError
        said = read_fields(waiting[conflict_id].mine) if conflict_id else {}
        if finding.unit_versions.get(unit, 1) > version or merge(finding, version, said).disputed:
            raise ChangedMeanwhileError
        before = details_of(finding)
        details = ready(replace(before, **said), finding.walk)
        if details != before:
            apply_details(finding, details)
            running.record("finding.updated", finding.id, fields=sorted(said))
            running.session.flush()
        settle_units(running, finding, UNITS[unit], version)
    return finding


def _stands(finding: Finding, unit: str) -> Said:
    """What stands, with who said it when as far as the trail tells."""
    at, actor_id = max(_times(finding, unit), key=lambda said: said[0])
    return Said({name: getattr(finding, name) for name in UNITS[unit]}, at, _role(finding, actor_id), None)


def _times(finding: Finding, unit: str) -> Iterator[tuple[datetime, UUID | None]]:
    yield finding.reported_at, finding.reported_by
    names = set(UNITS[unit])
    edits = select(AuditEvent).where(
        AuditEvent.subject_id == finding.id, AuditEvent.name == "finding.updated"
    )
    for event in session().scalars(edits):
        if event.payload and names & set(json.loads(event.payload).get("fields", ())):
            yield event.at, event.actor_id
    for step in finding.history:
        if names & step.given.keys():
            yield step.at, step.actor_id


def _role(finding: Finding, user_id: UUID | None) -> Role | None:
    user = session().get(User, user_id) if user_id else None
    return actor_of(user).role_at(finding, Permission.EDIT_FINDING) if user else None
