"""Spots to be looked at again when it is dark, or in the season in which the fault shows: tasks for a walk to come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from app.db import Change, change, now, session
from app.errors import N_, ForbiddenError, NotFoundError, invalid
from app.i18n import local, today
from app.models.findings import Finding, Status
from app.models.remedies import Revisit, RevisitKind
from app.models.sites import Site
from app.models.walks import Light, Walk
from app.permissions import Actor, Permission, require
from app.services.findings import load_finding, seen_by

MOST_LETTERS = 500
MOST_PROPOSED = 100
MONTHS = range(1, 13)


def may_ask(actor: Actor, finding: Finding) -> bool:
    """Whether this actor may ask for a revisit: whoever checks fixes, and coordinators."""
    return (
        finding.status not in {Status.DUPLICATE, Status.WITHDRAWN}
        and not finding.positive
        and any(actor.may(one, finding) for one in (Permission.VERIFY, Permission.COORDINATE))
    )


def ask(
    actor: Actor,
    number: str,
    kind: RevisitKind,
    words: str = "",
    *,
    months: tuple[int, int] | None = None,
    revisit_id: UUID | None = None,
) -> Revisit:
    """Ask for a finding to be looked at again; `months`: the first and last of its season, for that kind.

    `revisit_id` is made by the page: sent twice it is asked once. Raises InvalidInputError, ForbiddenError.
    """
    finding = load_finding(actor, number)
    if not may_ask(actor, finding):
        raise ForbiddenError
    words = words.strip()
    if len(words) > MOST_LETTERS:
        raise invalid("words", "too_long", N_("At most 500 characters."))
    if kind is RevisitKind.SEASON and (months is None or not set(months) <= set(MONTHS)):
        raise invalid("first_month", "missing", N_("Choose the months in which the fault shows."))
    first, last = season(*months, today()) if kind is RevisitKind.SEASON and months else (today(), None)
    with change(actor, None) as asking:
        revisit_id = revisit_id or uuid4()
        if (known := asking.session.get(Revisit, revisit_id)) is not None:
            return known
        row = Revisit(
            id=revisit_id, finding_id=finding.id, kind=kind, not_before=first, until=last, words=words
        )
        asking.session.add(row)
        asking.record("revisit.asked", finding.id, kind=kind, not_before=first, until=last)
    return row


def season(first: int, last: int, day: date) -> tuple[date, date]:
    """First and last day of the next season of these months, or of the one that it is; it may cross the new year."""
    for year in (day.year - 1, day.year, day.year + 1):
        begins = date(year, first, 1)
        over = year + (last < first)
        after = date(over + (last == 12), last % 12 + 1, 1)
        ends = date.fromordinal(after.toordinal() - 1)
        if ends >= day:
            return begins, ends
    raise AssertionError("a season comes every year")


def revisits_of(finding: Finding) -> Sequence[Revisit]:
    """What was asked for at a finding, the newest first."""
    query = select(Revisit).where(Revisit.finding_id == finding.id).order_by(Revisit.created_at.desc())
    return session().scalars(query).all()


def drop(actor: Actor, number: str, revisit_id: UUID) -> None:
    """Take back what was asked for; raises NotFoundError."""
    finding = load_finding(actor, number)
    require(actor, Permission.COORDINATE, finding, see=Permission.VIEW_FINDING)
    with change(actor, "revisit.dropped", finding.id) as dropping:
        row = dropping.session.get(Revisit, revisit_id)
        if row is None or row.finding_id != finding.id or row.done_at is not None:
            raise NotFoundError
        dropping.session.delete(row)


def due(day: date) -> ColumnElement[bool]:
    """The findings that somebody should look at again now, as a condition of a query."""
    waiting = select(Revisit.finding_id).where(Revisit.done_at.is_(None), Revisit.not_before <= day)
    return Finding.id.in_(waiting)


def proposed_for(actor: Actor, walk: Walk) -> Sequence[Revisit]:
    """The revisits that a planned walk can do: after dark if it is dark then, in season if its day is within it."""
    day = local(walk.planned_at).date()
    in_season = (
        (Revisit.kind == RevisitKind.SEASON)
        & (Revisit.not_before <= day)
        & or_(Revisit.until.is_(None), Revisit.until >= day)
    )
    dark = (Revisit.kind == RevisitKind.DARK) & (Revisit.not_before <= day)
    fits = or_(in_season, dark) if walk.light is Light.DARK else in_season
    query = (
        select(Revisit)
        .join(Finding)
        .where(Revisit.done_at.is_(None), Finding.site_id == walk.site_id, fits, seen_by(actor))
        .order_by(Revisit.created_at)
        .limit(MOST_PROPOSED)
        .options(joinedload(Revisit.finding))
    )
    return session().scalars(query).all()


def waiting_at(actor: Actor, site: Site) -> Sequence[Revisit]:
    """What waits at a site for somebody who plans a walk there, whose season is not over, the oldest first."""
    query = (
        select(Revisit)
        .join(Finding)
        .where(
            Revisit.done_at.is_(None),
            Finding.site_id == site.id,
            or_(Revisit.until.is_(None), Revisit.until >= today()),
            seen_by(actor),
        )
        .order_by(Revisit.created_at)
        .limit(MOST_PROPOSED)
        .options(joinedload(Revisit.finding))
    )
    return session().scalars(query).all()


def note_done(running: Change, finding: Finding, walk: Walk, at: datetime) -> None:
    """Settle within a change what a walk that looked at the finding was asked to do there."""
    day = local(at).date()
    query = select(Revisit).where(Revisit.finding_id == finding.id, Revisit.done_at.is_(None))
    for row in running.session.scalars(query).all():
        dark = row.kind is RevisitKind.DARK and walk.light is Light.DARK
        in_season = (
            row.kind is RevisitKind.SEASON
            and row.not_before <= day
            and (row.until is None or day <= row.until)
        )
        if dark or in_season:
            row.done_at = now()
            running.record("revisit.done", finding.id, kind=row.kind, walk=walk.id)
