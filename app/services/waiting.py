"""What waits for a responsible organisation: its own findings, soonest due first, with their photos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from app.db import session
from app.models.findings import FIXED, Finding, Status
from app.permissions import Actor
from app.services.findings import seen_by

PAGE = 25
_NEVER = date(9999, 12, 31)

WITH_OWNER = frozenset(
    {
        Status.SENT,
        Status.ACKNOWLEDGED,
        Status.PLANNED,
        Status.IN_PROGRESS,
        Status.ON_HOLD,
        Status.NEEDS_INVESTMENT,
    }
)
"""The organisation has something to do."""
GROUPS: dict[str, frozenset[Status]] = {
    "waiting": WITH_OWNER,
    "answered": frozenset({Status.REPORTED_FIXED, Status.DECLINED_PROPOSED, Status.REOPENED}),
    "done": FIXED | {Status.WONT_FIX},
}
"""What the organisation's list shows: what waits for it, what waits for the coordinator, what is over."""


@dataclass(frozen=True)
class WaitingPage:
    """Some of an organisation's findings, how many there are in each group, and where the list goes on."""

    rows: Sequence[Finding]
    counts: dict[str, int]
    after: str | None


def list_waiting(actor: Actor, group: str = "waiting", *, after: str = "", limit: int = PAGE) -> WaitingPage:
    """The findings of a group that the actor may see, soonest due first; a senseless `after` is passed over."""
    due = func.coalesce(Finding.due_on, _NEVER)
    conditions = [*_own(actor), Finding.status.in_(GROUPS[group])]
    if (position := _read(after)) is not None:
        conditions.append(tuple_(due, Finding.id) > tuple_(*position))
    query = (
        select(Finding)
        .where(*conditions)
        .order_by(due, Finding.id)
        .limit(limit + 1)
        .options(selectinload(Finding.photos), joinedload(Finding.site), joinedload(Finding.walk))
    )
    found = session().scalars(query).all()
    rows = found[:limit]
    on = f"{rows[-1].due_on or _NEVER}~{rows[-1].id}" if len(found) > limit else None
    return WaitingPage(rows, _counts(actor), on)


def count_waiting(actor: Actor) -> int:
    """How many findings wait for what the actor answers for."""
    return _counts(actor)["waiting"]


def _own(actor: Actor) -> list[ColumnElement[bool]]:
    return [seen_by(actor), Finding.positive.is_(False)]


def _counts(actor: Actor) -> dict[str, int]:
    counted = (
        select(Finding.status, func.count().label("number")).where(*_own(actor)).group_by(Finding.status)
    )
    by_status = {row.status: row.number for row in session().execute(counted)}
    return {name: sum(by_status.get(one, 0) for one in group) for name, group in GROUPS.items()}


def _read(cursor: str) -> tuple[date, UUID] | None:
    day, _, finding_id = cursor.partition("~")
    try:
        return date.fromisoformat(day), UUID(finding_id)
    except ValueError:
        return None
