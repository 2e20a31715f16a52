"""The list of findings: filters, order, and keyset paging that costs the same on the first page and the last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    String,
    bindparam,
    func,
    literal,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.orm import InstrumentedAttribute

from app.db import session
from app.i18n import today
from app.models.accounts import Organisation
from app.models.findings import FIXED, OPEN, SETTLED, Finding, Severity, Status
from app.models.sites import Site
from app.permissions import Actor
from app.services.conflicts import in_conflict
from app.services.findings import seen_by, standing
from app.services.questions import asked
from app.services.revisits import due

PAGE = 50
MOST_COUNTED = 1000
"""Beyond this a count says only "more than": counting on would cost more than it tells."""

GROUPS: dict[str, frozenset[Status]] = {
    "open": OPEN,
    "fixed": FIXED,
    "unfixed": frozenset({Status.WONT_FIX}),
    "all": frozenset(Status) - {Status.WITHDRAWN},
}
"""Several statuses under one word; any single status may be asked for as well."""
POSITIVE = "positive"
"""Asks for what is worth keeping, which stands in no other list."""

CONFLICT = "conflict"
"""Asks for what people said different things of, and nobody has chosen yet."""

QUESTIONS = "questions"
"""Asks for what a responsible organisation said something of that nobody has reacted to yet."""

REVISITS = "revisits"
"""Asks for what is to be looked at again, after dark or in season."""


@dataclass(frozen=True)
class FindingFilter:
    """Which findings to list; what is left out does not narrow."""

    site: str = ""
    """Slug."""
    status: str = "open"
    """One of GROUPS, a single status, POSITIVE, CONFLICT, QUESTIONS or REVISITS."""
    owner: UUID | None = None
    overdue: bool = False
    category: str = ""
    severity: Severity | None = None
    text: str = ""
    """Words that must all stand in the number, title, description, place or one of the numbers."""
    sort: str = "newest"
    """`newest` noted first, or `due`: soonest due first, only those that have a due date."""


class Listed(NamedTuple):
    """One row of the list."""

    number: str
    title: str
    category: str
    item: str
    place_words: str
    severity: Severity | None
    status: Status
    site: str
    responsible: str | None
    due_on: date | None
    reported_at: datetime
    overdue: bool


@dataclass(frozen=True)
class Page:
    """Some rows of the list, and where it goes on: cursors for `before` and `after`."""

    rows: Sequence[Listed]
    newer: str | None
    older: str | None
    count: int
    """All that the filter matches, but no higher than MOST_COUNTED + 1."""


def list_findings(
    actor: Actor, wanted: FindingFilter, *, after: str = "", before: str = "", limit: int = PAGE
) -> Page:
    """The findings that the actor may see and the filter lets through; a cursor that means nothing is passed over."""
    day = today()
    key, descending = _ORDERS.get(wanted.sort, _ORDERS["newest"])
    position = _read_cursor(key, before or after)
    backwards = bool(before) and position is not None
    query = _query(
        actor, wanted, day, limit + 1, down=descending is not backwards, beyond=position is not None
    )
    given = dict(zip(("key", "id"), position, strict=True)) if position else {}
    # The plain connection: rows of columns need nothing of what the session does for objects.
    found = session().connection().execute(query, given).all()
    more, found = len(found) > limit, found[:limit]
    if backwards:
        found = found[::-1]
    first, last = (_cursor(found[0]), _cursor(found[-1])) if found else (None, None)
    return Page(
        [Listed._make((*row[:_SHOWN], is_overdue(row.due_on, row.status, day))) for row in found],
        newer=first if (more if backwards else position is not None) else None,
        older=last if (backwards or more) else None,
        count=found[0].total if found else _count_alone(actor, wanted, day) if position else 0,
    )


def is_overdue(due_on: date | None, status: Status, day: date) -> bool:
    """Whether the due date of an open finding has passed."""
    return due_on is not None and due_on < day and status in OPEN


def overdue(day: date) -> ColumnElement[bool]:
    """What `is_overdue` says of one, as a condition of a query."""
    return (Finding.due_on < day) & Finding.status.not_in(SETTLED)


_COLUMNS: tuple[Any, ...] = (
    Finding.number,
    Finding.title,
    Finding.category,
    Finding.item,
    Finding.place_words,
    Finding.severity,
    Finding.status,
    Site.name.label("site"),
    Organisation.name.label("responsible"),
    Finding.due_on,
    Finding.reported_at,
)
_SHOWN = len(_COLUMNS)
_ORDERS: dict[str, tuple[InstrumentedAttribute[Any], bool]] = {
    "newest": (Finding.reported_at, True),
    "due": (Finding.due_on, False),
}
"""Column, and whether the highest comes first."""


def conditions_of(actor: Actor, wanted: FindingFilter, day: date) -> list[ColumnElement[bool]]:
    """The filter as conditions on findings, for the list and for whoever shows the same ones in another way."""
    # What narrows most and is soonest told comes first: SQLite asks a row in this order.
    conditions = []
    if wanted.site:
        conditions.append(
            Finding.site_id == select(Site.id).where(Site.slug == wanted.site).scalar_subquery()
        )
    if wanted.owner is not None:
        conditions.append(Finding.responsible_id == wanted.owner)
    if wanted.category:
        conditions.append(Finding.category == wanted.category)
    if wanted.severity is not None:
        conditions.append(Finding.severity == wanted.severity)
    if wanted.overdue:
        conditions.append(overdue(day))
    if wanted.sort == "due":
        conditions.append(Finding.due_on.is_not(None))
    return [
        *conditions,
        *_status_conditions(wanted.status),
        seen_by(actor),
        *(Finding.search_text.contains(word, autoescape=True) for word in wanted.text.casefold().split()[:8]),
    ]


def _status_conditions(status: str) -> list[ColumnElement[bool]]:
    # A pin set by mistake stands in no list but its own.
    if status == POSITIVE:
        return [Finding.positive.is_(True), standing()]
    if status == CONFLICT:
        return [in_conflict()]
    if status == QUESTIONS:
        return [asked()]
    if status == REVISITS:
        return [due(today())]
    # What is worth keeping has nothing to be remedied, so no status speaks of it.
    faults = Finding.positive.is_(False)
    if status in {"", "all"}:
        return [faults, standing()]
    if status == "open":
        # Said by what it is not, so that the planner walks the index of the order instead of sorting one by status.
        return [faults, Finding.status.not_in(SETTLED)]
    statuses = GROUPS.get(status) or {one for one in Status if one == status}
    return [faults, Finding.status.in_(statuses)]


# Making a statement takes as long as running it, and pages of the same list are asked for again and again.
@lru_cache(maxsize=256)
def _query(
    actor: Actor, wanted: FindingFilter, day: date, limit: int, *, down: bool, beyond: bool
) -> Select[Any]:
    """Rows with names, cursor and count in one statement; outer joins leave the order to the findings' index.

    With `beyond` it takes the position to go on from as `key` and `id`.
    """
    key, _ = _ORDERS.get(wanted.sort, _ORDERS["newest"])
    conditions = conditions_of(actor, wanted, day)
    query: Select[Any] = (
        select(
            *_COLUMNS,
            type_coerce(key, String).label("key"),
            type_coerce(Finding.id, String).label("id"),
            _count(conditions).label("total"),
        )
        .outerjoin_from(Finding, Site, Site.id == Finding.site_id)
        .outerjoin(Organisation, Organisation.id == Finding.responsible_id)
        .where(*conditions)
        .order_by(*((key.desc(), Finding.id.desc()) if down else (key, Finding.id)))
        .limit(limit)
    )
    if not beyond:
        return query
    here = tuple_(key, Finding.id)
    there = tuple_(bindparam("key", type_=key.type), bindparam("id", type_=Finding.id.type))
    return query.where(here < there if down else here > there)


def _count_alone(actor: Actor, wanted: FindingFilter, day: date) -> int:
    """The count where the page itself is empty."""
    return session().scalar(select(_count(conditions_of(actor, wanted, day)))) or 0


def _count(conditions: Sequence[ColumnElement[bool]]) -> ScalarSelect[int]:
    some = select(literal(1)).select_from(Finding).where(*conditions).limit(MOST_COUNTED + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def _cursor(row: Any) -> str:
    """The place of a row in the order, as it stands in the address."""
    return f"{row.key}~{row.id}"


def _read_cursor(key: InstrumentedAttribute[Any], cursor: str) -> tuple[Any, UUID] | None:
    value, _, row_id = cursor.partition("~")
    try:
        if key is Finding.due_on:
            return date.fromisoformat(value), UUID(row_id)
        moment = datetime.fromisoformat(value)
        # SQLite keeps UTC without saying so.
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC), UUID(row_id)
    except (ValueError, OverflowError):  # the latter at either end of time
        return None
