"""The figures of a site: open, late, reported fixed, verified and closed unfixed, and how long it took.

Counted in the database, which answers with a row per status or day, never with the findings themselves.
What is worth keeping (positive) and what repeats another (duplicate) is no fault of its own: neither counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Row, case, cast, extract, func, select

from app.db import session
from app.i18n import today
from app.models.accounts import Organisation
from app.models.findings import FIXED, OPEN, ClosedReason, Finding, Status
from app.models.sites import Site
from app.models.walks import Walk, WalkState
from app.permissions import Actor
from app.services.finding_lists import overdue
from app.services.findings import seen_by
from app.services.walks import walked

_DAY = 24 * 3600


@dataclass(frozen=True)
class SiteFigures:
    """How the findings of a site stand; "reported fixed", "verified" and "closed unfixed" are three facts."""

    open: int = 0
    """Everything that is not settled, the reported fixed among it."""
    overdue: int = 0
    reported_fixed: int = 0
    """Fixed according to the responsible; nobody else has checked."""
    verified: int = 0
    closed_unfixed: int = 0
    walks: int = 0
    """Finished ones."""


@dataclass(frozen=True)
class OwnerFigures:
    """What waits with one organisation, or with nobody yet (no name)."""

    organisation_id: UUID | None
    name: str | None
    open: int
    overdue: int
    reported_fixed: int


def figures(actor: Actor, sites: Iterable[Site]) -> Mapping[UUID, SiteFigures]:
    """The figures of each site by its id, counting only what the actor may see."""
    keys = [site.id for site in sites]
    counts = session().execute(
        select(Finding.site_id, Finding.status, func.count(), func.sum(case((overdue(today()), 1), else_=0)))
        .where(_faults(actor), Finding.site_id.in_(keys))
        .group_by(Finding.site_id, Finding.status)
        .order_by(Finding.site_id)
    )
    by_site = {key: list(rows) for key, rows in groupby(counts, key=lambda row: row[0])}
    walks = _finished_walks(keys)
    return {key: _figures_of(by_site.get(key, []), walks.get(key, 0)) for key in keys}


def median_days(actor: Actor, site: Site) -> float | None:
    """The median of whole days from seen to verified; None while nothing at the site is verified.

    Taken from a count per number of days, which every database can give.
    """
    seconds = extract("epoch", Finding.verified_at) - extract("epoch", Finding.reported_at)
    days = cast(seconds, Integer) // _DAY
    rows = session().execute(
        select(days, func.count())
        .where(
            _faults(actor),
            Finding.site_id == site.id,
            Finding.status.in_(FIXED),
            Finding.verified_at.is_not(None),
        )
        .group_by(days)
        .order_by(days)
    )
    spread = [(number, count) for number, count in rows]
    return _median(spread) if spread else None


def owner_figures(actor: Actor, site: Site) -> list[OwnerFigures]:
    """What is open at a site with each organisation, the most first; what nobody has yet comes last."""
    rows = session().execute(
        select(
            Finding.responsible_id,
            Organisation.name,
            func.count(),
            func.sum(case((overdue(today()), 1), else_=0)),
            func.sum(case((Finding.status == Status.REPORTED_FIXED, 1), else_=0)),
        )
        .outerjoin(Organisation, Organisation.id == Finding.responsible_id)
        .where(_faults(actor), Finding.site_id == site.id, Finding.status.in_(OPEN))
        .group_by(Finding.responsible_id, Organisation.name)
    )
    found = [OwnerFigures(*row) for row in rows]
    return sorted(found, key=lambda one: (one.name is None, -one.open, one.name))


def unfixed_reasons(actor: Actor, site: Site) -> list[tuple[ClosedReason, int]]:
    """Why findings of a site were closed unfixed, and how many for each reason, the most common first."""
    rows = session().execute(
        select(Finding.closed_reason, func.count())
        .where(_faults(actor), Finding.site_id == site.id, Finding.status == Status.WONT_FIX)
        .group_by(Finding.closed_reason)
    )
    found = [(ClosedReason(reason), count) for reason, count in rows if reason]
    return sorted(found, key=lambda one: (-one[1], one[0]))


def _faults(actor: Actor) -> ColumnElement[bool]:
    return Finding.positive.is_(False) & seen_by(actor)


def _figures_of(rows: Sequence[Row[UUID, Status, int, int]], walks: int) -> SiteFigures:
    count = {status: number for _, status, number, _ in rows}
    return SiteFigures(
        open=sum(count.get(status, 0) for status in OPEN),
        overdue=sum(late for *_, late in rows),
        reported_fixed=count.get(Status.REPORTED_FIXED, 0),
        verified=sum(count.get(status, 0) for status in FIXED),
        closed_unfixed=count.get(Status.WONT_FIX, 0),
        walks=walks,
    )


def _median(spread: Sequence[tuple[int, int]]) -> float:
    """The median of (value, how many) in rising order."""
    total = sum(count for _, count in spread)
    middle = [_value_at(spread, place) for place in ((total - 1) // 2, total // 2)]
    return sum(middle) / 2


def _value_at(spread: Sequence[tuple[int, int]], place: int) -> int:
    for value, count in spread:
        place -= count
        if place < 0:
            return value
    raise IndexError(place)


def _finished_walks(keys: Sequence[UUID]) -> dict[UUID, int]:
    rows = session().execute(
        select(Walk.site_id, func.count())
        .where(Walk.site_id.in_(keys), Walk.state == WalkState.FINISHED, walked())
        .group_by(Walk.site_id)
    )
    return dict(rows.all())
