"""The audit trail of one finding, for coordinators: everything that was done with it, by function."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.db import session
from app.models.audit import AuditEvent
from app.models.findings import Finding
from app.models.owner_links import OwnerLink
from app.models.photos import Photo
from app.permissions import Actor, Permission, require
from app.services.functions import Function, functions_of

MOST_SHOWN = 1000


@dataclass(frozen=True)
class Event:
    """One thing that was done; `by` None: the product itself, or somebody who is gone."""

    number: int
    at: datetime
    name: str
    by: Function | None
    by_system: bool
    details: dict[str, Any]
    """What the trail keeps of it; empty where it was erased."""
    sealed: bool


def events_of(actor: Actor, finding: Finding) -> Sequence[Event]:
    """What was done with a finding, its photos and its links, oldest first."""
    require(actor, Permission.COORDINATE, finding, see=Permission.VIEW_FINDING)
    photos = select(Photo.id).where(Photo.finding_id == finding.id)
    links = select(OwnerLink.id).where(OwnerLink.finding_id == finding.id)
    about = AuditEvent.subject_id
    query = (
        select(AuditEvent)
        .where((about == finding.id) | about.in_(photos) | about.in_(links))
        .order_by(AuditEvent.id.desc())
        .limit(MOST_SHOWN)
    )
    rows = session().scalars(query).all()[::-1]
    functions = functions_of(row.actor_id for row in rows)
    return [
        Event(
            row.id,
            row.at,
            row.name,
            functions.get(row.actor_id) if row.actor_id else None,
            row.actor_id is None,
            json.loads(row.payload) if row.payload else {},
            row.seal_number is not None,
        )
        for row in rows
    ]
