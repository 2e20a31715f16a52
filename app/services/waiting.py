"""What waits for a responsible organisation: its own findings, soonest due first, with their photos."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from app.db import session
from app.models.findings import FIXED, Finding, Status
from app.models.sites import Site
from app.permissions import Actor
from app.services.findings import seen_by

PAGE = 25
_NEVER = date(9999, 12, 31)
_BATCH = 500
_COLUMNS = (
    Finding.id,
    Finding.number,
    Finding.title,
    Finding.category,
    Finding.item,
    Finding.status,
    Finding.due_on,
    Finding.planned_on,
    Finding.work_order,
    Finding.severity,
    Site.name.label("site"),
    Finding.place_words,
    Finding.asset_number,
    Finding.description,
    Finding.reported_at,
    Finding.lat,
    Finding.lon,
)

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
    # Ids alone are sorted, and only those of the page fetched whole.
    wanted = select(Finding.id).where(*conditions).order_by(due, Finding.id).limit(limit + 1)
    ids = session().scalars(wanted).all()
    whole = select(Finding).where(Finding.id.in_(ids[:limit])).order_by(due, Finding.id)
    rows = session().scalars(whole.options(selectinload(Finding.photos), joinedload(Finding.site))).all()
    on = f"{rows[-1].due_on or _NEVER}~{rows[-1].id}" if len(ids) > limit else None
    return WaitingPage(rows, _counts(actor), on)


def every_waiting(actor: Actor, group: str = "waiting") -> Iterator[Any]:
    """Every finding of a group as plain columns, soonest due first, fetched some hundreds at a time."""
    due = func.coalesce(Finding.due_on, _NEVER).label("due")
    query = (
        select(*_COLUMNS, due)
        .join(Site, Site.id == Finding.site_id)
        .where(*_own(actor), Finding.status.in_(GROUPS[group]))
        .order_by(due, Finding.id)
        .limit(_BATCH)
    )
    rows = session().execute(query).all()
    while rows:
        yield from rows
        beyond = tuple_(due, Finding.id) > tuple_(rows[-1].due, rows[-1].id)
        rows = session().execute(query.where(beyond)).all() if len(rows) == _BATCH else []


def number_of(finding_id: UUID) -> str:
    """The number of a finding, for its address."""
    return session().scalars(select(Finding.number).where(Finding.id == finding_id)).one()


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
