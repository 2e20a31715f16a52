"""The findings that a phone takes along, with what it needs to recognise them and to edit them offline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, selectinload

from app.db import session
from app.i18n import local
from app.models.findings import OPEN, Finding, Level, Status
from app.models.operations import Conflict
from app.models.photos import Photo
from app.models.remedies import Recheck, RecheckResult
from app.models.sites import Site
from app.models.walks import Walk
from app.permissions import Actor
from app.services.findings import seen_by
from app.services.walk_findings import MOST_EARLIER, earlier, noted

Thumb = Callable[[Finding, Photo], str | None]
"""Address of the small size of a photo; None while there is none."""

_THERE = frozenset({RecheckResult.REMAINS, RecheckResult.WORSE})


def findings_of_walk(actor: Actor, walk: Walk) -> list[Finding]:
    """What was noted on the walk, and the earlier ones that come along, in walking order; as far as a phone may."""
    found = [*noted(actor, walk, repeats=True), *(one.finding for one in earlier(actor, walk))]
    # Repeats too: the phone that noted one learns that it counts no longer.
    # One that was checked on the walk that noted it is in both.
    return [finding for finding in dict.fromkeys(found) if _may_travel(finding)]


def open_findings(actor: Actor, site: Site) -> list[Finding]:
    """The open findings of a site, for a walk that nobody planned; as far as a phone may have them."""
    wanted = (
        select(Finding)
        .where(
            Finding.site_id == site.id,
            Finding.status.in_(OPEN),
            Finding.positive.is_(False),
            Finding.level != Level.PROTECTED,
            seen_by(actor),
        )
        .order_by(Finding.reported_at, Finding.id)
        .limit(MOST_EARLIER)
        .options(selectinload(Finding.photos))
    )
    return list(session().scalars(wanted))


def describe(
    actor: Actor, walk: Walk | None, findings: Sequence[Finding], thumb: Thumb
) -> list[dict[str, Any]]:
    """The findings as plain data; `walk` is the one that they are taken along on."""
    looks = _looks(findings)
    return [_describe(actor, walk, finding, looks.get(finding.id, []), thumb) for finding in findings]


def conflicts_of(actor: Actor, site: Site) -> list[dict[str, Any]]:
    """What the actor said of findings at the site against somebody else, and nobody has settled yet."""
    waiting = session().scalars(
        select(Conflict)
        .join(Conflict.finding)
        .options(contains_eager(Conflict.finding))
        .where(
            Finding.site_id == site.id,
            Finding.level != Level.PROTECTED,
            Finding.status != Status.WITHDRAWN,
            seen_by(actor),
            Conflict.settled_at.is_(None),
            Conflict.actor_id == actor.user_id,
        )
        .order_by(Conflict.at, Conflict.id)
    )
    return [
        {
            "id": str(one.id),
            "finding_id": str(one.finding_id),
            "unit": one.unit,
            "mine": one.mine,
            # As it stands now: somebody may have gone on since the two met.
            "theirs": {name: getattr(one.finding, name) for name in one.theirs},
            "version": one.finding.version,
            "at": one.at.isoformat(),
        }
        for one in waiting
    ]


def _may_travel(finding: Finding) -> bool:
    """What is protected never lies on a phone, whoever carries it."""
    return finding.level is not Level.PROTECTED and finding.status is not Status.WITHDRAWN


def _looks(findings: Iterable[Finding]) -> dict[UUID, list[tuple[UUID, datetime, RecheckResult]]]:
    """Walk, time and result of every look at these findings, by finding, in order of time."""
    by_finding: dict[UUID, list[tuple[UUID, datetime, RecheckResult]]] = {}
    rows = session().execute(
        select(Recheck.finding_id, Recheck.walk_id, Recheck.at, Recheck.result)
        .where(Recheck.finding_id.in_([finding.id for finding in findings]))
        .order_by(Recheck.at, Recheck.id)
    )
    for finding_id, walk_id, at, result in rows:
        by_finding.setdefault(finding_id, []).append((walk_id, at, result))
    return by_finding


def _describe(
    actor: Actor,
    walk: Walk | None,
    finding: Finding,
    looks: Sequence[tuple[UUID, datetime, RecheckResult]],
    thumb: Thumb,
) -> dict[str, Any]:
    days = {local(finding.reported_at).date(), *(local(at).date() for _, at, what in looks if what in _THERE)}
    results = [what.value for walk_id, _, what in looks if walk is not None and walk_id == walk.id]
    return {
        "id": str(finding.id),
        "number": finding.number,
        "version": finding.version,
        "walk_id": str(finding.walk_id),
        "mine_walk": walk is not None and finding.walk_id == walk.id,
        "lon": finding.lon,
        "lat": finding.lat,
        "accuracy_m": finding.accuracy_m,
        "place_words": finding.place_words,
        "asset_number": finding.asset_number,
        "category": finding.category,
        "item": finding.item,
        "title": finding.title,
        "description": finding.description,
        "severity": finding.severity,
        "unsafe_day": finding.unsafe_day,
        "unsafe_evening": finding.unsafe_evening,
        "size": finding.size,
        "positive": finding.positive,
        "hate": finding.hate,
        "status": finding.status,
        "seen": [day.isoformat() for day in sorted(days)],
        "recheck": results[-1] if results else None,
        "by_me": finding.reported_by is not None and finding.reported_by == actor.user_id,
        "photos": [
            {"sha256": photo.sha256, "kind": photo.kind, "thumb": thumb(finding, photo)}
            for photo in finding.photos
        ],
    }
