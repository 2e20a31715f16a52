"""Findings as they are first reported, one or many at once: each gets its site, its number and its first step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, select

from app.bulk_insert import BulkInsert
from app.db import Change
from app.i18n import local
from app.models.accounts import Role
from app.models.findings import Finding, Status
from app.models.remedies import StatusChange
from app.permissions import Actor, At, Permission, require
from app.services import places
from app.services.finding_details import NAMES, FindingDetails, search_text
from app.services.finding_numbers import give_back, take_numbers
from app.services.walks import ReportedWalk
from geo.tiles import quadkeys


@dataclass(frozen=True)
class Report:
    """A finding that is ready to be taken in: plain values, so that nothing is read again while writing."""

    finding_id: UUID
    walk_id: UUID
    site_id: UUID
    area_id: UUID | None
    role: Role | None
    details: FindingDetails
    quadkey: int | None
    at: datetime

    @property
    def series(self) -> tuple[UUID, int]:
        """The site and the year whose numbers it is counted with."""
        return self.site_id, local(self.at).year


@dataclass(frozen=True)
class Reported:
    """A finding that is there: just made, or since an earlier time that it was said."""

    finding_id: UUID
    walk_id: UUID
    number: str
    version: int
    status: Status


# Making a statement takes as long as running it.
_THERE = select(
    Finding.id,
    Finding.walk_id,
    Finding.number,
    Finding.version,
    Finding.status,
    Finding.reported_by,
    Finding.site_id,
    Finding.responsible_id,
    Finding.level,
).where(Finding.id.in_(bindparam("ids", expanding=True)))
_FINDINGS = BulkInsert(
    Finding,
    ("id", "number", "walk_id", "site_id", "area_id", "quadkey", "reported_at", "search_text", *NAMES),
    ("reported_by",),
)
_STEPS = BulkInsert(StatusChange, ("id", "finding_id", "at", "actor_role"), ("number", "after", "actor_id"))
_values_of = attrgetter(*NAMES)


def prepare_reports(
    actor: Actor, said: Sequence[tuple[UUID, ReportedWalk, FindingDetails, datetime]]
) -> list[Report]:
    """Find out where each finding is; its details are ready, the actor may report on its walk."""
    located = places.locate_all([(details.lon, details.lat) for _, _, details, _ in said])
    sites = [
        _site_of(actor, place.site_id, walk) for (_, walk, _, _), place in zip(said, located, strict=True)
    ]
    roles = {site: actor.role_at(At(site), Permission.REPORT_FINDING) for site in set(sites)}
    keys = quadkeys(
        [details.lon or 0 for _, _, details, _ in said], [details.lat or 0 for _, _, details, _ in said]
    )
    return [
        Report(
            finding_id,
            walk.id,
            site,
            place.area_id,
            roles[site],
            details,
            None if details.lon is None or details.lat is None else int(key),
            at,
        )
        for (finding_id, walk, details, at), site, place, key in zip(said, sites, located, keys, strict=True)
    ]


def insert_reports(running: Change, reports: Sequence[Report]) -> list[Reported]:
    """Take in several findings with different ids within a change; what is there already is left as it is.

    A few statements for all of them together: what it costs hardly grows with their number. Raises NotFoundError
    where one is there that somebody else reported and the actor may not see.
    """
    wanted = Counter(one.series for one in reports)
    # In one order everywhere, so that two batches never wait for each other.
    numbers = {
        series: iter(take_numbers(running, *series, count)) for series, count in sorted(wanted.items())
    }
    # Only now that the series are ours do twins sent at the same moment show.
    there = {
        row.id: _seen(running.actor, row)
        for row in running.connection.execute(_THERE, {"ids": [one.finding_id for one in reports]})
    }
    made: dict[UUID, Reported] = {}
    fresh = [one for one in reports if one.finding_id not in there]
    for one in fresh:
        number = next(numbers[one.series])
        made[one.finding_id] = Reported(one.finding_id, one.walk_id, number, 1, Status.NEW)
    for series, count in sorted(Counter(one.series for one in reports if one.finding_id in there).items()):
        give_back(running, *series, count)
    if fresh:
        # The tables themselves: nobody needs these rows as objects here, and making them costs most of the time.
        who = running.actor.user_id
        rows = [_finding(one, made[one.finding_id].number) for one in fresh]
        _FINDINGS.run(running.connection, rows, reported_by=who)
        steps = [(uuid4(), one.finding_id, one.at, one.role) for one in fresh]
        _STEPS.run(running.connection, steps, number=1, after=Status.NEW, actor_id=who)
        running.record_all(
            "finding.reported",
            [(one.finding_id, {"walk": one.walk_id, "category": one.details.category}) for one in fresh],
        )
    return [there.get(one.finding_id) or made[one.finding_id] for one in reports]


def _seen(actor: Actor, row: Any) -> Reported:
    """What is there, for whoever reported it or may see it."""
    if row.reported_by is None or row.reported_by != actor.user_id:
        require(actor, Permission.VIEW_FINDING, At(row.site_id, row.responsible_id, row.level))
    return Reported(row.id, row.walk_id, row.number, row.version, row.status)


def _site_of(actor: Actor, site_id: UUID | None, walk: ReportedWalk) -> UUID:
    """The site whose ground it is, where the actor may report there; else that of the walk."""
    # Who is trusted with one site only would otherwise lose sight of what they noted across its border.
    if site_id is None or not actor.may(Permission.REPORT_FINDING, At(site_id)):
        return walk.site_id
    return site_id


def _finding(one: Report, number: str) -> tuple[Any, ...]:
    where = (one.finding_id, number, one.walk_id, one.site_id, one.area_id, one.quadkey, one.at)
    return (*where, search_text(number, one.details), *_values_of(one.details))
