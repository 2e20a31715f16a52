"""What waits for a responsible organisation: its own findings, soonest due first, each with its first photo."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, String, bindparam, cast, func, select, tuple_

from app.db import session
from app.models.findings import FIXED, Finding, Severity, Status
from app.models.photos import Photo, PhotoKind
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


class Waiting(NamedTuple):
    """One finding of the list."""

    id: UUID
    number: str
    version: int
    title: str
    category: str
    item: str
    description: str
    place_words: str
    severity: Severity | None
    status: Status
    due_on: date | None
    planned_on: date | None
    lon: float | None
    lat: float | None
    site: str
    site_slug: str
    site_polygon: bytes
    """WKB, WGS84."""
    photo_id: UUID | None
    """The first photo of the fault that can be shown."""


@dataclass(frozen=True)
class WaitingPage:
    """Some of an organisation's findings, how many there are in each group, and where the list goes on."""

    rows: Sequence[Waiting]
    counts: dict[str, int]
    after: str | None


def list_waiting(actor: Actor, group: str = "waiting", *, after: str = "", limit: int = PAGE) -> WaitingPage:
    """The findings of a group that the actor may see, soonest due first; a senseless `after` is passed over."""
    position = _read(after)
    given = dict(zip(("due", "id"), position, strict=True)) if position else {}
    query = _page(actor, group, limit + 1, beyond=position is not None)
    # The plain connection: rows of columns need nothing of what the session does for objects.
    found = session().connection().execute(query, given).all()
    rows = [Waiting._make(row) for row in found[:limit]]
    on = f"{rows[-1].due_on or _NEVER}~{rows[-1].id}" if len(found) > limit else None
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


# Making a statement takes as long as running it, and the same list is asked for again and again.
@lru_cache(maxsize=256)
def _page(actor: Actor, group: str, limit: int, *, beyond: bool) -> Select[*tuple[Any, ...]]:
    """A page of the list; with `beyond` it takes the position to go on from as `due` and `id`."""
    due = func.coalesce(Finding.due_on, _NEVER)
    wanted = (
        select(Finding.id, due.label("due"))
        .where(*_own(actor), Finding.status.in_(GROUPS[group]))
        .order_by(due, Finding.id)
        .limit(limit)
    )
    if beyond:
        there = tuple_(bindparam("due", type_=Date), bindparam("id", type_=Finding.id.type))
        wanted = wanted.where(tuple_(due, Finding.id) > there)
    # Ids alone are sorted, and only those of the page looked up.
    page = wanted.subquery()
    photo = (
        select(Photo.id)
        .where(
            Photo.finding_id == Finding.id,
            Photo.kind == PhotoKind.FINDING,
            cast(Photo.sizes, String) != "{}",
        )
        .order_by(Photo.received_at)
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            Finding.id,
            Finding.number,
            Finding.version,
            Finding.title,
            Finding.category,
            Finding.item,
            Finding.description,
            Finding.place_words,
            Finding.severity,
            Finding.status,
            Finding.due_on,
            Finding.planned_on,
            Finding.lon,
            Finding.lat,
            Site.name,
            Site.slug,
            Site.polygon,
            photo,
        )
        .join(page, page.c.id == Finding.id)
        .join(Site, Site.id == Finding.site_id)
        .order_by(page.c.due, page.c.id)
    )


def _counts(actor: Actor) -> dict[str, int]:
    by_status = dict(session().connection().execute(_by_status(actor)).all())
    return {name: sum(by_status.get(one, 0) for one in group) for name, group in GROUPS.items()}


@lru_cache(maxsize=256)
def _by_status(actor: Actor) -> Select[Status, int]:
    return select(Finding.status, func.count()).where(*_own(actor)).group_by(Finding.status)


def _read(cursor: str) -> tuple[date, UUID] | None:
    day, _, finding_id = cursor.partition("~")
    try:
        return date.fromisoformat(day), UUID(finding_id)
    except ValueError:
        return None
