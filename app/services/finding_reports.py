"""Findings as they are first reported, one or many at once: each gets its site, its number and its first step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import insert, select

from app.db import Change
from app.i18n import local
from app.models.findings import Finding, Status
from app.models.remedies import StatusChange
from app.models.sites import Site
from app.models.walks import Walk
from app.permissions import Actor, At, Permission
from app.services import places
from app.services.finding_details import FindingDetails, search_text
from app.services.finding_numbers import lock_series, take_number
from geo.tiles import quadkey


@dataclass(frozen=True)
class Report:
    """A finding to be taken in: its details are ready (`finding_details.ready`), its id is made by the client."""

    finding_id: UUID
    walk: Walk
    details: FindingDetails
    at: datetime


@dataclass(frozen=True)
class Reported:
    """A finding that is there: just made, or since an earlier time that it was said."""

    finding_id: UUID
    walk_id: UUID
    number: str
    version: int
    status: Status
    fresh: bool


def insert_reports(running: Change, reports: Sequence[Report]) -> list[Reported]:
    """Take in several findings with different ids within a change; what is there already is left as it is.

    A few statements for all of them together: what it costs hardly grows with their number.
    """
    located = places.locate_all([(one.details.lon, one.details.lat) for one in reports])
    sites = [_site_of(running, place.site_id, one.walk) for one, place in zip(reports, located, strict=True)]
    keys = [(site.id, local(one.at).year) for one, site in zip(reports, sites, strict=True)]
    by_id = {site.id: site for site in sites}
    # In one order everywhere, so that two batches never wait for each other.
    series = {key: lock_series(running.session, by_id[key[0]], key[1]) for key in sorted(set(keys))}
    # Only now that the series are ours do twins sent at the same moment show.
    there = _there(running, reports)
    role = {site.id: running.actor.role_at(At(site.id), Permission.REPORT_FINDING) for site in sites}
    rows, steps, events, answers = [], [], [], []
    for one, site, place, key in zip(reports, sites, located, keys, strict=True):
        if one.finding_id in there:
            answers.append(there[one.finding_id])
            continue
        number = take_number(series[key], site)
        at = one.at
        rows.append(
            {
                **vars(one.details),
                "id": one.finding_id,
                "number": number,
                "walk_id": one.walk.id,
                "site_id": site.id,
                "area_id": place.area_id,
                "quadkey": _quadkey(one.details),
                "reported_by": running.actor.user_id,
                "reported_at": at,
                "search_text": search_text(number, one.details),
            }
        )
        steps.append(
            {
                "id": uuid4(),
                "finding_id": one.finding_id,
                "number": 1,
                "at": at,
                "after": Status.NEW,
                "actor_id": running.actor.user_id,
                "actor_role": role[site.id],
            }
        )
        events.append((one.finding_id, {"walk": one.walk.id, "category": one.details.category}))
        answers.append(Reported(one.finding_id, one.walk.id, number, 1, Status.NEW, fresh=True))
    if rows:
        # The tables themselves: nobody needs these rows as objects here, and making them costs most of the time.
        connection = running.session.connection()
        connection.execute(insert(Finding), rows)
        connection.execute(insert(StatusChange), steps)
        running.record_all("finding.reported", events)
    return answers


def _there(running: Change, reports: Sequence[Report]) -> dict[UUID, Reported]:
    columns = (Finding.id, Finding.walk_id, Finding.number, Finding.version, Finding.status)
    rows = running.session.execute(
        select(*columns).where(Finding.id.in_([one.finding_id for one in reports]))
    )
    return {row.id: Reported(*row, fresh=False) for row in rows}


def _site_of(running: Change, site_id: UUID | None, walk: Walk) -> Site:
    """The site whose ground it is, where the actor may report there; else that of the walk."""
    # Who is trusted with one site only would otherwise lose sight of what they noted across its border.
    if site_id is None or site_id == walk.site_id or not _may_report(running.actor, site_id):
        return walk.site
    return running.session.get_one(Site, site_id)


def _may_report(actor: Actor, site_id: UUID) -> bool:
    return actor.may(Permission.REPORT_FINDING, At(site_id))


def _quadkey(details: FindingDetails) -> int | None:
    return None if details.lon is None or details.lat is None else quadkey(details.lon, details.lat)
